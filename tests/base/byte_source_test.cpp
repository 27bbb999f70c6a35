#include "base/byte_source.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace sightline {
namespace {

/// 8 GiB that need no memory: byte i is i % 251; what is read is counted.
struct Numbers {
  std::uint64_t readings = 0, bytes = 0;
  RangedBytes ranges{8ull << 30, [this](std::uint64_t offset, std::span<std::byte> into) {
                       ++readings;
                       bytes += into.size();
                       for (std::byte& b : into) b = static_cast<std::byte>(offset++ % 251);
                       return Status{};
                     }};
};

TEST(ByteSource, MemoryAndRangesGiveTheSameBytes) {
  std::vector<std::byte> memory(1000);
  for (std::size_t i = 0; i < memory.size(); ++i) memory[i] = static_cast<std::byte>(i % 251);
  Numbers numbers;
  for (ByteSource const source : {ByteSource(memory), ByteSource(numbers.ranges).first(1000)}) {
    EXPECT_EQ(source.size(), 1000u);
    for (std::uint64_t const offset : {0u, 990u, 500u, 999u, 1000u, 1001u}) {
      auto const view = source.view(offset, 20);
      std::size_t const there = offset >= 1000 ? 0 : std::min<std::size_t>(20, 1000 - offset);
      ASSERT_EQ(view.size(), there) << offset;
      for (std::size_t i = 0; i < there; ++i)
        EXPECT_EQ(view[i], static_cast<std::byte>((offset + i) % 251));
    }
    std::vector<std::byte> copy;
    EXPECT_TRUE(source.append(10, 990, copy));
    EXPECT_TRUE(std::ranges::equal(copy, std::span(memory).subspan(10)));
    EXPECT_EQ(source.append(10, 991, copy).error().code, Errc::truncated);
    EXPECT_EQ(source.append(UINT64_MAX, 2, copy).error().code, Errc::truncated);
  }
  EXPECT_TRUE(ByteSource(memory).memory());
  EXPECT_FALSE(ByteSource(numbers.ranges).memory());
}

TEST(ByteSource, LeapsReadLittleAndReadingOnReadsAhead) {
  Numbers numbers;
  ByteSource const source(numbers.ranges);
  for (std::uint64_t i = 0; i < 64; ++i) EXPECT_EQ(source.view(i << 26, 8).size(), 8u);
  EXPECT_EQ(numbers.readings, 64u);
  EXPECT_LE(numbers.bytes, 4096u + 63 * 64);
  numbers.bytes = numbers.readings = 0;
  std::uint64_t const begin = 5ull << 30;
  for (std::uint64_t i = 0; i < 100'000; ++i)
    ASSERT_EQ(source.view(begin + 100 * i, 8).front(),
              static_cast<std::byte>((begin + 100 * i) % 251));
  EXPECT_LE(numbers.readings, 20u) << "10 MB";
  EXPECT_LE(numbers.bytes, 12'000'000u);
}

TEST(ByteSource, AnErrorStaysAndThereAreNoBytesAfterIt) {
  int readings = 0;
  RangedBytes ranges(100'000, [&](std::uint64_t, std::span<std::byte>) -> Status {
    if (++readings == 2) return fail(Errc::io, "gone");
    return {};
  });
  ByteSource const source(ranges);
  EXPECT_EQ(source.view(0, 10).size(), 10u);
  EXPECT_TRUE(source.status());
  EXPECT_TRUE(source.view(90'000, 10).empty());
  EXPECT_EQ(source.status().error().code, Errc::io);
  EXPECT_TRUE(source.view(0, 10).empty());
  std::vector<std::byte> copy;
  EXPECT_EQ(source.append(0, 10, copy).error().code, Errc::io);
  EXPECT_EQ(readings, 2);
}

}  // namespace
}  // namespace sightline
