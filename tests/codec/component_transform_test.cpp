#include "codec/component_transform.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <random>
#include <vector>

namespace sightline::codec {
namespace {

TEST(ComponentTransform, ReversibleIsShiftedAndClipped) {
  std::vector<std::int32_t> row = {-200, -128, -1, 0, 1, 127, 128, 0, 0, 0};
  std::vector<std::int32_t> values(row.size());
  std::array<std::int32_t const*, 1> const rows = {row.data()};
  std::array<std::int32_t*, 1> const out = {values.data()};
  to_values({8, false, false}, rows, out, 7);
  EXPECT_EQ(std::vector(values.begin(), values.begin() + 7),
            (std::vector<std::int32_t>{0, 0, 127, 128, 129, 255, 255}));
}

/// G.2.2.
TEST(ComponentTransform, RctIsTheStandards) {
  std::mt19937 random(2);
  std::vector<std::int32_t> planes[3];
  for (auto& plane : planes) plane.resize(13 + 3);
  for (int i = 0; i < 13; ++i) {
    for (auto& plane : planes)
      plane[static_cast<std::size_t>(i)] = static_cast<int>(random() % 200) - 100;
  }
  auto const y = planes[0], u = planes[1], v = planes[2];
  std::array<std::int32_t const*, 3> const rows = {y.data(), u.data(), v.data()};
  std::array<std::int32_t*, 3> const out = {planes[0].data(), planes[1].data(), planes[2].data()};
  to_values({10, false, true}, rows, out, 13);
  for (std::size_t i = 0; i < 13; ++i) {
    auto const green = y[i] - static_cast<std::int32_t>(std::floor((u[i] + v[i]) / 4.0));
    EXPECT_EQ(planes[0][i], std::clamp(v[i] + green + 512, 0, 1023));
    EXPECT_EQ(planes[1][i], std::clamp(green + 512, 0, 1023));
    EXPECT_EQ(planes[2][i], std::clamp(u[i] + green + 512, 0, 1023));
  }
}

TEST(ComponentTransform, RealsAreRoundedToEvenAndClipped) {
  float const huge = std::numeric_limits<float>::infinity();
  std::vector<float> row = {0.5f, 1.5f, 2.5f, -0.5f, -1.5f, 1e9f, -1e9f, huge, -huge, 0, 0, 0};
  std::vector<std::int32_t> values(row.size());
  std::array<float const*, 1> const rows = {row.data()};
  std::array<std::int32_t*, 1> const out = {values.data()};
  to_values({16, true, false}, rows, out, 9);
  EXPECT_EQ(std::vector(values.begin(), values.begin() + 9),
            (std::vector<std::int32_t>{0, 2, 2, 0, -2, 32767, -32768, 32767, -32768}));
}

/// 2^31 is the first single that 32 bits do not have; 2^31 - 128 the last one that they have.
TEST(ComponentTransform, RealsOf32BitsAreClipped) {
  float const huge = std::numeric_limits<float>::infinity();
  std::vector<float> row = {2147483520.0f, 2147483648.0f, huge, -2147483648.0f, -huge, 3, -7.5f, 0};
  std::vector<std::int32_t> values(row.size() + 3);
  row.resize(values.size());
  std::array<float const*, 1> const rows = {row.data()};
  std::array<std::int32_t*, 1> const out = {values.data()};
  std::vector<std::int32_t> const expected = {2147483520, INT32_MAX, INT32_MAX, INT32_MIN,
                                              INT32_MIN,  3,         -8,        0};
  to_values({32, true, false}, rows, out, 8);
  EXPECT_EQ(std::vector(values.begin(), values.begin() + 8), expected);
  to_values({32, false, false}, rows, out, 8);
  for (std::size_t i = 0; i < 8; ++i)
    EXPECT_EQ(static_cast<std::uint32_t>(values[i]),
              static_cast<std::uint32_t>(expected[i]) + 0x80000000u);
}

TEST(ComponentTransform, SamplesAreInterleavedAndCut) {
  std::vector<std::int32_t> const a = {1, -1, 258}, b = {4, 5, 6}, c = {7, 8, 9};
  std::array<std::int32_t const*, 3> const rows = {a.data(), b.data(), c.data()};
  std::vector<std::byte> out(9);
  store_samples(rows, 3, 1, out.data());
  std::vector<int> bytes;
  for (std::byte const byte : out) bytes.push_back(std::to_integer<int>(byte));
  EXPECT_EQ(bytes, (std::vector<int>{1, 4, 7, 255, 5, 8, 2, 6, 9}));
}

}  // namespace
}  // namespace sightline::codec
