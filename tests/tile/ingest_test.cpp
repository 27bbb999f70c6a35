#include "tile/ingest.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <thread>

#include "../app/temporary_folder.hpp"
#include "made_image.hpp"

namespace sightline::server {
namespace {

using testing::made_values;
using testing::part10_image;

class IngestTest : public ::testing::Test {
 protected:
  void SetUp() override {
    blobs_ = std::move(*open_folder_store(folder_.path() / "store"));
    index_ = std::move(*open_sqlite_index(folder_.path() / "store" / "index.sqlite"));
    queue_ = std::make_unique<PyramidQueue>(
        PyramidQueue::Parts{*blobs_, *index_, pyramids_, pool_}, 1,
        [this](std::string const& study) { built_.push_back(study); });
  }
  std::size_t originals() const {
    std::size_t count = 0;
    (void)blobs_->for_each([&count](BlobHash const&) { ++count; });
    return count;
  }

  testing::TemporaryFolder folder_;
  std::unique_ptr<BlobStore> blobs_;
  std::unique_ptr<Index> index_;
  PyramidStore pyramids_{folder_.path() / "pyramids"};
  TranscodePool pool_{{.workers = 1}};
  std::vector<std::string> built_;
  std::unique_ptr<PyramidQueue> queue_;
};

TEST_F(IngestTest, StoresIndexesAndPreparesPictures) {
  auto const pixels = made_values<std::uint16_t>(64, 48, 1, 16, false);
  auto const file = part10_image("1.2.3", 64, 48, 1, pixels);
  Ingest ingest(*blobs_, *index_, queue_.get());
  auto const taken = ingest.ingest(file);
  ASSERT_TRUE(taken.has_value()) << taken.error().detail;
  EXPECT_EQ(taken->outcome, AddOutcome::added);
  EXPECT_TRUE(taken->pictures_queued);
  EXPECT_EQ(*(*blobs_->open(taken->sha256_hex))->read_all(), file) << "the original, byte for byte";
  queue_->wait_idle();
  auto const where = index_->locate(taken->sha256_hex);
  EXPECT_FALSE(where->pending);
  ASSERT_EQ(where->streams.size(), 1u);
  EXPECT_EQ(where->streams[0].digest, sha256(pixels));
  EXPECT_TRUE(pyramids_.contains(taken->sha256_hex));
  EXPECT_EQ(built_, std::vector<std::string>{"1.2.826.0.1"});
  EXPECT_EQ(queue_->progress().verified_lossless, 1u);
}

TEST_F(IngestTest, TheSameFileTwiceIsStoredOnce) {
  auto const file = part10_image("1.2.3", 8, 8, 1, made_values<std::uint16_t>(8, 8, 1, 16, false));
  Ingest ingest(*blobs_, *index_, queue_.get());
  ASSERT_EQ(ingest.ingest(file)->outcome, AddOutcome::added);
  auto const again = ingest.ingest(file);
  EXPECT_EQ(again->outcome, AddOutcome::already_there);
  EXPECT_FALSE(again->pictures_queued);
  EXPECT_EQ(originals(), 1u);
}

TEST_F(IngestTest, OtherBytesUnderOneUidAreKeptBesideTheFirst) {
  Ingest ingest(*blobs_, *index_, queue_.get());
  ASSERT_TRUE(
      ingest.ingest(part10_image("1.2.3", 8, 8, 1, made_values<std::uint16_t>(8, 8, 1, 16, false)))
          .has_value());
  EXPECT_EQ(
      ingest.ingest(part10_image("1.2.3", 8, 9, 1, made_values<std::uint16_t>(8, 9, 1, 16, false)))
          ->outcome,
      AddOutcome::conflict);
  EXPECT_EQ(originals(), 2u);
  EXPECT_EQ(index_->counts()->conflicts, 2u);
}

TEST_F(IngestTest, WhatIsNotDicomLeavesNoTrace) {
  Ingest ingest(*blobs_, *index_, queue_.get());
  std::string const text = "These are not the bytes you are looking for.";
  EXPECT_EQ(ingest.ingest(std::as_bytes(std::span(text))).error().code, Errc::not_dicom);
  EXPECT_EQ(originals(), 0u);
}

TEST_F(IngestTest, AnObjectWithoutAUsableNameIsRefused) {
  Ingest ingest(*blobs_, *index_, queue_.get());
  auto const pixels = made_values<std::uint16_t>(8, 8, 1, 16, false);
  EXPECT_EQ(ingest.ingest(part10_image("1.2.3", 8, 8, 1, pixels, 16, "1.2/../3")).error().code,
            Errc::corrupt);
  EXPECT_EQ(ingest.ingest(part10_image("", 8, 8, 1, pixels)).error().code, Errc::corrupt);
  EXPECT_EQ(originals(), 0u);
}

TEST_F(IngestTest, AMediaDirectoryIsToldApart) {
  DataSetWriter directory;
  directory.text(0x00041130, "CS", "DISC");
  auto const file = part10_file("1.2.840.10008.1.3.10", "1.2.3", directory);
  EXPECT_EQ(Ingest(*blobs_, *index_, nullptr).ingest(file).error().code, Errc::unsupported);
  EXPECT_EQ(originals(), 0u);
}

TEST_F(IngestTest, WhatAnEarlierRunLeftPendingIsPrepared) {
  auto const file = part10_image("1.2.3", 8, 8, 1, made_values<std::uint16_t>(8, 8, 1, 16, false));
  ASSERT_TRUE(Ingest(*blobs_, *index_, nullptr).ingest(file).has_value());
  ASSERT_EQ(index_->counts()->pending, 1u);
  ASSERT_TRUE(queue_->push_pending().has_value());
  queue_->wait_idle();
  EXPECT_EQ(index_->counts()->pending, 0u);
}

TEST_F(IngestTest, PicturesThatCannotBeMadeAreCountedAndNotFatal) {
  TranscodePool refusing({.workers = 1, .command = {"/proc/self/exe", "refusing-worker"}});
  PyramidQueue queue({*blobs_, *index_, pyramids_, refusing}, 1);
  auto const file =
      part10_image("1.2.3", 8, 8, 3, made_values<std::uint16_t>(3 * 8, 8, 1, 16, false));
  auto const taken = Ingest(*blobs_, *index_, &queue).ingest(file);
  ASSERT_TRUE(taken.has_value()) << taken.error().detail;
  queue.wait_idle();
  auto const where = index_->locate(taken->sha256_hex);
  ASSERT_EQ(where->streams.size(), 3u);
  for (auto const& stream : where->streams) EXPECT_EQ(stream.failure, Errc::limit_exceeded);
  EXPECT_FALSE(where->pending);
  EXPECT_EQ(queue.progress().failed, 3u);
  EXPECT_EQ(index_->counts()->failed_frames, 3u);
}

TEST_F(IngestTest, ADamagedWorkerProgramLeavesPicturesPending) {
  TranscodePool broken({.workers = 1, .command = {"/no/such/program"}});
  PyramidQueue queue({*blobs_, *index_, pyramids_, broken}, 1);
  ASSERT_TRUE(
      Ingest(*blobs_, *index_, &queue)
          .ingest(part10_image("1.2.3", 8, 8, 1, made_values<std::uint16_t>(8, 8, 1, 16, false)))
          .has_value());
  queue.wait_idle();
  EXPECT_EQ(queue.progress().not_built_instances, 1u);
  EXPECT_EQ(index_->counts()->pending, 1u)
      << "to be tried again, not counted as the file's failure";
}

TEST_F(IngestTest, PicturesThatFailedAreMadeWhenTheMachineIsWellAgain) {
  auto const program = folder_.path() / "worker";
  TranscodePool pool({.workers = 1, .command = {program, "transcode-worker"}});
  PyramidQueue queue({*blobs_, *index_, pyramids_, pool, std::chrono::milliseconds(1)}, 2);
  Ingest ingest(*blobs_, *index_, &queue);
  for (auto const* const uid : {"1.2.1", "1.2.2", "1.2.3"}) {
    auto const file = part10_image(uid, 8, 8, 1, made_values<std::uint16_t>(8, 8, 1, 16, false));
    ASSERT_TRUE(ingest.ingest(file).has_value());
  }
  queue.wait_idle();
  EXPECT_EQ(index_->counts()->pending, 3u);
  EXPECT_EQ(queue.progress().done_instances, 0u);
  std::filesystem::create_symlink(std::filesystem::canonical("/proc/self/exe"), program);
  while (queue.progress().done_instances < 3)
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  EXPECT_EQ(index_->counts()->pending, 0u);
  EXPECT_EQ(queue.progress().verified_lossless, 3u);
  EXPECT_EQ(queue.progress().not_built_instances, 0u);
}

}  // namespace
}  // namespace sightline::server
