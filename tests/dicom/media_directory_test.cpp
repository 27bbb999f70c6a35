#include "dicom/media_directory.hpp"

#include <gtest/gtest.h>

#include "data_set_builder.hpp"

namespace sightline::dicom_test {
namespace {

using dicom::read_media_directory;

DataSetBuilder record(std::string const& type) {
  DataSetBuilder item;
  item.text(0x00041430, "CS", type);
  return item;
}
DataSetBuilder image(std::string const& file_id, std::string const& uid) {
  DataSetBuilder item;
  item.text(0x00041430, "CS", "IMAGE").text(0x00041500, "CS", file_id);
  if (!uid.empty()) item.text(0x00041511, "UI", uid);
  return item;
}
Bytes directory(std::vector<DataSetBuilder> const& records) {
  DataSetBuilder data_set;
  data_set.text(0x00041130, "CS", "DISC").sequence(0x00041220, records);
  return part10(kExplicitLittleUid, data_set);
}

TEST(MediaDirectory, NamesTheFilesOfItsRecordsInOrder) {
  auto const files = read_media_directory(
      directory({record("PATIENT"), image("DICOM\\ST0\\IM1", "1.2.1"), image("DICOM\\IM2", "")}));
  ASSERT_TRUE(files);
  ASSERT_EQ(files->size(), 2u);
  EXPECT_EQ((*files)[0].path, "DICOM/ST0/IM1");
  EXPECT_EQ((*files)[0].sop_instance_uid, "1.2.1");
  EXPECT_EQ((*files)[1].path, "DICOM/IM2");
  EXPECT_EQ((*files)[1].sop_instance_uid, "");
}

TEST(MediaDirectory, LeavesOutWhatIsNoFileId) {
  auto const files = read_media_directory(
      directory({image("..\\..\\ETC\\PASSWD", "1.2.1"), image("A/../B", "1.2.2"),
                 image("A\tB", "1.2.3"), image("\\.\\", "1.2.5"), image("D:", "1.2.6"),
                 image(std::string(200, 'A'), "1.2.4"), image("GOOD", "not\ta uid")}));
  ASSERT_TRUE(files);
  ASSERT_EQ(files->size(), 1u);
  EXPECT_EQ((*files)[0].path, "GOOD");
  EXPECT_EQ((*files)[0].sop_instance_uid, "");
}

/// Quirk: path_of.
TEST(MediaDirectory, PathsAreTakenAsTheFileIdsThatTheyMean) {
  for (std::string const file_id :
       {"A/B/IM1", "\\A\\B\\IM1", "/A/B/IM1", "D:\\A\\B\\IM1", ".\\A\\B\\IM1", "A\\\\B\\IM1"}) {
    auto const files = read_media_directory(directory({image(file_id, "1.2.1")}));
    ASSERT_TRUE(files && files->size() == 1u) << file_id;
    EXPECT_EQ(files->front().path, "A/B/IM1") << file_id;
  }
}

TEST(MediaDirectory, AnEmptyOneNamesNothing) {
  auto const files = read_media_directory(directory({}));
  ASSERT_TRUE(files);
  EXPECT_TRUE(files->empty());
}

TEST(MediaDirectory, OtherFilesAreNone) {
  EXPECT_EQ(read_media_directory(part10(kExplicitLittleUid, picture_header())).error().code,
            Errc::unsupported);
  EXPECT_EQ(read_media_directory(Bytes(200)).error().code, Errc::not_dicom);
}

}  // namespace
}  // namespace sightline::dicom_test
