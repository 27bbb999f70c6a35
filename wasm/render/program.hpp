#pragma once
#include <GLES3/gl3.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

#include "base/error.hpp"

namespace sightline::render {

/// The uniforms of shaders/*.frag, in the order of kUniformNames.
enum class Uniform : std::uint8_t {
  viewport_rows, drawn_pixels, texel_column, texel_row, interpolate,
  stored_values, modality_lut, voi_lut, palette,
  stored_origin, rescale_slope, offset_at_origin, has_modality_lut, modality_lut_range,
  has_padding, pixel_padding,
  voi_lut_function, window_width, voi_lut_count, voi_lut_scale,
  turned, palette_range, palette_scale, is_ybr_full, full_scale,
};
inline constexpr std::size_t kUniformCount = 25;

/// One linked shader program. Lifetime: needs its context current for every call, the destructor included.
class Program {
 public:
  /// `fragment_source` starts with "#version 300 es\n"; `definitions` ("#define X\n" …) go behind that line.
  /// Errors: graphics, with the compiler's log.
  static Result<Program> link(char const* vertex_source, char const* fragment_source,
                              char const* definitions);
  ~Program();
  Program(Program&& other) noexcept;
  Program& operator=(Program&&) = delete;

  void use() const { glUseProgram(program_); }
  /// Location of a uniform; -1, which GL ignores, when this program does not have it.
  GLint at(Uniform uniform) const { return locations_[static_cast<std::size_t>(uniform)]; }

 private:
  explicit Program(GLuint program);
  GLuint program_;
  std::array<GLint, kUniformCount> locations_;
};

}  // namespace sightline::render
