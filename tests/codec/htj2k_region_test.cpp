// Regions: the same samples as in the whole, out of the code-blocks that they depend on and no
// others.
#include "codec/htj2k_region.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <random>
#include <set>
#include <string>

#include "codec/htj2k_decoder.hpp"
#include "htj2k_coder.hpp"
#include "j2k_encoder.hpp"

namespace sightline::codec {
namespace {

using test::make_picture;
using test::Picture;

std::vector<std::byte> crop_of(SampleBlock const& whole, FrameRegion const& region) {
  std::size_t const pixel = std::size_t{whole.samples} * whole.bits_allocated / 8;
  std::vector<std::byte> out;
  for (std::uint32_t y = region.y; y < region.y + region.rows; ++y) {
    auto const first =
        whole.bytes.begin() + static_cast<long>((std::size_t{y} * whole.cols + region.x) * pixel);
    out.insert(out.end(), first, first + static_cast<long>(region.cols * pixel));
  }
  return out;
}

FrameRegion random_region(std::mt19937& random, std::uint32_t rows, std::uint32_t cols) {
  FrameRegion region;
  region.x = static_cast<std::uint32_t>(random() % cols);
  region.y = static_cast<std::uint32_t>(random() % rows);
  region.cols = static_cast<std::uint32_t>(random() % (cols - region.x) + 1);
  region.rows = static_cast<std::uint32_t>(random() % (rows - region.y) + 1);
  if (random() % 3 == 0) region.cols = std::min(region.cols, 1u + region.cols % 5);
  if (random() % 3 == 0) region.rows = std::min(region.rows, 1u + region.rows % 5);
  return region;
}

/// Random regions of every level, and each of them by our decoder alone.
void expect_crops(Picture const& picture, Encoding encoding, std::vector<std::byte> const& bytes,
                  std::uint32_t levels, int regions = 8) {
  std::mt19937 random(picture.cols() * 31 + picture.rows());
  auto request = test::request_for(picture, encoding, bytes);
  for (request.discard_levels = 0; request.discard_levels <= levels; ++request.discard_levels) {
    request.region.reset();
    auto const whole = decode_htj2k(request, kDefaultLimits);
    ASSERT_TRUE(whole) << whole.error().detail;
    for (int i = 0; i < regions; ++i) {
      auto const region = random_region(random, whole->block.rows, whole->block.cols);
      SCOPED_TRACE(std::to_string(request.discard_levels) + ": " + std::to_string(region.x) + ", " +
                   std::to_string(region.y) + ", " + std::to_string(region.cols) + " x " +
                   std::to_string(region.rows));
      ASSERT_TRUE(plan_htj2k(bytes, true, request.discard_levels, region));
      request.region = region;
      auto const part = decode_htj2k(request, kDefaultLimits);
      ASSERT_TRUE(part) << part.error().detail;
      EXPECT_EQ(part->block.rows, region.rows);
      EXPECT_EQ(part->block.cols, region.cols);
      EXPECT_EQ(part->block_is_rgb, whole->block_is_rgb);
      ASSERT_TRUE(part->block.bytes == crop_of(whole->block, region));
    }
  }
}

TEST(Htj2kRegion, IsTheCropAtEveryLevelTilingAndPrecinct) {
  auto const picture = make_picture(190, 257, 3, 8, false);
  for (char const* progression : {"LRCP", "RLCP", "RPCL", "PCRL", "CPRL"}) {
    for (std::uint32_t const tile : {0u, 101u}) {
      for (bool const has_precincts : {false, true}) {
        for (bool const is_reversible : {true, false}) {
          SCOPED_TRACE(std::string(progression) + " tile " + std::to_string(tile));
          test::Htj2kOptions options{.decompositions = 4, .block_size = 16};
          if (has_precincts) options.precincts = {16, 32, 32};
          options.uses_mct = true;
          options.is_reversible = is_reversible;
          options.tile_size = tile;
          options.progression = progression;
          expect_crops(picture, Encoding::htj2k, test::encode_htj2k(picture, options), 4, 4);
        }
      }
    }
  }
}

TEST(Htj2kRegion, IsTheCropAtEveryOffset) {
  for (std::uint32_t x = 0; x <= 3; ++x) {
    for (std::uint32_t y = 0; y <= 3; ++y) {
      for (bool const is_reversible : {true, false}) {
        SCOPED_TRACE(std::to_string(x) + ", " + std::to_string(y));
        test::Htj2kOptions options{.decompositions = 3, .block_size = 8};
        options.offset_x = x;
        options.offset_y = y;
        options.tile_size = 37;
        options.is_reversible = is_reversible;
        auto const picture = make_picture(71, 90, 1, 12, true);
        expect_crops(picture, Encoding::htj2k, test::encode_htj2k(picture, options), 0, 12);
      }
    }
  }
}

TEST(Htj2kRegion, IsTheCropOfEverySmallPicture) {
  for (std::uint32_t rows = 1; rows <= 9; ++rows) {
    for (std::uint32_t cols = 1; cols <= 9; ++cols) {
      for (bool const is_reversible : {true, false}) {
        SCOPED_TRACE(std::to_string(rows) + " x " + std::to_string(cols));
        test::Htj2kOptions options{.decompositions = 3, .block_size = 4};
        options.is_reversible = is_reversible;
        auto const picture = make_picture(rows, cols, 1, 10, false);
        expect_crops(picture, Encoding::htj2k, test::encode_htj2k(picture, options), 3, 4);
      }
    }
  }
}

TEST(Htj2kRegion, IsTheCropOfLayersAndSegments) {
  auto const picture = make_picture(130, 205, 1, 12, false);
  for (int progression = 0; progression <= 4; ++progression) {
    test::J2kOptions options{.layers = 4, .block_style = 5};
    options.progression = progression;
    options.precinct_size = 64;
    expect_crops(picture, Encoding::j2k, test::encode_j2k(picture, options), 3, 4);
  }
}

TEST(Htj2kRegion, IsTheCropOfPart1) {
  for (std::uint16_t const samples : {std::uint16_t{1}, std::uint16_t{3}}) {
    auto const picture = make_picture(130, 205, samples, 8, false);
    for (int progression = 0; progression <= 4; ++progression) {
      for (bool const is_reversible : {true, false}) {
        for (int const tile : {0, 90}) {
          test::J2kOptions options;
          options.is_reversible = is_reversible;
          options.tile_size = tile;
          options.uses_mct = samples == 3;
          options.progression = progression;
          options.precinct_size = progression % 2 == 0 ? 0 : 64;
          expect_crops(picture, Encoding::j2k, test::encode_j2k(picture, options), 3, 4);
        }
      }
    }
  }
}

/// What samples of one axis depend on, by the lifting steps' own words (F.3.8): a step changes the
/// even (odd) samples by their two neighbours, mirrored at the ends. As places of the halves.
struct Reached {
  std::set<std::uint32_t> low, high;
};
Reached reached(std::set<std::uint32_t> samples, std::uint32_t begin, std::uint32_t end,
                unsigned steps) {
  for (unsigned n = steps; n >= 1 && end - begin > 1; --n) {
    std::set<std::uint32_t> more = samples;
    for (std::uint32_t const at : samples) {
      if ((at + n) % 2 == 0) continue;  // the first step is of even samples
      more.insert(at > begin ? at - 1 : at + 1);
      more.insert(at + 1 < end ? at + 1 : at - 1);
    }
    samples = std::move(more);
  }
  Reached halves;
  for (std::uint32_t const at : samples) (at % 2 == 0 ? halves.low : halves.high).insert(at / 2);
  return halves;
}

std::set<std::uint32_t> span_of(std::uint32_t begin, std::uint32_t end) {
  std::set<std::uint32_t> all;
  while (begin < end) all.insert(begin++);
  return all;
}

/// The coded blocks of a tile-component that `shown` depends on.
std::set<HtCodedBlock const*> expected_blocks(std::vector<HtResolution> const& component,
                                              HtArea const& shown, unsigned steps) {
  std::set<HtCodedBlock const*> out;
  auto const add = [&](HtBand const& band, std::set<std::uint32_t> const& cols,
                       std::set<std::uint32_t> const& rows) {
    for (std::uint32_t const y : rows) {
      for (std::uint32_t const x : cols) {
        auto const col =
            (x >> band.block_width_exponent) - (band.area.x0 >> band.block_width_exponent);
        auto const row =
            (y >> band.block_height_exponent) - (band.area.y0 >> band.block_height_exponent);
        HtCodedBlock const& block = band.blocks[std::size_t{row} * band.block_cols + col];
        if (block.passes != 0) out.insert(&block);
      }
    }
  };
  auto cols = span_of(shown.x0, shown.x1), rows = span_of(shown.y0, shown.y1);
  for (std::size_t r = component.size(); r-- > 1;) {
    HtArea const& area = component[r].area;
    Reached const x = reached(cols, area.x0, area.x1, steps);
    Reached const y = reached(rows, area.y0, area.y1, steps);
    add(component[r].bands[0], x.high, y.low);
    add(component[r].bands[1], x.low, y.high);
    add(component[r].bands[2], x.high, y.high);
    cols = x.low;
    rows = y.low;
  }
  add(component[0].bands[0], cols, rows);
  return out;
}

/// Decodes a region of a single-tile grey picture of 16 bits.
struct PlannedRegion {
  std::vector<std::byte> values;
  std::uint64_t blocks = 0, broken_blocks = 0;
};
PlannedRegion decode_region(std::span<std::byte const> bytes, FrameRegion const& region) {
  auto const plan = plan_htj2k(bytes, true, 0, region);
  PlannedRegion out;
  if (!plan) return out;
  out.values.resize(std::size_t{region.rows} * region.cols * 2);
  std::uint8_t const components[] = {0, 1, 2};
  auto const decoded =
      decode_plan(*plan, bytes, {out.values, region.rows, region.cols, 2, components});
  EXPECT_TRUE(decoded);
  if (decoded) out.blocks = decoded->blocks;
  if (decoded) out.broken_blocks = decoded->broken_blocks;
  return out;
}

TEST(Htj2kRegion, DecodesWhatItDependsOnAndNothingElse) {
  auto const picture = make_picture(300, 420, 1, 12, false);
  std::mt19937 random(7);
  for (bool const is_reversible : {true, false}) {
    test::Htj2kOptions options{.decompositions = 4, .block_size = 16};
    options.is_reversible = is_reversible;
    auto const bytes = test::encode_htj2k(picture, options);
    auto const all = plan_htj2k(bytes, true, 0);
    ASSERT_TRUE(all);
    for (int i = 0; i < 40; ++i) {
      auto region = random_region(random, picture.rows(), picture.cols());
      if (i % 2 == 0) region.cols = std::min(region.cols, 33u);
      SCOPED_TRACE(i);
      auto const expected =
          expected_blocks(all->tiles[0].components[0].resolutions,
                          {region.x, region.y, region.x + region.cols, region.y + region.rows},
                          is_reversible ? 2 : 4);
      auto const part = decode_region(bytes, region);
      EXPECT_EQ(part.blocks, expected.size());
      // All others may be anything: their last byte, which every HT segment begins at, is broken.
      auto broken = bytes;
      for (HtResolution const& resolution : all->tiles[0].components[0].resolutions) {
        for (HtBand const& band : resolution.bands) {
          for (HtCodedBlock const& block : band.blocks) {
            if (block.passes == 0 || expected.contains(&block)) continue;
            std::fill_n(broken.begin() + static_cast<long>(block.offset_bytes),
                        block.first_bytes + block.refinement_bytes, std::byte{0xfe});
          }
        }
      }
      auto const again = decode_region(broken, region);
      EXPECT_EQ(again.blocks, expected.size());
      EXPECT_EQ(again.broken_blocks, 0u);
      EXPECT_TRUE(again.values == part.values);
    }
  }
}

/// The number that docs/decode_speed.md states.
TEST(Htj2kRegion, AQuarterOfAMegapixelOfThree) {
  auto const picture = make_picture(2000, 1500, 1, 12, false);
  auto const bytes = test::encode_htj2k(picture, {.decompositions = 5});
  auto const whole = decode_region(bytes, {0, 0, 1500, 2000});
  EXPECT_EQ(whole.blocks, 772u);
  auto const part = decode_region(bytes, {512, 768, 512, 512});
  EXPECT_EQ(part.blocks, 168u);
}

std::uint64_t needed_block_count(HtPlan const& plan) {
  std::uint64_t count = 0;
  for (HtTile const& tile : plan.tiles) {
    for (HtComponent const& component : tile.components) {
      for (HtResolution const& resolution : component.resolutions) {
        for (HtBand const& band : resolution.bands) {
          HtBlockRange const range = needed_blocks(band);
          for (std::uint32_t row = range.first_row; row < range.end_row; ++row) {
            for (std::uint32_t col = range.first_col; col < range.end_col; ++col)
              count += band.blocks[row * std::size_t{band.block_cols} + col].passes > 0 ? 1 : 0;
          }
        }
      }
    }
  }
  return count;
}

/// What the viewer asks for first of a radiograph of 3000 columns and 4000 rows whose middle is
/// shown at 1:1 in 1366 x 768 (tests/web/view/detail_tiles.test.ts has such regions): the numbers
/// that docs/large_pictures.md states.
TEST(Htj2kRegion, WhatAScreenShowsOfARadiograph) {
  auto const picture = make_picture(4000, 3000, 1, 12, false);
  auto const bytes = test::encode_htj2k(picture, {.decompositions = 6});
  auto const whole = plan_htj2k(bytes, true, 0);
  auto const part = plan_htj2k(bytes, true, 0, FrameRegion{506, 1522, 2036, 1020});
  ASSERT_TRUE(whole && part);
  // blocks of 64 x 64 in bands of 1500 x 2000, 750 x 1000, … 47 x 63, three each, and one of LL
  EXPECT_EQ(needed_block_count(*whole), 3u * (24 * 32 + 12 * 16 + 6 * 8 + 3 * 4 + 2 * 2 + 1) + 1);
  // those that a sample of the region, or the next one beside it, comes from
  EXPECT_EQ(needed_block_count(*part), 3u * (17 * 9 + 9 * 5 + 5 * 3 + 3 * 2 + 2 * 2 + 1) + 1);
}

TEST(Htj2kRegion, PacketsOutsideOfItMayBeMissing) {
  auto const picture = make_picture(256, 256, 1, 12, false);
  test::Htj2kOptions options{.decompositions = 3, .block_size = 16};
  options.precincts = {32};
  options.progression = "PCRL";
  auto const bytes = test::encode_htj2k(picture, options);
  auto request = test::request_for(picture, Encoding::htj2k, bytes);
  auto const whole = decode_htj2k(request, kDefaultLimits);
  ASSERT_TRUE(whole);
  FrameRegion const top{100, 0, 120, 40};
  auto const expected = crop_of(whole->block, top);
  std::size_t least = bytes.size();
  for (std::size_t size = bytes.size(); size > 200; size -= 97) {
    std::vector<std::byte> const cut(bytes.begin(), bytes.begin() + static_cast<long>(size));
    if (!plan_htj2k(cut, false, 0, top)) break;
    least = size;
    request.bytes = cut;
    request.region = top;
    auto const part = decode_htj2k(request, kDefaultLimits);
    ASSERT_TRUE(part);
    EXPECT_FALSE(part->missing);
    ASSERT_TRUE(part->block.bytes == expected) << size;
  }
  EXPECT_LT(least, bytes.size() / 2);
  // With less there is no plan, and the library says that the frame is not whole.
  std::vector<std::byte> const cut(bytes.begin(), bytes.begin() + static_cast<long>(least / 2));
  request.bytes = cut;
  auto const part = decode_htj2k(request, kDefaultLimits);
  EXPECT_TRUE(!part || part->missing);
}

TEST(Htj2kRegion, MustLieInThePicture) {
  auto const picture = make_picture(40, 50, 1, 8, false);
  auto const bytes = test::encode_htj2k(picture, {.decompositions = 2});
  auto request = test::request_for(picture, Encoding::htj2k, bytes);
  for (FrameRegion const& region :
       {FrameRegion{0, 0, 0, 1}, FrameRegion{0, 0, 1, 0}, FrameRegion{50, 0, 1, 1},
        FrameRegion{0, 40, 1, 1}, FrameRegion{1, 0, 50, 1}, FrameRegion{0, 1, 1, 40},
        FrameRegion{UINT32_MAX, 0, 2, 1}, FrameRegion{1, 1, UINT32_MAX, UINT32_MAX}}) {
    request.region = region;
    for (bool const by_library : {false, true}) {
      request.by_library = by_library;
      auto const frame = decode_frame(request);
      ASSERT_FALSE(frame);
      EXPECT_EQ(frame.error().code, Errc::invalid_argument);
    }
  }
  request.discard_levels = 1;  // 20 x 25
  request.region = FrameRegion{0, 0, 26, 1};
  EXPECT_FALSE(decode_frame(request));
}

/// By OpenJPEG, and of encodings without regions of their own, it is cut out.
TEST(Htj2kRegion, IsCutOutWhereNothingElseCanBeDone) {
  auto const picture = make_picture(40, 50, 3, 8, false);
  auto const coded = test::encode_htj2k(picture, {.decompositions = 2});
  auto const plain = test::block_bytes(picture);
  FrameRegion const region{7, 9, 20, 11};
  auto native = test::request_for(picture, Encoding::native, plain);
  auto const whole = decode_frame(native);
  ASSERT_TRUE(whole);
  native.region = region;
  auto by_library = test::request_for(picture, Encoding::htj2k, coded);
  by_library.by_library = true;
  by_library.region = region;
  for (DecodeRequest const& request : {native, by_library}) {
    auto const part = decode_frame(request);
    ASSERT_TRUE(part);
    EXPECT_EQ(part->block.rows, 11u);
    EXPECT_EQ(part->block.cols, 20u);
    EXPECT_TRUE(part->block.bytes == crop_of(whole->block, region));
  }
  // What is whole of a frame that is cut counts from the region's first row.
  native.bytes = std::span(plain).first(std::size_t{15} * 50 * 3);
  auto const cut = decode_frame(native);
  ASSERT_TRUE(cut && cut->missing);
  EXPECT_EQ(cut->missing->whole_rows, 15u - 9u);
}

}  // namespace
}  // namespace sightline::codec
