#pragma once
#include <GLES3/gl3.h>

#include <cstdint>
#include <map>
#include <span>

#include "base/error.hpp"

namespace sightline::render {

using LutId = std::uint32_t;  ///< 0: none

/// Look-up tables on the GPU: R16UI, 256 texels wide, read by shaders/lib/lookup.glsl.
/// Lifetime: its context is current for every call, the destructor included. Source: PS3.3
/// C.11.1.1.1, C.7.6.3.1.5.
class LutPool {
 public:
  enum class Kind : std::uint8_t { values = 0, palette = 1 };
  struct Lut {
    GLuint name = 0;
    Kind kind = Kind::values;
    std::int32_t first_mapped = 0;
    std::uint16_t bits_per_entry = 16;
    std::uint32_t count = 0;  ///< of one colour
  };
  LutPool() = default;
  ~LutPool();
  LutPool(LutPool const&) = delete;
  LutPool& operator=(LutPool const&) = delete;

  /// `entries`: count for values (a Modality or VOI LUT), red then green then blue for a palette.
  /// Errors: invalid_argument (length not 1 … 65536 per colour, bits not 1 … 16).
  Result<LutId> put(Kind kind, std::int32_t first_mapped, std::uint32_t bits_per_entry,
                    std::span<std::uint16_t const> entries);
  void drop(LutId id);
  Lut const* find(LutId id) const;
  /// The context is lost and its objects with it: nothing is left to delete.
  void abandon();
  /// A one-entry table for samplers that a draw leaves alone: an incomplete texture would make the
  /// draw fail.
  GLuint placeholder();

 private:
  std::map<LutId, Lut> luts_;
  LutId last_id_ = 0;
  GLuint placeholder_ = 0;
};

}  // namespace sightline::render
