// WADO-RS over real originals. Source: PS3.18 10.4.
#include "dicomweb/retrieve.hpp"

#include <gtest/gtest.h>

#include <boost/json.hpp>

#include "dicomweb/describe.hpp"
#include "small_archive.hpp"

namespace sightline::server {
namespace {

std::vector<std::byte> bytes_of(PartBody const& body) {
  std::vector<std::byte> bytes;
  EXPECT_TRUE(body.append(0, static_cast<std::uint32_t>(body.length_bytes()), bytes));
  return bytes;
}

class Retrieve : public ::testing::Test {
 protected:
  void SetUp() override {
    archive_.put({.study = "1.1", .series = "1.1.1", .sop = "1.1.1.1", .frames = 3});
    first_ = archive_.last_file();
    archive_.put({.study = "1.1", .series = "1.1.2", .sop = "1.1.2.1", .series_number = 2});
  }
  std::vector<StoredInstance> find(RetrieveTarget const& target, bool with_metadata = false) {
    auto found = find_instances(archive_.index(), target, with_metadata);
    return found ? std::move(*found) : std::vector<StoredInstance>{};
  }

  testing::SmallArchive archive_;
  std::vector<std::byte> first_;
};

TEST_F(Retrieve, FindsStudySeriesAndInstance) {
  EXPECT_EQ(find({"1.1", {}, {}}).size(), 2u);
  EXPECT_EQ(find({"1.1", "1.1.2", {}}).size(), 1u);
  EXPECT_EQ(find({"1.1", "1.1.1", "1.1.1.1"}).size(), 1u);
  EXPECT_EQ(find_instances(archive_.index(), {"1.1", "1.1.2", "1.1.1.1"}, false).error().code,
            Errc::not_found);
}

TEST_F(Retrieve, MetadataHaveAllAttributesAndAbsoluteBulkUris) {
  auto const text = metadata_array(find({"1.1", {}, {}}, true), "http://h/dicom-web");
  auto const all = boost::json::parse(text).as_array();
  ASSERT_EQ(all.size(), 2u);
  EXPECT_EQ(all[0].at("00281201").at("BulkDataURI"),
            "http://h/dicom-web/studies/1.1/series/1.1.1/instances/1.1.1.1/bulkdata/00281201");
  EXPECT_EQ(all[0].at("00280008").at("Value").at(0).to_number<int>(), 3);
  EXPECT_EQ(text.find(kBulkPlaceholder), std::string::npos);
}

TEST_F(Retrieve, OriginalsAreByteForByte) {
  auto const parts = original_parts(archive_.index(), archive_.blobs(),
                                    find({"1.1", "1.1.1", "1.1.1.1"}), {"*/*", {}});
  ASSERT_TRUE(parts);
  ASSERT_EQ(parts->parts.size(), 1u);
  EXPECT_EQ(bytes_of(parts->parts[0].body), first_);
  EXPECT_EQ(format_media_type(parts->parts[0].content_type),
            "application/dicom; transfer-syntax=1.2.840.10008.1.2.1");
}

TEST_F(Retrieve, OnlyInATransferSyntaxThatIsTaken) {
  auto const ask = [this](std::string_view accept) {
    return original_parts(archive_.index(), archive_.blobs(), find({"1.1", {}, {}}), {accept, {}});
  };
  EXPECT_EQ(ask("multipart/related; type=\"application/dicom\"; transfer-syntax=*")->parts.size(),
            2u);
  EXPECT_EQ(ask("multipart/related; type=application/dicom")->parts.size(), 2u);
  EXPECT_EQ(
      ask("multipart/related; type=\"application/dicom\"; transfer-syntax=1.2.840.10008.1.2.4.90")
          .error()
          .code,
      Errc::unsupported);
  EXPECT_EQ(ask("text/html").error().code, Errc::unsupported);
  auto const single = original_parts(archive_.index(), archive_.blobs(), find({"1.1", "1.1.2", {}}),
                                     {"application/dicom; transfer-syntax=*", {}});
  EXPECT_TRUE(single->is_single_part);
}

TEST_F(Retrieve, FramesByNumberInTheOrderAskedFor) {
  auto const instance = find({"1.1", "1.1.1", {}}).front();
  auto const frames =
      frame_parts(archive_.blobs(), instance, {3, 1},
                  {"multipart/related; type=application/octet-stream; transfer-syntax=*", {}});
  ASSERT_TRUE(frames) << frames.error().detail;
  ASSERT_EQ(frames->parts.size(), 2u);
  auto const third = bytes_of(frames->parts[0].body), first = bytes_of(frames->parts[1].body);
  ASSERT_EQ(third.size(), 12u);
  EXPECT_EQ(std::to_integer<int>(third[0]) + 256 * std::to_integer<int>(third[1]), 300);
  EXPECT_EQ(std::to_integer<int>(first[2]), 101);
  auto const refused = [&](std::vector<std::uint32_t> const& numbers, std::string_view accept) {
    return frame_parts(archive_.blobs(), instance, numbers, {accept, {}}).error().code;
  };
  EXPECT_EQ(refused({4}, "*/*"), Errc::not_found);
  EXPECT_EQ(refused({1}, "multipart/related; type=\"image/jpeg\""), Errc::unsupported);
}

TEST(Describe, AnInstanceWithoutJsonKeepsItsIdentifiers) {
  dicom::Instance instance;
  instance.sop_class_uid = "1.2", instance.sop_instance_uid = "1.3";
  instance.study.study_instance_uid = "1.4", instance.series.series_instance_uid = "1.5";
  auto const documents = describe({}, instance);
  auto const whole = boost::json::parse(documents.metadata);
  EXPECT_EQ(whole.at("00080018").at("Value").at(0), "1.3");
  EXPECT_EQ(boost::json::parse(documents.study).at("0020000D").at("Value").at(0), "1.4");
}

TEST(Describe, TextThatLooksLikeAPlaceholderStaysText) {
  std::string const document =
      R"({"00100010":{"vr":"LO","Value":["\"BulkDataURI\":\"@bulk/x"]},"1":{"BulkDataURI":"@bulk/2"}})";
  EXPECT_EQ(
      with_bulk_uris(document, "U"),
      R"({"00100010":{"vr":"LO","Value":["\"BulkDataURI\":\"@bulk/x"]},"1":{"BulkDataURI":"U/bulkdata/2"}})");
}

}  // namespace
}  // namespace sightline::server
