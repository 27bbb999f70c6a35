#include "app/importer.hpp"

#include <gtest/gtest.h>

#include <fstream>

#include "app/part10_writer.hpp"
#include "temporary_folder.hpp"

namespace sightline::server {
namespace {

namespace fs = std::filesystem;

std::vector<std::byte> small_image(std::string const& name, std::uint16_t rows = 4) {
  constexpr char kSecondaryCapture[] = "1.2.840.10008.5.1.4.1.1.7";
  std::string const sop = uid_for(name);
  DataSetWriter d;
  d.text(0x00080016, "UI", kSecondaryCapture)
      .text(0x00080018, "UI", sop)
      .text(0x00080060, "CS", "OT")
      .text(0x00100010, "PN", "Test^Import");
  d.text(0x0020000D, "UI", uid_for("study"))
      .text(0x0020000E, "UI", uid_for("series"))
      .us(0x00280002, 1)
      .text(0x00280004, "CS", "MONOCHROME2");
  d.us(0x00280010, rows)
      .us(0x00280011, 4)
      .us(0x00280100, 8)
      .us(0x00280101, 8)
      .us(0x00280102, 7)
      .us(0x00280103, 0);
  d.binary(0x7FE00010, "OB", std::vector<std::byte>(rows * 4u, std::byte{9}));
  return part10_file(kSecondaryCapture, sop, d);
}

void write(fs::path const& path, std::span<std::byte const> bytes) {
  std::ofstream(path, std::ios::binary)
      .write(reinterpret_cast<char const*>(bytes.data()),
             static_cast<std::streamsize>(bytes.size()));
}

class ImporterTest : public ::testing::Test {
 protected:
  void SetUp() override {
    fs::create_directories(tree_);
    store_ = std::move(*Store::open(folder_.path() / "store"));
  }
  ImportReport run() {
    TranscodePool pool({.workers = 1});
    PyramidQueue queue({store_->blobs(), store_->index(), store_->pyramids(), pool}, 1);
    Importer importer(*store_, queue, [this](WalkProblem const& problem) {
      left_out_.push_back(problem.path.filename());
    });
    return importer.run({tree_});
  }

  testing::TemporaryFolder folder_;
  fs::path const tree_ = folder_.path() / "tree";
  std::unique_ptr<Store> store_;
  std::vector<std::string> left_out_;
};

TEST_F(ImporterTest, SortsATreeIntoItsKinds) {
  write(tree_ / "one", small_image("1"));
  write(tree_ / "same as one", small_image("1"));
  write(tree_ / "two", small_image("2"));
  write(tree_ / "two with other bytes", small_image("2", 5));
  std::ofstream(tree_ / "notes.txt") << "These notes have nothing to do with it, at some length.";
  auto cut = small_image("3");
  cut.resize(300);
  write(tree_ / "cut", cut);
  auto const report = run();
  EXPECT_EQ(report.added + report.conflicts + report.already_there, 4u);
  EXPECT_EQ(report.already_there, 1u);
  EXPECT_EQ(report.conflicts, 1u);
  ASSERT_EQ(report.not_dicom.size(), 1u);
  EXPECT_EQ(report.not_dicom[0].path.filename(), "notes.txt");
  ASSERT_EQ(report.refused.size(), 1u);
  EXPECT_EQ(report.refused[0].path.filename(), "cut");
  EXPECT_FALSE(report.refused[0].reason.empty());
  EXPECT_EQ(left_out_.size(), 2u);
  EXPECT_EQ(report.files_done, 6u);
  EXPECT_EQ(report.bytes_done, report.bytes);
  EXPECT_EQ(report.pictures.verified_lossless, 3u);
  EXPECT_EQ(store_->index().counts()->pending, 0u);
}

TEST_F(ImporterTest, ASecondRunTakesNothingAndChangedFilesAreSeen) {
  write(tree_ / "one", small_image("1"));
  ASSERT_EQ(run().added, 1u);
  auto const again = run();
  EXPECT_EQ(again.added, 0u);
  EXPECT_EQ(again.already_there, 1u);
  EXPECT_TRUE(again.anything_usable());
  write(tree_ / "one", small_image("another", 6));
  EXPECT_EQ(run().added, 1u);
}

TEST_F(ImporterTest, WhatWasRemovedIsTakenAgain) {
  write(tree_ / "one", small_image("1"));
  ASSERT_EQ(run().added, 1u);
  ASSERT_TRUE(store_->remove_study(uid_for("study")).has_value());
  EXPECT_EQ(run().added, 1u) << "the memory of the file does not outlive the object";
}

TEST_F(ImporterTest, NothingUsableIsNoSuccess) {
  std::ofstream(tree_ / "notes.txt") << "no DICOM";
  EXPECT_FALSE(run().anything_usable());
}

}  // namespace
}  // namespace sightline::server
