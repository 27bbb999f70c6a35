// The attributes that MANIFEST.tsv states for every file, read by another library.
#include <gtest/gtest.h>

#include <cstdio>
#include <string>

#include "base/sha256.hpp"
#include "dicom/instance.hpp"
#include "shared_files.hpp"

namespace sightline::dicom_test {
namespace {

std::string photometric_text(Photometric photometric) {
  switch (photometric) {
    case Photometric::monochrome1: return "MONOCHROME1";
    case Photometric::monochrome2: return "MONOCHROME2";
    case Photometric::rgb: return "RGB";
    case Photometric::palette_color: return "PALETTE COLOR";
    case Photometric::ybr_full: return "YBR_FULL";
    case Photometric::ybr_full_422: return "YBR_FULL_422";
    case Photometric::ybr_partial_420: return "YBR_PARTIAL_420";
    case Photometric::ybr_ict: return "YBR_ICT";
    case Photometric::ybr_rct: return "YBR_RCT";
    case Photometric::ybr_partial_422: return "YBR_PARTIAL_422";
    case Photometric::unknown: return "";
  }
  return "";
}

bool is_number(std::string const& text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string::npos;
}

void expect_number(Row const& row, char const* column, std::uint32_t value) {
  if (is_number(row.at(column))) {
    EXPECT_EQ(std::to_string(value), row.at(column)) << column;
  }
}

void expect_text(Row const& row, char const* column, std::string const& value) {
  if (!row.at(column).empty()) {
    EXPECT_EQ(value, row.at(column)) << column;
  }
}

TEST(DicomManifest, AttributesAreAsAnotherLibraryReadsThem) {
  if (!has_shared_files()) GTEST_SKIP() << kSkipped;
  int read = 0, refused = 0;
  for (Row const& row : read_table(shared_folder() / "MANIFEST.tsv")) {
    SCOPED_TRACE(row.at("path"));
    auto const file = read_file(shared_folder() / row.at("path"));
    EXPECT_EQ(to_hex(sha256(file)), row.at("sha256")) << "the file itself has changed";
    auto const instance = dicom::read_instance(file);
    if (!instance) {
      ++refused;
      std::printf("refused: %s: %s, %s\n", row.at("path").c_str(), errc_name(instance.error().code),
                  instance.error().detail.c_str());
      EXPECT_TRUE(row.at("path").starts_with("broken/") ||
                  row.at("path").find("truncated") != std::string::npos);
      continue;
    }
    ++read;
    expect_text(row, "transfer_syntax", instance->transfer_syntax_uid);
    expect_text(row, "modality", instance->series.modality);
    if (!instance->unshowable_reason.empty()) continue;
    expect_number(row, "rows", instance->format.rows);
    expect_number(row, "cols", instance->format.cols);
    expect_number(row, "frames", instance->number_of_frames);
    expect_number(row, "bits_allocated", instance->format.bits_allocated);
    expect_number(row, "bits_stored", instance->format.bits_stored);
    expect_number(row, "signed", instance->format.is_signed ? 1 : 0);
    EXPECT_EQ(photometric_text(instance->format.photometric), row.at("photometric"));
    EXPECT_EQ(instance->frames.size(), instance->number_of_frames);
  }
  std::printf("%d read, %d refused\n", read, refused);
  EXPECT_GT(read, 900);
}

/// What cannot be shown, and why: so that a file that stops being shown is seen here.
TEST(DicomManifest, WhatCannotBeShownSaysWhy) {
  if (!has_shared_files()) GTEST_SKIP() << kSkipped;
  for (auto const& path : shared_files()) {
    auto const instance = dicom::read_instance(read_file(path));
    if (!instance || instance->unshowable_reason.empty()) continue;
    std::printf("%s: %s\n", path.lexically_relative(shared_folder()).c_str(),
                instance->unshowable_reason.c_str());
    EXPECT_TRUE(instance->unshowable_reason.ends_with('.'));
    EXPECT_TRUE(instance->frames.empty());
    EXPECT_EQ(instance->number_of_frames == 0, !instance->has_pixels);
  }
}

}  // namespace
}  // namespace sightline::dicom_test
