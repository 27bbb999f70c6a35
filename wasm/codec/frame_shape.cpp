#include "codec/frame_shape.hpp"

#include <bit>
#include <cstring>
#include <type_traits>

#include "base/checked.hpp"

namespace sightline::codec {
namespace {

static_assert(std::endian::native == std::endian::little,
              "sample blocks are little-endian and are read in place");

/// Shifts the field's sign bit to the word's top and back; Word's signedness chooses the extension.
template <class Word>
void extract(SampleBlock& block, unsigned up, unsigned down) {
  using Bits = std::make_unsigned_t<Word>;
  std::byte* const bytes = block.bytes.data();
  std::size_t const count = block.bytes.size() / sizeof(Word);
  for (std::size_t i = 0; i < count; ++i) {
    Bits bits;
    std::memcpy(&bits, bytes + i * sizeof(Word), sizeof(Word));
    auto const top = static_cast<Word>(static_cast<Bits>(bits << up));
    auto const value = static_cast<Word>(top >> down);
    std::memcpy(bytes + i * sizeof(Word), &value, sizeof(Word));
  }
}

template <class Signed>
void extract_as(SampleBlock& block, unsigned up, unsigned down) {
  if (block.is_signed) {
    extract<Signed>(block, up, down);
  } else {
    extract<std::make_unsigned_t<Signed>>(block, up, down);
  }
}

Result<FrameShape> sized(PixelFormat const& format, Limits const& limits) {
  FrameShape shape;
  shape.rows = format.rows;
  shape.cols = format.cols;
  shape.samples = format.samples_per_pixel;
  shape.sample_bytes = static_cast<std::uint16_t>((format.bits_allocated + 7) / 8);
  auto const values = checked_product({shape.rows, shape.cols, shape.samples});
  auto const bytes = values ? checked_mul(*values, shape.sample_bytes) : std::nullopt;
  if (!bytes || *bytes > limits.max_frame_bytes || *bytes > SIZE_MAX) {
    return fail(Errc::limit_exceeded, "frame bytes");
  }
  shape.values = *values;
  shape.bytes = *bytes;
  return shape;
}

}  // namespace

Result<FrameShape> frame_shape(PixelFormat const& format, Limits const& limits) {
  if (format.rows == 0 || format.cols == 0) return fail(Errc::corrupt, "frame without pixels");
  if (format.rows > limits.max_rows || format.cols > limits.max_cols) {
    return fail(Errc::limit_exceeded, "rows or columns");
  }
  if (format.samples_per_pixel != 1 && format.samples_per_pixel != 3) {
    return fail(Errc::unsupported, "samples per pixel");
  }
  bool const is_real = is_float(format);
  if (is_real && format.samples_per_pixel != 1)
    return fail(Errc::unsupported, "real numbers in colour");
  switch (format.bits_allocated) {
    case 1:
    case 8:
    case 16:
    case 32: break;
    case 64:
      if (is_real) break;
      [[fallthrough]];
    default: return fail(Errc::unsupported, "bits allocated");
  }
  if (is_real) return sized(format, limits);
  if (format.bits_stored == 0 || format.bits_stored > format.bits_allocated ||
      format.high_bit >= format.bits_allocated || format.high_bit + 1 < format.bits_stored) {
    return fail(Errc::corrupt, "bits stored or high bit");
  }
  return sized(format, limits);
}

SampleBlock make_block(FrameShape const& shape, bool is_signed) {
  SampleBlock block;
  block.rows = shape.rows;
  block.cols = shape.cols;
  block.samples = shape.samples;
  block.bits_allocated = static_cast<std::uint16_t>(8 * shape.sample_bytes);
  block.is_signed = is_signed;
  block.bytes.resize(static_cast<std::size_t>(shape.bytes));
  return block;
}

void unpack_bits(std::span<std::byte const> packed, SampleBlock& block) {
  std::byte* const out = block.bytes.data();
  std::size_t const count = block.bytes.size();
  for (std::size_t i = 0; i < count; ++i) out[i] = packed[i / 8] >> (i % 8) & std::byte{1};
}

void extract_stored_bits(PixelFormat const& format, SampleBlock& block) {
  // One-bit samples were unpacked to 0 and 1; whole words have nothing to extract.
  if (format.bits_allocated == 1 || format.bits_stored == format.bits_allocated) return;
  if (is_float(format)) return;
  unsigned const up = format.bits_allocated - 1u - format.high_bit;
  unsigned const down = 0u + format.bits_allocated - format.bits_stored;
  switch (block.bits_allocated) {
    case 8: return extract_as<std::int8_t>(block, up, down);
    case 16: return extract_as<std::int16_t>(block, up, down);
    default: return extract_as<std::int32_t>(block, up, down);
  }
}

void extend_sign(PixelFormat const& format, SampleBlock& block) {
  if (!format.is_signed) return;
  PixelFormat aligned = format;
  aligned.high_bit = static_cast<std::uint16_t>(format.bits_stored - 1);
  extract_stored_bits(aligned, block);
}

}  // namespace sightline::codec
