#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "base/error.hpp"
#include "codec/frame_decoder.hpp"
#include "codec/htj2k_plan.hpp"

namespace sightline::codec {

/// JPEG 2000 and HTJ2K, a codestream or JP2, whole or a prefix of one, at any resolution level.
/// Values are the codestream's numbers in bits allocated: where the data set and the codestream
/// differ in signedness or depth, no bit is lost and none is invented. A prefix gives the best
/// picture its bytes hold, and says where that is not all of the level. Errors: as decode_frame.
/// Source: PS3.5 8.2.4, A.4.4, 10.18; ISO/IEC 15444-1, 15444-15.
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
