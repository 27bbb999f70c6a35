// Overlays and presentation states of real files. What is expected was stated by pydicom 2.3.1
// (overlay_array(), and the named bit of pixel_array's words for embedded planes; SHA-256 over the
// bits, the first in the lowest) and by dcmdump.
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <string_view>

#include "base/sha256.hpp"
#include "dicom/instance.hpp"
#include "dicom/presentation_state.hpp"
#include "shared_files.hpp"

namespace sightline::dicom_test {
namespace {

std::string hex(Sha256Digest const& digest) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  for (std::byte const byte : digest) {
    text += digits[std::to_integer<unsigned>(byte) >> 4];
    text += digits[std::to_integer<unsigned>(byte) & 15];
  }
  return text;
}

struct Expected {
  char const* path;
  std::uint16_t group, rows, cols;
  char const* sha256;
};

TEST(RealOverlays, HaveTheBitsThatPydicomReads) {
  if (!has_shared_files()) GTEST_SKIP() << kSkipped;
  constexpr Expected expected[] = {
      {"photometric/lut-overlay/ovly_p01.dcm", 0x6000, 512, 512,
       "4686f59413c49a5f1070010b0c947c38e8d30572941b89ae7f6df91592c5648c"},
      {"photometric/lut-overlay/ovly_p01.dcm", 0x6002, 512, 512,
       "31b9250fa5e4739629ad67a39db715ddb64c0659cac966651c65df483c845977"},
      {"photometric/lut-overlay/ovly_p01.dcm", 0x6004, 512, 512,
       "5d2edfdfd564460c70dbe6c957ed1dfe9d5df1b802b436987403e286e2070c6e"},
      {"photometric/lut-overlay/ovly_p01.dcm", 0x6006, 512, 512,
       "57e63318af79f6b3d958e35b8532febecaea3ce32b3b3ca181d270bfc2390535"},
      {"photometric/lut-overlay/MR-SIEMENS-DICOM-WithOverlays.dcm", 0x6000, 484, 484,
       "5d1636b49bc9c0809341103b02441da81fe255ea6ee76f55b44ee3817c3e67bc"},
      {"photometric/lut-overlay/examples_overlay.dcm", 0x6000, 300, 484,
       "913cea0d8fc50e96d4bfffe1c2bb3a1918e83a370fa16b780a5594d4285069ce"},
  };
  for (Expected const& one : expected) {
    SCOPED_TRACE(std::string(one.path) + " " + std::to_string(one.group));
    auto const file = read_file(shared_folder() / one.path);
    auto const instance = dicom::read_instance(file);
    ASSERT_TRUE(instance) << instance.error().detail;
    auto const plane =
        std::ranges::find(instance->overlays, one.group, &dicom::OverlayPlane::group);
    ASSERT_NE(plane, instance->overlays.end());
    EXPECT_EQ(plane->rows, one.rows);
    EXPECT_EQ(plane->cols, one.cols);
    auto const bits = dicom::overlay_bits(file, one.group, 0);
    ASSERT_TRUE(bits) << bits.error().detail;
    EXPECT_EQ(hex(sha256(*bits)), one.sha256);
  }
}

TEST(RealOverlays, APlaneWithoutBitsIsNotShown) {
  if (!has_shared_files()) GTEST_SKIP() << kSkipped;
  auto const instance =
      dicom::read_instance(read_file(shared_folder() / "modality/ct/IM-0001-0001-0001.dcm"));
  ASSERT_TRUE(instance);
  EXPECT_TRUE(instance->overlays.empty());
}

TEST(RealPresentationStates, AreAsDcmdumpPrintsThem) {
  if (!has_shared_files()) GTEST_SKIP() << kSkipped;
  auto const state = dicom::read_presentation_state(
      read_file(shared_folder() / "sr-seg-rt-pr/roi-gsps-ko/real02.pr.dcm"));
  ASSERT_TRUE(state) << state.error().detail;
  EXPECT_EQ(state->content_label, "FOR_PRESENTATION");
  EXPECT_EQ(state->creation_date, "20090914");
  EXPECT_TRUE(
      dicom::applies_to(*state, "1.3.6.1.4.1.25403.2200303521616.3496.20090914123854.2", 1));
  EXPECT_FALSE(
      dicom::applies_to(*state, "1.3.6.1.4.1.25403.2200303521616.3496.20090914123854.1", 1));
  ASSERT_EQ(state->voi.size(), 1u);
  EXPECT_EQ(state->voi[0].windows.front(), (dicom::Window{128, 256, ""}));
  EXPECT_EQ(state->presentation_lut_shape, dicom::PresentationState::LutShape::identity);
  ASSERT_EQ(state->areas.size(), 1u);
  EXPECT_EQ(state->areas[0].top_left, (std::array<std::int32_t, 2>{37, 48}));
  EXPECT_EQ(state->areas[0].bottom_right, (std::array<std::int32_t, 2>{235, 180}));
  ASSERT_EQ(state->annotations.size(), 1u);
  ASSERT_EQ(state->annotations[0].graphics.size(), 1u);
  auto const& points = state->annotations[0].graphics[0].points;
  ASSERT_EQ(points.size(), 35u);
  EXPECT_EQ(points[0], (std::array{149.773514f, 158.856567f}));
  ASSERT_EQ(state->annotations[0].texts.size(), 1u);
  EXPECT_TRUE(state->annotations[0].texts[0].text.starts_with("A=371px, "));
  EXPECT_TRUE(state->annotations[0].texts[0].anchor->visible);
}

TEST(RealPresentationStates, NoRealFileIsMistakenForOne) {
  if (!has_shared_files()) GTEST_SKIP() << kSkipped;
  unsigned states = 0;
  for (auto const& path : shared_files()) {
    if (std::filesystem::file_size(path) > 1 << 20) continue;
    states += dicom::read_presentation_state(read_file(path)).has_value() ? 1 : 0;
  }
  EXPECT_EQ(states, 4u) << "modality/dx/ps.dcm and real01 to real03";
}

}  // namespace
}  // namespace sightline::dicom_test
