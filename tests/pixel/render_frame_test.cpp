#include "pixel/render_frame.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>

namespace sightline::pixel {
namespace {

template <class Value>
SampleBlock block_of(std::uint32_t rows, std::uint32_t cols, std::uint16_t samples,
                     std::vector<Value> const& values) {
  SampleBlock block{rows, cols, samples, sizeof(Value) * 8, std::is_signed_v<Value>, {}};
  block.bytes.resize(values.size() * sizeof(Value));
  std::memcpy(block.bytes.data(), values.data(), block.bytes.size());
  return block;
}

DrawParameters one_to_one(SampleBlock const& block) {
  DrawParameters p;
  p.geometry.image_rows = p.geometry.viewport_rows = block.rows;
  p.geometry.image_cols = p.geometry.viewport_cols = block.cols;
  return p;
}

/// Red channel, row by row.
std::vector<int> levels(Result<Image> const& image) {
  std::vector<int> red;
  if (!image) return red;
  for (std::size_t i = 0; i < image->rgba.size(); i += 4) red.push_back(image->rgba[i]);
  return red;
}
using Levels = std::vector<int>;

TEST(RenderFrame, LinearWindowOverSignedExtremes) {
  SampleBlock const block =
      block_of<std::int16_t>(2, 3, 1, {-32768, -1185, -1184, -984, -786, 32767});
  DrawParameters p = one_to_one(block);
  p.values.rescale_intercept = 1024;  // modality -31744, -161, -160, 40, 238, 33791
  p.values.window_center = 40;
  p.values.window_width = 400;
  // round(255 ((x - 39.5) / 399 + 0.5)): x = 40 -> 127.82, x = 238 -> 254.36
  EXPECT_EQ(levels(render(block, p)), (Levels{0, 0, 0, 128, 254, 255}));
  p.values.photometric = Photometric::monochrome1;
  EXPECT_EQ(levels(render(block, p)), (Levels{255, 255, 255, 127, 1, 0}));
  p.values.inverted = true;
  EXPECT_EQ(levels(render(block, p)), (Levels{0, 0, 0, 128, 254, 255}));
}

TEST(RenderFrame, RealNumbersOverTheirRangeAndBackgroundForWhatIsNone) {
  SampleBlock block = block_of<double>(1, 6, 1, {-0.5, 0, 0.5, NAN, INFINITY, -INFINITY});
  block.is_signed = false;
  block.is_float = true;
  DrawParameters p = one_to_one(block);
  p.values.voi_function = dicom::VoiFunction::linear_exact;
  p.values.window_center = 0;
  p.values.window_width = 1;
  EXPECT_EQ(levels(render(block, p)), (Levels{0, 128, 255, 0, 0, 0}));
  p.values.inverted = true;  // what is none stays background
  EXPECT_EQ(levels(render(block, p)), (Levels{255, 128, 0, 0, 0, 0}));
  p.values.real_padding = RealPaddingRange{-0.5F, -0.25F};
  EXPECT_EQ(levels(render(block, p)), (Levels{0, 128, 0, 0, 0, 0}));
  p.values.photometric = Photometric::palette_color;
  EXPECT_FALSE(render(block, p));
}

TEST(RenderFrame, ASupplementalPaletteColoursWhatItMaps) {
  SampleBlock const block = block_of<std::int16_t>(1, 6, 1, {-1, 0, 255, 1000, 1001, 1002});
  DrawParameters p = one_to_one(block);
  p.values.window_center = 128;
  p.values.window_width = 256;
  dicom::Lut lut{1000, 8, {10, 20}, ""};
  p.tables.palette = {lut, lut, lut};
  p.tables.palette->at(2).entries = {30, 40};
  auto const image = render(block, p);
  EXPECT_EQ(levels(image), (Levels{0, 0, 255, 10, 20, 255}));  // 1002: over the window
  EXPECT_EQ(image->rgba[4 * 3 + 2], 30);
  EXPECT_EQ(image->rgba[4 * 2 + 2], 255);
  p.values.inverted = true;  // of the grey ones
  EXPECT_EQ(levels(render(block, p)), (Levels{255, 255, 0, 10, 20, 0}));
}

TEST(RenderFrame, AlphaIsOpaqueEverywhere) {
  SampleBlock const block = block_of<std::uint8_t>(1, 1, 1, {200});
  DrawParameters p = one_to_one(block);
  p.geometry.viewport_cols = 3;
  auto const image = render(block, p);
  ASSERT_TRUE(image);
  EXPECT_EQ(image->rgba[3], 255);
  EXPECT_EQ(image->rgba[7], 255);
  EXPECT_EQ(image->rgba[11], 255);
}

TEST(RenderFrame, PaddingIsBlackWhateverIsInverted) {
  SampleBlock const block = block_of<std::int16_t>(1, 4, 1, {-2000, 0, 100, -1999});
  DrawParameters p = one_to_one(block);
  p.values.padding = PaddingRange{-2000, -1999};
  p.values.window_center = 50.5;
  p.values.window_width = 101;
  EXPECT_EQ(levels(render(block, p)), (Levels{0, 0, 255, 0}));
  p.values.inverted = true;
  EXPECT_EQ(levels(render(block, p)), (Levels{0, 255, 0, 0}));
}

TEST(RenderFrame, PaddingIsNotMixedIntoItsNeighbours) {
  SampleBlock const block = block_of<std::int16_t>(1, 2, 1, {-2000, 100});
  DrawParameters p = one_to_one(block);
  p.geometry.viewport_cols = 8;
  p.geometry.viewport_rows = 4;
  p.geometry.zoom = 4;
  p.values.padding = PaddingRange{-2000, -2000};
  p.values.window_center = 100.5;
  p.values.window_width = 201;  // 100 -> 127.5
  auto const red = levels(render(block, p));
  EXPECT_EQ(Levels(red.begin(), red.begin() + 8), (Levels{0, 0, 0, 0, 128, 128, 128, 128}));
}

TEST(RenderFrame, InterpolatesModalityValuesNotLevels) {
  // A step window on the interpolated value: the edge falls in the middle, without greys.
  SampleBlock const block = block_of<std::uint8_t>(1, 2, 1, {0, 100});
  DrawParameters p = one_to_one(block);
  p.geometry.viewport_cols = 8;
  p.geometry.viewport_rows = 4;
  p.geometry.zoom = 4;
  p.values.window_center = 50.5;
  auto red = levels(render(block, p));
  EXPECT_EQ(Levels(red.begin(), red.begin() + 8), (Levels{0, 0, 0, 0, 255, 255, 255, 255}));
  // Device pixel centres lie at image 0.125, 0.375, … 1.875; texel centres at 0.5 and 1.5.
  p.values.voi_function = dicom::VoiFunction::linear_exact;
  p.values.window_center = 50;
  p.values.window_width = 100;
  red = levels(render(block, p));
  EXPECT_EQ(Levels(red.begin(), red.begin() + 8), (Levels{0, 0, 32, 96, 159, 223, 255, 255}));
  p.interpolate = false;
  red = levels(render(block, p));
  EXPECT_EQ(Levels(red.begin(), red.begin() + 8), (Levels{0, 0, 0, 0, 255, 255, 255, 255}));
}

TEST(RenderFrame, FlatRegionsStayFlatAtAnyZoom) {
  // x lies exactly on the threshold of a step: any rounding of the interpolation would make specks.
  SampleBlock const block = block_of<std::uint16_t>(3, 3, 1, std::vector<std::uint16_t>(9, 790));
  DrawParameters p = one_to_one(block);
  p.geometry.viewport_rows = p.geometry.viewport_cols = 50;
  p.geometry.zoom = 16.6;
  p.values.rescale_slope = 0.05;
  p.values.window_center = 790 * 0.05 + 0.5;
  for (int const level : levels(render(block, p))) EXPECT_EQ(level, 0);
}

TEST(RenderFrame, RotatesClockwiseAndFlipsBefore) {
  SampleBlock const block = block_of<std::uint8_t>(2, 3, 1, {10, 20, 30, 40, 50, 60});
  DrawParameters p = one_to_one(block);
  p.values.window_center = 128;
  p.values.window_width = 256;
  EXPECT_EQ(levels(render(block, p)), (Levels{10, 20, 30, 40, 50, 60}));
  p.geometry.flip_horizontal = true;
  EXPECT_EQ(levels(render(block, p)), (Levels{30, 20, 10, 60, 50, 40}));
  p.geometry.flip_horizontal = false;
  p.geometry.flip_vertical = true;
  EXPECT_EQ(levels(render(block, p)), (Levels{40, 50, 60, 10, 20, 30}));
  p.geometry.flip_vertical = false;
  p.geometry.rotation_deg = 180;
  EXPECT_EQ(levels(render(block, p)), (Levels{60, 50, 40, 30, 20, 10}));
  p.geometry.rotation_deg = 90;
  std::swap(p.geometry.viewport_rows, p.geometry.viewport_cols);
  EXPECT_EQ(levels(render(block, p)), (Levels{40, 10, 50, 20, 60, 30}));
  p.geometry.flip_horizontal = true;
  EXPECT_EQ(levels(render(block, p)), (Levels{60, 30, 50, 20, 40, 10}));
  p.geometry.flip_horizontal = false;
  p.geometry.rotation_deg = 270;
  EXPECT_EQ(levels(render(block, p)), (Levels{30, 60, 20, 50, 10, 40}));
}

TEST(RenderFrame, ALevelIsDrawnInPhase) {
  // Full image: a ramp 0 … 15; its level with 2 levels discarded holds the values of pixels 0, 4,
  // 8, 12.
  SampleBlock const level = block_of<std::uint8_t>(1, 4, 1, {0, 4, 8, 12});
  DrawParameters p = one_to_one(level);
  p.geometry.image_rows = p.geometry.viewport_rows = 1;
  p.geometry.image_cols = p.geometry.viewport_cols = 16;
  p.values.window_center = 128;
  p.values.window_width = 256;
  EXPECT_EQ(levels(render(level, p)),
            (Levels{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 12, 12, 12}));
}

/// The texels rows and columns [first, end) of a block, alone.
SampleBlock part_of(SampleBlock const& block, TexelArea const& area) {
  SampleBlock part = block;
  part.rows = area.end_row - area.first_row;
  part.cols = area.end_col - area.first_col;
  part.bytes.clear();
  for (std::uint32_t row = area.first_row; row < area.end_row; ++row) {
    auto const first = block.bytes.begin() + (row * block.cols + area.first_col);
    part.bytes.insert(part.bytes.end(), first, first + part.cols);
  }
  return part;
}

TEST(RenderFrame, TheTexelsThatAreDrawnAreEnough) {
  std::vector<std::uint8_t> values(20 * 30);
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = static_cast<std::uint8_t>(i * i >> 3);
  SampleBlock const block = block_of<std::uint8_t>(20, 30, 1, values);
  std::uint32_t smaller = 0;
  for (std::uint32_t const discarded : {0u, 2u}) {
    DrawParameters p = one_to_one(block);
    p.geometry.image_rows = (20U << discarded) - discarded;
    p.geometry.image_cols = (30U << discarded) - discarded;
    p.values.window_center = 128;
    p.values.window_width = 256;
    for (int const degrees : {0, 90, 180, 270}) {
      for (double const zoom : {0.3, 0.7, 1.0, 1.7, 6.0}) {
        for (double const pan : {-41.0, -3.5, 0.0, 7.25}) {
          p.geometry.rotation_deg = static_cast<std::uint16_t>(degrees);
          p.geometry.flip_horizontal = pan < 0;
          p.geometry.zoom = zoom;
          p.geometry.pan_x = pan;
          p.geometry.pan_y = pan / 3;
          p.geometry.pixel_aspect = 1.3;
          p.interpolate = zoom != 1.0;
          TexelArea const area = drawn_texels(p.geometry, discarded, 20, 30);
          ASSERT_LT(area.first_row, area.end_row);
          ASSERT_LE(area.end_row, 20u);
          ASSERT_LT(area.first_col, area.end_col);
          ASSERT_LE(area.end_col, 30u);
          SampleBlock const part = part_of(block, area);
          smaller += part.bytes.size() < block.bytes.size() ? 1 : 0;
          EXPECT_EQ(levels(render_part(part, {20, 30, area.first_row, area.first_col}, p)),
                    levels(render(block, p)));
        }
      }
    }
  }
  EXPECT_GT(smaller, 40u);
  DrawParameters const p = one_to_one(block);
  for (LevelPart const& beside : {LevelPart{20, 30, 1, 0}, LevelPart{20, 30, 0, 1},
                                  LevelPart{19, 30, 0, 0}, LevelPart{20, 30, 20, 0}})
    EXPECT_EQ(render_part(block, beside, p).error().code, Errc::invalid_argument);
}

TEST(RenderFrame, ColourKnowsOnlyTheUsersInversion) {
  SampleBlock const block = block_of<std::uint8_t>(1, 1, 3, {0, 100, 255});
  DrawParameters p = one_to_one(block);
  p.values.photometric = Photometric::rgb;
  p.values.presentation_inverse = true;
  EXPECT_EQ(render(block, p)->rgba, (std::vector<std::uint8_t>{0, 100, 255, 255}));
  p.values.inverted = true;
  EXPECT_EQ(render(block, p)->rgba, (std::vector<std::uint8_t>{255, 155, 0, 255}));
}

TEST(RenderFrame, SixteenBitColourIsScaledByItsBits) {
  SampleBlock const block = block_of<std::uint16_t>(1, 1, 3, {0, 2048, 4095});
  DrawParameters p = one_to_one(block);
  p.values.photometric = Photometric::rgb;
  p.values.color_bits = 12;
  EXPECT_EQ(render(block, p)->rgba, (std::vector<std::uint8_t>{0, 128, 255, 255}));
}

TEST(RenderFrame, YbrFullBecomesRgb) {
  SampleBlock const block = block_of<std::uint8_t>(1, 2, 3, {76, 85, 255, 150, 128, 128});
  DrawParameters p = one_to_one(block);
  p.values.photometric = Photometric::ybr_full;
  // (76, 85, 255): 76 + 1.402 * 127 = 254.05; 76 + .344136 * 43 - .714136 * 127 = 0.10; 76 - 1.772
  // * 43 = -0.2
  EXPECT_EQ(render(block, p)->rgba,
            (std::vector<std::uint8_t>{254, 0, 0, 255, 150, 150, 150, 255}));
}

TEST(RenderFrame, PaletteIsLookedUpBeforeInterpolation) {
  SampleBlock const block = block_of<std::uint8_t>(1, 2, 1, {0, 2});
  DrawParameters p = one_to_one(block);
  p.values.photometric = Photometric::palette_color;
  dicom::Lut const ramp{0, 8, {0, 255, 96}, ""};
  p.tables.palette = {ramp, ramp, ramp};
  p.geometry.viewport_cols = 8;
  p.geometry.viewport_rows = 4;
  p.geometry.zoom = 4;
  auto const red = levels(render(block, p));
  EXPECT_EQ(Levels(red.begin(), red.begin() + 8), (Levels{0, 0, 12, 36, 60, 84, 96, 96}));
}

TEST(RenderFrame, WhatDoesNotFitTogetherIsRefused) {
  SampleBlock const grey = block_of<std::uint8_t>(2, 2, 1, {1, 2, 3, 4});
  DrawParameters p = one_to_one(grey);
  p.values.photometric = Photometric::rgb;
  EXPECT_EQ(render(grey, p).error().code, Errc::invalid_argument);
  p.values.photometric = Photometric::palette_color;
  EXPECT_EQ(render(grey, p).error().code, Errc::invalid_argument);
  p.values.photometric = Photometric::unknown;
  EXPECT_EQ(render(grey, p).error().code, Errc::unsupported);
  p = one_to_one(grey);
  p.geometry.image_cols = 5;
  EXPECT_EQ(render(grey, p).error().code, Errc::invalid_argument);
  p = one_to_one(grey);
  p.values.window_width = std::nan("");
  EXPECT_EQ(render(grey, p).error().code, Errc::invalid_argument);
  p = one_to_one(grey);
  p.geometry.viewport_rows = p.geometry.viewport_cols = 60000;
  EXPECT_EQ(render(grey, p).error().code, Errc::limit_exceeded);
}

}  // namespace
}  // namespace sightline::pixel
