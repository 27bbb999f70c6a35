#include "damaged_j2k.hpp"

#include <gtest/gtest.h>

#include <cstdint>

#include "codec/htj2k_decoder.hpp"
#include "codec/j2k_decoder.hpp"

namespace sightline::test {
namespace {

void compare(Picture const& picture, std::vector<std::byte> const& bytes) {
  auto const request = request_for(picture, codec::Encoding::j2k, bytes);
  auto const ours = codec::decode_j2k_part_1(request, kDefaultLimits);
  auto const theirs = codec::decode_j2k(request, kDefaultLimits);
  ASSERT_EQ(ours.has_value(), theirs.has_value());
  if (!ours) return;
  EXPECT_EQ(ours->missing.has_value(), theirs->missing.has_value());
  EXPECT_EQ(ours->block.bytes, theirs->block.bytes);
}

}  // namespace

void expect_damage_as_openjpeg(Picture const& picture, std::vector<std::byte> const& codestream,
                               std::size_t step) {
  for (std::size_t size = 100; size < codestream.size(); size += step)
    compare(picture, {codestream.begin(), codestream.begin() + static_cast<std::ptrdiff_t>(size)});
  std::size_t const half = codestream.size() / 2;
  std::uint32_t random = 1;
  for (int round = 0; round < 100; ++round) {
    auto bytes = codestream;
    random = random * 1664525 + 1013904223;
    bytes[half + (random >> 8) % (half - 2)] ^= std::byte{1} << (random >> 4 & 7);
    compare(picture, bytes);
  }
}

}  // namespace sightline::test
