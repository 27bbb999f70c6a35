// STOW-RS of metadata with bulk data, without sockets. Source: PS3.18 8.6.1.2, 10.5, F.2.
#include "dicomweb/stow_metadata.hpp"

#include <gtest/gtest.h>

#include <filesystem>

#include "dicom/dicom_json.hpp"
#include "dicom/instance.hpp"
#include "dicomweb/dicom_xml.hpp"
#include "stow_into.hpp"

namespace sightline::server {
namespace {

using testing::SmallArchive;

struct SentPart {
  std::string headers, body;
};
SentPart json_part(std::string text) {
  return {"Content-Type: application/dicom+json", std::move(text)};
}
SentPart bulk_part(std::string const& location, std::string body,
                   std::string const& type = "application/octet-stream") {
  return {"Content-Type: " + type + "\r\nContent-Location: " + location, std::move(body)};
}
std::string body_of(std::vector<SentPart> const& parts) {
  std::string body;
  for (SentPart const& part : parts) body += "\r\n--b\r\n" + part.headers + "\r\n\r\n" + part.body;
  return body + "\r\n--b--\r\n";
}

/// An image of 2 x 3 pixels of 16 bits; `more` are elements that follow, `frames` and `pixels` the
/// image's.
std::string object(std::string const& sop, std::string const& more = {},
                   std::string const& frames = "1",
                   std::string const& pixels = R"("BulkDataURI":"pixels")") {
  return R"({"00080016":{"vr":"UI","Value":["1.2.840.10008.5.1.4.1.1.7"]},"00080018":{"vr":"UI","Value":[")" +
         sop +
         R"("]},"0020000D":{"vr":"UI","Value":["1.1"]},"0020000E":{"vr":"UI","Value":["1.1.1"]},)"
         R"("00280002":{"vr":"US","Value":[1]},"00280004":{"vr":"CS","Value":["MONOCHROME2"]},"00280008":{"vr":"IS","Value":[)" +
         frames +
         R"(]},"00280010":{"vr":"US","Value":[2]},"00280011":{"vr":"US","Value":[3]},)"
         R"("00280100":{"vr":"US","Value":[16]},"00280101":{"vr":"US","Value":[16]},"00280102":{"vr":"US","Value":[15]},)"
         R"("00280103":{"vr":"US","Value":[0]})" +
         more + R"(,"7FE00010":{"vr":"OW",)" + pixels + "}}";
}
std::string const kPixels = "abcdefghijkl";

class StowJson : public ::testing::Test {
 protected:
  Result<StowAnswer> send(std::vector<SentPart> const& parts, std::size_t piece = std::string::npos,
                          std::string const& part_type = "application/dicom+json") {
    auto const type =
        *parse_media_type("multipart/related; type=\"" + part_type + "\"; boundary=b");
    auto reader = StowReader::create(type, {}, "http://h/dicom-web/studies", archive.blobs(),
                                     testing::ingest_into(archive));
    if (!reader) return std::unexpected(reader.error());
    return testing::feed_all(**reader, body_of(parts), piece);
  }
  /// The one object's failure, or none.
  StoreReason failure_of(std::vector<SentPart> const& parts) {
    auto const answer = send(parts);
    EXPECT_TRUE(answer) << answer.error().detail;
    if (!answer) return StoreReason::processing_failure;
    EXPECT_EQ(answer->stored.size() + answer->failed.size(), 1u);
    return answer->failed.empty() ? StoreReason::none : answer->failed.front().failure;
  }
  Errc refusal_of(std::vector<SentPart> const& parts) {
    auto const answer = send(parts);
    return answer ? Errc::ok : answer.error().code;
  }
  std::vector<std::byte> stored(std::string const& sop) {
    auto const hash = archive.index().find_instance("1.1", "1.1.1", sop);
    return hash ? *(*archive.blobs().open(*hash))->read_all() : std::vector<std::byte>{};
  }
  std::size_t files_under(std::string const& folder) {
    std::size_t files = 0;
    for (auto const& each :
         std::filesystem::recursive_directory_iterator(archive.folder() / folder))
      files += each.is_regular_file() ? 1 : 0;
    return files;
  }

  SmallArchive archive;
};

std::string text_of(std::vector<std::byte> const& bytes) {
  return {reinterpret_cast<char const*>(bytes.data()), bytes.size()};
}

