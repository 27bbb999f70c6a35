#include "damaged_j2k.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <set>

#include "codec/htj2k_decoder.hpp"
#include "codec/j2k_decoder.hpp"
#include "codec/main_header.hpp"
#include "openjpeg_reference.hpp"

namespace sightline::test {
namespace {

using Values = std::vector<std::int32_t>;

template <class Word>
Values widened(std::span<std::byte const> bytes) {
  Values values(bytes.size() / sizeof(Word));
  for (std::size_t i = 0; i < values.size(); ++i) {
    Word word;
    std::memcpy(&word, bytes.data() + i * sizeof(Word), sizeof(Word));
    values[i] = static_cast<std::int32_t>(word);
  }
  return values;
}

Values values_of(SampleBlock const& block) {
  if (block.bits_allocated == 8)
    return block.is_signed ? widened<std::int8_t>(block.bytes) : widened<std::uint8_t>(block.bytes);
  if (block.bits_allocated == 16) {
    return block.is_signed ? widened<std::int16_t>(block.bytes)
                           : widened<std::uint16_t>(block.bytes);
  }
  return widened<std::int32_t>(block.bytes);
}

/// Zeros, and samples without a coefficient.
bool is_empty(Picture const& picture, Values const& values) {
  std::int32_t const level =
      picture.format.is_signed ? 0 : std::int32_t{1} << (picture.format.bits_stored - 1);
  return std::ranges::all_of(values, [&](auto value) { return value == 0 || value == level; });
}

}  // namespace

std::optional<DamagedValues> damaged_values(Picture const& picture,
                                            std::span<std::byte const> codestream) {
  std::vector<std::byte> const bytes(codestream.begin(), codestream.end());
  auto const frame =
      codec::decode_htj2k(request_for(picture, codec::Encoding::j2k, bytes), kDefaultLimits);
  if (!frame) return std::nullopt;
  return DamagedValues{values_of(frame->block), frame->missing.has_value()};
}

double distance(Picture const& picture, Values const& values) {
  double sum = 0;
  for (std::size_t i = 0; i < values.size(); ++i)
    sum += std::abs(double{1} * values[i] - picture.values[i]);
  return sum;
}

void expect_cuts_as_openjpeg(Picture const& picture, std::vector<std::byte> const& codestream,
                             std::size_t step, bool is_nearer) {
  auto const header = codec::read_main_header(codestream);
  ASSERT_TRUE(header);
  std::size_t equal = 0;
  for (std::size_t size = header->end_bytes; size + 2 < codestream.size(); size += step) {
    auto const cut = std::span(codestream).first(size);
    auto const ours = damaged_values(picture, cut);
    auto const theirs = openjpeg_best(cut);
    if (!ours) {
      EXPECT_TRUE(!theirs || is_empty(picture, *theirs)) << size;
      continue;
    }
    EXPECT_TRUE(ours->is_missing) << size;
    if (!theirs) continue;
    if (ours->values == *theirs) {
      ++equal;
      continue;
    }
    EXPECT_TRUE(is_nearer) << size;
    // What a block's first layers give may by chance be farther away than nothing.
    EXPECT_LT(distance(picture, ours->values), 1.01 * distance(picture, *theirs)) << size;
  }
  EXPECT_GT(equal, 0u) << "OpenJPEG takes none of them";
}

void expect_damage_as_openjpeg(Picture const& picture, std::vector<std::byte> const& codestream,
                               std::size_t step) {
  expect_cuts_as_openjpeg(picture, codestream, step, true);
  std::size_t const half = codestream.size() / 2;
  std::uint32_t random = 1;
  for (int round = 0; round < 100; ++round) {
    auto bytes = codestream;
    random = random * 1664525 + 1013904223;
    bytes[half + (random >> 8) % (half - 2)] ^= std::byte{1} << (random >> 4 & 7);
    auto const ours = damaged_values(picture, bytes);
    auto const theirs = openjpeg_best(bytes);
    ASSERT_TRUE(ours || !theirs);
    if (!ours || !theirs || ours->values == *theirs) continue;
    EXPECT_TRUE(ours->is_missing) << round;
    EXPECT_LT(distance(picture, ours->values), distance(picture, *theirs)) << round;
  }
}

}  // namespace sightline::test
