#include "index/stream_codec.hpp"

#include <gtest/gtest.h>

#include "sample_instance.hpp"

namespace sightline::server {
namespace {

using testing::stream_of;

TEST(StreamCodec, TablesComeBack) {
  std::vector const streams{stream_of({10, 30, 90}), stream_of({}, Errc::corrupt), stream_of({0})};
  auto const back = decode_streams(encode_streams(streams));
  ASSERT_TRUE(back.has_value());
  ASSERT_EQ(back->size(), 3U);
  EXPECT_EQ((*back)[0].level_ends, streams[0].level_ends);
  EXPECT_EQ((*back)[0].digest, streams[0].digest);
  EXPECT_EQ((*back)[0].min, -5);
  EXPECT_EQ((*back)[1].failure, Errc::corrupt);
  EXPECT_FALSE((*back)[1].has_digest);
  EXPECT_EQ(encode_streams(*back), encode_streams(streams));
}

TEST(StreamCodec, NoBytesAreNoStreams) { EXPECT_TRUE(decode_streams({})->empty()); }

TEST(StreamCodec, EveryPrefixIsRefused) {
  auto const bytes = encode_streams({stream_of({10, 30}), stream_of({7})});
  for (std::size_t length = 1; length < bytes.size(); ++length) {
    EXPECT_FALSE(decode_streams(std::span(bytes).first(length)).has_value()) << length;
  }
}

TEST(StreamCodec, FallingLevelEndsAreRefused) {
  EXPECT_EQ(decode_streams(encode_streams({stream_of({30, 10})})).error().code, Errc::corrupt);
}

TEST(StreamCodec, AHugeCountAllocatesNothing) {
  std::vector<std::byte> const bytes{std::byte{1}, std::byte{0xff}, std::byte{0xff},
                                     std::byte{0}, std::byte{0},    std::byte{0}};
  EXPECT_EQ(decode_streams(bytes).error().code, Errc::truncated);
}

}  // namespace
}  // namespace sightline::server
