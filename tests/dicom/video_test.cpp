// Videos: all fragments are one stream, whatever tables and Number of Frames say.
#include <gtest/gtest.h>

#include "data_set_builder.hpp"

namespace sightline::dicom_test {
namespace {

constexpr char kMpeg2[] = "1.2.840.10008.1.2.4.100", kAvc[] = "1.2.840.10008.1.2.4.102",
               kFragmentable[] = "1.2.840.10008.1.2.4.106.1", kHevc[] = "1.2.840.10008.1.2.4.107";

Bytes const kFirst = bytes_of({1, 2, 3, 4, 5, 6}), kSecond = bytes_of({7, 8, 9, 10});

Picture video(std::string frames) {
  return {.rows = 8,
          .cols = 16,
          .samples = 3,
          .photometric = "YBR_PARTIAL_420",
          .number_of_frames = std::move(frames)};
}
dicom::Instance read(Bytes const& file) {
  auto const instance = dicom::read_instance(file);
  EXPECT_TRUE(instance) << (instance ? "" : instance.error().detail);
  return instance.value_or(dicom::Instance{});
}

TEST(Video, AllFragmentsAreOneStream) {
  for (char const* uid : {kMpeg2, kAvc, kFragmentable, kHevc}) {
    for (std::vector<std::uint32_t> const& table :
         {std::vector<std::uint32_t>{}, {0}, {0, 14}, {0, 99}}) {
      SCOPED_TRACE(uid);
      Bytes const file =
          part10(uid, picture_header(video("250")).fragments(table, {kFirst, kSecond}));
      dicom::Instance const instance = read(file);
      EXPECT_TRUE(instance.has_pixels);
      EXPECT_TRUE(instance.lossy.lossy);
      EXPECT_EQ(instance.number_of_frames, 250u);
      EXPECT_EQ(instance.format.rows, 8u);
      EXPECT_NE(instance.unshowable_reason.find("are a video ("), std::string::npos);
      ASSERT_EQ(instance.frames.size(), 1u);
      auto const stream = dicom::frame_bytes(file, instance, 0);
      ASSERT_TRUE(stream);
      EXPECT_EQ(*stream, bytes_of({1, 2, 3, 4, 5, 6, 7, 8, 9, 10}));
    }
  }
}

TEST(Video, IsReadWhateverTheImagePixelModuleSays) {
  dicom::Instance const instance =
      read(part10(kAvc, picture_header({.rows = 0, .samples = 7, .photometric = "NONSENSE"})
                            .fragments({}, {kFirst})));
  EXPECT_EQ(instance.frames.size(), 1u);
  EXPECT_EQ(instance.number_of_frames, 1u);
}

TEST(Video, OfATruncatedFileTheStreamIsWhatIsThere) {
  Bytes file = part10(kAvc, picture_header(video("2")).fragments({}, {kFirst, kSecond}, false));
  file.resize(file.size() - 3);
  dicom::Instance const instance = read(file);
  ASSERT_EQ(instance.frames.size(), 1u);
  EXPECT_EQ(*dicom::frame_bytes(file, instance, 0), bytes_of({1, 2, 3, 4, 5, 6, 7}));
}

TEST(Video, PixelDataWithoutOneIsNamed) {
  EXPECT_EQ(read(part10(kAvc, picture_header(video("2")).fragments({}, {}))).unshowable_reason,
            "There is no video in the pixel data.");
  EXPECT_EQ(
      read(part10(kAvc, picture_header(video("2")).fragments({}, {Bytes{}}))).unshowable_reason,
      "There is no video in the pixel data.");
  EXPECT_EQ(read(part10(kMpeg2, picture_header(video("2")).bytes(0x7FE00010, "OB", kFirst)))
                .unshowable_reason,
            "The pixel data is not stored as its transfer syntax says (MPEG-2 Main Profile / Main "
            "Level).");
}

}  // namespace
}  // namespace sightline::dicom_test
