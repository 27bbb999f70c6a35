#include "codec/jpegls_scans.hpp"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <utility>
#include <vector>

#include "base/byte_reader.hpp"
#include "codec/entropy_bits.hpp"
#include "codec/jpegls_lines.hpp"
#include "codec/jpegls_model.hpp"

namespace sightline::codec {
namespace {

/// Where samples go: `step` bytes from one to the next.
template <std::size_t Bytes>
void store_samples(std::uint16_t const* in, std::size_t count, std::size_t step, std::byte* out) {
  for (std::size_t i = 0; i < count; ++i) {
    std::uint32_t const value = in[i];
    std::memcpy(out + i * step, &value, Bytes);
  }
}

struct Rows {
  std::span<std::byte> bytes;
  std::size_t sample_bytes, row_samples, components;

  /// `first`: the first sample's place in the row; every `every`th is the next.
  void store(std::size_t row, std::size_t first, std::size_t every, std::uint16_t const* in,
             std::size_t count) const {
    std::byte* const out = bytes.data() + (row * row_samples + first) * sample_bytes;
    std::size_t const step = every * sample_bytes;
    if (sample_bytes == 2 && every == 1) {
      std::memcpy(out, in, 2 * count);
      return;
    }
    switch (sample_bytes) {
      case 1: return store_samples<1>(in, count, step, out);
      case 2: return store_samples<2>(in, count, step, out);
      default: return store_samples<4>(in, count, step, out);
    }
  }
};

/// Two lines of each component that a scan has, one pixel wider on both sides.
class LinePair {
 public:
  LinePair(std::size_t columns, std::size_t samples)
      : columns_(columns),
        samples_(samples),
        room_(2 * (columns + 2) * samples),
        line_{room_.data() + samples, room_.data() + (columns + 3) * samples, columns} {}

  /// The pixels beside the lines. A.2.1.
  JpegLsLine const& begin() {
    std::swap(line_.current, line_.previous);
    for (std::size_t s = 0; s < samples_; ++s) {
      line_.previous[columns_ * samples_ + s] = line_.previous[(columns_ - 1) * samples_ + s];
      *(line_.current - samples_ + s) = line_.previous[s];
    }
    return line_;
  }
  [[nodiscard]] std::uint16_t const* current() const { return line_.current; }

 private:
  std::size_t columns_, samples_;
  std::vector<std::uint16_t> room_;
  JpegLsLine line_;
};

/// One scan's lines; `first`: its first component. The number of bytes up to the marker behind it,
/// or 0 where it is broken.
std::size_t decode_scan(JpegLsHeader const& header, JpegLsParameters const& parameters,
                        std::span<std::byte const> bytes, std::size_t first, Rows const& rows) {
  using Interleave = JpegLsHeader::Interleave;
  bool const by_pixel = header.interleave == Interleave::sample;
  std::size_t const samples = by_pixel ? header.components : 1;
  std::size_t const planes = header.interleave == Interleave::line ? header.components : 1;
  JpegLsModel model(parameters);
  JpegLsBits bits(bytes, header.cols * samples * jpegls_sample_bits(parameters));
  std::vector<LinePair> lines;
  lines.reserve(planes);
  for (std::size_t plane = 0; plane < planes; ++plane) lines.emplace_back(header.cols, samples);
  std::vector<int> run_indices(planes);
  for (std::size_t row = 0; row < header.rows; ++row) {
    for (std::size_t plane = 0; plane < planes; ++plane) {
      JpegLsLine const& line = lines[plane].begin();
      bits.begin_unit();
      bool const is_good = by_pixel ? decode_jpegls_pixels(model, bits, line, run_indices[plane])
                                    : decode_jpegls_line(model, bits, line, run_indices[plane]);
      if (!is_good || bits.has_overrun()) return 0;
      rows.store(row, first + plane, by_pixel ? 1 : rows.components, line.current,
                 header.cols * samples);
    }
  }
  // A marker, behind less than a byte of zeros.
  std::size_t const left = bits.bits_left();
  bool const is_done = left < 8 && bits.has_marker() &&
                       (left == 0 || bits.window().at(bits.position()) >> (64 - left) == 0);
  return is_done ? bits.marker() : 0;
}

/// Encoders repeat the preset parameters before each scan: the place behind those that say the
/// same.
std::size_t skip_presets(JpegLsHeader const& header, std::span<std::byte const> bytes,
                         std::size_t at) {
  constexpr std::size_t kSegment = 15;
  while (at <= bytes.size()) {
    ByteReader in(bytes.subspan(at));
    bool is_same = in.u16_be() == 0xfff8 && in.u16_be() == kSegment - 2 && in.u8() == 1;
    for (std::uint16_t const preset : header.presets) is_same = is_same && in.u16_be() == preset;
    if (!is_same || in.failed()) break;
    at += kSegment;
  }
  return at;
}

/// C.2.3: the header of the scan that begins at `at`, as the frame's first scan lets expect it.
/// What its mapping tables and its point transform are is not looked at, as in the library.
bool has_expected_header(JpegLsHeader const& header, std::span<std::byte const> bytes,
                         std::size_t at) {
  bool const by_plane = header.interleave == JpegLsHeader::Interleave::none;
  unsigned const components = by_plane ? 1 : header.components;
  ByteReader in(bytes.subspan(at));
  if (in.u16_be() != 0xffda || in.u16_be() != 6 + 2 * components || in.u8() != components) {
    return false;
  }
  in.skip(std::uint64_t{2} * components);
  bool const is_same =
      in.u8() == header.near_lossless && in.u8() == static_cast<std::uint8_t>(header.interleave);
  in.skip(1);
  return is_same && !in.failed();
}

}  // namespace

bool decode_jpegls_scans(JpegLsHeader const& header, std::span<std::byte const> bytes,
                         std::size_t sample_bytes, std::span<std::byte> out) {
  auto const parameters = jpegls_parameters(header);
  bool const is_known = header.components == 1 || header.components == 3;
  bool const by_plane = header.interleave == JpegLsHeader::Interleave::none;
  if (!parameters || !is_known || header.has_transform || (header.components == 1 && !by_plane)) {
    return false;
  }
  std::size_t const row_samples = std::size_t{header.cols} * header.components;
  if (out.size() != row_samples * header.rows * sample_bytes || 8 * sample_bytes < header.precision)
    return false;
  Rows const rows{out, sample_bytes, row_samples, header.components};
  std::size_t const scans = by_plane ? header.components : 1;
  std::size_t at = header.first_scan;
  for (std::size_t scan = 0; scan < scans; ++scan) {
    at = skip_presets(header, bytes, at);
    if (at > bytes.size() || !has_expected_header(header, bytes, at)) return false;
    std::size_t const head_bytes = 8 + 2 * (by_plane ? 1u : header.components);
    std::size_t const length =
        decode_scan(header, *parameters, bytes.subspan(at + head_bytes), scan, rows);
    if (length == 0) return false;
    at += head_bytes + length;
  }
  return true;
}

}  // namespace sightline::codec
