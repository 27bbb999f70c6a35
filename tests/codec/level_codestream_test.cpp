#include <gtest/gtest.h>

#include <algorithm>

#include "codec/codestream.hpp"
#include "htj2k_coder.hpp"
#include "picture.hpp"

namespace sightline::codec {
namespace {

using test::block_bytes;
using test::decode_htj2k;
using test::encode_htj2k;
using test::Htj2kOptions;
using test::make_picture;
using test::Picture;
using test::request_for;

struct LevelCase {
  char const* name;
  std::uint32_t rows, cols;
  std::uint16_t samples;
  unsigned bits;
  bool is_signed;
  Htj2kOptions options;
};

/// A low-pass band may overshoot the samples' range. OpenJPEG clamps it, OpenJPH's library leaves
/// that to its caller.
Picture clamped(Picture picture) {
  PixelFormat const& format = picture.format;
  std::int32_t const least = format.is_signed ? -(1 << (format.bits_stored - 1)) : 0;
  std::int32_t const most = least + static_cast<std::int32_t>((1u << format.bits_stored) - 1);
  for (std::int32_t& value : picture.values) value = std::clamp(value, least, most);
  return picture;
}

class LevelCodestream : public testing::TestWithParam<LevelCase> {
 protected:
  void SetUp() override {
    LevelCase const& each = GetParam();
    picture_ = make_picture(each.rows, each.cols, each.samples, each.bits, each.is_signed);
    original_ = encode_htj2k(picture_, each.options);
    auto leveled = level_codestream(original_);
    ASSERT_TRUE(leveled.has_value())
        << errc_name(leveled.error().code) << ' ' << leveled.error().detail << ' '
        << leveled.error().offset_bytes;
    leveled_ = std::move(*leveled);
  }

