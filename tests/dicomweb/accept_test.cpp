#include "dicomweb/accept.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace sightline::server {
namespace {

constexpr char const* kExplicitLe = "1.2.840.10008.1.2.1";
constexpr char const* kJpegLs = "1.2.840.10008.1.2.4.80";
constexpr char const* kJ2k = "1.2.840.10008.1.2.4.90";
constexpr char const* kHtj2k = "1.2.840.10008.1.2.4.201";

constexpr int kNone = -1;    // 406
constexpr int kBroken = -2;  // 400

using Forms = std::vector<Representation>;

int choose(std::string_view header, Forms const& offered, std::vector<std::string> query = {}) {
  auto const chosen = choose_representation({header, query}, offered);
  if (!chosen) return kBroken;
  return *chosen ? static_cast<int>(**chosen) : kNone;
}

struct Row {
  char const* header;
  int expected;
};

Forms const kMetadata = {{"application/dicom+json", "", ""},
                         {"multipart/related", "application/dicom+xml", ""}};

TEST(AcceptMetadata, WhatClientsSend) {
  Row const table[] = {
      {"", 0},
      {"*/*", 0},                     // curl, fetch
      {"application/dicom+json", 0},  // Orthanc, dicomweb-client
      {"application/json", 0},        // OHIF
      {"application/dicom+json, application/json;q=0.9", 0},
      {"application/json, application/dicom+json;q=0.5", 0},
      {"APPLICATION/DICOM+JSON", 0},
      {"application/dicom+json; charset=utf-8", 0},
      {"application/dicom+json; transfer-syntax=1.2.840.10008.1.2.1", kNone},
      {"application/*", 0},
      {"image/*;q=0.8,*/*;q=0.5", 0},
      {"text/html,application/xhtml+xml,application/xml;q=0.9,image/webp,*/*;q=0.8", 0},  // Chrome
      {"text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2", 0},                        // Java
      {R"(multipart/related; type="application/dicom+xml")", 1},
      {"multipart/related; type=application/dicom+xml", 1},
      {"multipart/related", 1},
      {"multipart/*", 1},
      {R"(multipart/related; type="application/dicom+xml", application/dicom+json)", 1},
      {R"(multipart/related; type="application/dicom+xml";q=0.5, application/dicom+json)", 0},
      {"application/dicom+json;q=0, */*", 1},
      {"application/dicom+json;q=0.2, */*;q=0.9", 1},
      {"*/*;q=0", kNone},
      {"application/dicom+json;q=0", kNone},
      {"text/html", kNone},
      {"image/*", kNone},
      {R"(multipart/related; type="application/dicom")", kNone},
      {"application/dicom+xml", kNone},
      {"json", kBroken},
      {"application/dicom+json;q=high", kBroken},
      {"application/dicom json", kBroken},
  };
  for (auto const& [header, expected] : table)
    EXPECT_EQ(choose(header, kMetadata), expected) << header;
}

Forms const kInstance = {{"multipart/related", "application/dicom", kExplicitLe},
                         {"multipart/related", "application/dicom", kJpegLs},
                         {"application/dicom", "", kExplicitLe},
                         {"application/dicom", "", kJpegLs}};

TEST(AcceptInstance, WhatClientsSend) {
  Row const table[] = {
      {"", 0},
      {"*/*", 0},
      {"multipart/related", 0},
      {"multipart/*", 0},
      {R"(multipart/related; type="application/dicom")", 0},
      {"multipart/related; type=application/dicom", 0},
      {R"(multipart/related;type="Application/DICOM")", 0},
      {R"(multipart/related; type="application/dicom"; boundary=abc)", 0},
      {R"(multipart/related; type="application/dicom"; transfer-syntax=*)", 0},
      {R"(multipart/related; type="application/dicom"; transfer-syntax="*")", 0},
      {R"(multipart/related; type="application/dicom"; transfer-syntax=1.2.840.10008.1.2.1)", 0},
      {R"(multipart/related; type="application/dicom"; transfer-syntax=1.2.840.10008.1.2.4.80)", 1},
      {R"(multipart/related; type="application/dicom"; transfer-syntax="1.2.840.10008.1.2.4.80")",
       1},
      {R"(multipart/related; transfer-syntax=1.2.840.10008.1.2.4.80)", 1},
      {R"(multipart/related; type="application/dicom"; transfer-syntax=1.2.840.10008.1.2.4.90)",
       kNone},
      // dicomweb-client (Python): a list of one media type with several transfer syntaxes.
      {R"(multipart/related; type="application/dicom"; transfer-syntax=1.2.840.10008.1.2.4.90, )"
       R"(multipart/related; type="application/dicom"; transfer-syntax=1.2.840.10008.1.2.4.80)",
       1},
      {R"(multipart/related; type="application/dicom"; transfer-syntax=1.2.840.10008.1.2.4.80, )"
       R"(multipart/related; type="application/dicom";q=0.5)",
       1},
      {"application/dicom", 2},
      {"application/dicom; transfer-syntax=*", 2},
      {"application/dicom;transfer-syntax=1.2.840.10008.1.2.4.80", 3},
      {"application/dicom;transfer-syntax=", kBroken},
      {"application/dicom+json", kNone},
      {R"(multipart/related; type="application/octet-stream")", kNone},
      {R"(multipart/related; type="application/*")", 0},
      {R"(multipart/related; type="*/*")", 0},
      {R"(multipart/mixed; type="application/dicom")", kNone},
  };
  for (auto const& [header, expected] : table)
    EXPECT_EQ(choose(header, kInstance), expected) << header;
}

Forms const kFrames = {{"multipart/related", "application/octet-stream", kExplicitLe},
                       {"multipart/related", "image/jphc", kHtj2k},
                       {"multipart/related", "image/jls", kJpegLs},
                       {"multipart/related", "application/octet-stream", kJpegLs},
                       {"application/octet-stream", "", kExplicitLe},
                       {"image/jphc", "", kHtj2k}};

TEST(AcceptFrames, WhatClientsSend) {
  Row const table[] = {
      {"", 0},
      {"*/*", 0},
      {"multipart/related; type=application/octet-stream; transfer-syntax=*", 0},  // OHIF
      {R"(multipart/related; type="application/octet-stream"; transfer-syntax=*)", 0},
      {R"(multipart/related; type="application/octet-stream")", 0},
      {R"(multipart/related; type="application/octet-stream"; transfer-syntax=1.2.840.10008.1.2.4.80)",
       3},
      {R"(multipart/related; type="image/jphc")", 1},
      {R"(multipart/related; type="image/jphc"; transfer-syntax=1.2.840.10008.1.2.4.201)", 1},
      {R"(multipart/related; type="image/jphc"; transfer-syntax=1.2.840.10008.1.2.4.202)", kNone},
      {R"(multipart/related; type="image/jls"; transfer-syntax=1.2.840.10008.1.2.4.80)", 2},
      {R"(multipart/related; type="image/*")", 1},
      {R"(multipart/related; type="image/*"; transfer-syntax=1.2.840.10008.1.2.4.80)", 2},
      {R"(multipart/related; type=image/jls, multipart/related; type=application/octet-stream;q=0.9)",
       2},
      {"application/octet-stream", 4},
      {"image/jphc", 5},
      {"image/*;q=0.8,*/*;q=0.5", 5},
      {R"(multipart/related; type="image/jp2")", kNone},
      {"image/png", kNone},
  };
  for (auto const& [header, expected] : table)
    EXPECT_EQ(choose(header, kFrames), expected) << header;
}

TEST(Accept, WithoutTransferSyntaxTheDefaultOnly) {
  Forms const only_jpeg_ls = {{"multipart/related", "application/dicom", kJpegLs}};
  EXPECT_EQ(choose("multipart/related; type=application/dicom", only_jpeg_ls), kNone);
  EXPECT_EQ(choose("multipart/related; type=application/dicom; transfer-syntax=*", only_jpeg_ls),
            0);
  EXPECT_EQ(choose("*/*", only_jpeg_ls), 0);
  Forms const jp2 = {{"image/jp2", "", "1.2.840.10008.1.2.4.91"}, {"image/jp2", "", kJ2k}};
  EXPECT_EQ(choose("image/jp2", jp2), 1);
  EXPECT_EQ(choose("image/jp2; transfer-syntax=*", jp2), 0);
}

TEST(Accept, LossyOnlyFormStandsForTheDefault) {
  Forms const lossy = {{"multipart/related", "application/dicom", "1.2.840.10008.1.2.4.50", true}};
  EXPECT_EQ(choose("multipart/related; type=application/dicom", lossy), 0);
  EXPECT_EQ(choose("multipart/related; type=application/dicom; transfer-syntax=1.2.840.10008.1.2.1",
                   lossy),
            kNone);
}

TEST(Accept, QueryReplacesTheHeader) {
  EXPECT_EQ(choose("application/dicom+json", kMetadata,
                   {"multipart/related; type=application/dicom+xml"}),
            1);
  EXPECT_EQ(choose("not a media type", kMetadata, {"application/dicom+json"}), 0);
  EXPECT_EQ(choose("application/dicom+json", kMetadata, {"image/png"}), kNone);
  EXPECT_EQ(choose("application/dicom+json", kMetadata, {"image/png", "application/json"}), 0);
  EXPECT_EQ(choose("image/png", kMetadata, {"text/html,application/json"}), 0);
  EXPECT_EQ(choose("image/png", kMetadata, {"json"}), kBroken);
  EXPECT_EQ(choose("image/png", kMetadata, {""}), kNone);
  EXPECT_EQ(choose("image/png", kMetadata, {std::string(9000, ',')}), kBroken);
}

TEST(Accept, PlusLostInTheQueryIsRestored) {
  EXPECT_EQ(choose("", kMetadata, {"application/dicom json"}), 0);
  EXPECT_EQ(choose("", kMetadata, {"multipart/related; type=application/dicom xml"}), 1);
}

TEST(Accept, NothingOffered) {
  EXPECT_EQ(choose("", {}), kNone);
  EXPECT_EQ(choose("*/*", {}), kNone);
  EXPECT_EQ(choose("*", {}), kNone);
  EXPECT_EQ(choose("x", {}), kBroken);
}

}  // namespace
}  // namespace sightline::server
