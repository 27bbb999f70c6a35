#include <gtest/gtest.h>

#include "codec/codestream.hpp"
#include "htj2k_coder.hpp"
#include "picture.hpp"

namespace sightline::codec {
namespace {

using test::encode_htj2k;
using test::Htj2kOptions;
using test::make_picture;

bool is_expected(Errc code) {
  return code == Errc::corrupt || code == Errc::truncated || code == Errc::unsupported ||
         code == Errc::limit_exceeded;
}

TEST(LevelMutation, EveryCutIsTruncated) {
  auto const bytes = encode_htj2k(make_picture(90, 110, 1, 12, false), {.precincts = {32}});
  std::span<std::byte const> const all = bytes;
  for (std::size_t size = 0; size + 2 < bytes.size(); ++size) {
    auto const leveled = level_codestream(all.first(size));
    ASSERT_FALSE(leveled.has_value()) << size;
    EXPECT_EQ(leveled.error().code, Errc::truncated) << size << ' ' << leveled.error().detail;
  }
}

TEST(LevelMutation, BytesAfterTheLastPacketAreCorrupt) {
  auto bytes = encode_htj2k(make_picture(90, 110, 1, 12, false), {});
  // Psot of the only tile-part, grown over four bytes put before EOC.
  std::size_t sot = 0;
  while (!(bytes[sot] == std::byte{0xff} && bytes[sot + 1] == std::byte{0x90})) ++sot;
  bytes.insert(bytes.end() - 2, 4, std::byte{0});
  std::size_t const size = bytes.size() - 2 - sot;
  for (std::size_t i = 0; i < 4; ++i)
    bytes[sot + 6 + i] = static_cast<std::byte>(size >> (24 - 8 * i) & 0xff);
  auto const leveled = level_codestream(bytes);
  ASSERT_FALSE(leveled.has_value());
  EXPECT_EQ(leveled.error().code, Errc::corrupt);
}

TEST(LevelMutation, AnyChangedByteIsAnErrorOrAStream) {
  auto const picture = make_picture(90, 110, 3, 8, false);
  auto const good = encode_htj2k(picture, {.precincts = {64}, .uses_mct = true});
  std::uint32_t random = 99;
  int refused = 0;
  for (int round = 0; round < 4000; ++round) {
    auto bytes = good;
    random = random * 1664525 + 1013904223;
    // Two of three hits go to the headers, where the structure is.
    std::size_t const reach = round % 3 == 0 ? bytes.size() : 220;
    bytes[(random >> 8) % reach] = static_cast<std::byte>(random & 0xff);
    auto const leveled = level_codestream(bytes);
    if (!leveled) {
      ++refused;
      EXPECT_TRUE(is_expected(leveled.error().code)) << errc_name(leveled.error().code);
      continue;
    }
    EXPECT_EQ(leveled->level_ends.back(), leveled->bytes.size());
    EXPECT_EQ(index_levels(leveled->bytes), leveled->level_ends);
  }
  EXPECT_GT(refused, 1000);
}

TEST(LevelMutation, MutatedStreamsNeverCrashTheDecoder) {
  auto const picture = make_picture(60, 70, 1, 12, false);
  auto const leveled = level_codestream(encode_htj2k(picture, {}));
  ASSERT_TRUE(leveled.has_value());
  std::uint32_t random = 5;
  for (int round = 0; round < 1500; ++round) {
    auto bytes = leveled->bytes;
    for (int i = 0; i < 2; ++i) {
      random = random * 1664525 + 1013904223;
      bytes[(random >> 8) % bytes.size()] = static_cast<std::byte>(random & 0xff);
    }
    auto request = test::request_for(picture, Encoding::htj2k, bytes);
    request.discard_levels = random % 6;
    if (round % 2 == 0) request.bytes = request.bytes.first(leveled->level_ends[random % 6]);
    auto const frame = decode_frame(request);
    if (!frame) {
      EXPECT_TRUE(is_expected(frame.error().code) || frame.error().code == Errc::invalid_argument)
          << errc_name(frame.error().code);
    }
  }
}

}  // namespace
}  // namespace sightline::codec