  Picture picture_;
  std::vector<std::byte> original_;
  LeveledCodestream leveled_;
};

TEST_P(LevelCodestream, DecodesToTheSameValuesWithBothDecoders) {
  auto const frame = decode_frame(request_for(picture_, Encoding::htj2k, leveled_.bytes));
  ASSERT_TRUE(frame.has_value()) << frame.error().detail;
  EXPECT_EQ(frame->block.bytes, block_bytes(picture_));
  auto const independent = decode_htj2k(leveled_.bytes, picture_.format);
  ASSERT_TRUE(independent.has_value());
  EXPECT_EQ(independent->values, picture_.values);
}

TEST_P(LevelCodestream, EveryPrefixIsExactlyTheReducedImage) {
  std::uint32_t const decompositions = GetParam().options.decompositions;
  ASSERT_EQ(leveled_.level_ends.size(), decompositions + 1);
  EXPECT_EQ(leveled_.level_ends.back(), leveled_.bytes.size());
  for (std::uint32_t level = 0; level <= decompositions; ++level) {
    auto request = request_for(picture_, Encoding::htj2k, original_);
    request.discard_levels = decompositions - level;
    auto const whole = decode_frame(request);
    request.bytes = std::span(leveled_.bytes).first(leveled_.level_ends[level]);
    auto const prefix = decode_frame(request);
    ASSERT_TRUE(whole.has_value()) << level << ' ' << whole.error().detail;
    ASSERT_TRUE(prefix.has_value()) << level << ' ' << prefix.error().detail;
    EXPECT_EQ(prefix->block.bytes, whole->block.bytes) << level;
    EXPECT_EQ(prefix->block.rows, whole->block.rows);

    auto const independent = decode_htj2k(original_, picture_.format, request.discard_levels);
    ASSERT_TRUE(independent.has_value());
    EXPECT_EQ(block_bytes(clamped(*independent)), prefix->block.bytes) << level;
  }
}

TEST_P(LevelCodestream, CostsAtMostOneHundredth) {
  // What is added is fixed: 14 bytes a tile-part and TLM; so small pictures are let off.
  double const bound = std::max(1.01 * static_cast<double>(original_.size()),
                                static_cast<double>(original_.size() + 160));
  EXPECT_LE(static_cast<double>(leveled_.bytes.size()), bound);
}

TEST_P(LevelCodestream, IsOnlyIndexedTheSecondTime) {
  auto const again = level_codestream(leveled_.bytes);
  ASSERT_TRUE(again.has_value());
  EXPECT_EQ(again->bytes, leveled_.bytes);
  EXPECT_EQ(again->level_ends, leveled_.level_ends);
  EXPECT_EQ(index_levels(leveled_.bytes), leveled_.level_ends);
}

TEST_P(LevelCodestream, ObeysTheRpclSyntax) {
  // PS3.5 10.18: RPCL and TLM; TLM's lengths are those of the tile-parts (ISO/IEC 15444-1 A.7.1).
  auto const info = read_codestream_info(leveled_.bytes);
  ASSERT_TRUE(info.has_value());
  EXPECT_EQ(info->progression, 2);
  EXPECT_TRUE(info->is_ht);
  EXPECT_TRUE(info->is_reversible);
  auto const& bytes = leveled_.bytes;
  auto const u8 = [&](std::size_t i) { return std::to_integer<std::uint32_t>(bytes[i]); };
  auto const u32 = [&](std::size_t i) {
    return u8(i) << 24 | u8(i + 1) << 16 | u8(i + 2) << 8 | u8(i + 3);
  };
  std::size_t offset = 2;
  std::vector<std::uint32_t> lengths;
  while (u8(offset + 1) != 0x90) {
    std::size_t const length = u8(offset + 2) << 8 | u8(offset + 3);
    if (u8(offset + 1) == 0x55) {
      EXPECT_EQ(u8(offset + 5), 0x50u);
      for (std::size_t i = offset + 6; i < offset + 2 + length; i += 5)
        lengths.push_back(u32(i + 1));
    }
    offset += 2 + length;
  }
  ASSERT_EQ(lengths.size(), leveled_.level_ends.size());
  for (std::size_t i = 0; i < lengths.size(); ++i) {
    EXPECT_EQ(u8(offset + 1), 0x90u);
    EXPECT_EQ(u32(offset + 6), lengths[i]);      // Psot
    EXPECT_EQ(u8(offset + 10), i);               // TPsot
    EXPECT_EQ(u8(offset + 11), lengths.size());  // TNsot
    offset += lengths[i];
    EXPECT_EQ(offset, i + 1 < lengths.size() ? leveled_.level_ends[i] : bytes.size() - 2);
  }
  EXPECT_EQ(u8(offset + 1), 0xd9u);
}

INSTANTIATE_TEST_SUITE_P(
    All, LevelCodestream,
    testing::Values(
        LevelCase{"ct", 512, 512, 1, 16, true, {}}, LevelCase{"odd", 203, 311, 1, 12, false, {}},
        LevelCase{"tiny", 5, 3, 1, 8, false, {.decompositions = 2}},
        LevelCase{"one_pixel", 1, 1, 1, 8, false, {.decompositions = 0}},
        LevelCase{"one_row", 1, 300, 1, 10, false, {.decompositions = 4}},
        LevelCase{"one_column", 257, 1, 1, 10, false, {.decompositions = 3}},
        LevelCase{"no_decomposition", 90, 70, 1, 16, false, {.decompositions = 0}},
        LevelCase{"deep", 130, 130, 1, 14, false, {.decompositions = 8}},
        LevelCase{"rgb", 200, 150, 3, 8, false, {.uses_mct = true}},
        LevelCase{"rgb_planes", 200, 150, 3, 8, false, {}},
        LevelCase{"precincts", 700, 900, 1, 16, false, {.precincts = {128, 128, 256}}},
        LevelCase{
            "rgb_precincts", 500, 420, 3, 8, false, {.precincts = {64, 128}, .uses_mct = true}},
        LevelCase{"small_blocks", 150, 170, 1, 12, true, {.block_size = 16}}),
    [](auto const& each) { return std::string(each.param.name); });

}  // namespace
}  // namespace sightline::codec
