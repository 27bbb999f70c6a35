#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <utility>
#include <vector>

#include "twin.hpp"

namespace sightline::render {
namespace {

using dicom::VoiFunction;
using GreyTwin = TwinTest;

struct Window {
  double center, width;
};
constexpr Window kWindows[] = {{40, 400},  {0, 65536},   {32768, 65535},
                               {128, 256}, {-600, 1500}, {100, 2}};
constexpr VoiFunction kFunctions[] = {VoiFunction::linear, VoiFunction::linear_exact,
                                      VoiFunction::sigmoid};
constexpr std::uint16_t kRotations[] = {0, 90, 180, 270};

std::vector<SampleBlock> grey_blocks() {
  return {noise_block<std::uint8_t>(37, 53), noise_block<std::int8_t>(37, 53),
          noise_block<std::uint16_t>(37, 53), noise_block<std::int16_t>(37, 53)};
}

TEST_F(GreyTwin, EveryFunctionAndWindowOverEveryKindOfSample) {
  for (SampleBlock const& block : grey_blocks()) {
    for (VoiFunction const function : kFunctions) {
      for (Window const& window : kWindows) {
        pixel::DrawParameters p = one_to_one(block);
        p.values.voi_function = function;
        p.values.window_center = window.center;
        p.values.window_width = window.width;
        Difference const d = compare(block, p);
        EXPECT_LE(d.largest, 1) << block.bits_allocated << block.is_signed << " " << window.center;
        EXPECT_LE(d.differing_bytes * 100, d.bytes)
            << "more than 1 % beside the rounding of halves";
      }
    }
  }
}

TEST_F(GreyTwin, FractionalRescaleWithinOneLevel) {
  for (double const slope : {0.371493, 1.0 / 3, -2.5, 1e-3, 12.75}) {
    for (SampleBlock const& block : grey_blocks()) {
      pixel::DrawParameters p = one_to_one(block);
      p.values.rescale_slope = slope;
      p.values.rescale_intercept = -1024.3;
      p.values.window_center = -900;
      p.values.window_width = 5000;
      EXPECT_LE(compare(block, p).largest, 1) << slope;
    }
  }
}

TEST_F(GreyTwin, WidthOneStepsOnTheRightInteger) {
  // A 64 x 64 ramp of neighbouring stored values round the threshold; centers on values, between
  // and beside them.
  for (double const slope : {1.0, 0.1, 0.371493, 1.0 / 3, -0.7, 1e-4, 123.456}) {
    for (double const intercept : {0.0, -1024.0, 0.3}) {
      for (std::int32_t const middle : {-30000, -1, 0, 700, 30001}) {
        SampleBlock const block = ramp_block<std::int16_t>(64, 64, middle - 2048);
        for (double const beside : {0.0, 0.5, 0.25, -0.5}) {
          pixel::DrawParameters p = one_to_one(block);
          p.values.rescale_slope = slope;
          p.values.rescale_intercept = intercept;
          p.values.window_center = middle * slope + intercept + beside;
          p.values.window_width = 1;
          Difference const d = compare(block, p);
          EXPECT_EQ(d.largest, 0) << slope << " " << intercept << " " << middle << " " << beside;
          if (std::fabs(slope) >= 0.1) {
            EXPECT_EQ(d.levels_seen, 2);
          }
        }
      }
    }
  }
}

TEST_F(GreyTwin, EveryUnsignedValueAtWidthOne) {
  SampleBlock const block = ramp_block<std::uint16_t>(256, 256, 0);
  for (double const center : {0.0, 1.0, 6553.5, 6553.1, 3276.8}) {
    pixel::DrawParameters p = one_to_one(block);
    p.values.rescale_slope = 0.1;
    p.values.window_center = center;
    EXPECT_EQ(compare(block, p).largest, 0) << center;
  }
}

TEST_F(GreyTwin, SamplesOf32Bits) {
  for (SampleBlock const& block :
       {noise_block<std::uint32_t>(37, 53), noise_block<std::int32_t>(37, 53)}) {
    for (Window const& window : {Window{2147483648.0, 4294967296.0}, Window{0, 4294967296.0},
                                 Window{3e9, 1e9}, Window{-1e9, 2e9}}) {
      pixel::DrawParameters p = one_to_one(block);
      p.values.window_center = window.center;
      p.values.window_width = window.width;
      EXPECT_LE(compare(block, p).largest, 1) << block.is_signed << " " << window.center;
      p.values.padding = pixel::PaddingRange{-2147483647, 1'000'000'000};
      EXPECT_LE(compare(block, p).largest, 1) << block.is_signed << " " << window.center;
    }
  }
}

TEST_F(GreyTwin, WidthOneStepsOnTheRightIntegerOf32Bits) {
  for (std::int64_t const middle :
       {4294965000ll, 2147483648ll, 2147483647ll, 16777217ll, 5000ll, -5000ll, -2147480000ll}) {
    auto const first = static_cast<std::int32_t>(static_cast<std::uint32_t>(middle - 2048));
    bool const is_signed = middle < 0;
    SampleBlock const block = is_signed ? ramp_block<std::int32_t>(64, 64, first)
                                        : ramp_block<std::uint32_t>(64, 64, first);
    for (double const slope : {1.0, 0.371493}) {
      pixel::DrawParameters p = one_to_one(block);
      p.values.rescale_slope = slope;
      p.values.window_center = static_cast<double>(middle) * slope + 0.25 * slope;
      p.values.window_width = 1;
      Difference const d = compare(block, p);
      EXPECT_EQ(d.largest, 0) << middle << " " << slope;
      EXPECT_EQ(d.levels_seen, 2);
    }
  }
}

/// Real numbers from `low` to `high`, some of which are none.
template <class Real>
SampleBlock real_block(double low, double high) {
  std::vector<Real> values(37 * 53);
  for (std::size_t i = 0; i < values.size(); ++i)
    values[i] = static_cast<Real>(low + (high - low) * static_cast<double>(i) / 1960.0);
  values[60] = std::numeric_limits<Real>::quiet_NaN();
  values[61] = std::numeric_limits<Real>::infinity();
  values[200] = -std::numeric_limits<Real>::infinity();
  values[201] = static_cast<Real>(-std::numeric_limits<float>::max());
  SampleBlock block{37, 53, 1, sizeof(Real) * 8, false, {}, true};
  block.bytes.resize(values.size() * sizeof(Real));
  std::memcpy(block.bytes.data(), values.data(), block.bytes.size());
  return block;
}

TEST_F(GreyTwin, RealNumbers) {
  for (auto const& [low, high] : {std::pair{-0.25, 0.75}, std::pair{1e-12, 3e-12},
                                  std::pair{-1e30, 1e30}, std::pair{1e6, 1e6 + 100}}) {
    for (SampleBlock const& block : {real_block<float>(low, high), real_block<double>(low, high)}) {
      for (bool const interpolate : {false, true}) {
        pixel::DrawParameters p = one_to_one(block);
        p.geometry.zoom = interpolate ? 1.7 : 1;
        p.interpolate = interpolate;
        p.values.voi_function = VoiFunction::linear_exact;
        p.values.rescale_slope = 2;
        p.values.window_center = low + high;
        p.values.window_width = 2 * (high - low);
        Difference const d = compare(block, p);
        EXPECT_LE(d.largest, 1) << low << " " << block.bits_allocated << interpolate;
        EXPECT_GT(d.levels_seen, 100) << low;
        p.values.voi_function = VoiFunction::sigmoid;
        EXPECT_LE(compare(block, p).largest, 1) << low;
        double const middle = low + (high - low) / 2;
        p.values.real_padding =
            pixel::RealPaddingRange{static_cast<float>(low), static_cast<float>(middle)};
        EXPECT_LE(compare(block, p).largest, 1) << low << " padding";
      }
    }
  }
}

TEST_F(GreyTwin, AllTurnsFlipsZoomsAndPans) {
  SampleBlock const block = noise_block<std::int16_t>(23, 31);
  for (std::uint16_t const rotation : kRotations) {
    for (int flips = 0; flips < 4; ++flips) {
      for (double const zoom : {0.5, 1.0, 1.7, 2.0, 3.0}) {
        for (bool const interpolate : {false, true}) {
          pixel::DrawParameters p = one_to_one(block);
          p.geometry.viewport_rows = 66;
          p.geometry.viewport_cols = 91;
          p.geometry.zoom = zoom;
          p.geometry.pan_x = 3;
          p.geometry.pan_y = -7;
          p.geometry.rotation_deg = rotation;
          p.geometry.flip_horizontal = (flips & 1) != 0;
          p.geometry.flip_vertical = (flips & 2) != 0;
          p.values.window_width = 65536;
          p.interpolate = interpolate;
          Difference const d = compare(block, p);
          EXPECT_LE(d.largest, 1) << rotation << " " << flips << " " << zoom << " " << interpolate;
          EXPECT_GT(d.levels_seen, 50);
        }
      }
    }
  }
}

TEST_F(GreyTwin, OneToOneIsTheStoredPictureWhateverTheParities) {
  SampleBlock const block = ramp_block<std::uint8_t>(15, 16, 0);
  for (std::uint32_t const rows : {15u, 16u, 40u, 41u, 9u, 8u}) {
    pixel::DrawParameters p = one_to_one(block);
    p.geometry.viewport_rows = rows;
    p.geometry.viewport_cols = rows + 5;
    p.values.window_center = 128;
    p.values.window_width = 256;
    EXPECT_EQ(compare(block, p).largest, 0);
  }
}

TEST_F(GreyTwin, AnisotropicPixels) {
  SampleBlock const block = noise_block<std::uint8_t>(20, 30);
  for (double const aspect : {0.5, 1.25, 3.0}) {
    for (std::uint16_t const rotation : kRotations) {
      pixel::DrawParameters p = one_to_one(block);
      p.geometry.viewport_rows = p.geometry.viewport_cols = 77;
      p.geometry.pixel_aspect = aspect;
      p.geometry.rotation_deg = rotation;
      p.geometry.zoom = pixel::fit_zoom(p.geometry);
      p.values.window_center = 128;
      p.values.window_width = 256;
      EXPECT_LE(compare(block, p).largest, 1) << aspect << " " << rotation;
    }
  }
}

TEST_F(GreyTwin, LowerLevelsOfALargerImage) {
  for (std::uint32_t discarded = 1; discarded <= 4; ++discarded) {
    std::uint32_t const step = 1u << discarded;
    SampleBlock const level =
        noise_block<std::uint16_t>((301 + step - 1) / step, (222 + step - 1) / step);
    for (std::uint16_t const rotation : kRotations) {
      pixel::DrawParameters p = one_to_one(level);
      p.geometry.image_rows = 301;
      p.geometry.image_cols = 222;
      p.geometry.viewport_rows = p.geometry.viewport_cols = 320;
      p.geometry.rotation_deg = rotation;
      p.values.window_center = 32768;
      p.values.window_width = 65536;
      EXPECT_LE(compare(level, p).largest, 1) << discarded << " " << rotation;
    }
  }
}

TEST_F(GreyTwin, PhotometricInverseAndToggle) {
  SampleBlock const block = noise_block<std::uint8_t>(16, 16);
  for (Photometric const photometric : {Photometric::monochrome1, Photometric::monochrome2}) {
    for (int flags = 0; flags < 4; ++flags) {
      pixel::DrawParameters p = one_to_one(block);
      p.values.photometric = photometric;
      p.values.presentation_inverse = (flags & 1) != 0;
      p.values.inverted = (flags & 2) != 0;
      p.values.window_center = 100;
      p.values.window_width = 120;
      EXPECT_LE(compare(block, p).largest, 1);
    }
  }
}

TEST_F(GreyTwin, PaddingStaysBlackAndOutOfItsNeighbours) {
  SampleBlock block = noise_block<std::int16_t>(24, 24);
  for (std::size_t i = 0; i < block.bytes.size(); i += 10) {  // every fifth value -2000
    std::int16_t const padding = -2000;
    std::memcpy(block.bytes.data() + i, &padding, 2);
  }
  for (bool const inverted : {false, true}) {
    for (double const zoom : {1.0, 2.6}) {
      pixel::DrawParameters p = one_to_one(block);
      p.geometry.zoom = zoom;
      p.geometry.viewport_rows = p.geometry.viewport_cols = 63;
      p.values.padding = pixel::PaddingRange{-2000, -1990};
      p.values.inverted = inverted;
      p.values.window_width = 65536;
      EXPECT_LE(compare(block, p).largest, 1) << inverted << zoom;
    }
  }
}

TEST_F(GreyTwin, ModalityAndVoiTables) {
  dicom::Lut modality{-300, 16, {}, ""};
  for (std::uint32_t i = 0; i < 1000; ++i) {
    modality.entries.push_back(static_cast<std::uint16_t>((i * i) % 65536));
  }
  dicom::Lut voi{500, 12, {}, ""};
  for (std::uint32_t i = 0; i < 4096; ++i) {
    voi.entries.push_back(static_cast<std::uint16_t>(4095.0 * std::sqrt(i / 4095.0)));
  }
  SampleBlock const block = ramp_block<std::int16_t>(64, 64, -1500);
  for (int which = 1; which < 4; ++which) {
    for (double const zoom : {1.0, 2.5}) {
      pixel::DrawParameters p = one_to_one(block);
      p.geometry.zoom = zoom;
      p.values.window_center = 30000;
      p.values.window_width = 50000;
      p.values.rescale_slope = 2;
      if ((which & 1) != 0) p.tables.modality_lut = modality;
      if ((which & 2) != 0) p.tables.voi_lut = voi;
      Difference const d = compare(block, p);
      EXPECT_LE(d.largest, 1) << which << " " << zoom;
      EXPECT_GT(d.levels_seen, 20);
    }
  }
}

TEST_F(GreyTwin, WidthOneOverAModalityTable) {
  dicom::Lut modality{0, 16, {}, ""};
  for (std::uint32_t i = 0; i < 65536; ++i)
    modality.entries.push_back(static_cast<std::uint16_t>(65535 - i));
  SampleBlock const block = ramp_block<std::uint16_t>(256, 256, 0);
  for (double const center : {1.0, 40000.0, 40000.5, 65535.0}) {
    pixel::DrawParameters p = one_to_one(block);
    p.tables.modality_lut = modality;
    p.values.window_center = center;
    EXPECT_EQ(compare(block, p).largest, 0) << center;
  }
}

TEST_F(GreyTwin, LargestVoiTableIsReadEntryForEntry) {
  dicom::Lut voi{-32768, 16, {}, ""};
  for (std::uint32_t i = 0; i < 65536; ++i)
    voi.entries.push_back(static_cast<std::uint16_t>(i * 40503));
  SampleBlock const block = ramp_block<std::int16_t>(256, 256, -32768);
  pixel::DrawParameters p = one_to_one(block);
  p.tables.voi_lut = voi;
  EXPECT_LE(compare(block, p).largest, 1);
}

}  // namespace
}  // namespace sightline::render
