#pragma once
#include <GLES3/gl3.h>

#include <cstdint>
#include <map>

#include "base/error.hpp"
#include "pixel/color_profile.hpp"

namespace sightline::render {

using ColorTableId = std::uint32_t;  ///< 0: none

/// Colour profiles on the GPU, read by shaders/lib/color_profile.glsl: curves as RGB32F, 256 texels
/// wide, light as RGB32F of three dimensions. Lifetime: its context is current for every call, the
/// destructor included. Source: PS3.3 C.11.15.
class ColorTablePool {
 public:
  struct Textures {
    GLuint curves = 0, light = 0;
    std::uint32_t curve_entries = 0;
  };
  ColorTablePool() = default;
  ~ColorTablePool();
  ColorTablePool(ColorTablePool const&) = delete;
  ColorTablePool& operator=(ColorTablePool const&) = delete;

  /// Errors: invalid_argument (as pixel::check_color_table), out_of_memory.
  Result<ColorTableId> put(pixel::ColorTable const& table);
  void drop(ColorTableId id);
  Textures const* find(ColorTableId id) const;
  /// The context is lost and its objects with it: nothing is left to delete.
  void abandon() { tables_.clear(); }

 private:
  std::map<ColorTableId, Textures> tables_;
  ColorTableId last_id_ = 0;
};

}  // namespace sightline::render
