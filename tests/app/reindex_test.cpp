#include <gtest/gtest.h>

#include "app/store.hpp"
#include "damaged_store.hpp"
#include "temporary_folder.hpp"

namespace sightline::server {
namespace {

using testing::findings_in;
using testing::Sentences;
using testing::small_image;
using testing::take;

class ReindexTest : public testing::TwoObjects {
 protected:
  void SetUp() override {
    TwoObjects::SetUp();
    store_.reset();  // reindexing needs it alone
  }
};

TEST_F(ReindexTest, MakesTheRowsAgainFromTheOriginals) {
  auto const store = Store::open_without_index(root_);
  ASSERT_TRUE(store.has_value());
  EXPECT_EQ((*store)->index().counts()->instances, 0u);
  EXPECT_EQ((*store)->recover()->adopted, 2u);
  for (auto const& hash : hashes_) EXPECT_EQ(**(*store)->index().find_hash(hash), uid_for("study"));
  EXPECT_EQ(findings_in(**store), Sentences{});
  EXPECT_TRUE(std::filesystem::exists(root_ / "index.sqlite.before-reindex"));
}

TEST_F(ReindexTest, WorksWithoutAnIndexThatCanBeRead) {
  testing::write_file(root_ / "index.sqlite", std::vector<std::byte>(5000, std::byte{'x'}));
  ASSERT_FALSE(Store::open(root_).has_value());
  auto const store = Store::open_without_index(root_);
  ASSERT_TRUE(store.has_value()) << store.error().detail;
  EXPECT_EQ((*store)->recover()->adopted, 2u);
  EXPECT_EQ(findings_in(**store), Sentences{});
}

TEST_F(ReindexTest, IsRefusedWhileTheStoreIsOpen) {
  auto const open = Store::open(root_);
  EXPECT_EQ(Store::open_without_index(root_).error().code, Errc::forbidden);
  EXPECT_FALSE(std::filesystem::exists(root_ / "index.sqlite.before-reindex"));
}

TEST_F(ReindexTest, NothingElseOpensTheStoreMeanwhile) {
  auto const store = Store::open_without_index(root_);
  EXPECT_EQ(Store::open(root_).error().code, Errc::forbidden);
}

TEST_F(ReindexTest, ThatIsKilledGoesOnAtTheNextStart) {
  {
    ASSERT_TRUE(Store::open_without_index(root_).has_value());
  }  // ends before recover()
  auto const store = Store::open(root_);
  EXPECT_EQ((*store)->recover()->adopted, 2u);
}

TEST_F(ReindexTest, WhatWasRemovedDoesNotComeBack) {
  {
    auto const store = Store::open(root_);
    ASSERT_TRUE((*store)->index().remove_study(uid_for("study")).has_value());
  }
  auto const store = Store::open_without_index(root_);
  EXPECT_EQ((*store)->recover()->adopted, 0u);
}

TEST_F(ReindexTest, KeepsPyramidsThatAreWholeAndRemovesThoseWithoutAnOriginal) {
  std::string const stranger(64, 'a');
  {
    auto const store = Store::open(root_);
    for (auto const& hash : {hashes_[0], stranger})
      ASSERT_TRUE((*store)->pyramids().put(hash, {}, {}).has_value());
  }
  auto const store = Store::open_without_index(root_);
  ASSERT_TRUE((*store)->recover().has_value());
  EXPECT_TRUE((*store)->pyramids().contains(hashes_[0]));
  EXPECT_FALSE((*store)->pyramids().contains(stranger));
}

}  // namespace
}  // namespace sightline::server
