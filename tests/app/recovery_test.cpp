#include <gtest/gtest.h>

#include "app/store.hpp"
#include "damaged_store.hpp"
#include "temporary_folder.hpp"

namespace sightline::server {
namespace {

using testing::findings_in;
using testing::leave_mark_of_a_dead_writer;
using testing::original_of;
using testing::Sentences;
using testing::small_image;
using testing::take;

class RecoveryTest : public ::testing::Test {
 protected:
  void SetUp() override { reopen(); }
  void reopen() {
    store_.reset();
    store_ = std::move(*Store::open(root_));
  }
  std::string commit_without_row(std::span<std::byte const> bytes) {
    auto const writer = store_->blobs().create();
    EXPECT_TRUE((*writer)->write(bytes).has_value());
    return (*writer)->commit()->hash;
  }
  bool is_in_index(std::string const& hash) const {
    return store_->index().find_hash(hash)->has_value();
  }
  bool is_on_disk(std::string const& hash) const {
    return std::filesystem::exists(original_of(root_, hash));
  }

  testing::TemporaryFolder folder_;
  std::filesystem::path const root_ = folder_.path() / "store";
  std::unique_ptr<Store> store_;
};

TEST_F(RecoveryTest, AnOriginalOfAWriterThatDiedGetsItsRow) {
  ASSERT_NE(take(*store_, small_image("1")), "");
  auto const orphan = commit_without_row(small_image("2"));
  leave_mark_of_a_dead_writer(root_);
  reopen();
  auto const recovered = store_->recover();
  ASSERT_TRUE(recovered.has_value());
  EXPECT_EQ(recovered->adopted, 1u);
  EXPECT_TRUE(is_in_index(orphan));
  EXPECT_EQ(findings_in(*store_), Sentences{});
  EXPECT_EQ(store_->recover()->adopted, 0u);
}

TEST_F(RecoveryTest, OriginalsAreComparedOnlyAfterAWriterThatDied) {
  ASSERT_NE(take(*store_, small_image("1")), "");
  auto const orphan = commit_without_row(small_image("2"));
  reopen();
  EXPECT_EQ(store_->recover()->adopted, 0u);
  EXPECT_FALSE(is_in_index(orphan));
}

TEST_F(RecoveryTest, AWriterThatCouldNotWriteTheRowIsLikeOneThatDied) {
  ASSERT_NE(take(*store_, small_image("1")), "");
  auto const orphan = commit_without_row(small_image("2"));
  store_->blobs().orphan_left();
  reopen();
  EXPECT_EQ(store_->recover()->adopted, 1u);
  EXPECT_TRUE(is_in_index(orphan));
  reopen();
  EXPECT_FALSE(store_->blobs().may_have_orphans()) << "settled";
}

TEST_F(RecoveryTest, AnOriginalThatCannotHaveARowIsNamedAndKept) {
  auto const orphan = commit_without_row(std::vector<std::byte>(200, std::byte{1}));
  leave_mark_of_a_dead_writer(root_);
  reopen();
  auto const recovered = store_->recover();
  ASSERT_TRUE(recovered.has_value());
  ASSERT_EQ(recovered->unusable.size(), 1u);
  EXPECT_NE(recovered->unusable[0].find(orphan), std::string::npos);
  EXPECT_TRUE(is_on_disk(orphan));
}

TEST_F(RecoveryTest, ARemovalThatDiedAfterItsRowsIsFinished) {
  auto const hash = take(*store_, small_image("1"));
  ASSERT_TRUE(store_->pyramids().put(hash, {}, {}).has_value());
  ASSERT_TRUE(store_->index().remove_study(uid_for("study")).has_value());
  ASSERT_TRUE(is_on_disk(hash));
  leave_mark_of_a_dead_writer(root_);
  reopen();
  EXPECT_EQ(store_->recover()->adopted, 0u) << "what was removed does not come back";
  EXPECT_FALSE(is_on_disk(hash));
  EXPECT_FALSE(store_->pyramids().contains(hash));
  EXPECT_EQ(findings_in(*store_), Sentences{});
}

TEST_F(RecoveryTest, WhatIsTakenInAgainBeforeItsRemovalIsFinishedStays) {
  auto const hash = take(*store_, small_image("1"));
  ASSERT_TRUE(store_->index().remove_study(uid_for("study")).has_value());
  ASSERT_EQ(take(*store_, small_image("1")), hash);
  ASSERT_TRUE(store_->recover().has_value());
  EXPECT_TRUE(is_on_disk(hash));
  EXPECT_EQ(findings_in(*store_), Sentences{});
}

TEST_F(RecoveryTest, NoFileGoesWhileTheStoreIsCopied) {
  auto const hash = take(*store_, small_image("1"));
  {
    auto const copying = store_->lock_for_copying();
    ASSERT_TRUE(copying.has_value());
    ASSERT_TRUE(store_->remove_study(uid_for("study")).has_value());
    EXPECT_FALSE(is_in_index(hash));
    EXPECT_TRUE(is_on_disk(hash));
  }
  ASSERT_TRUE(store_->recover().has_value());
  EXPECT_FALSE(is_on_disk(hash));
}

}  // namespace
}  // namespace sightline::server
