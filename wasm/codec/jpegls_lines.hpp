#pragma once
#include <cstddef>
#include <cstdint>

#include "codec/entropy_bits.hpp"
#include "codec/jpegls_model.hpp"
#include "codec/jpegls_samples.hpp"

namespace sightline::codec {

/// Bits that a sample takes at most, with what a run before it takes.
constexpr std::size_t jpegls_sample_bits(JpegLsParameters const& parameters) {
  return static_cast<std::size_t>(parameters.limit) + 18;
}

/// Decode a line of one component, or of three interleaved by sample. False: the bits are none that
/// an encoder writes. Bits past the end of the scan are seen as zeros and not noticed here.
/// Source: ISO/IEC 14495-1 A.3 to A.7, B.
[[nodiscard]] bool decode_jpegls_line(JpegLsModel& model, JpegLsBits& bits, JpegLsLine const& line,
                                      int& run_index);
[[nodiscard]] bool decode_jpegls_pixels(JpegLsModel& model, JpegLsBits& bits,
                                        JpegLsLine const& line, int& run_index);

}  // namespace sightline::codec
