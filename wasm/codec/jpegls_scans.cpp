#include "codec/jpegls_scans.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <utility>
#include <vector>

#include "base/byte_reader.hpp"
#include "codec/entropy_bits.hpp"
#include "codec/jpegls_lines.hpp"
#include "codec/jpegls_model.hpp"
#include "codec/jpegls_samples.hpp"

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

/// Two lines of each component that a scan has, one pixel wider on both sides, and another behind.
class LinePair {
 public:
  LinePair(std::size_t columns, std::size_t samples)
      : columns_(columns),
        samples_(samples),
        room_((2 * (columns + 2) + 1) * samples),
        line_{room_.data() + samples, room_.data() + (columns + 3) * samples, columns} {}

  /// As before the first line.
  void clear() { std::ranges::fill(room_, std::uint16_t{0}); }
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

struct ScanOutcome {
  Errc code = Errc::ok;
  std::size_t lines = 0;
  std::size_t length = 0;  ///< bytes up to the marker behind it, or the end
};

/// A scan's last line is followed by less than a byte of zeros, and a marker. Without the marker
/// nothing of this scan is missing.
Errc check_end(JpegLsBits& bits) {
  std::size_t const left = bits.bits_left();
  bool const is_done =
      left < 8 && (left == 0 || bits.window().at(bits.position()) >> (64 - left) == 0);
  return is_done ? Errc::ok : Errc::corrupt;
}

/// C.2.5, C.1: RSTm behind a restart interval, counted modulo 8. All that was learnt is forgotten.
Errc restart(JpegLsBits& bits, std::span<std::byte const> bytes, std::size_t count,
             JpegLsModel& model, std::vector<LinePair>& lines, std::vector<int>& run_indices) {
  if (Errc const code = check_end(bits); code != Errc::ok) return code;
  if (!bits.has_marker()) return Errc::truncated;
  auto const marker = std::to_integer<unsigned>(bytes[bits.marker() + 1]);
  if (marker != 0xd0 + count % 8) return Errc::corrupt;
  bits.skip_marker();
  model.reset();
  for (LinePair& each : lines) each.clear();
  std::ranges::fill(run_indices, 0);
  return Errc::ok;
}

/// One scan's lines; `first`: its first component.
ScanOutcome decode_scan(JpegLsHeader const& header, JpegLsParameters const& parameters,
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
    if (header.restart_lines != 0 && row != 0 && row % header.restart_lines == 0) {
      std::size_t const count = row / header.restart_lines - 1;
      Errc const code = restart(bits, bytes, count, model, lines, run_indices);
      if (code != Errc::ok) return {code, row};
    }
    for (std::size_t plane = 0; plane < planes; ++plane) {
      JpegLsLine const& line = lines[plane].begin();
      bits.begin_unit();
      bool const is_good = by_pixel ? decode_jpegls_pixels(model, bits, line, run_indices[plane])
                                    : decode_jpegls_line(model, bits, line, run_indices[plane]);
      if (!is_good) return {Errc::corrupt, row};
      if (bits.has_overrun()) return {Errc::truncated, row};
      rows.store(row, first + plane, by_pixel ? 1 : rows.components, line.current,
                 header.cols * samples);
    }
  }
  Errc const code = check_end(bits);
  return {code, header.rows, bits.has_marker() ? bits.marker() : bytes.size()};
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

/// C.2.6: DNL behind the first scan, with the number of lines that the data set has. 0: it is not
/// there.
std::size_t skip_number_of_lines(JpegLsHeader const& header, std::span<std::byte const> bytes,
                                 std::size_t at) {
  if (at >= bytes.size()) return 0;
  ByteReader in(bytes.subspan(at));
  bool const is_dnl = in.u16_be() == 0xffdc && in.u16_be() == 4 && in.u16_be() == header.rows;
  return is_dnl && !in.failed() ? at + in.position() : 0;
}

JpegLsOutcome decode_by(JpegLsHeader const& header, JpegLsDefaults defaults,
                        std::span<std::byte const> bytes, Rows const& rows) {
  auto const parameters = jpegls_parameters(header, defaults);
  if (!parameters) return {Errc::corrupt};
  bool const by_plane = header.interleave == JpegLsHeader::Interleave::none;
  std::size_t const scans = by_plane ? header.components : 1;
  std::size_t at = header.first_scan;
  JpegLsOutcome outcome;
  for (std::size_t scan = 0; scan < scans; ++scan) {
    at = skip_presets(header, bytes, at);
    if (at >= bytes.size()) return {Errc::truncated, outcome.lines};
    if (!has_expected_header(header, bytes, at)) return {Errc::corrupt, outcome.lines};
    at += 8 + 2 * (by_plane ? 1u : header.components);
    auto const [code, lines, length] =
        decode_scan(header, *parameters, bytes.subspan(at), scan, rows);
    outcome.lines += lines;
    if (code != Errc::ok) return {code, outcome.lines};
    at += length;
    if (scan == 0 && header.rows_follow) {
      at = skip_number_of_lines(header, bytes, at);
      if (at == 0) return {Errc::corrupt, outcome.lines};
    }
  }
  return outcome;
}

/// Samples of a transform, `Sample` wide, back to RGB. The additions wrap, as HP's do.
template <typename Sample>
void invert(JpegLsHeader::Transform transform, std::size_t sample_bytes, std::span<std::byte> out) {
  constexpr int kRange = 1 << (8 * sizeof(Sample));
  for (std::size_t at = 0; at + 3 * sample_bytes <= out.size(); at += 3 * sample_bytes) {
    std::array<Sample, 3> v{};
    for (std::size_t s = 0; s < 3; ++s) {
      std::memcpy(&v[s], out.data() + at + s * sample_bytes, sizeof(Sample));
    }
    Sample red = 0, green = v[1], blue = 0;
    if (transform == JpegLsHeader::Transform::hp3) {
      green = static_cast<Sample>(v[0] - (v[2] + v[1]) / 4 + kRange / 4);
      red = static_cast<Sample>(v[2] + green - kRange / 2);
      blue = static_cast<Sample>(v[1] + green - kRange / 2);
    } else {
      red = static_cast<Sample>(v[0] + green - kRange / 2);
      int const base = transform == JpegLsHeader::Transform::hp1 ? int{green} : (red + green) / 2;
      blue = static_cast<Sample>(v[2] + base - kRange / 2);
    }
    for (std::size_t s = 0; Sample const value : {red, green, blue}) {
      std::memcpy(out.data() + at + s++ * sample_bytes, &value, sizeof(Sample));
    }
  }
}

}  // namespace

