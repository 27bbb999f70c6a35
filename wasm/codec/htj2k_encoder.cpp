#include "codec/htj2k_encoder.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <cstdlib>
#include <utility>

#include "codec/block_values.hpp"
#include "codec/codestream.hpp"
#include "codec/decompositions.hpp"
#include "codec/forward_wavelet_53.hpp"
#include "codec/ht_block_encoder.hpp"
#include "codec/main_header.hpp"
#include "codec/packet_writer.hpp"

namespace sightline::codec {
namespace {

/// A resolution is one precinct.
constexpr std::uint32_t kMostSide = 32768;
constexpr std::uint32_t kBlockSide = 64;
constexpr unsigned kFirstLengthBits = 3;  // Lblock
constexpr std::uint8_t kRpcl = 2, kHtStyle = 0x40, kReversible = 1;

/// One sub-band of one component: where it lies among the component's coefficients.
struct Band {
  std::uint32_t col = 0, row = 0, cols = 0, rows = 0;
  unsigned exponent = 0;  ///< epsilon_b
};

/// All that the marker segments say.
struct Parameters {
  std::uint32_t rows = 0, cols = 0;
  std::uint16_t components = 1;
  unsigned bits = 8, decompositions = 0, guard_bits = 1;
  bool is_signed = false, uses_mct = false;
  std::vector<std::vector<Band>> resolutions;              ///< LL; then HL, LH, HH of each.
  [[nodiscard]] unsigned planes(Band const& band) const {  // M_b, E-2
    return guard_bits + band.exponent - 1;
  }
};

using Planes = std::vector<std::vector<std::int32_t>>;

/// Source: ISO/IEC 15444-1 B.5, E.1.1.
std::vector<std::vector<Band>> resolutions_of(Parameters const& parameters) {
  unsigned const depth = parameters.bits + (parameters.uses_mct ? 1 : 0);
  std::vector<std::vector<Band>> resolutions(parameters.decompositions + 1);
  std::uint32_t rows = parameters.rows, cols = parameters.cols;
  for (unsigned r = parameters.decompositions; r > 0; --r) {
    std::uint32_t const low_rows = (rows + 1) / 2, low_cols = (cols + 1) / 2;
    resolutions[r] = {{low_cols, 0, cols - low_cols, low_rows, depth + 1},
                      {0, low_rows, low_cols, rows - low_rows, depth + 1},
                      {low_cols, low_rows, cols - low_cols, rows - low_rows, depth + 2}};
    rows = low_rows;
    cols = low_cols;
  }
  resolutions[0] = {{0, 0, cols, rows, depth}};
  return resolutions;
}

/// Values about zero. Source: ISO/IEC 15444-1 G.1.2, G.2.1.
Planes planes_of(SampleBlock const& block, Parameters const& parameters) {
  std::size_t const pixels = std::size_t{block.rows} * block.cols;
  std::int32_t const shift = block.is_signed ? 0 : 1 << (parameters.bits - 1);
  Planes planes(block.samples);
  for (std::size_t c = 0; c < planes.size(); ++c) {
    planes[c].resize(pixels);
    for (std::size_t i = 0; i < pixels; ++i)
      planes[c][i] = block_value(block, i * block.samples + c) - shift;
  }
  for (std::size_t i = 0; parameters.uses_mct && i < pixels; ++i) {
    std::int32_t const red = planes[0][i], green = planes[1][i], blue = planes[2][i];
    planes[0][i] = (red + 2 * green + blue) >> 2;
    planes[1][i] = blue - green;
    planes[2][i] = red - green;
  }
  return planes;
}

void transform(Planes& planes, Parameters const& parameters) {
  std::vector<std::int32_t> spare(
      std::max({std::size_t{parameters.cols}, std::size_t{parameters.rows},
                std::size_t{parameters.rows / 2} * parameters.cols}));
  for (auto& plane : planes) {
    std::uint32_t rows = parameters.rows, cols = parameters.cols;
    for (unsigned level = 0; level < parameters.decompositions; ++level) {
      forward_wavelet_53(plane.data(), parameters.cols, rows, cols, spare);
      rows = (rows + 1) / 2;
      cols = (cols + 1) / 2;
    }
  }
}

std::uint32_t greatest_magnitude(std::vector<std::int32_t> const& plane, std::uint32_t stride,
                                 Band const& band) {
  std::uint32_t all = 0;
  for (std::uint32_t row = 0; row < band.rows; ++row) {
    std::int32_t const* const first =
        plane.data() + std::size_t{band.row + row} * stride + band.col;
    for (std::uint32_t col = 0; col < band.cols; ++col)
      all |= static_cast<std::uint32_t>(std::abs(first[col]));
  }
  return all;
}

/// So many that no magnitude has more than M_b bits. Source: ISO/IEC 15444-1 E.1.
unsigned guard_bits_for(Planes const& planes, Parameters const& parameters) {
  int guard = 1;
  for (auto const& bands : parameters.resolutions) {
    for (Band const& band : bands) {
      for (auto const& plane : planes) {
        auto const bits = std::bit_width(greatest_magnitude(plane, parameters.cols, band));
        guard = std::max(guard, static_cast<int>(bits) - static_cast<int>(band.exponent) + 1);
      }
    }
  }
  return static_cast<unsigned>(guard);
}

class Bytes {
 public:
  std::vector<std::byte> all;
  void u8(std::uint32_t value) { all.push_back(static_cast<std::byte>(value)); }
  void u16(std::uint32_t value) {
    u8(value >> 8 & 0xff);
    u8(value & 0xff);
  }
  void u32(std::uint32_t value) {
    u16(value >> 16);
    u16(value & 0xffff);
  }
  void patch32(std::size_t at, std::uint32_t value) {
    for (unsigned i = 0; i < 4; ++i)
      all[at + i] = static_cast<std::byte>(value >> (24 - 8 * i) & 0xff);
  }
};

/// What a decoder needs to know of magnitudes. Source: ISO/IEC 15444-15 A.3.
std::uint32_t magnitude_bound(Parameters const& parameters) {
  unsigned most = 0;
  for (auto const& bands : parameters.resolutions)
    for (Band const& band : bands) most = std::max(most, parameters.planes(band));
  if (most <= 8) return 0;
  return most < 28 ? most - 8 : 13 + (most >> 2);
}

/// Source: ISO/IEC 15444-1 A.5.1, A.6.1, A.6.4; 15444-15 A.
void put_main_header(Bytes& out, Parameters const& parameters) {
  out.u16(marker::kSoc);
  out.u16(marker::kSiz);
  out.u16(38 + 3u * parameters.components);
  out.u16(0x4000);                             // Rsiz: CAP follows
  for (unsigned grid = 0; grid < 2; ++grid) {  // the image, and its one tile
    out.u32(parameters.cols);
    out.u32(parameters.rows);
    out.u32(0);
    out.u32(0);
  }
  out.u16(parameters.components);
  for (unsigned c = 0; c < parameters.components; ++c) {
    out.u8((parameters.is_signed ? 0x80 : 0) | (parameters.bits - 1));
    out.u8(1);
    out.u8(1);
  }
  out.u16(marker::kCap);
  out.u16(8);
  out.u32(1u << 17);  // Part 15
  out.u16(magnitude_bound(parameters));
  out.u16(marker::kCod);
  out.u16(12);
  out.u8(0);
  out.u8(kRpcl);
  out.u16(1);
  out.u8(parameters.uses_mct ? 1 : 0);
  out.u8(parameters.decompositions);
  out.u8(std::countr_zero(kBlockSide) - 2);
  out.u8(std::countr_zero(kBlockSide) - 2);
  out.u8(kHtStyle);
  out.u8(kReversible);
  out.u16(marker::kQcd);
  out.u16(4 + 3 * parameters.decompositions);
  out.u8(parameters.guard_bits << 5);
  for (auto const& bands : parameters.resolutions)
    for (Band const& band : bands) out.u8(band.exponent << 3);
}

/// The code-blocks of one band, row by row.
struct CodedBand {
  std::uint32_t cols = 0, rows = 0;
  unsigned zero_planes = 0;
  std::vector<std::uint32_t> lengths;
  std::vector<std::byte> bytes;
};

CodedBand code_band(std::vector<std::int32_t> const& plane, std::uint32_t stride, Band const& band,
                    HtBlockEncoder& encoder) {
  CodedBand coded;
  coded.cols = (band.cols + kBlockSide - 1) / kBlockSide;
  coded.rows = (band.rows + kBlockSide - 1) / kBlockSide;
  for (std::uint32_t row = 0; row < band.rows; row += kBlockSide) {
    for (std::uint32_t col = 0; col < band.cols; col += kBlockSide) {
      auto const* const first =
          plane.data() + std::size_t{band.row + row} * stride + band.col + col;
      coded.lengths.push_back(static_cast<std::uint32_t>(
          encoder.encode(first, stride, std::min(kBlockSide, band.cols - col),
                         std::min(kBlockSide, band.rows - row), coded.bytes)));
    }
  }
  return coded;
}

/// Source: ISO/IEC 15444-1 B.10.4 to B.10.7: one pass, in one segment.
void put_length(PacketBitsWriter& bits, std::uint32_t length) {
  bits.bit(0);  // one coding pass
  unsigned const needed = std::max(kFirstLengthBits, static_cast<unsigned>(std::bit_width(length)));
  for (unsigned i = kFirstLengthBits; i < needed; ++i) bits.bit(1);
  bits.bit(0);
  bits.bits(length, needed);
}

/// Source: ISO/IEC 15444-1 B.10.
void put_packet(Bytes& out, std::vector<CodedBand> const& bands) {
  PacketBitsWriter bits(out.all);
  bits.bit(1);
  for (CodedBand const& band : bands) {
    if (band.lengths.empty()) continue;
    std::vector<std::uint32_t> layers;
    for (std::uint32_t const length : band.lengths) layers.push_back(length > 0 ? 0 : 1);
    TagTreeWriter inclusion(band.cols, band.rows, layers);
    TagTreeWriter planes(band.cols, band.rows,
                         std::vector<std::uint32_t>(layers.size(), band.zero_planes));
    for (std::uint32_t i = 0; i < layers.size(); ++i) {
      std::uint32_t const col = i % band.cols, row = i / band.cols;
      inclusion.put(col, row, 1, bits);
      if (band.lengths[i] == 0) continue;
      planes.put(col, row, band.zero_planes + 1, bits);
      put_length(bits, band.lengths[i]);
    }
  }
  bits.finish();
  for (CodedBand const& band : bands)
    out.all.insert(out.all.end(), band.bytes.begin(), band.bytes.end());
}

void put_tile(Bytes& out, Planes const& planes, Parameters const& parameters) {
  std::size_t const begin = out.all.size();
  out.u16(marker::kSot);
  out.u16(10);
  out.u16(0);
  out.u32(0);  // Psot, below
  out.u8(0);
  out.u8(1);
  out.u16(marker::kSod);
  HtBlockEncoder encoder;
  for (auto const& bands : parameters.resolutions) {
    for (auto const& plane : planes) {
      std::vector<CodedBand> coded;
      for (Band const& band : bands) {
        coded.push_back(code_band(plane, parameters.cols, band, encoder));
        coded.back().zero_planes = parameters.planes(band) - 1;
      }
      put_packet(out, coded);
    }
  }
  out.patch32(begin + 6, static_cast<std::uint32_t>(out.all.size() - begin));
  out.u16(marker::kEoc);
}

}  // namespace

Result<std::vector<std::byte>> encode_htj2k(SampleBlock const& block, unsigned bits_stored,
                                            bool is_rgb) {
  if (!has_encoded_shape(block) || std::max(block.rows, block.cols) > kMostSide)
    return fail(Errc::unsupported, "no picture of HTJ2K");
  if (!has_all_bytes(block)) return fail(Errc::invalid_argument, "picture size");
  Parameters parameters;
  parameters.rows = block.rows;
  parameters.cols = block.cols;
  parameters.components = block.samples;
  parameters.bits = block_precision(block, bits_stored);
  parameters.is_signed = block.is_signed;
  parameters.uses_mct = block.samples == 3 && is_rgb;
  parameters.decompositions = decompositions_for(block.rows, block.cols);
  parameters.resolutions = resolutions_of(parameters);
  Planes planes = planes_of(block, parameters);
  transform(planes, parameters);
  parameters.guard_bits = guard_bits_for(planes, parameters);
  Bytes out;
  put_main_header(out, parameters);
  put_tile(out, planes, parameters);
  auto leveled = level_codestream(out.all);
  if (!leveled) return std::unexpected(std::move(leveled.error()));
  return std::move(leveled->bytes);
}

}  // namespace sightline::codec
