#include "app/importer.hpp"

#include <gtest/gtest.h>

#include <fstream>

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