TEST_F(StowJson, AnObjectIsMadeHoweverTheBodyIsCut) {
  std::string const more =
      R"(,"00100010":{"vr":"PN","Value":[{"Alphabetic":"M\u00fcller^Eva"}]},"00280120":{"vr":"US"},)"
      R"("00400260":{"vr":"SQ","Value":[{"00080100":{"vr":"SH","Value":["T-1"]},"00420011":{"vr":"OB","BulkDataURI":"http://h/dicom-web/doc"}},{}]},)"
      R"("00091010":{"vr":"UN","InlineBinary":"AQID"})";
  for (std::size_t const piece : {std::size_t{1}, std::size_t{13}, std::string::npos}) {
    auto const answer = send({json_part("[" + object("1.1.1.1", more) + "]"),
                              bulk_part("pixels", kPixels), bulk_part("/dicom-web/doc", "odd")},
                             piece);
    ASSERT_TRUE(answer) << answer.error().detail;
    EXPECT_EQ(answer->status(), 200u);
  }
  EXPECT_EQ(files_under("originals"), 1u);
  EXPECT_EQ(files_under("tmp"), 0u);
  auto const file = stored("1.1.1.1");
  auto const instance = dicom::read_instance(file);
  ASSERT_TRUE(instance);
  EXPECT_EQ(instance->transfer_syntax_uid, "1.2.840.10008.1.2.1");
  EXPECT_EQ(instance->patient.name, "M\xC3\xBCller^Eva");
  EXPECT_EQ(text_of(*dicom::frame_bytes(file, *instance, 0)), kPixels);
  EXPECT_EQ(text_of(*dicom::bulk_value(file, "00400260/1/00420011")), std::string("odd\0", 4));
  auto const json = dicom::dicom_json(file, {"b", 1024});
  ASSERT_TRUE(json);
  EXPECT_TRUE(json->contains(R"("00080005":{"vr":"CS","Value":["ISO_IR 192"]})"));
  EXPECT_TRUE(json->contains(R"("InlineBinary":"AQIDAA==")"));
}

TEST_F(StowJson, ASCIINeedsNoCharacterSet) {
  EXPECT_EQ(failure_of({json_part("[" + object("1.1.1.1") + "]"), bulk_part("pixels", kPixels)}),
            StoreReason::none);
  EXPECT_FALSE(dicom::dicom_json(stored("1.1.1.1"), {"b", 1024})->contains("00080005"));
}

TEST_F(StowJson, PixelsAreFoundWhateverLettersTheirTagIsWrittenIn) {
  // Found by fuzzing: pixels that were looked for by "7FE00010" alone, and put by their number.
  for (std::string const tag : {"7fe00010", "7Fe00010"}) {
    std::string json = object("1.1.1." + std::to_string(tag[1] + tag[2]));
    json.replace(json.find("7FE00010"), 8, tag);
    EXPECT_EQ(failure_of({json_part("[" + json + "]"), bulk_part("pixels", kPixels)}),
              StoreReason::none);
    auto const file = stored("1.1.1." + std::to_string(tag[1] + tag[2]));
    auto const instance = dicom::read_instance(file);
    ASSERT_TRUE(instance);
    EXPECT_EQ(text_of(*dicom::frame_bytes(file, *instance, 0)), kPixels);
  }
  EXPECT_EQ(failure_of({json_part("[" + object("1.1.1.9", R"(,"7fe00010":{"vr":"OW"})") + "]"),
                        bulk_part("pixels", kPixels)}),
            StoreReason::cannot_understand);
}

TEST_F(StowJson, FramesOfCompressedPixelsBecomeFragments) {
  std::string const type = "image/jp2; transfer-syntax=1.2.840.10008.1.2.4.90";
  EXPECT_EQ(failure_of({json_part("[" + object("1.1.1.1", {}, "2") + "]"),
                        bulk_part("pixels", "one", type), bulk_part("pixels", "four", type)}),
            StoreReason::none);
  auto const file = stored("1.1.1.1");
  auto const instance = dicom::read_instance(file);
  ASSERT_TRUE(instance);
  EXPECT_EQ(instance->transfer_syntax_uid, "1.2.840.10008.1.2.4.90");
  ASSERT_EQ(instance->frames.size(), 2u);
  EXPECT_EQ(text_of(*dicom::frame_bytes(file, *instance, 0)), std::string("one\0", 4));
  EXPECT_EQ(text_of(*dicom::frame_bytes(file, *instance, 1)), "four");
}

