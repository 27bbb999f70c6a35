#pragma once
#include <algorithm>
#include <bit>
#include <cstdint>

namespace sightline::codec {

/// How often a frame that we encode is halved: until neither side is over 64 samples, at least five
/// times, never after it is one sample. Source: PS3.5 10.18 (base resolution at most 64).
constexpr std::uint8_t decompositions_for(std::uint32_t rows, std::uint32_t cols) {
  constexpr std::uint32_t kCoarsestSide = 64;
  constexpr int kLeast = 5;
  std::uint64_t const longest = std::max(rows, cols);
  int count = kLeast;
  while ((longest + (std::uint64_t{1} << count) - 1) >> count > kCoarsestSide) ++count;
  int const until_one_sample = std::max(static_cast<int>(std::bit_width(longest)) - 1, 0);
  return static_cast<std::uint8_t>(std::min(count, until_one_sample));
}

}  // namespace sightline::codec
