// Real files as metadata and bulk data, as WADO-RS gives them, stored into another archive: every
// attribute and every frame is the same. Source: PS3.18 8.6.1.2, 10.5, F.2.
#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <cmath>
#include <cstdio>
#include <map>
#include <optional>

#include "../dicom/shared_files.hpp"
#include "base/decimal.hpp"
#include "dicom/dicom_json.hpp"
#include "dicom/identity.hpp"
#include "dicom/transfer_syntax.hpp"
#include "dicomweb/dicom_xml.hpp"
#include "dicomweb/pixel_media_type.hpp"
#include "stow_into.hpp"

namespace sightline::server {
namespace {

using namespace dicom_test;
namespace json = boost::json;
using Bytes = std::vector<std::byte>;

constexpr int kMostOfOneSyntax = 25;  ///< so that a run stays short
constexpr std::string_view kPrefix = "http://other/instance";

std::string text_of(Bytes const& bytes) {
  return {reinterpret_cast<char const*>(bytes.data()), bytes.size()};
}

void add_part(std::string& body, std::string const& type, std::string const& location,
              Bytes const& value) {
  body += "\r\n--b\r\nContent-Type: " + type + "\r\nContent-Location: " + location + "\r\n\r\n" +
          text_of(value);
}

std::string pixel_type(std::string const& syntax) {
  return std::string(media_type_of(syntax)) + "; transfer-syntax=" + syntax;
}

/// A frame as its file has it: as dicom::frame_bytes, but not inflated where it was deflated.
std::optional<Bytes> stored_frame(Bytes const& file, dicom::Instance const& instance,
                                  std::uint32_t index0) {
  if (!dicom::transfer_syntax_of(instance.transfer_syntax_uid).encapsulated) {
    auto bytes = dicom::frame_bytes(file, instance, index0);
    return bytes ? std::optional(std::move(*bytes)) : std::nullopt;
  }
  Bytes bytes;
  for (dicom::ByteSpan const& span : instance.frames.at(index0).fragments) {
    auto const begin = file.begin() + static_cast<std::ptrdiff_t>(span.offset_bytes);
    bytes.insert(bytes.end(), begin, begin + static_cast<std::ptrdiff_t>(span.length_bytes));
  }
  return bytes.empty() ? std::nullopt : std::optional(std::move(bytes));
}

/// Adds a part for each BulkDataURI; false when a value is not to be had.
bool add_bulk(std::string& body, Bytes const& file, dicom::Instance const& instance,
              json::value const& value) {
  if (auto const* const array = value.if_array()) {
    return std::ranges::all_of(
        *array, [&](json::value const& each) { return add_bulk(body, file, instance, each); });
  }
  auto const* const object = value.if_object();
  if (object == nullptr) return true;
  if (auto const* const uri = object->if_contains("BulkDataURI")) {
    std::string const location(uri->as_string());
    std::string const path = location.substr(kPrefix.size() + 1);
    bool const is_compressed = dicom::transfer_syntax_of(instance.transfer_syntax_uid).encapsulated;
    if (path == "7FE00010" && is_compressed) {
      for (std::uint32_t f = 0; f < instance.frames.size(); ++f) {
        auto const frame = stored_frame(file, instance, f);
        if (!frame) return false;
        add_part(body, pixel_type(instance.transfer_syntax_uid), location, *frame);
      }
      return !instance.frames.empty();
    }
    auto const place = dicom::find_bulk_value(file, path);
    auto const bulk = dicom::bulk_value(file, path);
    if (!place || !bulk) return false;
    add_part(body,
             place->encapsulated_in.empty() ? "application/octet-stream"
                                            : pixel_type(place->encapsulated_in),
             location, *bulk);
    return true;
  }
  return std::ranges::all_of(*object, [&](json::key_value_pair const& each) {
    return add_bulk(body, file, instance, each.value());
  });
}

/// Equal but for a DS of more than 16 characters, which PS3.5 6.2 does not allow: the nearest that
/// fits. `path`: where it differs.
bool is_same(json::value const& mine, json::value const& other, std::string const& path,
             std::string& differs) {
  if (mine == other) return true;
  if (mine.is_object() && other.is_object() &&
      mine.as_object().size() == other.as_object().size()) {
    return std::ranges::all_of(mine.as_object(), [&](json::key_value_pair const& each) {
      auto const* const twin = other.as_object().if_contains(each.key());
      bool const is_there = twin != nullptr;
      if (!is_there) differs = path + "/" + std::string(each.key());
      return is_there &&
             is_same(each.value(), *twin, path + "/" + std::string(each.key()), differs);
    });
  }
  if (mine.is_array() && other.is_array() && mine.as_array().size() == other.as_array().size()) {
    for (std::size_t i = 0; i < mine.as_array().size(); ++i)
      if (!is_same(mine.as_array()[i], other.as_array()[i], path + "/" + std::to_string(i),
                   differs))
        return false;
    return true;
  }
  if (mine.is_double() && other.is_number()) {
    double const a = mine.as_double(), b = other.to_number<double>();
    if (std::abs(a - b) <= 1e-9 * std::abs(a)) return true;
  }
  differs = path;
  return false;
}

class StowMetadataSharedFiles : public ::testing::TestWithParam<MetadataForm> {};

TEST_P(StowMetadataSharedFiles, GoThereAndBack) {
  if (!has_shared_files()) GTEST_SKIP() << kSkipped;
  bool const is_xml = GetParam() == MetadataForm::xml;
  std::string const part_type = is_xml ? "application/dicom+xml" : "application/dicom+json";
  auto const type = *parse_media_type("multipart/related; type=\"" + part_type + "\"; boundary=b");
  std::size_t same = 0, with_frames = 0, refused = 0;
  std::map<std::string, int> syntaxes, sent;
  for (auto const& path : shared_files()) {
    Bytes const file = read_file(path);
    auto const instance = dicom::read_instance(file);
    if (!instance || !dicom::check_identity(*instance)) continue;
    if (++sent[instance->transfer_syntax_uid] > kMostOfOneSyntax) continue;
    auto const document = dicom::dicom_json(file, {std::string(kPrefix), 1024});
    if (!document || document->size() > (8u << 20)) continue;
    std::string metadata = "[" + *document + "]";
    if (is_xml) metadata = native_dicom_xml(metadata)->front();
    std::string body = "\r\n--b\r\nContent-Type: " + part_type + "\r\n\r\n" + metadata;
    json::value const before = json::parse(*document);
    if (!add_bulk(body, file, *instance, before)) continue;
    body += "\r\n--b--\r\n";

    testing::SmallArchive archive;
    auto reader = StowReader::create(type, {}, "http://h/dicom-web/studies", archive.blobs(),
                                     testing::ingest_into(archive));
    ASSERT_TRUE(reader);
    auto const answer = testing::feed_all(**reader, body);
    ASSERT_TRUE(answer) << path << answer.error().detail;
    EXPECT_TRUE(answer->other_failures.empty()) << path;
    if (answer->stored.empty()) {
      ++refused;
      std::printf("refused %04X %s\n",
                  answer->failed.empty() ? 0 : static_cast<unsigned>(answer->failed[0].failure),
                  path.c_str());
      continue;
    }
    auto const hash = archive.index().find_instance(instance->study.study_instance_uid,
                                                    instance->series.series_instance_uid,
                                                    instance->sop_instance_uid);
    ASSERT_TRUE(hash) << path;
    Bytes const made = *(*archive.blobs().open(*hash))->read_all();
    std::string differs;
    auto const after = dicom::dicom_json(made, {std::string(kPrefix), 1024});
    ASSERT_TRUE(after) << path;
    EXPECT_TRUE(is_same(before, json::parse(*after), "", differs)) << path << differs;
    auto const other = dicom::read_instance(made);
    ASSERT_TRUE(other) << path;
    bool const is_compressed =
        dicom::transfer_syntax_of(instance->transfer_syntax_uid).encapsulated;
    EXPECT_EQ(other->transfer_syntax_uid,
              is_compressed ? instance->transfer_syntax_uid : "1.2.840.10008.1.2.1")
        << path;
    EXPECT_EQ(other->frames.size(), instance->frames.size()) << path;
    for (std::uint32_t f = 0; f < std::min<std::size_t>(instance->frames.size(), 3); ++f) {
      auto mine = stored_frame(file, *instance, f);
      auto const theirs = stored_frame(made, *other, f);
      ASSERT_TRUE(mine && theirs) << path;
      if (instance->frame_bytes_big_endian) continue;  // the words were turned
      if (is_compressed && mine->size() % 2 != 0) mine->push_back(std::byte{0});
      EXPECT_TRUE(*mine == *theirs) << path << " frame " << f;
      with_frames += f == 0 ? 1 : 0;
    }
    ++same;
    ++syntaxes[other->transfer_syntax_uid];
  }
  for (auto const& [syntax, count] : syntaxes) std::printf("%5d %s\n", count, syntax.c_str());
  std::printf("%zu there and back, %zu of them with frames, %zu refused\n", same, with_frames,
              refused);
  EXPECT_GT(same, 150u);
  EXPECT_GT(syntaxes.size(), 10u);
  EXPECT_LE(refused, 2u);  // whose Pixel Data have another length than their image
}

INSTANTIATE_TEST_SUITE_P(Forms, StowMetadataSharedFiles,
                         ::testing::Values(MetadataForm::json, MetadataForm::xml),
                         [](auto const& form) {
                           return form.param == MetadataForm::xml ? "Xml" : "Json";
                         });

}  // namespace
}  // namespace sightline::server
