#include "base/byte_reader.hpp"

#include <gtest/gtest.h>

#include <array>

namespace sightline {
namespace {

constexpr std::array<std::byte, 8> kBytes = {std::byte{1}, std::byte{2}, std::byte{3},
                                             std::byte{4}, std::byte{5}, std::byte{6},
                                             std::byte{7}, std::byte{8}};

TEST(ByteReader, ReadsBothByteOrders) {
  ByteReader le(kBytes);
  EXPECT_EQ(le.u16_le(), 0x0201);
  EXPECT_EQ(le.u32_le(), 0x06050403u);
  ByteReader be(kBytes);
  EXPECT_EQ(be.u8(), 1);
  EXPECT_EQ(be.u16_be(), 0x0203);
  EXPECT_EQ(be.u32_be(), 0x04050607u);
  EXPECT_EQ(ByteReader(kBytes).u64_le(), 0x0807060504030201ull);
  EXPECT_EQ(ByteReader(kBytes).u64_be(), 0x0102030405060708ull);
}

TEST(ByteReader, FailureIsStickyAndMovesNothing) {
  ByteReader in(kBytes);
  in.skip(6);
  EXPECT_EQ(in.u32_le(), 0u);
  EXPECT_TRUE(in.failed());
  EXPECT_EQ(in.position(), 6u);
  EXPECT_EQ(in.u8(), 0);  // Two bytes are left, but the reader has failed.
  EXPECT_EQ(in.remaining(), 0u);
  EXPECT_TRUE(in.bytes(1).empty());
  auto const status = in.status("header");
  ASSERT_FALSE(status.has_value());
  EXPECT_EQ(status.error().code, Errc::truncated);
  EXPECT_EQ(status.error().offset_bytes, 6u);
}

TEST(ByteReader, CountsThatWouldWrapDoNotPass) {
  ByteReader in(kBytes);
  in.skip(4);
  EXPECT_TRUE(in.bytes(UINT64_MAX - 1).empty());
  EXPECT_TRUE(in.failed());
  ByteReader seeker(kBytes);
  seeker.seek(9);
  EXPECT_TRUE(seeker.failed());
}

TEST(ByteReader, EndOfInputIsNoFailure) {
  ByteReader in(kBytes);
  in.seek(8);
  EXPECT_FALSE(in.failed());
  EXPECT_TRUE(in.at_end());
  EXPECT_TRUE(in.rest().empty());
  EXPECT_TRUE(in.status("end").has_value());
  EXPECT_TRUE(ByteReader(std::span<std::byte const>()).at_end());
}

TEST(ByteReader, GivesViewsIntoTheInput) {
  ByteReader in(kBytes);
  in.skip(2);
  EXPECT_EQ(in.bytes(3).data(), kBytes.data() + 2);
  EXPECT_EQ(in.rest().size(), 3u);
  EXPECT_TRUE(in.at_end());
}

}  // namespace
}  // namespace sightline
