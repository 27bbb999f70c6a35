#include "wire/series_places.hpp"

#include <gtest/gtest.h>

#include <limits>

#include "wire/manifest_order.hpp"

namespace sightline::wire {
namespace {

constexpr double kUnstated = std::numeric_limits<double>::lowest();

struct Slice {
  std::string uid;
  std::optional<double> z = {};
  std::vector<double> phase = {};
  std::string acquired = {};
  std::array<double, 6> orientation{1, 0, 0, 0, 1, 0};
  std::optional<std::int32_t> number = 1;
};

dicom::Instance instance_of(Slice const& slice) {
  dicom::Instance instance;
  instance.sop_instance_uid = slice.uid;
  instance.series.series_instance_uid = "1.1";
  instance.instance_number = slice.number;
  instance.number_of_frames = 1;
  instance.phase = slice.phase;
  instance.acquisition_time = slice.acquired;
  dicom::FrameGeometry geometry;
  if (slice.z) {
    geometry.image_position = {0, *slice.z, *slice.z};
    geometry.image_orientation = slice.orientation;
  }
  instance.geometry = {geometry};
  return instance;
}

std::string order_of(std::vector<Slice> const& slices) {
  Manifest manifest;
  for (Slice const& slice : slices) manifest.instances.emplace_back().instance = instance_of(slice);
  auto const series = order_manifest(manifest);
  EXPECT_FALSE(series.front().by_position);
  std::string text;
  for (std::size_t const index : series.front().instances)
    text += manifest.instances[index].instance.sop_instance_uid + " ";
  return text;
}

TEST(SeriesPlaces, WhatObjectsStateTellsVolumesApart) {
  EXPECT_EQ(order_of({{"d", 4, {2}}, {"b", 4, {1}}, {"c", 0, {2}}, {"a", 0, {1}}}), "a b c d ");
  // two echoes of two b-values
  EXPECT_EQ(order_of({{"h", 4, {2, 9}},
                      {"g", 0, {2, 9}},
                      {"b", 4, {1, 5}},
                      {"a", 0, {1, 5}},
                      {"d", 4, {1, 9}},
                      {"c", 0, {1, 9}},
                      {"f", 4, {2, 5}},
                      {"e", 0, {2, 5}}}),
            "a b c d e f g h ");
  // one picture of the second volume is missing
  EXPECT_EQ(order_of({{"e", 8, {3}}, {"c", 8, {1}}, {"b", 4, {1}}, {"d", 4, {3}}, {"a", 0, {1}}}),
            "a b c d e ");
}

TEST(SeriesPlaces, WhatIsAnotherForEachSliceTellsNoVolumes) {
  EXPECT_EQ(order_of({{"b", 4, {7, 1}}, {"a", 0, {8, 1}}, {"d", 4, {5, 2}}, {"c", 0, {6, 2}}}),
            "a b c d ");
}

TEST(SeriesPlaces, ElseTheTimeOfAcquisitionDoes) {
  EXPECT_EQ(order_of({{"d", 4, {}, "1004"},
                      {"b", 4, {}, "1002"},
                      {"c", 0, {}, "1003"},
                      {"a", 0, {kUnstated}, "1001"}}),
            "a b c d ");
}

TEST(SeriesPlaces, StacksOfEachOrientationStayTogether) {
  std::array<double, 6> const coronal{1, 0, 0, 0, 0, -1};
  EXPECT_EQ(order_of({{"a", 0, {}, ""},
                      {"c", 0, {}, "", coronal},
                      {"d", 4, {}, "", coronal},
                      {"b", 4, {}, ""}}),
            "a b c d ");
}

TEST(SeriesPlaces, NumbersOfTheirOwnDecide) {
  EXPECT_EQ(order_of({{"c", 0, {1}, "", {1, 0, 0, 0, 1, 0}, 3},
                      {"a", 0, {2}, "", {1, 0, 0, 0, 1, 0}, 1},
                      {"b", 4, {1}, "", {1, 0, 0, 0, 1, 0}, 2}}),
            "a b c ");
}

TEST(SeriesPlaces, WithoutPositionsSliceLocationDecides) {
  Manifest manifest;
  for (auto const& [uid, location] :
       std::vector<std::pair<std::string, double>>{{"c", 10}, {"a", -2.5}, {"b", 9.5}}) {
    auto& instance = manifest.instances.emplace_back().instance = instance_of({uid, std::nullopt});
    instance.instance_number.reset();
    instance.geometry.front().slice_location = location;
  }
  auto const order = order_manifest(manifest).front().instances;
  EXPECT_EQ(order, (std::vector<std::size_t>{1, 2, 0}));
}

TEST(SeriesPlaces, APictureWithoutAPlaceLeavesTheOrderAsItWas) {
  EXPECT_EQ(order_of({{"b", 0, {}}, {"a", 4, {}}, {"c", std::nullopt, {}}}), "a b c ");
}

}  // namespace
}  // namespace sightline::wire
