#pragma once
#include <GLES3/gl3.h>

#include <cstddef>
#include <cstdint>
#include <map>
#include <span>

#include "base/error.hpp"

namespace sightline::render {

/// Decoded stored values that somebody else owns. Shape: as SampleBlock.
struct BlockView {
  std::uint32_t rows = 0, cols = 0;
  std::uint16_t samples = 1, bits_allocated = 16;
  bool is_signed = false;
  bool is_rgb = false;  ///< the decoder has turned YBR into RGB
  std::span<std::byte const> bytes;
  bool is_float = false;
};

using TextureId = std::uint32_t;  ///< 0: none

/// Stored values on the GPU, untouched: R8UI, R8I, R16UI, R16I, R32I, R32F, RGB8UI, RGB16UI. Real
/// numbers that are none (NaN, infinities) become kNoValue, those of 64 bits the nearest of 32;
/// unsigned values of 32 bits are moved to the signed ones' range; of colour samples of 32 bits the
/// upper half is kept, or the lower one when there is nothing in the upper. Lifetime: its context
/// is current for every call, the destructor included.
class TexturePool {
 public:
  struct Texture {
    GLuint name = 0;
    std::uint32_t rows = 0, cols = 0;
    std::uint16_t samples = 1;
    bool is_signed = false, is_rgb = false;
    std::size_t size_bytes = 0;
    std::int64_t stored_at_zero = 0;  ///< the stored value of a texel that is 0
    std::uint16_t dropped_bits = 0;   ///< of colour samples, from below
    bool is_float = false;
  };
  TexturePool() = default;
  ~TexturePool();
  TexturePool(TexturePool const&) = delete;
  TexturePool& operator=(TexturePool const&) = delete;

  /// Errors: invalid_argument (length), limit_exceeded (a side over MAX_TEXTURE_SIZE), unsupported
  /// (signed colour), out_of_memory.
  Result<TextureId> put(BlockView const& original);
  void drop(TextureId id);
  Texture const* find(TextureId id) const;
  /// The context is lost and its objects with it: nothing is left to delete.
  void abandon();
  std::size_t size_bytes() const { return size_bytes_; }
  std::uint32_t max_side();

 private:
  std::map<TextureId, Texture> textures_;
  TextureId last_id_ = 0;
  std::size_t size_bytes_ = 0;
  std::uint32_t max_side_ = 0;
};

}  // namespace sightline::render
