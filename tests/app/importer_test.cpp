#include "app/importer.hpp"

#include <gtest/gtest.h>

#include <fstream>

#include "base/byte_writer.hpp"
#include "small_image.hpp"
#include "temporary_folder.hpp"

namespace sightline::server {
namespace {

namespace fs = std::filesystem;

using testing::small_image;
using testing::write_file;

class ImporterTest : public ::testing::Test {
 protected:
  void SetUp() override {
    fs::create_directories(tree_);
    store_ = std::move(*Store::open(folder_.path() / "store"));
  }
  ImportReport run() {
    TranscodePool pool({.workers = 1});
    PyramidQueue queue({store_->blobs(), store_->index(), store_->pyramids(), pool}, 1);
    Importer importer(
        *store_, queue,
        [this](WalkProblem const& problem) { left_out_.push_back(problem.path.filename()); },
        [this](fs::path const& path, std::string const&) {
          acknowledged_.push_back(path.filename());
        });
    return importer.run({tree_});
  }

  testing::TemporaryFolder folder_;
  fs::path const tree_ = folder_.path() / "tree";
  std::unique_ptr<Store> store_;
  std::vector<std::string> left_out_, acknowledged_;
};

TEST_F(ImporterTest, SortsATreeIntoItsKinds) {
  write_file(tree_ / "one", small_image("1"));
  write_file(tree_ / "same as one", small_image("1"));
  write_file(tree_ / "two", small_image("2"));
  write_file(tree_ / "two with other bytes", small_image("2", 5));
  std::ofstream(tree_ / "notes.txt") << "These notes have nothing to do with it, at some length.";
  auto cut = small_image("3");
  cut.resize(300);
  write_file(tree_ / "cut", cut);
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

TEST_F(ImporterTest, LargeFilesAreCopiedAsTheyAreRead) {
  auto const image = small_image("large");
  std::size_t const head = image.size() - 16 - 12;  // in front of Pixel Data
  constexpr std::uint32_t kZeros = 300u << 20;
  ByteWriter element;
  element.u16_le(0x7FDF);
  element.u16_le(0x1001);
  element.text("OB");
  element.u16_le(0);
  element.u32_le(kZeros);
  write_file(tree_ / "large", std::span(image).first(head));
  std::ofstream large(tree_ / "large", std::ios::binary | std::ios::app);
  large.write(reinterpret_cast<char const*>(element.view().data()), 12);
  large.flush();
  fs::resize_file(tree_ / "large", head + 12 + kZeros);
  large.write(reinterpret_cast<char const*>(image.data() + head), 28);
  large.close();
  write_file(tree_ / "notes.txt", std::as_bytes(std::span("no object")));
  fs::resize_file(tree_ / "notes.txt", kZeros);
  auto const report = run();
  EXPECT_EQ(report.added, 1u);
  EXPECT_EQ(report.pictures.verified_lossless, 1u);
  ASSERT_EQ(report.not_dicom.size(), 1u);
  EXPECT_EQ(report.not_dicom[0].path.filename(), "notes.txt");
  auto const rows = store_->index().stored(0, 10);
  ASSERT_TRUE(rows.has_value());
  ASSERT_EQ(rows->size(), 1u);
  auto const reader = store_->blobs().open(rows->front().sha256_hex);
  EXPECT_EQ((*reader)->size_bytes(), fs::file_size(tree_ / "large"));
  EXPECT_EQ(*(*reader)->digest(), rows->front().sha256_hex);
}

TEST_F(ImporterTest, ASecondRunTakesNothingAndChangedFilesAreSeen) {
  write_file(tree_ / "one", small_image("1"));
  ASSERT_EQ(run().added, 1u);
  auto const again = run();
  EXPECT_EQ(again.added, 0u);
  EXPECT_EQ(again.already_there, 1u);
  EXPECT_TRUE(again.anything_usable());
  write_file(tree_ / "one", small_image("another", 6));
  EXPECT_EQ(run().added, 1u);
}

TEST_F(ImporterTest, WhatWasRemovedIsTakenAgain) {
  write_file(tree_ / "one", small_image("1"));
  ASSERT_EQ(run().added, 1u);
  ASSERT_TRUE(store_->remove_study(uid_for("study")).has_value());
  EXPECT_EQ(run().added, 1u) << "the memory of the file does not outlive the object";
}

TEST_F(ImporterTest, AnOriginalThatIsGoneIsStoredAgain) {
  write_file(tree_ / "one", small_image("1"));
  ASSERT_EQ(run().added, 1u);
  auto const hash = store_->index().stored(0, 1)->at(0).sha256_hex;
  ASSERT_TRUE(store_->blobs().remove(hash).has_value());
  EXPECT_EQ(run().already_there, 1u) << "its row was never gone";
  EXPECT_TRUE(store_->blobs().contains(hash));
}

TEST_F(ImporterTest, EachFileThatIsStoredIsAcknowledgedInEveryRun) {
  write_file(tree_ / "one", small_image("1"));
  run();
  run();
  EXPECT_EQ(acknowledged_, (std::vector<std::string>{"one", "one"}));
}

TEST_F(ImporterTest, NothingUsableIsNoSuccess) {
  std::ofstream(tree_ / "notes.txt") << "no DICOM";
  EXPECT_FALSE(run().anything_usable());
}

}  // namespace
}  // namespace sightline::server
