#include "codec/codestream.hpp"

#include <gtest/gtest.h>

#include "j2k_encoder.hpp"
#include "stream_joiner.hpp"

namespace sightline::codec {
namespace {

using test::encode_j2k;
using test::J2kOptions;
using test::make_picture;

TEST(CodestreamInfo, TellsTheMainHeader) {
  J2kOptions options;
  options.resolutions = 5;
  auto const grey = encode_j2k(make_picture(45, 70, 1, 12, true), options);
  auto const info = read_codestream_info(grey);
  ASSERT_TRUE(info.has_value()) << info.error().detail;
  EXPECT_EQ(info->rows, 45u);
  EXPECT_EQ(info->cols, 70u);
  EXPECT_EQ(info->components, 1);
  EXPECT_EQ(info->bits_per_sample, 12);
  EXPECT_TRUE(info->is_signed);
  EXPECT_FALSE(info->is_ht);
  EXPECT_TRUE(info->is_reversible);
  EXPECT_EQ(info->decompositions, 4);
  EXPECT_EQ(info->progression, 2);
  EXPECT_EQ(info->tiles, 1u);

  options.tile_size = 32;
  options.is_reversible = false;
  options.progression = 0;
  auto const tiled = encode_j2k(make_picture(45, 70, 3, 8, false), options);
  auto const second = read_codestream_info(tiled);
  ASSERT_TRUE(second.has_value());
  EXPECT_EQ(second->components, 3);
  EXPECT_FALSE(second->is_reversible);
  EXPECT_EQ(second->tiles, 6u);
  EXPECT_EQ(second->progression, 0);
}

TEST(CodestreamInfo, EveryCutOfTheMainHeaderIsTruncated) {
  auto const bytes = encode_j2k(make_picture(16, 16, 1, 8, false), {});
  std::span<std::byte const> const all = bytes;
  std::size_t const first_sot = [&] {
    for (std::size_t i = 0; i + 1 < all.size(); ++i) {
      if (all[i] == std::byte{0xff} && all[i + 1] == std::byte{0x90}) return i;
    }
    return all.size();
  }();
  ASSERT_LT(first_sot, all.size());
  for (std::size_t size = 0; size < first_sot + 2; ++size) {
    auto const info = read_codestream_info(all.first(size));
    ASSERT_FALSE(info.has_value()) << size;
    EXPECT_EQ(info.error().code, Errc::truncated) << size;
  }
  EXPECT_TRUE(read_codestream_info(all.first(first_sot + 2)).has_value());
}

TEST(CodestreamInfo, RefusesNumbersThatCannotBe) {
  auto const good = encode_j2k(make_picture(16, 16, 1, 8, false), {});
  auto const with = [&](std::size_t offset, std::initializer_list<unsigned> values) {
    auto bytes = good;
    for (unsigned const value : values) bytes[offset++] = static_cast<std::byte>(value);
    auto const info = read_codestream_info(bytes);
    return info ? Errc::ok : info.error().code;
  };
  // SIZ begins at 2: Xsiz at 8, XTsiz at 24, Csiz at 40, Ssiz at 42, XRsiz at 43.
  EXPECT_EQ(with(0, {0xff, 0xd8}), Errc::corrupt);
  EXPECT_EQ(with(8, {0, 0, 0, 0}), Errc::corrupt);
  EXPECT_EQ(with(8, {0x7f, 0, 0, 0}), Errc::corrupt);  // more than 65535 tiles
  EXPECT_EQ(with(24, {0, 0, 0, 0}), Errc::corrupt);
  EXPECT_EQ(with(40, {0, 0}), Errc::corrupt);
  EXPECT_EQ(with(40, {0x40, 0}), Errc::limit_exceeded);
  EXPECT_EQ(with(42, {0x7f}), Errc::corrupt);
  EXPECT_EQ(with(43, {0}), Errc::corrupt);
  EXPECT_EQ(with(4, {0, 1}), Errc::corrupt);  // Lsiz 1
}

TEST(IndexLevels, ReadsTilePartsByResolution) {
  J2kOptions options;
  options.by_resolution = true;
  auto const bytes = encode_j2k(make_picture(100, 120, 1, 12, false), options);
  auto const ends = index_levels(bytes);
  ASSERT_TRUE(ends.has_value()) << ends.error().detail;
  ASSERT_EQ(ends->size(), 4u);
  EXPECT_EQ(ends->back(), bytes.size());
  for (std::size_t i = 1; i < ends->size(); ++i) EXPECT_LT((*ends)[i - 1], (*ends)[i]);
}

TEST(IndexLevels, RefusesWhatIsNotInThatForm) {
  auto const code_of = [](J2kOptions const& options) {
    auto const ends = index_levels(encode_j2k(make_picture(100, 120, 1, 12, false), options));
    return ends ? Errc::ok : ends.error().code;
  };
  J2kOptions options;
  EXPECT_EQ(code_of(options), Errc::unsupported);  // one tile-part
  options.by_resolution = true;
  options.progression = 0;
  EXPECT_EQ(code_of(options), Errc::unsupported);
  options = {};
  options.tile_size = 64;
  EXPECT_EQ(code_of(options), Errc::unsupported);
  options = {};
  options.layers = 3;
  EXPECT_EQ(code_of(options), Errc::unsupported);
}

/// level_codestream is made for HTJ2K, but walks the packets of plain JPEG 2000 as well: an
/// independent writer (OpenJPEG) of other packet headers.
struct PlainCase {
  char const* name;
  J2kOptions options;
};
class LevelPlain : public testing::TestWithParam<PlainCase> {};

TEST_P(LevelPlain, KeepsEveryValueAtEveryLevel) {
  J2kOptions const& options = GetParam().options;
  auto const picture = make_picture(150, 133, options.uses_mct ? 3 : 1, 12, false);
  auto const original = encode_j2k(picture, options);
  ASSERT_FALSE(original.empty());
  auto const leveled = level_codestream(original);
  ASSERT_TRUE(leveled.has_value()) << leveled.error().detail;
  ASSERT_EQ(leveled->level_ends.size(), static_cast<std::size_t>(options.resolutions));
  EXPECT_EQ(index_levels(leveled->bytes), leveled->level_ends);
  // OpenJPEG wants the EPH of packets that a prefix leaves out; the whole stream is not concerned.
  std::size_t const first_level = options.eph ? leveled->level_ends.size() - 1 : 0;
  for (std::size_t level = first_level; level < leveled->level_ends.size(); ++level) {
    auto request = test::request_for(picture, Encoding::j2k, original);
    request.discard_levels = static_cast<std::uint32_t>(leveled->level_ends.size() - 1 - level);
    auto const whole = decode_frame(request);
    request.bytes = std::span(leveled->bytes).first(leveled->level_ends[level]);
    auto const prefix = decode_frame(request);
    ASSERT_TRUE(whole.has_value()) << level << ' ' << whole.error().detail;
    ASSERT_TRUE(prefix.has_value()) << level << ' ' << prefix.error().detail;
    EXPECT_EQ(prefix->block.bytes, whole->block.bytes) << level;
  }
}

INSTANTIATE_TEST_SUITE_P(All, LevelPlain,
                         testing::Values(PlainCase{"default", {}}, PlainCase{"sop", {.sop = true}},
                                         PlainCase{"sop_eph", {.sop = true, .eph = true}},
                                         PlainCase{"precincts", {.precinct_size = 64}},
                                         PlainCase{"mct", {.uses_mct = true, .precinct_size = 128}},
                                         PlainCase{"bypass", {.block_style = 0x01}},
                                         PlainCase{"termall", {.block_style = 0x04}},
                                         PlainCase{"bypass_termall", {.block_style = 0x05}},
                                         PlainCase{"lossy", {.is_reversible = false}},
                                         PlainCase{"one_resolution", {.resolutions = 1}},
                                         PlainCase{"small_blocks", {.block_size = 4}}),
                         [](auto const& each) { return std::string(each.param.name); });

TEST(LevelComponents, MayDifferButHaveAsManyLevels) {
  auto const picture = make_picture(100, 120, 3, 8, false);
  std::vector const streams = {
      encode_j2k(picture, {}),
      encode_j2k(picture, {.is_reversible = false, .block_size = 16, .precinct_size = 64}),
      encode_j2k(picture, {.resolutions = 3})};
  auto const original = test::joined(streams, {.main = {{0, 1, 0}}});
  auto const leveled = level_codestream(original);
  ASSERT_TRUE(leveled.has_value()) << leveled.error().detail;
  ASSERT_EQ(leveled->level_ends.size(), 4u);
  for (std::uint32_t level = 0; level < 4; ++level) {
    auto request = test::request_for(picture, Encoding::j2k, original);
    request.discard_levels = 3 - level;
    auto const whole = decode_frame(request);
    request.bytes = std::span(leveled->bytes).first(leveled->level_ends[level]);
    auto const prefix = decode_frame(request);
    ASSERT_TRUE(whole && prefix) << level;
    EXPECT_EQ(prefix->block.bytes, whole->block.bytes) << level;
  }
  auto const different = test::joined(streams, {.main = {{0, 2, 0}}});
  EXPECT_EQ(read_codestream_info(different)->decompositions, 2u);
  auto const refused = level_codestream(different);
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().code, Errc::unsupported);
}

}  // namespace
}  // namespace sightline::codec
