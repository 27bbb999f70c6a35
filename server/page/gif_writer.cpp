#include "page/gif_writer.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace sightline::server {
namespace {

constexpr unsigned kColourBits = 8;  ///< of a palette index
constexpr unsigned kMostCodeBits = 12;
constexpr std::uint32_t kClear = 1u << kColourBits, kEnd = kClear + 1;
/// How far apart the samples of a pixel may be that is drawn as grey.
constexpr int kGreySpread = 8;
constexpr int kCube = 6, kCubeStep = 51, kCubeColours = 216, kGreys = 40;

/// Source: GIF89a 19.
void put_palette(ByteWriter& out, bool is_grey) {
  auto const put = [&out](int r, int g, int b) {
    for (int const sample : {r, g, b}) out.u8(static_cast<std::uint8_t>(sample));
  };
  if (is_grey) {
    for (int grey = 0; grey < 256; ++grey) put(grey, grey, grey);
    return;
  }
  for (int i = 0; i < kCubeColours; ++i)
    put(i / (kCube * kCube) * kCubeStep, i / kCube % kCube * kCubeStep, i % kCube * kCubeStep);
  for (int i = 0; i < kGreys; ++i) {
    int const grey = i * 255 / (kGreys - 1);
    put(grey, grey, grey);
  }
}

std::uint8_t index_of(int r, int g, int b) {
  auto const [least, most] = std::minmax({r, g, b});
  if (most - least <= kGreySpread)
    return static_cast<std::uint8_t>(kCubeColours +
                                     ((r + g + b) * (kGreys - 1) + 3 * 255 / 2) / (3 * 255));
  auto const level = [](int sample) { return (sample + kCubeStep / 2) / kCubeStep; };
  return static_cast<std::uint8_t>((level(r) * kCube + level(g)) * kCube + level(b));
}

std::uint8_t pixel_at(Picture const& picture, std::size_t i) {
  if (picture.samples == 1) return std::to_integer<std::uint8_t>(picture.bytes[i]);
  auto const sample = [&](std::size_t k) { return std::to_integer<int>(picture.bytes[3 * i + k]); };
  return index_of(sample(0), sample(1), sample(2));
}

/// The codes of one picture, in blocks of at most 255 bytes. Source: GIF89a 22, F.
class LzwWriter {
 public:
  explicit LzwWriter(ByteWriter& out) : out_(out), longer_(std::size_t{kClear} << kMostCodeBits) {}

  void write(Picture const& picture) {
    out_.u8(kColourBits);
    put(kClear);
    start();
    std::uint32_t prefix = pixel_at(picture, 0);
    std::size_t const count = std::size_t{picture.rows} * picture.cols;
    for (std::size_t i = 1; i < count; ++i) {
      std::uint8_t const pixel = pixel_at(picture, i);
      std::uint16_t& known = longer_[std::size_t{prefix} << kColourBits | pixel];
      if (known != 0) {
        prefix = known;
        continue;
      }
      put(prefix);
      grow(known);
      prefix = pixel;
    }
    put(prefix);
    grow(longer_[std::size_t{prefix} << kColourBits]);  // the reader's table grows once more
    put(kEnd);
    if (bits_ > 0) put_byte(static_cast<std::uint8_t>(held_));
    end_block();
    out_.u8(0);
  }

 private:
  void start() {
    std::ranges::fill(longer_, std::uint16_t{0});
    next_ = kEnd + 1;
    code_bits_ = kColourBits + 1;
  }
  /// The prefix with one pixel more gets the next code; when there is none, all begins again.
  void grow(std::uint16_t& entry) {
    if (next_ == 1u << kMostCodeBits) {
      put(kClear);
      start();
      return;
    }
    entry = static_cast<std::uint16_t>(next_);
    if (next_++ == 1u << code_bits_) ++code_bits_;
  }
  void put(std::uint32_t code) {
    held_ |= code << bits_;
    for (bits_ += code_bits_; bits_ >= 8; bits_ -= 8, held_ >>= 8)
      put_byte(static_cast<std::uint8_t>(held_));
  }
  void put_byte(std::uint8_t byte) {
    block_[block_bytes_++] = byte;
    if (block_bytes_ == block_.size()) end_block();
  }
  void end_block() {
    if (block_bytes_ == 0) return;
    out_.u8(static_cast<std::uint8_t>(block_bytes_));
    for (std::size_t i = 0; i < block_bytes_; ++i) out_.u8(block_[i]);
    block_bytes_ = 0;
  }

  ByteWriter& out_;
  std::vector<std::uint16_t> longer_;  ///< [prefix code, pixel]: the code of both; 0: none yet
  std::uint32_t next_ = kEnd + 1, held_ = 0;
  unsigned code_bits_ = kColourBits + 1, bits_ = 0;
  std::array<std::uint8_t, 255> block_{};
  std::size_t block_bytes_ = 0;
};

}  // namespace

Status GifWriter::add(Picture const& picture, double duration_ms) {
  bool const known_shape = picture.samples == 1 || picture.samples == 3;
  std::uint64_t const expected = std::uint64_t{picture.rows} * picture.cols * picture.samples;
  if (!known_shape || expected == 0 || picture.bytes.size() != expected)
    return fail(Errc::invalid_argument, "picture size");
  if (picture.rows > 0xFFFF || picture.cols > 0xFFFF) return fail(Errc::unsupported, "GIF size");
  if (samples_ == 0) put_start(picture);
  if (picture.rows != rows_ || picture.cols != cols_ || picture.samples != samples_)
    return fail(Errc::invalid_argument, "another shape");
  double const hundredths = std::clamp(std::round(duration_ms / 10), 2.0, 65535.0);
  out_.u16_be(0x21F9);  // graphic control extension
  out_.u8(4);
  out_.u8(0);
  out_.u16_le(static_cast<std::uint16_t>(hundredths));
  out_.u16_le(0);
  out_.u8(0x2C);  // image descriptor
  out_.u32_le(0);
  out_.u16_le(static_cast<std::uint16_t>(cols_));
  out_.u16_le(static_cast<std::uint16_t>(rows_));
  out_.u8(0);
  LzwWriter(out_).write(picture);
  return {};
}

std::vector<std::byte> GifWriter::finish() {
  if (samples_ != 0) out_.u8(0x3B);
  samples_ = 0;
  return out_.take();
}

void GifWriter::put_start(Picture const& picture) {
  rows_ = picture.rows, cols_ = picture.cols, samples_ = picture.samples;
  out_.text("GIF89a");
  out_.u16_le(static_cast<std::uint16_t>(cols_));
  out_.u16_le(static_cast<std::uint16_t>(rows_));
  out_.u8(0xF7);  // a global palette of 256 colours of 8 bits
  out_.u16_le(0);
  put_palette(out_, samples_ == 1);
  out_.u16_be(0x21FF);  // application extension
  out_.u8(11);
  out_.text("NETSCAPE2.0");
  out_.u8(3);
  out_.u8(1);
  out_.u16_le(0);  // for ever
  out_.u8(0);
}

}  // namespace sightline::server
