#include "app/verifier.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <span>
#include <thread>

#include "damaged_store.hpp"
#include "index/database.hpp"
#include "temporary_folder.hpp"
#include "tile/pyramid_queue.hpp"

namespace sightline::server {
namespace {

using testing::damage;
using testing::findings_in;
using testing::original_of;
using testing::Sentences;
using testing::small_image;
using testing::take;

class VerifierTest : public testing::TwoObjects {
 protected:
  void change_index(std::string const& sql) {
    auto const database = Database::open(root_ / "index.sqlite");
    ASSERT_TRUE((*database)->execute(sql).has_value());
  }
  std::filesystem::path pyramid_of(std::string const& hash) const {
    return root_ / "pyramids" / hash.substr(0, 2) / hash.substr(2, 2) / (hash + ".slp");
  }
  void make_pictures(TranscodePool& pool) {
    PyramidQueue queue({store_->blobs(), store_->index(), store_->pyramids(), pool}, 1);
    ASSERT_TRUE(queue.push_pending().has_value());
    queue.wait_idle();
    ASSERT_EQ(store_->index().counts()->pending, 0u);
  }
};

TEST_F(VerifierTest, FindsNothingInAWholeStore) {
  TranscodePool pool({.workers = 1});
  EXPECT_EQ(findings_in(*store_, &pool), Sentences{}) << "without pictures yet";
  make_pictures(pool);
  EXPECT_EQ(findings_in(*store_, &pool), Sentences{});
  EXPECT_EQ(findings_in(*store_), Sentences{});
}

TEST_F(VerifierTest, CountsWhatItLookedAt) {
  TranscodePool pool({.workers = 1});
  make_pictures(pool);
  auto const report = Verifier(*store_, &pool, [](std::string const&) {}).run();
  ASSERT_TRUE(report.has_value());
  EXPECT_EQ(report->rows, 2u);
  EXPECT_EQ(report->originals, 2u);
  EXPECT_EQ(report->bytes, small_image("1").size() + small_image("2").size());
  EXPECT_EQ(report->pyramids, 2u);
  EXPECT_EQ(report->pending, 0u);
}

TEST_F(VerifierTest, AnOriginalWhoseRowComesInAMomentIsNoFinding) {
  auto const writer = store_->blobs().create();
  ASSERT_TRUE((*writer)->write(small_image("3")).has_value());
  ASSERT_TRUE((*writer)->commit().has_value());
  Sentences findings;
  std::jthread const other([this] {
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
    EXPECT_NE(take(*store_, small_image("3")), "");
  });
  Verifier verifier(
      *store_, nullptr, [&](std::string const& sentence) { findings.push_back(sentence); }, 1,
      std::chrono::minutes(5));
  ASSERT_TRUE(verifier.run().has_value());
  EXPECT_EQ(findings, Sentences{});
}

TEST_F(VerifierTest, SaysTheSameInTheSameOrderWithSeveralThreads) {
  for (int number = 3; number < 40; ++number)
    hashes_.push_back(take(*store_, small_image(std::to_string(number))));
  Sentences expected;
  for (std::size_t i = 0; i < hashes_.size(); i += 3) {
    damage(original_of(root_, hashes_[i]));
    expected.push_back("original " + hashes_[i] +
                       " is damaged: its bytes are not those that were stored");
  }
  Sentences orphans;
  for (auto const* const name : {"a", "b", "c"}) {
    auto const writer = store_->blobs().create();
    ASSERT_TRUE((*writer)->write(small_image(name)).has_value());
    orphans.push_back("original " + (*writer)->commit()->hash +
                      " is stored, but the index has no row for it");
  }
  std::ranges::sort(orphans);
  expected.insert(expected.end(), orphans.begin(), orphans.end());
  EXPECT_EQ(findings_in(*store_), expected);
  EXPECT_EQ(findings_in(*store_, nullptr, 4), expected);
  TranscodePool pool({.workers = 2});
  EXPECT_EQ(findings_in(*store_, &pool, 2), expected);
}

TEST_F(VerifierTest, NamesAnOriginalOfOtherBytes) {
  damage(original_of(root_, hashes_[1]));
  EXPECT_EQ(findings_in(*store_),
            (Sentences{"original " + hashes_[1] +
                       " is damaged: its bytes are not those that were stored"}));
}

TEST_F(VerifierTest, NamesAnOriginalThatIsNotThere) {
  std::filesystem::remove(original_of(root_, hashes_[0]));
  EXPECT_EQ(findings_in(*store_),
            (Sentences{"original " + hashes_[0] + " is in the index, but not stored"}));
}

TEST_F(VerifierTest, NamesAnOriginalWithoutARow) {
  auto const writer = store_->blobs().create();
  ASSERT_TRUE((*writer)->write(small_image("3")).has_value());
  auto const hash = (*writer)->commit()->hash;
  EXPECT_EQ(findings_in(*store_),
            (Sentences{"original " + hash + " is stored, but the index has no row for it"}));
}

TEST_F(VerifierTest, NamesARowThatIsNotItsOriginals) {
  change_index("UPDATE instances SET size_bytes = size_bytes + 1 WHERE sha256 = '" + hashes_[0] +
               "'; UPDATE studies SET bytes = bytes + 1");
  EXPECT_EQ(findings_in(*store_),
            (Sentences{"original " + hashes_[0] + " has another size than its row says"}));
}

TEST_F(VerifierTest, NamesACountThatIsWrong) {
  change_index("UPDATE studies SET instances = instances + 1");
  EXPECT_EQ(findings_in(*store_),
            (Sentences{"index: the count of instances is wrong in 1 studies"}));
}

TEST_F(VerifierTest, NamesAPyramidOfOtherBytesOnlyWhenItDecodes) {
  TranscodePool pool({.workers = 1});
  make_pictures(pool);
  std::fstream file(pyramid_of(hashes_[0]), std::ios::in | std::ios::out | std::ios::binary);
  char const first = static_cast<char>(file.get());
  file.seekp(0);
  file.put(static_cast<char>(first ^ 1));
  file.close();
  EXPECT_EQ(findings_in(*store_), Sentences{});
  EXPECT_EQ(findings_in(*store_, &pool),
            (Sentences{"original " + hashes_[0] +
                       " frame 1 of its pyramid is not what the original holds"}));
}

/// A comment before the first tile-part: what another version of an encoder may write.
TEST_F(VerifierTest, OtherBytesOfTheSameValuesAreNoFinding) {
  constexpr auto kComment = std::to_array<std::uint8_t>({0xff, 0x64, 0, 4, 0, 0});
  constexpr auto kSot = std::to_array<std::uint8_t>({0xff, 0x90});
  TranscodePool pool({.workers = 1});
  make_pictures(pool);
  auto streams = store_->index().locate(hashes_[0])->streams;
  ASSERT_EQ(streams.size(), 1u);
  auto bytes =
      store_->pyramids().read(hashes_[0], streams, 0, 0, streams[0].level_ends.back()).value();
  auto const sot = std::ranges::search(bytes, std::as_bytes(std::span(kSot))).begin();
  auto const comment = std::as_bytes(std::span(kComment));
  bytes.insert(sot, comment.begin(), comment.end());
  for (std::uint32_t& end : streams[0].level_ends) end += std::uint32_t{kComment.size()};
  ASSERT_TRUE(store_->pyramids().put(hashes_[0], streams, {bytes}).has_value());
  ASSERT_TRUE(store_->index().set_streams(hashes_[0], streams).has_value());
  EXPECT_EQ(findings_in(*store_, &pool), Sentences{});
}

TEST_F(VerifierTest, NamesAPyramidThatIsNotThereOrCut) {
  TranscodePool pool({.workers = 1});
  make_pictures(pool);
  std::filesystem::remove(pyramid_of(hashes_[0]));
  std::filesystem::resize_file(pyramid_of(hashes_[1]), 5);
  EXPECT_EQ(findings_in(*store_).size(), 2u);
}

}  // namespace
}  // namespace sightline::server
