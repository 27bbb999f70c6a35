#pragma once
#include <cstdint>
#include <vector>

#include "base/error.hpp"
#include "codec/frame_decoder.hpp"
#include "j2k_encoder.hpp"
#include "picture.hpp"

namespace sightline::test {

using Bytes = std::vector<std::byte>;

inline constexpr std::uint32_t kRows = 37, kCols = 45;

/// Frames that resemble each other, as slices do.
std::vector<Picture> make_frames(std::size_t count, unsigned bits, bool is_signed = false);

/// One picture whose samples are the frames.
Picture as_components(std::vector<Picture> const& frames);

/// Components of these values, coded as numbers of `bits`; to signed ones no level is added.
Bytes encode_components(std::vector<std::vector<std::int32_t>> const& components, unsigned bits,
                        J2kOptions const& options = {}, bool is_signed = true);

/// Each frame but the first as its difference from the one before, about 100; and the matrix that
/// adds them up.
std::vector<std::vector<std::int32_t>> differences(std::vector<Picture> const& frames);
std::vector<double> sums(std::size_t count);

Result<codec::DecodedFrame> decode(Picture const& picture, Bytes const& stream, bool by_library);

/// Decodes all frames of a codestream that should hold them, in both ways.
void expect_frames(std::vector<Picture> const& frames, Bytes const& stream);

}  // namespace sightline::test
