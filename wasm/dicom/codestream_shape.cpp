#include "dicom/codestream_shape.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include "base/byte_reader.hpp"
#include "base/checked.hpp"

namespace sightline::dicom {
namespace {

using Bytes = std::span<std::byte const>;
using Shape = std::optional<CodestreamShape>;

constexpr std::uint32_t kMostBits = 32;

/// SOF0 to SOF15 but DHT, JPG and DAC; SOF55 of JPEG-LS.
bool is_frame_header(std::uint8_t marker) {
  return marker == 0xF7 ||
         (marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC);
}

Shape jpeg_shape(Bytes bytes) {
  ByteReader in(bytes);
  in.skip(2);  // SOI
  while (!in.failed()) {
    if (in.u8() != 0xFF) return std::nullopt;
    std::uint8_t marker = in.u8();
    while (marker == 0xFF && !in.failed()) marker = in.u8();
    std::uint16_t const length = in.u16_be();
    if (in.failed() || length < 2 || marker == 0xDA) return std::nullopt;
    if (!is_frame_header(marker)) {
      in.skip(length - 2u);
      continue;
    }
    CodestreamShape shape;
    shape.bits = in.u8();
    shape.rows = in.u16_be();
    shape.cols = in.u16_be();
    shape.components = in.u8();
    return in.failed() ? std::nullopt : Shape(shape);
  }
  return std::nullopt;
}

/// The content of the first box of this type, as far as it is here.
std::optional<Bytes> find_box(Bytes bytes, std::string_view type) {
  while (bytes.size() >= 8) {
    ByteReader in(bytes);
    std::uint64_t length = in.u32_be();
    std::array<char, 4> name{};
    for (char& letter : name) letter = static_cast<char>(in.u8());
    if (length == 1) length = std::uint64_t{in.u32_be()} << 32 | in.u32_be();
    if (in.failed()) return std::nullopt;
    if (std::string_view(name.data(), name.size()) == type) return bytes.subspan(in.position());
    if (length < in.position() || length > bytes.size()) return std::nullopt;
    bytes = bytes.subspan(static_cast<std::size_t>(length));
  }
  return std::nullopt;
}

Shape siz_shape(Bytes bytes) {
  ByteReader in(bytes);
  if (in.u32_be() != 0xFF4FFF51) return std::nullopt;
  in.skip(4);  // Lsiz, Rsiz
  std::uint32_t const width = in.u32_be(), height = in.u32_be(), left = in.u32_be(),
                      top = in.u32_be();
  in.skip(16);  // tiles
  CodestreamShape shape;
  shape.components = in.u16_be();
  std::uint8_t const depth = in.u8();
  bool const is_spaced = in.u8() != 1 || in.u8() != 1;
  if (in.failed() || is_spaced || width <= left || height <= top) return std::nullopt;
  shape.cols = width - left;
  shape.rows = height - top;
  shape.bits = (depth & 0x7Fu) + 1;
  return shape;
}

Shape jpeg_2000_shape(Bytes bytes) {
  auto const boxed = find_box(bytes, "jp2c");
  return siz_shape(boxed ? *boxed : bytes);
}

/// Bits of a codestream of JPEG XL, the least significant of a byte first.
class JxlBits {
 public:
  explicit JxlBits(Bytes bytes) : bytes_(bytes) {}
  std::uint32_t take(unsigned count) {
    std::uint32_t value = 0;
    for (unsigned i = 0; i < count; ++i, ++at_) {
      failed_ = failed_ || at_ / 8 >= bytes_.size();
      if (failed_) return 0;
      value |= (std::to_integer<std::uint32_t>(bytes_[at_ / 8]) >> (at_ % 8) & 1u) << i;
    }
    return value;
  }
  [[nodiscard]] bool failed() const { return failed_; }

