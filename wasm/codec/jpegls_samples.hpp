#pragma once
#include <cstddef>
#include <cstdint>

#include "codec/entropy_bits.hpp"
#include "codec/jpegls_model.hpp"

namespace sightline::codec {

/// A line and the one before it: `columns` pixels. One more before them and two behind can be read;
/// the first of these on both sides are the decoder's, the last is any sample. Pixels of one
/// sample, or of three side by side.
struct JpegLsLine {
  static constexpr std::size_t kSamples = 3;  ///< of an interleaved pixel

  std::uint16_t* current = nullptr;
  std::uint16_t* previous = nullptr;
  std::size_t columns = 0;
};

/// The place in the bits of a scan.
struct JpegLsCursor {
  BitWindow stream;
  std::size_t position = 0;

  [[nodiscard]] std::uint64_t window() const { return stream.at(position); }
  /// 0 to 32 bits.
  std::int32_t take(int count) {
    std::uint64_t const bits = window() >> 1 >> (63 - count);
    position += static_cast<std::size_t>(count);
    return static_cast<std::int32_t>(bits);
  }
};

/// A.4.2: the median of a, b, a + b - c.
[[gnu::always_inline]] inline std::int32_t jpegls_prediction(std::int32_t a, std::int32_t b,
                                                             std::int32_t c) {
  std::int32_t const both = a + b;
  std::int32_t const least = a < b ? a : b, greatest = both - least;
  std::int32_t const above = c < least ? least : c;
  return both - (above > greatest ? greatest : above);
}

/// Decode what most of a line is, quickly: samples of regular mode with short codes, from the one
/// at `first` on; up to one that begins a run, or whose code is long or none that an encoder
/// writes. Return the place of that one, of which nothing is read or learnt, or of the line's end.
/// Places count samples; that of decode_jpegls_triples at first is a pixel's. Source: ISO/IEC
/// 14495-1 A.3 to A.6.
[[nodiscard]] std::size_t decode_jpegls_samples(JpegLsModel& model, JpegLsCursor& cursor,
                                                JpegLsLine const& line, std::size_t first);
[[nodiscard]] std::size_t decode_jpegls_triples(JpegLsModel& model, JpegLsCursor& cursor,
                                                JpegLsLine const& line, std::size_t first);

}  // namespace sightline::codec
