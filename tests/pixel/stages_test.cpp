#include <gtest/gtest.h>

#include "pixel/draw_parameters.hpp"
#include "pixel/modality_lut.hpp"
#include "pixel/padding.hpp"
#include "pixel/palette.hpp"
#include "pixel/presentation.hpp"
#include "pixel/sample_reader.hpp"
#include "pixel/ybr.hpp"

namespace sightline::pixel {
namespace {

TEST(ModalityLut, RescaleIsSlopeTimesStoredPlusIntercept) {
  EXPECT_EQ(apply_rescale(0, 1, -1024), -1024);
  EXPECT_EQ(apply_rescale(-32768, 1, -1024), -33792);
  EXPECT_EQ(apply_rescale(65535, 0.5, 10), 32777.5);
  EXPECT_EQ(apply_rescale(4294967295, 1, 0), 4294967295.0);
  EXPECT_EQ(apply_rescale(100, -2, 5), -195);
}

TEST(ModalityLut, TableGivesItsFirstEntryBelowAndItsLastAbove) {
  dicom::Lut const lut{-1, 16, {7, 65535, 9}, ""};
  EXPECT_EQ(apply_modality_table(-32768, lut), 7);
  EXPECT_EQ(apply_modality_table(-1, lut), 7);
  EXPECT_EQ(apply_modality_table(0, lut), 65535);
  EXPECT_EQ(apply_modality_table(1, lut), 9);
  EXPECT_EQ(apply_modality_table(2, lut), 9);
  EXPECT_EQ(apply_modality_table(4294967295, lut), 9);
}

TEST(Presentation, EachOfThreeReasonsTurnsTheScale) {
  EXPECT_EQ(apply_presentation(0.25, Photometric::monochrome2, false, false), 0.25);
  EXPECT_EQ(apply_presentation(0.25, Photometric::monochrome1, false, false), 0.75);
  EXPECT_EQ(apply_presentation(0.25, Photometric::monochrome2, true, false), 0.75);
  EXPECT_EQ(apply_presentation(0.25, Photometric::monochrome2, false, true), 0.75);
  EXPECT_EQ(apply_presentation(0.25, Photometric::monochrome1, true, false), 0.25);
  EXPECT_EQ(apply_presentation(0.25, Photometric::monochrome1, false, true), 0.25);
  EXPECT_EQ(apply_presentation(0.25, Photometric::monochrome1, true, true), 0.75);
}

TEST(Presentation, OutputLevelRoundsHalvesUp) {
  EXPECT_EQ(output_level(0), 0);
  EXPECT_EQ(output_level(1), 255);
  EXPECT_EQ(output_level(0.5), 128);
  EXPECT_EQ(output_level(0.4999 / 255), 0);
  EXPECT_EQ(output_level(0.5 / 255), 1);
  EXPECT_EQ(output_level(-3), 0);
  EXPECT_EQ(output_level(3), 255);
}

TEST(Palette, LooksEachChannelUpWithClampedIndex) {
  std::array<dicom::Lut, 3> const palette = {dicom::Lut{10, 16, {0, 65535}, ""},
                                             dicom::Lut{10, 16, {13107, 0}, ""},
                                             dicom::Lut{10, 8, {255, 51}, ""}};
  Rgb const below = palette_color(3, palette);
  EXPECT_DOUBLE_EQ(below.red, 0);
  EXPECT_DOUBLE_EQ(below.green, 0.2);
  EXPECT_DOUBLE_EQ(below.blue, 1);
  Rgb const above = palette_color(200, palette);
  EXPECT_DOUBLE_EQ(above.red, 1);
  EXPECT_DOUBLE_EQ(above.green, 0);
  EXPECT_DOUBLE_EQ(above.blue, 0.2);
}

// The forward equations are those printed in PS3.3 C.7.6.3.1.2; going there and back must give the
// colour again.
TEST(Ybr, InvertsTheStandardsEquations) {
  double const colors[][3] = {{0, 0, 0},   {255, 255, 255}, {255, 0, 0},   {0, 255, 0},
                              {0, 0, 255}, {12, 200, 99},   {254, 1, 128}, {128, 128, 128}};
  for (auto const& [r, g, b] : colors) {
    double const y = .2990 * r + .5870 * g + .1140 * b;
    double const cb = -.1687 * r - .3313 * g + .5000 * b + 128;
    double const cr = .5000 * r - .4187 * g - .0813 * b + 128;
    Rgb const rgb = rgb_of_ybr_full(y, cb, cr, 255);
    EXPECT_NEAR(rgb.red * 255, r, 0.05);
    EXPECT_NEAR(rgb.green * 255, g, 0.05);
    EXPECT_NEAR(rgb.blue * 255, b, 0.05);
  }
}

// PS3.3-2016 C.7.6.3.1.2, YBR_PARTIAL_422.
TEST(Ybr, InvertsTheEquationsOfThePartialRange) {
  double const colors[][3] = {{0, 0, 0},   {255, 255, 255}, {255, 0, 0},    {0, 255, 0},
                              {0, 0, 255}, {12, 200, 99},   {128, 128, 128}};
  for (auto const& [r, g, b] : colors) {
    double const y = .2568 * r + .5041 * g + .0979 * b + 16;
    double const cb = -.1482 * r - .2910 * g + .4392 * b + 128;
    double const cr = .4392 * r - .3678 * g - .0714 * b + 128;
    Rgb const rgb = rgb_of_ybr_partial(y, cb, cr, 255);
    EXPECT_NEAR(rgb.red * 255, r, 0.1);
    EXPECT_NEAR(rgb.green * 255, g, 0.1);
    EXPECT_NEAR(rgb.blue * 255, b, 0.1);
  }
}

TEST(Ybr, ClampsWhatLiesOutsideTheCube) {
  Rgb const rgb = rgb_of_ybr_full(255, 255, 255, 255);
  EXPECT_EQ(rgb.red, 1);
  EXPECT_EQ(rgb.blue, 1);
  EXPECT_EQ(rgb_of_ybr_full(0, 0, 0, 255).red, 0);
}

TEST(Padding, LimitMayLieOnEitherSideOfTheValue) {
  dicom::DisplayPipeline display;
  EXPECT_FALSE(padding_range(display));
  display.padding_value = -2000;
  EXPECT_EQ(padding_range(display), (PaddingRange{-2000, -2000}));
  display.padding_range_limit = -1500;
  EXPECT_EQ(padding_range(display), (PaddingRange{-2000, -1500}));
  display.padding_range_limit = -2100;
  EXPECT_EQ(padding_range(display), (PaddingRange{-2100, -2000}));
  EXPECT_TRUE(is_padding(-2100, padding_range(display)));
  EXPECT_TRUE(is_padding(-2000, padding_range(display)));
  EXPECT_FALSE(is_padding(-2101, padding_range(display)));
  EXPECT_FALSE(is_padding(-1999, padding_range(display)));
  EXPECT_FALSE(is_padding(0, std::nullopt));
}

SampleBlock block_of(std::uint16_t bits, bool is_signed, std::vector<unsigned char> const& bytes) {
  SampleBlock block{1, static_cast<std::uint32_t>(bytes.size() / (bits / 8u)), 1, bits, is_signed,
                    {}};
  for (unsigned char const byte : bytes) block.bytes.push_back(std::byte{byte});
  return block;
}

TEST(SampleReader, ReadsSignedAndUnsignedExtremes) {
  EXPECT_EQ(SampleReader(block_of(8, false, {0x80})).at(0, 0, 0), 128);
  EXPECT_EQ(SampleReader(block_of(8, true, {0x80})).at(0, 0, 0), -128);
  EXPECT_EQ(SampleReader(block_of(16, false, {0x00, 0x80})).at(0, 0, 0), 32768);
  EXPECT_EQ(SampleReader(block_of(16, true, {0x00, 0x80})).at(0, 0, 0), -32768);
  EXPECT_EQ(SampleReader(block_of(16, true, {0xff, 0x7f})).at(0, 0, 0), 32767);
  EXPECT_EQ(SampleReader(block_of(32, false, {0xff, 0xff, 0xff, 0xff})).at(0, 0, 0), 4294967295);
  EXPECT_EQ(SampleReader(block_of(32, true, {0x00, 0x00, 0x00, 0x80})).at(0, 0, 0), -2147483648LL);
}

TEST(SampleReader, ClampsToTheEdges) {
  SampleBlock const block = block_of(8, false, {1, 2, 3});
  EXPECT_EQ(SampleReader(block).at(-5, -1, 0), 1);
  EXPECT_EQ(SampleReader(block).at(9, 3, 0), 3);
}

TEST(SampleReader, BlocksOfOtherLengthAreRefused) {
  SampleBlock block = block_of(16, false, {0, 0, 0, 0});
  EXPECT_TRUE(check_block(block));
  block.rows = 2;
  EXPECT_EQ(check_block(block).error().code, Errc::invalid_argument);
  block = block_of(16, false, {0, 0});
  block.bits_allocated = 12;
  EXPECT_EQ(check_block(block).error().code, Errc::invalid_argument);
  block = block_of(8, false, {0, 0});
  block.cols = 1;
  block.samples = 2;
  EXPECT_EQ(check_block(block).error().code, Errc::invalid_argument);
  block = block_of(8, false, {});
  EXPECT_EQ(check_block(block).error().code, Errc::invalid_argument);
}

TEST(DrawParameters, TablesWithoutEntriesAreRefused) {
  DisplayTables tables;
  EXPECT_TRUE(check_tables(tables));
  tables.voi_lut = dicom::Lut{};
  EXPECT_EQ(check_tables(tables).error().code, Errc::invalid_argument);
  tables.voi_lut->entries = {1};
  EXPECT_TRUE(check_tables(tables));
  tables.voi_lut->bits_per_entry = 17;
  EXPECT_EQ(check_tables(tables).error().code, Errc::invalid_argument);
}

}  // namespace
}  // namespace sightline::pixel