JpegLsOutcome decode_jpegls_scans(JpegLsHeader const& header, std::span<std::byte const> bytes,
                                  std::size_t sample_bytes, std::span<std::byte> out) {
  std::size_t const row_samples = std::size_t{header.cols} * header.components;
  Rows const rows{out, sample_bytes, row_samples, header.components};
  JpegLsOutcome outcome = decode_by(header, JpegLsDefaults::standard, bytes, rows);
  // Quirk "CharLS 1's thresholds": below 8 bits its streams are not the standard's. A stream of one
  // kind ends before or behind its marker when it is read as the other.
  bool const may_be_charls1 = header.precision < 8 && outcome.code != Errc::ok;
  if (may_be_charls1) {
    auto const again = decode_by(header, JpegLsDefaults::charls1, bytes, rows);
    // What is left in `out` is the last one's: the better one decodes again where it was the first.
    if (again.code == Errc::ok || again.lines >= outcome.lines) {
      outcome = again;
    } else {
      outcome = decode_by(header, JpegLsDefaults::standard, bytes, rows);
    }
  }
  if (header.transform != JpegLsHeader::Transform::none) {
    if (header.precision == 8) {
      invert<std::uint8_t>(header.transform, sample_bytes, out);
    } else {
      invert<std::uint16_t>(header.transform, sample_bytes, out);
    }
  }
  return outcome;
}

}  // namespace sightline::codec