TEST_F(StowJson, EachObjectIsAnsweredForItself) {
  std::string const missing = object("1.1.1.2", {}, "1", R"("BulkDataURI":"nowhere")");
  std::string const nameless = R"({"00080016":{"vr":"UI","Value":["1.2"]}})";
  auto const answer =
      send({json_part("[" + object("1.1.1.1") + "," + missing + "," + nameless + "]"),
            bulk_part("pixels", kPixels), bulk_part("unused", "x")});
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status(), 202u);
  ASSERT_EQ(answer->stored.size(), 1u);
  ASSERT_EQ(answer->failed.size(), 1u);
  EXPECT_EQ(answer->failed.front().sop_instance_uid, "1.1.1.2");
  EXPECT_EQ(answer->failed.front().failure, StoreReason::cannot_understand);
  EXPECT_EQ(answer->other_failures.size(), 2u);  // who has no name, and the part nobody names
}

TEST_F(StowJson, PixelsMustBeThoseOfTheImage) {
  auto const sent = [&](std::string const& frames, std::vector<SentPart> parts) {
    parts.insert(parts.begin(), json_part("[" + object("1.1.1.9", {}, frames) + "]"));
    return failure_of(parts);
  };
  EXPECT_EQ(sent("1", {bulk_part("pixels", kPixels.substr(2))}), StoreReason::mismatch);
  EXPECT_EQ(sent("1", {bulk_part("pixels", kPixels + "mn")}), StoreReason::mismatch);
  EXPECT_EQ(sent("2", {bulk_part("pixels", kPixels)}), StoreReason::mismatch);
  EXPECT_EQ(sent("99999999999", {bulk_part("pixels", kPixels)}), StoreReason::mismatch);
  EXPECT_EQ(sent("2", {bulk_part("pixels", "x", "image/jls")}), StoreReason::mismatch);
  EXPECT_EQ(sent("1", {bulk_part("pixels", "", "image/jls")}), StoreReason::mismatch);
  EXPECT_EQ(sent("1", {bulk_part("pixels", "x", "image/png")}),
            StoreReason::media_type_not_supported);
  EXPECT_EQ(sent("1", {bulk_part("pixels", kPixels), bulk_part("pixels", kPixels)}),
            StoreReason::cannot_understand);
  EXPECT_EQ(files_under("originals"), 0u);
}

TEST_F(StowJson, WhatIsNoDataSetIsNotUnderstood) {
  for (std::string const more :
       {R"(,"00100020":{"vr":"US","Value":["x"]})", R"(,"00100020":{"Value":["x"]})",
        R"(,"00100020":{"vr":"XX","Value":["x"]})", R"(,"0010002":{"vr":"LO","Value":["x"]})",
        R"(,"PatientID":{"vr":"LO","Value":["x"]})", R"(,"00100020":{"vr":"LO","Value":"x"})",
        R"(,"00100020":[])", R"(,"FFFEE000":{"vr":"LO"})",
        R"(,"0009101a":{"vr":"LO"},"0009101A":{"vr":"LO"})",
        R"(,"00091010":{"vr":"OB","InlineBinary":"?"})", R"(,"00091010":{"vr":"OB","Value":[1]})",
        R"(,"00091010":{"vr":"OB","InlineBinary":"AQ==","BulkDataURI":"x"})",
        R"(,"00400260":{"vr":"SQ","Value":[7]})", R"(,"00091010":{"vr":"OB","BulkDataURI":7})",
        R"(,"00091010":{"vr":"OB","BulkDataURI":"file:///etc/hostname"})",
        R"(,"00091010":{"vr":"OB","BulkDataURI":"/etc/hostname"})"}) {
    EXPECT_EQ(
        failure_of({json_part("[" + object("1.1.1.1", more) + "]"), bulk_part("pixels", kPixels)}),
        StoreReason::cannot_understand)
        << more;
  }
  EXPECT_EQ(files_under("originals"), 0u);
}

