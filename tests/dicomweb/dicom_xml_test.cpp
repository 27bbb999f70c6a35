// The Native DICOM Model. Expected documents are written by hand after PS3.19 A.1.
#include "dicomweb/dicom_xml.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <map>
#include <span>

#include "../dicom/shared_files.hpp"
#include "dicom/dicom_json.hpp"

namespace sightline::server {
namespace {

/// What stands inside of the root of the only document.
std::string inside(std::string_view object) {
  auto const documents = native_dicom_xml("[" + std::string(object) + "]");
  if (!documents || documents->size() != 1) return "no document";
  std::string const& xml = documents->front();
  std::size_t const begin = xml.find('>', xml.find("<NativeDicomModel")) + 1;
  return xml.substr(begin, xml.find("</NativeDicomModel>") - begin);
}

TEST(DicomXml, ValuesAreNumberedAndKeepTheirDigits) {
  EXPECT_EQ(inside(R"({"00280030":{"vr":"DS","Value":[0.50,1]}})"),
            R"(<DicomAttribute tag="00280030" vr="DS" keyword="PixelSpacing">)"
            R"(<Value number="1">0.50</Value><Value number="2">1</Value></DicomAttribute>)");
  EXPECT_EQ(inside(R"({"00080060":{"vr":"CS"}})"),
            R"(<DicomAttribute tag="00080060" vr="CS" keyword="Modality"></DicomAttribute>)");
}

TEST(DicomXml, PersonNamesAreTakenApart) {
  EXPECT_EQ(
      inside(R"({"00100010":{"vr":"PN","Value":[{"Alphabetic":"Doe^J^^Dr","Phonetic":"D"}]}})"),
      R"(<DicomAttribute tag="00100010" vr="PN" keyword="PatientName"><PersonName number="1">)"
      "<Alphabetic><FamilyName>Doe</FamilyName><GivenName>J</GivenName>"
      "<NamePrefix>Dr</NamePrefix></Alphabetic>"
      "<Phonetic><FamilyName>D</FamilyName></Phonetic></PersonName></DicomAttribute>");
}

TEST(DicomXml, PrivateElementsAreNamedByTheirCreator) {
  EXPECT_EQ(
      inside(R"({"00091002":{"vr":"UN"},"00090010":{"vr":"LO","Value":["ACME 1.1"]}})"),
      R"(<DicomAttribute tag="00090010" vr="LO"><Value number="1">ACME 1.1</Value>)"
      R"(</DicomAttribute>)"
      R"(<DicomAttribute tag="00090002" vr="UN" privateCreator="ACME 1.1"></DicomAttribute>)");
}

TEST(DicomXml, SequencesAndBytes) {
  EXPECT_EQ(
      inside(R"({"00081115":{"vr":"SQ","Value":[{"0020000E":{"vr":"UI"}}]},)"
             R"("00420011":{"vr":"OB","InlineBinary":"AAE="},)"
             R"("7FE00010":{"vr":"OW","BulkDataURI":"http://h/a?b&c"}})"),
      R"(<DicomAttribute tag="00081115" vr="SQ" keyword="ReferencedSeriesSequence">)"
      R"(<Item number="1"><DicomAttribute tag="0020000E" vr="UI" keyword="SeriesInstanceUID">)"
      R"(</DicomAttribute></Item></DicomAttribute>)"
      R"(<DicomAttribute tag="00420011" vr="OB" keyword="EncapsulatedDocument">)"
      R"(<InlineBinary>AAE=</InlineBinary></DicomAttribute>)"
      R"(<DicomAttribute tag="7FE00010" vr="OW" keyword="PixelData">)"
      R"(<BulkData uri="http://h/a?b&amp;c"/></DicomAttribute>)");
}

TEST(DicomXml, TextIsNeverMarkup) {
  EXPECT_EQ(inside(R"({"00104000":{"vr":"LT","Value":["<a b=\"c\">&\u0001\r\n"]}})"),
            "<DicomAttribute tag=\"00104000\" vr=\"LT\" keyword=\"PatientComments\">"
            "<Value number=\"1\">&lt;a b=&quot;c&quot;&gt;&amp;\xEF\xBF\xBD&#13;\n</Value>"
            "</DicomAttribute>");
}

TEST(DicomXml, WhatIsNoArrayOfObjectsIsRefused) {
  for (char const* text : {"", "{}", "[1]", "[{}", "[{}] x"})
    EXPECT_EQ(native_dicom_xml(text).error().code, Errc::corrupt) << text;
  EXPECT_TRUE(native_dicom_xml("[]")->empty());
}

// ---- against DCMTK's dcm2xml

/// Opening tags and texts in order, as a list; white space between elements is no text.
std::vector<std::string> tokens_of(std::string_view xml) {
  std::vector<std::string> tokens;
  for (std::size_t at = xml.find("<NativeDicomModel"); at < xml.size();) {
    if (xml[at] == '<') {
      std::size_t const end = xml.find('>', at);
      if (end == std::string_view::npos) break;
      if (xml[at + 1] != '/') tokens.emplace_back(xml.substr(at, end - at));
      at = end + 1;
    } else {
      std::size_t const end = std::min(xml.find('<', at), xml.size());
      std::string text(xml.substr(at, end - at));
      while (text.ends_with(' ')) text.pop_back();
      if (text.find_first_not_of(" \r\n") != std::string::npos) tokens.push_back(text);
      at = end;
    }
  }
  return tokens;
}

/// What is inside of the attributes of each tag and VR, items included. Without keywords: dcm2xml
/// has none for retired attributes.
using Attributes = std::map<std::string, std::vector<std::string>>;
Attributes attributes_of(std::string_view xml) {
  Attributes attributes;
  std::string current;
  for (std::string const& token : tokens_of(xml)) {
    if (token.starts_with("<NativeDicomModel")) continue;
    if (token.starts_with("<DicomAttribute")) current = token.substr(0, token.find(" keyword="));
    if (!token.starts_with("<DicomAttribute")) attributes[current].push_back(token);
  }
  return attributes;
}

std::string dcm2xml(std::filesystem::path const& file) {
  std::string const command =
      "dcm2xml -q --native-format --convert-to-utf8 '" + file.string() + "' 2>/dev/null";
  FILE* const pipe = popen(command.c_str(), "r");
  if (pipe == nullptr) return {};
  std::string block(1 << 16, '\0'), all;
  for (std::size_t n = 0; (n = std::fread(block.data(), 1, block.size(), pipe)) > 0;)
    all.append(block, 0, n);
  for (std::size_t at = 0; (at = all.find("&apos;", at)) != std::string::npos;)
    all.replace(at, 6, "'");  // which need not be escaped between elements
  return pclose(pipe) == 0 ? all : std::string();
}

/// Text attributes whose values DCMTK writes as they are in the file: it and we must agree.
bool is_compared(std::string_view attribute) {
  if (attribute.contains("privateCreator") || attribute.contains("00080005")) return false;
  for (char const* vr : {"AE", "AS", "CS", "DA", "DT", "LO", "PN", "SH", "TM", "UI", "US", "UL"})
    if (attribute.contains(std::string(" vr=\"") + vr + "\"")) return true;
  return false;
}

TEST(DicomXmlShared, SaysWhatDcm2xmlSays) {
  using namespace dicom_test;
  if (!has_shared_files()) GTEST_SKIP() << kSkipped;
  if (std::system("dcm2xml --version >/dev/null 2>&1") != 0)
    GTEST_SKIP() << "SKIPPED: needs dcm2xml (package dcmtk), which is not here";
  int files = 0, same = 0;
  auto const paths = shared_files();
  for (std::size_t i = 0; i < paths.size(); ++i) {
    std::string const name = paths[i].lexically_relative(shared_folder()).string();
    if (name.starts_with("broken/") || (i % 5 != 0 && !name.starts_with("charset/"))) continue;
    SCOPED_TRACE(name);
    auto const json = dicom::dicom_json(read_file(paths[i]), {"b", 1024});
    std::string const theirs = json ? dcm2xml(paths[i]) : "";
    if (theirs.empty()) continue;
    auto const ours = native_dicom_xml("[" + *json + "]");
    ASSERT_TRUE(ours.has_value());
    ++files;
    Attributes const mine = attributes_of(ours->front());
    for (auto const& [attribute, content] : attributes_of(theirs)) {
      if (!is_compared(attribute)) continue;
      auto const found = mine.find(attribute);
      if (found == mine.end()) {
        ADD_FAILURE() << "is missing: " << attribute;
        continue;
      }
      if (found->second != content && attribute.contains("vr=\"PN\"")) {
        // dcm2xml repeats the ideographic group where the phonetic one is empty; dcm2json does not.
        EXPECT_TRUE(
            std::ranges::equal(found->second, std::span(content).first(found->second.size())));
        continue;
      }
      EXPECT_EQ(found->second, content) << attribute;
      same += found->second == content ? 1 : 0;
    }
  }
  std::printf("%d files, %d attributes\n", files, same);
  EXPECT_GT(files, 150);
}

TEST(DicomXml, AsDeepAsTheJsonOfAnObjectMayBe) {
  std::string object = R"({"00080060":{"vr":"CS","Value":["MR"]}})";
  for (std::uint32_t i = 0; i < dicom::kMaxDicomJsonLevels; ++i)
    object = R"({"00081115":{"vr":"SQ","Value":[)" + object + "]}}";
  EXPECT_NE(inside(object).find("<Value number=\"1\">MR</Value>"), std::string::npos);
}

}  // namespace
}  // namespace sightline::server
