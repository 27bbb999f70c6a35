#include <algorithm>
#include <cmath>
#include <utility>

#include "twin.hpp"

namespace sightline::render {
namespace {

using ColorTwin = TwinTest;

TEST_F(ColorTwin, RgbIsExactAtOneToOne) {
  SampleBlock const block = noise_block<std::uint8_t>(33, 47, 3);
  for (bool const inverted : {false, true}) {
    pixel::DrawParameters p = one_to_one(block);
    p.values.photometric = Photometric::rgb;
    p.values.inverted = inverted;
    Difference const d = compare(block, p);
    EXPECT_EQ(d.largest, 0);
    EXPECT_EQ(d.levels_seen, 256);
  }
}

TEST_F(ColorTwin, RgbZoomedTurnedAndAtLowerLevels) {
  SampleBlock const block = noise_block<std::uint8_t>(20, 13, 3);
  for (std::uint32_t const size : {1u, 2u}) {
    for (std::uint16_t rotation = 0; rotation < 360;
         rotation = static_cast<std::uint16_t>(rotation + 90)) {
      pixel::DrawParameters p = one_to_one(block);
      p.values.photometric = Photometric::rgb;
      p.geometry.image_rows *= size;
      p.geometry.image_cols *= size;
      p.geometry.viewport_rows = p.geometry.viewport_cols = 90;
      p.geometry.rotation_deg = rotation;
      p.geometry.zoom = 2.3;
      EXPECT_LE(compare(block, p).largest, 1);
    }
  }
}

TEST_F(ColorTwin, SixteenBitRgb) {
  SampleBlock const block = noise_block<std::uint16_t>(17, 19, 3);
  pixel::DrawParameters p = one_to_one(block);
  p.values.photometric = Photometric::rgb;
  p.values.color_bits = 16;
  EXPECT_LE(compare(block, p).largest, 1);
}

TEST_F(ColorTwin, ThirtyTwoBitRgb) {
  SampleBlock block = noise_block<std::uint32_t>(17, 19, 3);
  for (unsigned const bits : {32u, 24u, 12u}) {
    for (std::size_t i = 0; i < block.bytes.size(); i += 4) {
      std::uint32_t value = 0;
      std::memcpy(&value, block.bytes.data() + i, 4);
      value = static_cast<std::uint32_t>(value & ((std::uint64_t{1} << bits) - 1));
      std::memcpy(block.bytes.data() + i, &value, 4);
    }
    pixel::DrawParameters p = one_to_one(block);
    p.values.photometric = Photometric::rgb;
    p.values.color_bits = static_cast<std::uint16_t>(bits);
    EXPECT_LE(compare(block, p).largest, 1) << bits;
  }
}

TEST_F(ColorTwin, YbrFull) {
  SampleBlock const block = noise_block<std::uint8_t>(64, 64, 3);
  for (Photometric const photometric :
       {Photometric::ybr_full, Photometric::ybr_full_422, Photometric::ybr_partial_422}) {
    pixel::DrawParameters p = one_to_one(block);
    p.values.photometric = photometric;
    EXPECT_LE(compare(block, p).largest, 1);
  }
}

TEST_F(ColorTwin, SupplementalPalettes) {
  std::array<dicom::Lut, 3> palette;
  for (std::uint32_t color = 0; color < 3; ++color) {
    palette[color] = {100, 16, {}, ""};
    for (std::uint32_t i = 0; i < 60; ++i)
      palette[color].entries.push_back(static_cast<std::uint16_t>(i * (300 + 400 * color)));
  }
  for (SampleBlock const& block :
       {ramp_block<std::int16_t>(32, 32, -100), ramp_block<std::uint8_t>(16, 16, 0)}) {
    for (bool const inverted : {false, true}) {
      for (double const zoom : {1.0, 3.4}) {
        pixel::DrawParameters p = one_to_one(block);
        p.tables.palette = palette;
        p.geometry.zoom = zoom;
        p.values.window_center = 200;
        p.values.window_width = 500;
        p.values.inverted = inverted;
        p.values.padding = pixel::PaddingRange{-100, -50};
        EXPECT_LE(compare(block, p).largest, 1) << zoom << inverted << block.bits_allocated;
      }
    }
  }
}

TEST_F(ColorTwin, PalettesOfEightAndSixteenBits) {
  for (std::uint16_t const bits : {std::uint16_t{8}, std::uint16_t{16}}) {
    std::array<dicom::Lut, 3> palette;
    for (std::uint32_t color = 0; color < 3; ++color) {
      palette[color] = {-20, bits, {}, ""};
      for (std::uint32_t i = 0; i < 300; ++i) {
        palette[color].entries.push_back(
            static_cast<std::uint16_t>((i * (color * 50 + 77)) & ((1u << bits) - 1)));
      }
    }
    for (SampleBlock const& block :
         {ramp_block<std::int16_t>(32, 32, -100), ramp_block<std::uint8_t>(16, 16, 0)}) {
      for (double const zoom : {1.0, 3.4}) {
        pixel::DrawParameters p = one_to_one(block);
        p.values.photometric = Photometric::palette_color;
        p.tables.palette = palette;
        p.geometry.zoom = zoom;
        EXPECT_LE(compare(block, p).largest, 1) << bits << " " << zoom;
      }
    }
  }
}

/// Curves that bend each channel otherwise, and light beyond what a screen can show.
struct BentColors {
  BentColors(std::uint32_t curve_entries, std::uint32_t side) {
    for (std::uint32_t i = 0; i < curve_entries; ++i)
      for (float const gamma : {2.2f, 0.7f, 1.0f})
        curves.push_back(
            std::pow(static_cast<float>(i) / static_cast<float>(curve_entries - 1), gamma));
    for (std::uint32_t node = 0; node < side * side * side; ++node) {
      auto const at = [&](std::uint32_t index) {
        return static_cast<float>(index % side) / static_cast<float>(side - 1);
      };
      float const red = at(node), green = at(node / side), blue = at(node / side / side);
      light.push_back(1.6f * red * red - 0.3f * green);
      light.push_back(1.1f * green - 0.2f * blue * red + 0.05f);
      light.push_back(blue * blue * blue + 0.1f * red);
    }
    table = {curve_entries, side, curves, light};
  }
  std::vector<float> curves, light;
  pixel::ColorTable table;
};

TEST_F(ColorTwin, ColorProfiles) {
  for (auto const& [curve_entries, side] : {std::pair{4081u, 2u}, {2u, 65u}, {257u, 5u}}) {
    BentColors const profile(curve_entries, side);
    for (double const zoom : {1.0, 3.4}) {
      for (bool const inverted : {false, true}) {
        SampleBlock const block = noise_block<std::uint8_t>(64, 64, 3);
        pixel::DrawParameters p = one_to_one(block);
        p.geometry.zoom = zoom;
        p.values.photometric = Photometric::rgb;
        p.values.inverted = inverted;
        p.tables.color_profile = profile.table;
        Difference const d = compare(block, p);
        EXPECT_LE(d.largest, 1) << side << " " << zoom;
        EXPECT_GT(d.levels_seen, 200);
      }
    }
  }
}

TEST_F(ColorTwin, ColorProfilesOfSixteenBitsAndPalettes) {
  BentColors const profile(4081, 17);
  SampleBlock const deep = noise_block<std::uint16_t>(33, 31, 3);
  pixel::DrawParameters p = one_to_one(deep);
  p.values.photometric = Photometric::ybr_full;
  p.values.color_bits = 16;
  p.tables.color_profile = profile.table;
  EXPECT_LE(compare(deep, p).largest, 1);
  std::array<dicom::Lut, 3> palette;
  for (std::uint32_t color = 0; color < 3; ++color) {
    palette[color] = {-20, 16, {}, ""};
    for (std::uint32_t i = 0; i < 300; ++i)
      palette[color].entries.push_back(static_cast<std::uint16_t>(i * (color * 50 + 77)));
  }
  for (SampleBlock const& block :
       {ramp_block<std::int16_t>(32, 32, -100), ramp_block<std::uint8_t>(16, 16, 0)}) {
    p = one_to_one(block);
    p.values.photometric = Photometric::palette_color;
    p.tables.palette = palette;
    p.tables.color_profile = profile.table;
    EXPECT_LE(compare(block, p).largest, 1);
  }
}

TEST_F(ColorTwin, GreyHasNoColorProfile) {
  BentColors const profile(257, 5);
  SampleBlock const block = ramp_block<std::uint8_t>(16, 16, 0);
  pixel::DrawParameters p = one_to_one(block);
  p.values.window_width = 256;
  p.values.window_center = 128;
  std::vector<std::byte> const plain = capture(block, p);
  p.tables.color_profile = profile.table;
  EXPECT_EQ(capture(block, p), plain);
  EXPECT_EQ(compare(block, p).largest, 0);
}

TEST_F(ColorTwin, ColorTablesOfOtherLengthsAreRefused) {
  BentColors profile(257, 5);
  profile.table.side = 4;
  EXPECT_EQ(gpu_->put_color_table(profile.table).error().code, Errc::invalid_argument);
  profile.table.side = 1;
  EXPECT_EQ(gpu_->put_color_table(profile.table).error().code, Errc::invalid_argument);
  SampleBlock const block = noise_block<std::uint8_t>(4, 4, 3);
  DrawCall call;
  call.values.photometric = Photometric::rgb;
  call.geometry = one_to_one(block).geometry;
  call.texture = gpu_->put_texture(view_of(block)).value();
  call.color_table = 77;
  std::vector<std::byte> rgba(4 * 4 * 4);
  EXPECT_EQ(gpu_->capture(call, rgba).error().code, Errc::not_found);
}

TEST_F(ColorTwin, ABlockThatTheDecoderMadeRgbIsRgbWhateverTheDataSetSays) {
  SampleBlock const block = noise_block<std::uint8_t>(4, 4, 3);
  DrawCall call;
  call.values.photometric = Photometric::ybr_full_422;
  call.geometry = one_to_one(block).geometry;
  call.texture = gpu_->put_texture(view_of(block, true)).value();
  std::vector<std::byte> rgba(4 * 4 * 4);
  ASSERT_TRUE(gpu_->capture(call, rgba));
  for (std::size_t i = 0; i < 16; ++i) {
    for (std::size_t channel = 0; channel < 3; ++channel) {
      EXPECT_EQ(rgba[i * 4 + channel], block.bytes[i * 3 + channel]);
    }
  }
}

}  // namespace
}  // namespace sightline::render
