#include "codec/jpeg_lossless_encoder.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>

#include "base/byte_writer.hpp"

namespace sightline::codec {
namespace {

constexpr std::uint16_t kStartOfImage = 0xFFD8, kEndOfImage = 0xFFD9, kLosslessFrame = 0xFFC3,
                        kHuffmanTable = 0xFFC4, kStartOfScan = 0xFFDA;

/// How many codes have 1, 2, … 16 bits; the categories 0 … 16 follow in this order.
constexpr std::array<std::uint8_t, 16> kCodeCounts{0, 1, 5, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0};
constexpr std::size_t kCategories = 17;

struct Code {
  std::uint32_t bits = 0;
  unsigned length = 0;
};

/// Source: ISO/IEC 10918-1 C.2.
constexpr std::array<Code, kCategories> make_codes() {
  std::array<Code, kCategories> codes{};
  std::uint32_t next = 0;
  std::size_t category = 0;
  for (unsigned length = 1; length <= kCodeCounts.size(); ++length) {
    for (unsigned i = 0; i < kCodeCounts[length - 1]; ++i) codes[category++] = {next++, length};
    next <<= 1;
  }
  return codes;
}
constexpr auto kCodes = make_codes();

/// The entropy-coded segment. Source: ISO/IEC 10918-1 F.1.2.3, H.1.2.2.
class BitWriter {
 public:
  explicit BitWriter(ByteWriter& out) : out_(out) {}

  void difference(std::uint16_t modulo) {
    int const value = static_cast<std::int16_t>(modulo);
    auto const size = static_cast<unsigned>(std::bit_width(static_cast<unsigned>(std::abs(value))));
    put(kCodes[size].bits, kCodes[size].length);
    // 32768 is the only one of its category. Negative ones are less by one: F.1.2.1.
    if (size > 0 && size < 16) put(static_cast<std::uint32_t>(value < 0 ? value - 1 : value), size);
  }
  /// Fills the last byte with ones.
  void flush() {
    if (count_ > 0) put(0xFF, 8 - count_);
  }

 private:
  void put(std::uint32_t bits, unsigned length) {
    held_ = (held_ << length) | (bits & ((1u << length) - 1));
    for (count_ += length; count_ >= 8; count_ -= 8) {
      auto const byte = static_cast<std::uint8_t>(held_ >> (count_ - 8));
      out_.u8(byte);
      if (byte == 0xFF) out_.u8(0);
    }
  }

  ByteWriter& out_;
  std::uint64_t held_ = 0;
  unsigned count_ = 0;  ///< bits held, fewer than 8
};

/// The samples as bit patterns of the precision.
class Samples {
 public:
  Samples(SampleBlock const& block, unsigned bits_stored) : block_(block) {
    bits_ = std::clamp<unsigned>(bits_stored, 2, block.bits_allocated);
    std::size_t const count = block.bytes.size() / (block.bits_allocated / 8u);
    for (std::size_t i = 0; i < count && bits_ < block.bits_allocated; ++i)
      if (!fits(word(i))) bits_ = block.bits_allocated;
  }
  unsigned precision() const { return bits_; }
  std::uint16_t operator[](std::size_t i) const {
    return static_cast<std::uint16_t>(word(i) & ((1u << bits_) - 1));
  }

 private:
  std::uint32_t word(std::size_t i) const {
    if (block_.bits_allocated == 8) return std::to_integer<std::uint32_t>(block_.bytes[i]);
    return std::to_integer<std::uint32_t>(block_.bytes[2 * i]) |
           std::to_integer<std::uint32_t>(block_.bytes[2 * i + 1]) << 8;
  }
  /// What lies above is zeros or, of a signed value, its sign.
  bool fits(std::uint32_t word) const {
    unsigned const sign_bits = block_.is_signed ? 1 : 0;
    std::uint32_t const above = word >> (bits_ - sign_bits);
    std::uint32_t const ones = (1u << (block_.bits_allocated - bits_ + sign_bits)) - 1;
    return above == 0 || (block_.is_signed && above == ones);
  }

  SampleBlock const& block_;
  unsigned bits_ = 16;
};

void put_headers(ByteWriter& out, SampleBlock const& block, unsigned precision) {
  auto const samples = static_cast<std::uint8_t>(block.samples);
  out.u16_be(kStartOfImage);
  out.u16_be(kLosslessFrame);
  out.u16_be(static_cast<std::uint16_t>(8 + 3 * samples));
  out.u8(static_cast<std::uint8_t>(precision));
  out.u16_be(static_cast<std::uint16_t>(block.rows));
  out.u16_be(static_cast<std::uint16_t>(block.cols));
  out.u8(samples);
  for (std::uint8_t component = 1; component <= samples; ++component) {
    out.u8(component);
    out.u8(0x11);  // not subsampled
    out.u8(0);
  }
  out.u16_be(kHuffmanTable);
  out.u16_be(static_cast<std::uint16_t>(3 + kCodeCounts.size() + kCategories));
  out.u8(0);
  for (std::uint8_t const count : kCodeCounts) out.u8(count);
  for (std::uint8_t category = 0; category < kCategories; ++category) out.u8(category);
  out.u16_be(kStartOfScan);
  out.u16_be(static_cast<std::uint16_t>(6 + 2 * samples));
  out.u8(samples);
  for (std::uint8_t component = 1; component <= samples; ++component) {
    out.u8(component);
    out.u8(0);
  }
  out.u8(1);  // the sample to the left predicts
  out.u8(0);
  out.u8(0);
}

}  // namespace

Result<std::vector<std::byte>> encode_jpeg_lossless(SampleBlock const& block,
                                                    unsigned bits_stored) {
  bool const has_shape = (block.bits_allocated == 8 || block.bits_allocated == 16) &&
                         (block.samples == 1 || block.samples == 3) && block.rows > 0 &&
                         block.cols > 0 && block.rows <= 0xFFFF && block.cols <= 0xFFFF;
  if (!has_shape) return fail(Errc::unsupported, "no picture of JPEG lossless");
  std::size_t const stride = std::size_t{block.cols} * block.samples;
  if (block.bytes.size() != stride * block.rows * (block.bits_allocated / 8u))
    return fail(Errc::invalid_argument, "picture size");
  Samples const samples(block, bits_stored);
  ByteWriter out(block.bytes.size());
  put_headers(out, block, samples.precision());
  BitWriter bits(out);
  for (std::size_t i = 0; i < stride * block.rows; ++i) {
    std::uint16_t predicted = static_cast<std::uint16_t>(1u << (samples.precision() - 1));
    if (i % stride >= block.samples) {
      predicted = samples[i - block.samples];
    } else if (i >= stride) {
      predicted = samples[i - stride];  // the first of a row: from the row above
    }
    bits.difference(static_cast<std::uint16_t>(samples[i] - predicted));
  }
  bits.flush();
  out.u16_be(kEndOfImage);
  return out.take();
}

}  // namespace sightline::codec
