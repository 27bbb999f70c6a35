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
  viewport_rows,
  drawn_pixels,
  texel_column,
  texel_row,
  first_texel,
  interpolate,
  stored_values,
  modality_lut,
  voi_lut,
  palette,
  stored_origin,
  real_origin,
  rescale_slope,
  offset_at_origin,
  has_modality_lut,
  modality_lut_range,
  has_padding,
  pixel_padding,
  voi_lut_function,
  window_width,
  voi_lut_count,
  voi_lut_scale,
  turned,
  palette_range,
  palette_scale,
  ybr_range,
  full_scale,
  profile_curves,
  profile_curve_entries,
  profile_light,
};
inline constexpr std::size_t kUniformCount = 30;

/// One shader program. The driver compiles while the page goes on; the first use() waits for it.
/// Lifetime: needs its context current for every call, the destructor included, unless abandoned.
class Program {
 public:
  /// `fragment_source` starts with "#version 300 es\n"; `definitions` ("#define X\n" …) go behind
  /// that line.
  Program(char const* vertex_source, char const* fragment_source, char const* definitions);
  ~Program();
  Program(Program const&) = delete;
  Program& operator=(Program const&) = delete;

  /// Makes it the program of the draws that follow. Errors: graphics, with the compiler's log.
  Status use();
  /// Location of a uniform, after use(); -1, which GL ignores, when this program does not have it.
  GLint at(Uniform uniform) const { return locations_[static_cast<std::size_t>(uniform)]; }
  /// The context is lost and its objects with it: nothing is left to delete.
  void abandon();

 private:
  Status finish();
  void delete_shaders();
  GLuint program_, vertex_, fragment_;
  bool is_linked_ = false;
  std::array<GLint, kUniformCount> locations_{};
};

}  // namespace sightline::render
