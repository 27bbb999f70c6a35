// WADO-RS over real originals. Source: PS3.18 10.4.
#include "dicomweb/retrieve.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <boost/json.hpp>

#include "dicomweb/describe.hpp"
#include "retrieve_sources.hpp"
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
  FrameDirectory directory_;
  testing::MemoryStreams streams_;
  RetrieveSources sources_ = testing::sources_of(archive_, directory_, streams_);
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
  auto const text = metadata_array(find({"1.1", {}, {}}, true), "http://h/dicom-web").value();
  auto const all = boost::json::parse(text).as_array();
  ASSERT_EQ(all.size(), 2u);
  EXPECT_EQ(all[0].at("00281201").at("BulkDataURI"),
            "http://h/dicom-web/studies/1.1/series/1.1.1/instances/1.1.1.1/bulkdata/00281201");
  EXPECT_EQ(all[0].at("00280008").at("Value").at(0).to_number<int>(), 3);
  EXPECT_EQ(text.find(kBulkPlaceholder), std::string::npos);
}

TEST_F(Retrieve, OriginalsAreByteForByte) {
  auto const parts = instance_parts(sources_, find({"1.1", "1.1.1", "1.1.1.1"}), {"*/*", {}});
  ASSERT_TRUE(parts);
  ASSERT_EQ(parts->parts.size(), 1u);
  EXPECT_EQ(bytes_of(parts->parts[0].body), first_);
  EXPECT_EQ(format_media_type(parts->parts[0].content_type),
            "application/dicom; transfer-syntax=1.2.840.10008.1.2.1");
}

