#include "wire/manifest_order.hpp"

#include <gtest/gtest.h>

namespace sightline::wire {
namespace {

struct Slice {
  std::string uid;
  std::optional<std::int32_t> number;
  std::optional<std::array<double, 3>> position;
  std::array<double, 6> orientation{1, 0, 0, 0, 1, 0};
  std::uint32_t frames = 1;
};

Manifest manifest_of(std::vector<Slice> const& slices) {
  Manifest manifest;
  for (Slice const& slice : slices) {
    ManifestInstance one;
    one.instance.sop_instance_uid = slice.uid;
    one.instance.series.series_instance_uid = "1.1";
    one.instance.instance_number = slice.number;
    one.instance.has_pixels = true;
    one.instance.number_of_frames = slice.frames;
    dicom::FrameGeometry geometry;
    geometry.image_position = slice.position;
    geometry.image_orientation = slice.orientation;
    one.instance.geometry = {geometry};
    manifest.instances.push_back(one);
  }
  return manifest;
}

std::string order_of(Manifest const& manifest) {
  auto const series = order_manifest(manifest);
  std::string text = series.front().by_position ? "position:" : "number:";
  for (std::size_t const index : series.front().instances)
    text += " " + manifest.instances[index].instance.sop_instance_uid;
  return text;
}

TEST(ManifestOrder, PositionAlongTheNormalDecides) {
  EXPECT_EQ(order_of(manifest_of(
                {{"c", 1, {{0, 0, 30}}}, {"a", 2, {{0, 0, -10}}}, {"b", 3, {{0, 0, 5}}}})),
            "position: a b c");
}

TEST(ManifestOrder, TheNormalIsRowTimesColumn) {
  // Coronal: rows to the left (+x), columns to the feet (-z); the normal is (1,0,0) x (0,0,-1) =
  // (0,1,0), to the back.
  std::array<double, 6> const coronal{1, 0, 0, 0, 0, -1};
  EXPECT_EQ(order_of(manifest_of(
                {{"back", 1, {{0, 50, 0}}, coronal}, {"front", 2, {{9, -50, 7}}, coronal}})),
            "position: front back");
}

TEST(ManifestOrder, SmallDifferencesOfOrientationDoNotMatter) {
  EXPECT_EQ(order_of(manifest_of(
                {{"b", 1, {{0, 0, 2}}, {1, 0.0009, 0, 0, 1, 0}}, {"a", 2, {{0, 0, 1}}}})),
            "position: a b");
}

TEST(ManifestOrder, AnotherOrientationFallsBackToTheInstanceNumber) {
  EXPECT_EQ(
      order_of(manifest_of({{"b", 2, {{0, 0, 1}}}, {"a", 1, {{0, 0, 2}}, {1, 0, 0, 0, 0, -1}}})),
      "number: a b");
}

TEST(ManifestOrder, AMissingPositionFallsBackToTheInstanceNumber) {
  EXPECT_EQ(order_of(manifest_of({{"b", 2, {{0, 0, 1}}}, {"a", 1, std::nullopt}})), "number: a b");
}

/// PS3.3 C.7.6.16.2.2.4: all parts have one Instance Number; their UIDs say nothing.
TEST(ManifestOrder, PartsOfAConcatenationFollowTheirFrames) {
  Manifest manifest = manifest_of({{"a", 5, std::nullopt, {}, 10},
                                   {"b", 5, std::nullopt, {}, 10},
                                   {"c", 5, std::nullopt, {}, 4},
                                   {"d", 1, std::nullopt}});
  std::uint32_t const offsets[] = {10, 0, 20};
  for (std::size_t i = 0; i < 3; ++i) {
    manifest.instances[i].instance.concatenation_uid = "1.9";
    manifest.instances[i].instance.concatenation_frame_offset = offsets[i];
  }
  EXPECT_EQ(order_of(manifest), "number: d b a c");
}

/// Concatenation Frame Offset Number is missing: In-concatenation Number says the order.
TEST(ManifestOrder, PartsOfAConcatenationFollowTheirNumbers) {
  Manifest manifest = manifest_of({{"a", 5, std::nullopt, {}, 10},
                                   {"b", 5, std::nullopt, {}, 10},
                                   {"c", 5, std::nullopt, {}, 4}});
  std::uint16_t const numbers[] = {3, 1, 2};
  for (std::size_t i = 0; i < 3; ++i) {
    manifest.instances[i].instance.concatenation_uid = "1.9";
    manifest.instances[i].instance.in_concatenation_number = numbers[i];
  }
  EXPECT_EQ(order_of(manifest), "number: b c a");
}

TEST(ManifestOrder, RepeatedPositionsFallBackToTheInstanceNumber) {
  EXPECT_EQ(order_of(manifest_of({{"d", 4, {{0, 0, 1}}},
                                  {"c", 3, {{0, 0, 0}}},
                                  {"b", 2, {{0, 0, 1}}},
                                  {"a", 1, {{0, 0, 0}}}})),
            "number: a b c d");
}

TEST(ManifestOrder, AMultiFrameInstanceStaysWholeAndGoesByItsNumber) {
  EXPECT_EQ(
      order_of(manifest_of({{"b", 2, {{0, 0, 1}}}, {"a", 1, {{0, 0, 2}}, {1, 0, 0, 0, 1, 0}, 30}})),
      "number: a b");
}

TEST(ManifestOrder, TiesGoByUidAndAMissingNumberIsLast) {
  EXPECT_EQ(order_of(manifest_of({{"z", std::nullopt, std::nullopt},
                                  {"c", 1, std::nullopt},
                                  {"b", 1, std::nullopt},
                                  {"a", std::nullopt, std::nullopt}})),
            "number: b c a z");
}

TEST(ManifestOrder, SeriesGoByNumberThenUidAndAMissingNumberIsLast) {
  Manifest manifest;
  for (auto const& [uid, number] : std::vector<std::pair<std::string, std::optional<std::int32_t>>>{
           {"1.5", std::nullopt}, {"1.9", 7}, {"1.4", 7}, {"1.8", -1}}) {
    ManifestInstance one;
    one.instance.series.series_instance_uid = uid;
    one.instance.series.series_number = number;
    manifest.instances.push_back(one);
  }
  std::string order;
  for (SeriesOrder const& series : order_manifest(manifest)) {
    order += manifest.instances[series.instances.front()].instance.series.series_instance_uid + " ";
  }
  EXPECT_EQ(order, "1.8 1.4 1.9 1.5 ");
}

dicom::Instance volume_of(std::vector<Slice> const& frames) {
  dicom::Instance instance;
  instance.number_of_frames = static_cast<std::uint32_t>(frames.size());
  for (ManifestInstance const& frame : manifest_of(frames).instances)
    instance.geometry.push_back(frame.instance.geometry.front());
  return instance;
}

TEST(IsVolume, FramesAtDifferentPlacesOfOneOrientation) {
  EXPECT_TRUE(is_volume(volume_of({{"", 1, {{0, 0, 4}}}, {"", 1, {{0, 0, 0}}}})));
  EXPECT_FALSE(is_volume(volume_of({{"", 1, {{0, 0, 4}}}}))) << "a picture";
  EXPECT_FALSE(is_volume(volume_of({{"", 1, {{0, 0, 4}}}, {"", 1, {}}})));
  EXPECT_FALSE(is_volume(volume_of({{"", 1, {{0, 0, 4}}}, {"", 1, {{9, 0, 4}}}})))
      << "at one place of the normal";
  EXPECT_FALSE(
      is_volume(volume_of({{"", 1, {{0, 0, 4}}}, {"", 1, {{0, 0, 0}}, {0, 1, 0, 0, 0, -1}}})));
  dicom::Instance shared = volume_of({{"", 1, {{0, 0, 4}}}});
  shared.number_of_frames = 2;
  EXPECT_FALSE(is_volume(shared)) << "one place for all";
}

TEST(ViewingOrder, IsThatOfTheDimensionsWhereItIsOneOfAllFrames) {
  dicom::Instance instance = volume_of({{"", 1, {{0, 0, 2}}}, {"", 1, {{0, 0, 1}}}});
  using Order = std::vector<std::uint32_t>;
  EXPECT_EQ(viewing_order(instance), Order{}) << "they descend";
  instance.viewing_order = {1, 0};
  EXPECT_EQ(viewing_order(instance), (Order{1, 0}));
  for (Order const& no_order : {Order{1, 1}, Order{0, 2}, Order{0}, Order{0, 1, 2}}) {
    instance.viewing_order = no_order;
    EXPECT_EQ(viewing_order(instance), Order{});
  }
}

TEST(ViewingOrder, IsThatOfPositionsWhereTheyNeitherAscendNorDescend) {
  EXPECT_EQ(
      viewing_order(volume_of({{"", 1, {{0, 0, 2}}}, {"", 1, {{0, 0, 6}}}, {"", 1, {{0, 0, 4}}}})),
      (std::vector<std::uint32_t>{0, 2, 1}));
  EXPECT_TRUE(
      viewing_order(volume_of({{"", 1, {{0, 0, 2}}}, {"", 1, {{0, 0, 6}}}, {"", 1, {{0, 0, 2}}}}))
          .empty())
      << "no volume";
}

}  // namespace
}  // namespace sightline::wire
