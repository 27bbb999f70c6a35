#include "app/demo_study.hpp"

#include <gtest/gtest.h>

#include <cstring>
#include <map>
#include <set>

#include "app/part10_writer.hpp"
#include "base/sha256.hpp"
#include "codec/frame_decoder.hpp"
#include "dicom/instance.hpp"

namespace sightline::server {
namespace {

/// Made once for the suite: it takes a second.
class DemoStudy : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    ASSERT_TRUE(make_demo_study([](std::vector<std::byte> file) -> Status {
                  files().push_back(std::move(file));
                  return {};
                }).has_value());
    for (auto const& file : files()) {
      auto instance = dicom::read_instance(file);
      ASSERT_TRUE(instance.has_value()) << instance.error().detail;
      instances().push_back(std::move(*instance));
    }
  }
  static std::vector<std::vector<std::byte>>& files() {
    static std::vector<std::vector<std::byte>> made;
    return made;
  }
  static std::vector<dicom::Instance>& instances() {
    static std::vector<dicom::Instance> read;
    return read;
  }
};

TEST_F(DemoStudy, IsOneStudyOfThreeSeries) {
  ASSERT_EQ(instances().size(), kDemoObjects);
  std::map<std::string, int> modalities;
  std::set<std::string> studies, sops;
  for (auto const& instance : instances()) {
    ++modalities[instance.series.modality];
    studies.insert(instance.study.study_instance_uid);
    sops.insert(instance.sop_instance_uid);
    EXPECT_EQ(instance.patient.name, "Demo^Sightline");
    EXPECT_TRUE(instance.unshowable_reason.empty()) << instance.unshowable_reason;
    EXPECT_LE(instance.sop_instance_uid.size(), 64u);
  }
  EXPECT_EQ(modalities, (std::map<std::string, int>{{"CT", 120}, {"DX", 1}, {"US", 1}}));
  EXPECT_EQ(studies.size(), 1u);
  EXPECT_EQ(sops.size(), instances().size());
}

TEST_F(DemoStudy, TheCtHasItsGeometryAndValues) {
  auto const& slice = instances()[60];
  ASSERT_EQ(slice.geometry.size(), 1u);
  EXPECT_EQ(slice.geometry[0].image_position, (std::array<double, 3>{-127.75, -127.75, 60}));
  EXPECT_EQ(slice.geometry[0].image_orientation, (std::array<double, 6>{1, 0, 0, 0, 1, 0}));
  EXPECT_EQ(slice.geometry[0].pixel_spacing, (std::array<double, 2>{0.5, 0.5}));
  EXPECT_TRUE(slice.format.is_signed);
  auto const bytes = dicom::frame_bytes(files()[60], slice, 0);
  ASSERT_TRUE(bytes.has_value());
  auto const frame = codec::decode_frame({codec::Encoding::native, slice.format, *bytes, 0});
  ASSERT_TRUE(frame.has_value());
  auto const at_mm = [&](double x, double y) {
    auto const col = static_cast<std::size_t>((x + 127.75) / 0.5 + 0.5),
               row = static_cast<std::size_t>((y + 127.75) / 0.5 + 0.5);
    std::int16_t value = 0;
    std::memcpy(&value, frame->block.bytes.data() + (row * 512 + col) * 2, 2);
    return value;
  };
  // The values of the header's description.
  EXPECT_EQ(at_mm(0, 0), 0);
  EXPECT_EQ(at_mm(120, 0), -1000);
  EXPECT_EQ(at_mm(55, 0), 60);
  EXPECT_EQ(at_mm(0, 55), 400);
  EXPECT_EQ(at_mm(-55, 0), 1200);
  EXPECT_EQ(at_mm(0, -55), -1000) << "the ball of air";
  EXPECT_EQ(at_mm(20.25, 80.25), 101);
  EXPECT_EQ(at_mm(-85, 0), 200) << "half a turn after sixty slices";
}

TEST_F(DemoStudy, TheCineAndTheChartSayWhatTheyAre) {
  auto const& cine = instances()[120];
  EXPECT_EQ(cine.number_of_frames, 40u);
  EXPECT_EQ(cine.frame_time_ms, 40);
  EXPECT_EQ(cine.format.photometric, Photometric::rgb);
  EXPECT_EQ(cine.format.rows, 480u);
  auto const first = dicom::frame_bytes(files()[120], cine, 0),
             second = dicom::frame_bytes(files()[120], cine, 1);
  ASSERT_TRUE(first.has_value() && second.has_value());
  EXPECT_NE(*first, *second) << "it moves";
  auto const& chart = instances()[121];
  EXPECT_EQ(chart.format.rows, 3000u);
  EXPECT_EQ(chart.format.cols, 2500u);
  EXPECT_EQ(chart.format.bits_stored, 14);
  EXPECT_EQ(chart.format.photometric, Photometric::monochrome1);
}

TEST_F(DemoStudy, IsTheSameEveryTime) {
  std::size_t at = 0;
  (void)make_demo_study([&](std::vector<std::byte> const& file) -> Status {
    EXPECT_EQ(sha256(file), sha256(files()[at]));
    return ++at == 3 ? fail(Errc::ok) : Status{};
  });
}

TEST(UidFor, GivesUuidDerivedUids) {
  auto const uid = uid_for("a name");
  EXPECT_EQ(uid, uid_for("a name"));
  EXPECT_NE(uid, uid_for("another name"));
  EXPECT_TRUE(uid.starts_with("2.25."));
  EXPECT_LE(uid.size(), 44u) << "2.25. and at most 39 digits";
}

}  // namespace
}  // namespace sightline::server