TEST_F(Retrieve, OnlyInATransferSyntaxThatIsTaken) {
  auto const ask = [this](std::string_view accept) {
    return instance_parts(sources_, find({"1.1", {}, {}}), {accept, {}});
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
  auto const single = instance_parts(sources_, find({"1.1", "1.1.2", {}}),
                                     {"application/dicom; transfer-syntax=*", {}});
  EXPECT_TRUE(single->is_single_part);
}

TEST_F(Retrieve, FramesByNumberInTheOrderAskedFor) {
  auto const instance = find({"1.1", "1.1.1", {}}).front();
  auto const frames =
      frame_parts(sources_, instance, {3, 1},
                  {"multipart/related; type=application/octet-stream; transfer-syntax=*", {}});
  ASSERT_TRUE(frames) << frames.error().detail;
  ASSERT_EQ(frames->parts.size(), 2u);
  auto const third = bytes_of(frames->parts[0].body), first = bytes_of(frames->parts[1].body);
  ASSERT_EQ(third.size(), 12u);
  EXPECT_EQ(std::to_integer<int>(third[0]) + 256 * std::to_integer<int>(third[1]), 300);
  EXPECT_EQ(std::to_integer<int>(first[2]), 101);
  auto const refused = [&](std::vector<std::uint32_t> const& numbers, std::string_view accept) {
    return frame_parts(sources_, instance, numbers, {accept, {}}).error().code;
  };
  EXPECT_EQ(refused({4}, "*/*"), Errc::not_found);
  EXPECT_EQ(refused({1}, "multipart/related; type=\"image/jls\""), Errc::unsupported);
  EXPECT_EQ(refused({1}, "image/jpeg; transfer-syntax=1.2.840.10008.1.2.4.50"), Errc::unsupported);
}

TEST_F(Retrieve, FramesThatAreDeflatedAreInflatedOrGivenAsTheyAre) {
  // RFC 1951: one stored block of 12 bytes, longer than the frame that it holds
  std::vector<std::byte> frame{std::byte{1}, std::byte{12}, std::byte{0}, std::byte{243},
                               std::byte{255}};
  std::vector<std::byte> samples;
  for (int i = 1; i <= 12; ++i) samples.push_back(static_cast<std::byte>(i));
  frame.insert(frame.end(), samples.begin(), samples.end());
  frame.push_back(std::byte{0});
  archive_.put({.study = "1.3", .series = "1.3.1", .sop = "1.3.1.1", .deflated_frame = frame});
  auto const instance = find({"1.3", {}, {}}).front();
  auto const bytes_in = [&](std::string const& syntax) {
    auto const frames = frame_parts(
        sources_, instance, {1},
        {"multipart/related; type=\"application/octet-stream\"; transfer-syntax=" + syntax, {}});
    return frames ? bytes_of(frames->parts.front().body) : std::vector<std::byte>{};
  };
  EXPECT_EQ(bytes_in("1.2.840.10008.1.2.1"), samples);
  EXPECT_EQ(bytes_in("1.2.840.10008.1.2.8.1"), frame);
}

/// PS3.5 A.4.4: what is stored is a codestream of all frames; whoever asks for one gets one.
TEST_F(Retrieve, FramesThatShareACodestreamAreNotGivenAsItIs) {
  // SOC, SIZ of two components, SOT, EOC: as much as is looked at
  std::vector<std::byte> codestream(56);
  auto const put = [&](std::size_t at, std::initializer_list<int> bytes) {
    for (int const byte : bytes) codestream[at++] = static_cast<std::byte>(byte);
  };
  put(0, {0xFF, 0x4F, 0xFF, 0x51, 0, 44});
  put(40, {0, 2});
  put(48, {0xFF, 0x90, 0, 10});
  put(54, {0xFF, 0xD9});
  archive_.put({.study = "1.3",
                .series = "1.3.1",
                .sop = "1.3.1.1",
                .frames = 2,
                .shared_frames = codestream});
  auto const instance = find({"1.3", {}, {}}).front();
  auto const code_of = [&](std::string const& accept) {
    auto const frames = frame_parts(sources_, instance, {1}, {accept, {}});
    return frames ? Errc::ok : frames.error().code;
  };
  EXPECT_EQ(code_of("multipart/related; type=\"image/jpx\"; transfer-syntax=*"), Errc::unsupported);
  auto const value = encapsulated_pixel_data(
      sources_, instance, {"multipart/related; type=\"image/jpx\"; transfer-syntax=*", {}});
  ASSERT_FALSE(value);
  EXPECT_EQ(value.error().code, Errc::unsupported);
}

TEST_F(Retrieve, FramesAndOneInstanceInJpegLossless) {
  std::string const lossless = "1.2.840.10008.1.2.4.70";
  auto const instances = find({"1.1", "1.1.1", {}});
  auto const frames = frame_parts(sources_, instances.front(), {2, 1, 2},
                                  {"multipart/related; type=\"image/jpeg\"", {}});
  ASSERT_TRUE(frames) << frames.error().detail;
  ASSERT_EQ(frames->parts.size(), 3u);
  EXPECT_EQ(*frames->parts[0].content_type.find("transfer-syntax"), lossless);
  EXPECT_EQ(bytes_of(frames->parts[0].body), bytes_of(frames->parts[2].body));
  EXPECT_NE(bytes_of(frames->parts[0].body), bytes_of(frames->parts[1].body));
  EXPECT_EQ(frame_parts(sources_, instances.front(), {4}, {"image/jpeg", {}}).error().code,
            Errc::not_found);

  std::string const accept =
      "multipart/related; type=\"application/dicom\"; transfer-syntax=" + lossless;
  auto const whole = instance_parts(sources_, instances, {accept, {}});
  ASSERT_TRUE(whole) << whole.error().detail;
  auto const file = bytes_of(whole->parts.front().body);
  auto const instance = dicom::read_instance(file);
  ASSERT_TRUE(instance);
  EXPECT_EQ(instance->transfer_syntax_uid, lossless);
  ASSERT_EQ(instance->frames.size(), 3u);
  auto const second = dicom::frame_bytes(file, *instance, 1);
  auto const decoded = codec::decode_frame({codec::Encoding::jpeg, instance->format, *second, 0});
  ASSERT_TRUE(decoded) << decoded.error().detail;
  EXPECT_EQ(std::to_integer<int>(decoded->block.bytes[2]), 201);
  EXPECT_EQ(instance_parts(sources_, find({"1.1", {}, {}}), {accept, {}}).error().code,
            Errc::unsupported)
      << "of one at a time";
}

/// A transfer syntax that the stored one is made of, or nothing.
std::string sent_syntax(Result<InstanceParts> const& parts) {
  auto const* const uid =
      parts ? parts->parts.front().content_type.find("transfer-syntax") : nullptr;
  return uid == nullptr ? "" : *uid;
}

/// PS3.18 8.7.3: what of an RLE picture is sent for which Accept.
TEST_F(Retrieve, TheDefaultIsExplicitVrLittleEndian) {
  std::string const rle = "1.2.840.10008.1.2.5", native = "1.2.840.10008.1.2.1";
  // One frame of 2 x 3 pixels as RLE: a header with two segments, each one literal run (PS3.5 G).
  std::vector<std::byte> frame(64, std::byte{0});
  frame[0] = std::byte{2}, frame[4] = std::byte{64}, frame[8] = std::byte{72};
  for (unsigned high : {1u, 0u}) {
    frame.push_back(std::byte{5});
    for (unsigned i = 0; i < 6; ++i) frame.push_back(static_cast<std::byte>(high ? 3 : i));
    frame.push_back(std::byte{0x80});
  }
  archive_.put({.study = "1.2", .series = "1.2.1", .sop = "1.2.1.1", .rle_frame = frame});
  auto const rle_file = archive_.last_file();
  auto const ask = [&](std::string_view accept) {
    return instance_parts(sources_, find({"1.2", {}, {}}), {accept, {}});
  };
  EXPECT_EQ(sent_syntax(ask("")), native);
  EXPECT_EQ(sent_syntax(ask("multipart/related; type=\"application/dicom\"")), native);
  EXPECT_EQ(sent_syntax(ask("application/dicom")), native);
  EXPECT_EQ(sent_syntax(ask("*/*")), rle);
  EXPECT_EQ(sent_syntax(ask("application/dicom; transfer-syntax=*")), rle);
  EXPECT_EQ(sent_syntax(ask("application/dicom; transfer-syntax=" + rle)), rle);
  EXPECT_EQ(ask("application/dicom; transfer-syntax=1.2.840.10008.1.2.4.50").error().code,
            Errc::unsupported);
  EXPECT_EQ(ask("application/dicom; transfer-syntax=1.2.840.10008.1.2.4.202").error().code,
            Errc::unsupported)
      << "no pyramid yet";
  EXPECT_EQ(bytes_of(ask("*/*")->parts[0].body), rle_file);
  auto const made = bytes_of(ask("application/dicom")->parts[0].body);
  std::vector<std::byte> expected;
  for (unsigned i = 0; i < 6; ++i)
    expected.insert(expected.end(), {static_cast<std::byte>(i), std::byte{3}});
  ASSERT_GT(made.size(), 12u);
  EXPECT_TRUE(std::ranges::equal(std::span(made).last(12), expected));

  auto const instance = find({"1.2", {}, {}}).front();
  auto const frames = [&](std::string_view accept) {
    return frame_parts(sources_, instance, {1}, {accept, {}});
  };
  EXPECT_EQ(bytes_of(frames("multipart/related; type=application/octet-stream")->parts[0].body),
            expected);
  EXPECT_EQ(frames("*/*")->media_type, "image/dicom-rle");
  EXPECT_EQ(bytes_of(frames("multipart/related; type=\"image/dicom-rle\"")->parts[0].body), frame);
  EXPECT_FALSE(frames("*/*")->is_single_part);
  EXPECT_TRUE(frames("image/dicom-rle")->is_single_part);

  // The BulkDataURI of Pixel Data, which the metadata name.
  auto const value = [&](std::string_view accept) {
    return *encapsulated_pixel_data(sources_, instance, {accept, {}});
  };
  EXPECT_EQ(bytes_of(value("application/octet-stream")->parts[0].body), expected);
  EXPECT_EQ(value("*/*")->media_type, "image/dicom-rle");
  EXPECT_EQ(bytes_of(value("*/*")->parts[0].body), frame);
  auto const is_native = encapsulated_pixel_data(sources_, find({"1.1", "1.1.1", {}}).front(), {});
  ASSERT_TRUE(is_native) << is_native.error().detail;
  EXPECT_FALSE(*is_native);
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
