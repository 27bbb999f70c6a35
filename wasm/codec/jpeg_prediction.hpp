#pragma once
#include <cstddef>
#include <cstdint>

namespace sightline::codec {

/// One component's places in a row of interleaved samples: `count` of them, `step` apart.
struct JpegLine {
  std::uint16_t* samples = nullptr;
  std::size_t count = 0, step = 1;
};

/// The first row of a scan or of a restart interval: differences become samples, the first one's
/// prediction is `initial` (2^(P - Pt - 1)), the others' the sample to the left. Modulo 2^16.
/// Source: ISO/IEC 10918-1 H.1.2.1, H.2.1.
void add_initial_prediction(JpegLine line, std::uint16_t initial);

/// Any other row: the first sample is predicted by the one above it, the others by `selection` (1
/// to 7) of the samples to the left, above, and above to the left. `above` has the same places.
/// Source: ISO/IEC 10918-1 table H.1.
void add_prediction(JpegLine line, std::uint16_t const* above, unsigned selection);

}  // namespace sightline::codec