 private:
  Bytes bytes_;
  std::size_t at_ = 0;
  bool failed_ = false;
};

/// ISO/IEC 18181-1 D.2.
std::uint32_t jxl_side(JxlBits& in, bool is_small) {
  constexpr std::array kBits{9u, 13u, 18u, 30u};
  return is_small ? (in.take(5) + 1) * 8 : in.take(kBits[in.take(2)]) + 1;
}

std::uint32_t jxl_width(JxlBits& in, bool is_small, std::uint64_t height) {
  constexpr std::array<std::array<std::uint64_t, 2>, 7> kRatios{
      {{1, 1}, {12, 10}, {4, 3}, {3, 2}, {16, 9}, {5, 4}, {2, 1}}};
  std::uint32_t const ratio = in.take(3);
  if (ratio == 0) return jxl_side(in, is_small);
  return static_cast<std::uint32_t>(height * kRatios[ratio - 1][0] / kRatios[ratio - 1][1]);
}

/// D.3: what stands before the depth is not there in the usual case, nor read in another.
/// Components stay 0: not looked for. Floating-point samples have no depth.
void read_jxl_depth(JxlBits& in, CodestreamShape& shape) {
  constexpr std::array kUsual{8u, 10u, 12u};
  shape.bits = 8;
  if (in.take(1) == 1) return;  // all_default
  if (in.take(1) == 1) {        // extra_fields
    shape.bits = 0;
    return;
  }
  if (in.take(1) == 1) {  // float_sample
    shape.bits = 0;
    return;
  }
  std::uint32_t const kind = in.take(2);
  shape.bits = kind < kUsual.size() ? kUsual[kind] : in.take(6) + 1;
}

Shape jxl_shape(Bytes bytes) {
  if (auto const whole = find_box(bytes, "jxlc")) {
    bytes = *whole;
  } else if (auto const part = find_box(bytes, "jxlp"); part && part->size() >= 4) {
    bytes = part->subspan(4);  // the number of the part
  }
  JxlBits in(bytes);
  if (in.take(16) != 0x0AFF) return std::nullopt;
  bool const is_small = in.take(1) == 1;
  CodestreamShape shape;
  shape.rows = jxl_side(in, is_small);
  shape.cols = jxl_width(in, is_small, shape.rows);
  read_jxl_depth(in, shape);
  return in.failed() ? std::nullopt : Shape(shape);
}

}  // namespace

std::optional<CodestreamShape> codestream_shape(std::span<std::byte const> bytes,
                                                TransferSyntax::Family family) {
  switch (family) {
    case TransferSyntax::Family::jpeg:
    case TransferSyntax::Family::jpeg_ls: return jpeg_shape(bytes);
    case TransferSyntax::Family::jpeg_2000: return jpeg_2000_shape(bytes);
    case TransferSyntax::Family::jpeg_xl: return jxl_shape(bytes);
    default: return std::nullopt;
  }
}

bool believe_shape(CodestreamShape const& shape, Limits const& limits, PixelFormat& format) {
  PixelFormat believed = format;
  bool const has_size = shape.rows > 0 && shape.cols > 0;
  if (has_size && shape.rows <= limits.max_rows && shape.cols <= limits.max_cols) {
    believed.rows = shape.rows;
    believed.cols = shape.cols;
  }
  if (shape.components != 0 && shape.components != format.samples_per_pixel) return false;
  if (shape.bits > format.bits_allocated && shape.bits <= kMostBits) {
    believed.bits_allocated = shape.bits <= 8 ? 8 : shape.bits <= 16 ? 16 : 32;
    believed.bits_stored = static_cast<std::uint16_t>(shape.bits);
    believed.high_bit = static_cast<std::uint16_t>(shape.bits - 1);
  }
  auto const bytes = checked_product(
      {believed.rows, believed.cols, believed.samples_per_pixel, believed.bits_allocated / 8u});
  bool const is_same = believed.rows == format.rows && believed.cols == format.cols &&
                       believed.bits_allocated == format.bits_allocated;
  if (is_same || !bytes || *bytes > limits.max_frame_bytes) return false;
  format = believed;
  return true;
}

}  // namespace sightline::dicom
