// Every real file is answered, as JSON or with an error; those without pictures as what they are.
// Their values are compared with pydicom's by tests/web/source/document_parser.test.ts.
#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <map>

#include "dicom/document.hpp"
#include "dicom/instance.hpp"
#include "shared_files.hpp"

namespace sightline::dicom_test {
namespace {

namespace json = boost::json;

std::string expected_kind(std::string_view sop_class_uid) {
  constexpr std::string_view kStorage = "1.2.840.10008.5.1.4.1.1.";
  if (!sop_class_uid.starts_with(kStorage)) return {};
  sop_class_uid.remove_prefix(kStorage.size());
  if (sop_class_uid.starts_with("88.")) return "sr";
  if (sop_class_uid.starts_with("9.")) return "waveform";
  if (sop_class_uid.starts_with("104.")) return "encapsulated";
  return {};
}

TEST(DocumentShared, RealFilesAreWhatTheirClassSays) {
  if (!has_shared_files()) GTEST_SKIP() << kSkipped;
  std::map<std::string, int> kinds;
  for (auto const& path : shared_files()) {
    if (std::filesystem::file_size(path) > 4u << 20) continue;
    SCOPED_TRACE(path);
    auto const file = read_file(path);
    auto const instance = dicom::read_instance(file);
    auto const made = dicom::document_json(file);
    std::string const expected = instance ? expected_kind(instance->sop_class_uid) : "";
    // two of the broken ones are pictures under an SR class, or have no content
    if (made) {
      boost::system::error_code error;
      auto const document = json::parse(*made, error);
      ASSERT_FALSE(error) << error.message();
      ++kinds[std::string(document.at("kind").as_string())];
      if (!expected.empty()) {
        EXPECT_EQ(document.at("kind").as_string(), expected);
      }
    } else if (!path.string().contains("broken")) {
      EXPECT_EQ(expected, "") << made.error().detail;
    }
  }
  EXPECT_GE(kinds["sr"], 14);
  EXPECT_EQ(kinds["waveform"], 2);
  EXPECT_EQ(kinds["encapsulated"], 2);
}

}  // namespace
}  // namespace sightline::dicom_test
