#include "render/texture_pool.hpp"

#include <algorithm>
#include <cstring>
#include <optional>
#include <vector>

#include "base/checked.hpp"
#include "pixel/real_value.hpp"

namespace sightline::render {
namespace {

struct TexelFormat {
  GLenum internal_format, format, type;
};

std::optional<TexelFormat> texel_format(BlockView const& block) {
  if (block.is_float) {
    if (block.samples != 1 || block.bits_allocated != 32) return std::nullopt;
    return TexelFormat{GL_R32F, GL_RED, GL_FLOAT};
  }
  if (block.bits_allocated == 32 && block.samples == 1 && block.is_signed)
    return TexelFormat{GL_R32I, GL_RED_INTEGER, GL_INT};
  bool const is_byte = block.bits_allocated == 8;
  if (!is_byte && block.bits_allocated != 16) return std::nullopt;
  if (block.samples == 3 && !block.is_signed) {
    if (is_byte) return TexelFormat{GL_RGB8UI, GL_RGB_INTEGER, GL_UNSIGNED_BYTE};
    return TexelFormat{GL_RGB16UI, GL_RGB_INTEGER, GL_UNSIGNED_SHORT};
  }
  if (block.samples != 1) return std::nullopt;
  if (block.is_signed) {
    if (is_byte) return TexelFormat{GL_R8I, GL_RED_INTEGER, GL_BYTE};
    return TexelFormat{GL_R16I, GL_RED_INTEGER, GL_SHORT};
  }
  if (is_byte) return TexelFormat{GL_R8UI, GL_RED_INTEGER, GL_UNSIGNED_BYTE};
  return TexelFormat{GL_R16UI, GL_RED_INTEGER, GL_UNSIGNED_SHORT};
}

/// A block in a form that a texture has, and what became of its values.
struct Upload {
  BlockView block;
  std::vector<std::byte> made;  ///< the block's bytes when they are not the original's
  std::int64_t stored_at_zero = 0;
  std::uint16_t dropped_bits = 0;
};

template <class Value>
std::vector<Value> values_of(BlockView const& block) {
  std::vector<Value> values(block.bytes.size() / sizeof(Value));
  std::memcpy(values.data(), block.bytes.data(), values.size() * sizeof(Value));
  return values;
}

template <class Value>
std::vector<std::byte> bytes_of(std::vector<Value> const& values) {
  auto const bytes = std::as_bytes(std::span(values));
  return {bytes.begin(), bytes.end()};
}

/// Unsigned values of 32 bits as signed ones.
Upload signed_upload(BlockView const& block) {
  std::vector<std::uint32_t> values = values_of<std::uint32_t>(block);
  for (std::uint32_t& value : values) value ^= 0x8000'0000u;
  Upload upload{block, bytes_of(values), std::int64_t{1} << 31, 0};
  upload.block.is_signed = true;
  return upload;
}

/// Colour samples of 32 bits as 16: more than a screen can tell apart.
Upload narrowed_upload(BlockView const& block) {
  std::vector<std::uint32_t> const values = values_of<std::uint32_t>(block);
  bool const is_narrow = std::ranges::all_of(values, [](std::uint32_t v) { return v <= 0xFFFF; });
  std::uint16_t const dropped_bits = is_narrow ? 0 : 16;
  std::vector<std::uint16_t> narrowed;
  narrowed.reserve(values.size());
  for (std::uint32_t const value : values)
    narrowed.push_back(static_cast<std::uint16_t>(value >> dropped_bits));
  Upload upload{block, bytes_of(narrowed), 0, dropped_bits};
  upload.block.bits_allocated = 16;
  return upload;
}

/// Real numbers as the shader can tell them apart: drivers need not know NaN.
template <class Real>
Upload real_upload(BlockView const& block) {
  std::vector<float> texels;
  for (Real const value : values_of<Real>(block)) texels.push_back(pixel::texel_of_real(value));
  Upload upload{block, bytes_of(texels), 0, 0};
  upload.block.bits_allocated = 32;
  return upload;
}

/// Colour has no sign; of components that lack a transform, which may, what is below zero is black.
template <class Value>
Upload unsigned_upload(BlockView const& block) {
  std::vector<Value> values = values_of<Value>(block);
  for (Value& value : values) value = std::max<Value>(value, 0);
  Upload upload{block, bytes_of(values), 0, 0};
  upload.block.is_signed = false;
  return upload;
}

Upload colour_upload(BlockView const& block) {
  if (block.bits_allocated == 8) return unsigned_upload<std::int8_t>(block);
  if (block.bits_allocated == 16) return unsigned_upload<std::int16_t>(block);
  Upload wide = unsigned_upload<std::int32_t>(block);
  wide.block.bytes = wide.made;
  return narrowed_upload(wide.block);
}

Upload upload_of(BlockView const& block) {
  if (!block.is_float && block.samples == 3 && block.is_signed) {
    Upload upload = colour_upload(block);
    upload.block.bytes = upload.made;
    return upload;
  }
  if (block.is_float) {
    Upload upload =
        block.bits_allocated == 64 ? real_upload<double>(block) : real_upload<float>(block);
    upload.block.bytes = upload.made;
    return upload;
  }
  if (block.bits_allocated != 32 || block.is_signed) return {block, {}, 0, 0};
  Upload upload = block.samples == 1 ? signed_upload(block) : narrowed_upload(block);
  upload.block.bytes = upload.made;
  return upload;
}

/// glGetError waits for the GPU process in browsers; only textures of this size are worth the wait,
/// because only they can be refused for want of memory while the context lives on.
constexpr std::size_t kCheckedBytes = 1u << 20;

}  // namespace

TexturePool::~TexturePool() {
  for (auto const& [id, texture] : textures_) glDeleteTextures(1, &texture.name);
}

Result<TextureId> TexturePool::put(BlockView const& original) {
  auto const bytes = checked_product({original.rows, original.cols, original.samples,
                                      static_cast<std::uint64_t>(original.bits_allocated / 8)});
  if (!bytes || *bytes == 0 || *bytes != original.bytes.size()) {
    return fail(Errc::invalid_argument, "a block's length");
  }
  Upload const upload = upload_of(original);
  BlockView const& block = upload.block;
  std::optional<TexelFormat> const texel = texel_format(block);
  if (!texel) return fail(Errc::unsupported, "samples of this kind");
  if (std::max(block.rows, block.cols) > max_side()) {
    return fail(Errc::limit_exceeded, "larger than this GPU's textures");
  }
  Texture texture{0,
                  block.rows,
                  block.cols,
                  block.samples,
                  block.is_signed,
                  block.is_rgb,
                  block.bytes.size(),
                  upload.stored_at_zero,
                  upload.dropped_bits,
                  block.is_float};
  auto const width = static_cast<GLsizei>(block.cols);
  auto const height = static_cast<GLsizei>(block.rows);
  glGenTextures(1, &texture.name);
  glActiveTexture(GL_TEXTURE0);
  glBindTexture(GL_TEXTURE_2D, texture.name);
  glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_MIN_FILTER, GL_NEAREST);
  glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_MAG_FILTER, GL_NEAREST);
  glPixelStorei(GL_UNPACK_ALIGNMENT, 1);
  glTexStorage2D(GL_TEXTURE_2D, 1, texel->internal_format, width, height);
  glTexSubImage2D(GL_TEXTURE_2D, 0, 0, 0, width, height, texel->format, texel->type,
                  block.bytes.data());
  if (block.bytes.size() >= kCheckedBytes && glGetError() != GL_NO_ERROR) {
    glDeleteTextures(1, &texture.name);
    return fail(Errc::out_of_memory, "texture");
  }
  size_bytes_ += texture.size_bytes;
  textures_.emplace(++last_id_, texture);
  return last_id_;
}

void TexturePool::drop(TextureId id) {
  auto const found = textures_.find(id);
  if (found == textures_.end()) return;
  glDeleteTextures(1, &found->second.name);
  size_bytes_ -= found->second.size_bytes;
  textures_.erase(found);
}

void TexturePool::abandon() {
  textures_.clear();
  size_bytes_ = 0;
}

TexturePool::Texture const* TexturePool::find(TextureId id) const {
  auto const found = textures_.find(id);
  return found == textures_.end() ? nullptr : &found->second;
}

std::uint32_t TexturePool::max_side() {
  if (max_side_ == 0) {
    GLint side = 0;
    glGetIntegerv(GL_MAX_TEXTURE_SIZE, &side);
    max_side_ = static_cast<std::uint32_t>(std::max(side, 0));
  }
  return max_side_;
}

}  // namespace sightline::render
