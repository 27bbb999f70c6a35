#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "base/error.hpp"
#include "codec/frame_decoder.hpp"
#include "codec/htj2k_plan.hpp"

namespace sightline::codec {

/// HTJ2K and JPEG 2000 by our own decoder; what plan_htj2k and plan_damaged_htj2k refuse goes to
/// the library (decode_j2k), whose verdict stands. The same results, in a third of its memory, and
/// of HTJ2K about twice its speed (docs/decode_speed.md). Errors: as decode_frame.
/// Source: ISO/IEC 15444-1; 15444-15; PS3.5 A.4.4, 10.18.
Result<DecodedFrame> decode_htj2k(DecodeRequest const& request, Limits const& limits);

/// Where a plan's pixels go: rows x cols x samples, interleaved, of sample_bytes each.
struct HtOutput {
  std::span<std::byte> bytes;
  std::uint32_t rows = 0, cols = 0;
  unsigned sample_bytes = 1;
  std::span<std::uint8_t const> component_of_sample;
};

/// How many code-blocks it took, and of these how many break the format: their samples are zero.
struct HtDecoded {
  std::uint64_t blocks = 0, broken_blocks = 0;
};

/// Decodes what was planned, and leaves the rest of the output as it is. Nothing: the plan is of
/// another output.
[[nodiscard]] std::optional<HtDecoded> decode_plan(HtPlan const& plan,
                                                   std::span<std::byte const> codestream,
                                                   HtOutput const& output);

}  // namespace sightline::codec