TEST_F(StowJson, DeepSequencesEndAtTheLimit) {
  auto const nested = [](int depth) {
    std::string open, close;
    for (int i = 0; i < depth; ++i) {
      open += R"({"00400260":{"vr":"SQ","Value":[)";
      close += "]}}";
    }
    return R"(,"00400260":{"vr":"SQ","Value":[)" + open + close + "]}";
  };
  EXPECT_EQ(failure_of({json_part("[" + object("1.1.1.1", nested(109)) + "]"),
                        bulk_part("pixels", kPixels)}),
            StoreReason::none);
  EXPECT_EQ(failure_of({json_part("[" + object("1.1.1.2", nested(110)) + "]"),
                        bulk_part("pixels", kPixels)}),
            StoreReason::cannot_understand);
  EXPECT_EQ(refusal_of({json_part("[" + object("1.1.1.3", nested(10'000)) + "]")}), Errc::corrupt);
  EXPECT_EQ(refusal_of({json_part(std::string(1'000'000, '['))}), Errc::corrupt);
}

TEST_F(StowJson, TheFirstPartAndNoOtherIsJson) {
  std::string const all = "[" + object("1.1.1.1") + "]";
  EXPECT_EQ(refusal_of({bulk_part("pixels", kPixels), json_part(all)}), Errc::corrupt);
  EXPECT_EQ(refusal_of({json_part(all), json_part(all)}), Errc::corrupt);
  EXPECT_EQ(refusal_of({json_part("")}), Errc::corrupt);
  EXPECT_EQ(refusal_of({json_part("{}")}), Errc::corrupt);
  EXPECT_EQ(refusal_of({json_part("[1]")}), Errc::corrupt);
  EXPECT_EQ(refusal_of({json_part(all.substr(1))}), Errc::corrupt);
  EXPECT_EQ(refusal_of({json_part(R"(["\ud800"])")}), Errc::corrupt);
  EXPECT_EQ(send({json_part("[]")})->status(), 400u);
  EXPECT_EQ(files_under("originals"), 0u);
}

TEST_F(StowJson, AMillionValuesEndAtTheLimit) {
  std::string many = "[0";
  for (int i = 0; i < (4 << 20); ++i) many += ",0";
  EXPECT_EQ(refusal_of({json_part(many + "]")}), Errc::limit_exceeded);
  EXPECT_EQ(refusal_of({json_part(std::string((64u << 20) + 1, ' '))}), Errc::limit_exceeded);
}

SentPart xml_part(std::string const& json_object) {
  return {"Content-Type: application/dicom+xml",
          native_dicom_xml("[" + json_object + "]")->front()};
}
constexpr char const* kXml = "application/dicom+xml";

TEST_F(StowJson, EachDocumentOfXmlIsAnObject) {
  std::string const second = object("1.1.1.2", {}, "1", R"("BulkDataURI":"others")");
  auto const answer = send({xml_part(object("1.1.1.1")),
                            xml_part(second),
                            {"Content-Type: application/dicom+xml", "<!DOCTYPE a><a/>"},
                            bulk_part("pixels", kPixels),
                            bulk_part("others", kPixels)},
                           7, kXml);
  ASSERT_TRUE(answer) << answer.error().detail;
  EXPECT_EQ(answer->status(), 202u);
  EXPECT_EQ(answer->stored.size(), 2u);
  EXPECT_EQ(answer->other_failures, (std::vector{StoreReason::cannot_understand}));
  auto const file = stored("1.1.1.2");
  auto const instance = dicom::read_instance(file);
  ASSERT_TRUE(instance);
  EXPECT_EQ(text_of(*dicom::frame_bytes(file, *instance, 0)), kPixels);
}

TEST_F(StowJson, AFormIsNotMixedWithTheOther) {
  std::string const all = "[" + object("1.1.1.1") + "]";
  EXPECT_EQ(send({json_part(all)}, 100, kXml).error().code, Errc::corrupt);
  EXPECT_EQ(refusal_of({xml_part(object("1.1.1.1"))}), Errc::corrupt);
  EXPECT_EQ(send({bulk_part("pixels", kPixels)}, 100, kXml).error().code, Errc::corrupt);
  std::string many = "<NativeDicomModel><DicomAttribute tag=\"00080060\" vr=\"CS\">";
  many += "<Value number=\"4200000\">A</Value></DicomAttribute></NativeDicomModel>";
  EXPECT_EQ(send({{"Content-Type: application/dicom+xml", many}}, 100, kXml).error().code,
            Errc::limit_exceeded);
  EXPECT_EQ(files_under("originals"), 0u);
}

}  // namespace
}  // namespace sightline::server
