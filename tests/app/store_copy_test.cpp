#include "app/store_copy.hpp"

#include <gtest/gtest.h>

#include "damaged_store.hpp"
#include "temporary_folder.hpp"

namespace sightline::server {
namespace {

using testing::damage;
using testing::findings_in;
using testing::original_of;
using testing::Sentences;
using testing::small_image;
using testing::take;

class StoreCopyTest : public testing::TwoObjects {
 protected:
  std::filesystem::path const copy_ = folder_.path() / "copy";
};

TEST_F(StoreCopyTest, IsAStoreOfTheSameOriginals) {
  auto const report = copy_store(*store_, copy_);
  ASSERT_TRUE(report.has_value()) << report.error().detail;
  EXPECT_EQ(report->copied, 2u);
  EXPECT_TRUE(report->damaged.empty());
  auto const copy = Store::open(copy_);
  ASSERT_TRUE(copy.has_value());
  for (auto const* const name : {"1", "2"}) {
    auto const file = small_image(name);
    auto const hash = hashes_[name[0] == '1' ? 0 : 1];
    EXPECT_EQ(*(*(*copy)->blobs().open(hash))->read_all(), file);
  }
  EXPECT_EQ(findings_in(**copy), Sentences{});
}

TEST_F(StoreCopyTest, ASecondCopyTakesOnlyWhatIsNew) {
  ASSERT_TRUE(copy_store(*store_, copy_).has_value());
  auto const hash = take(*store_, small_image("3"));
  auto const report = copy_store(*store_, copy_);
  ASSERT_TRUE(report.has_value());
  EXPECT_EQ(report->copied, 1u);
  EXPECT_EQ(report->already_there, 2u);
  auto const copy = Store::open(copy_);
  EXPECT_TRUE((*copy)->index().find_hash(hash)->has_value());
  EXPECT_EQ(findings_in(**copy), Sentences{});
}

TEST_F(StoreCopyTest, MakesPicturesPendingBecauseTheyStayBehind) {
  ASSERT_TRUE(store_->index().set_streams(hashes_[0], {wire::StreamIndex{}}).has_value());
  ASSERT_EQ(store_->index().counts()->pending, 1u);
  ASSERT_TRUE(copy_store(*store_, copy_).has_value());
  auto const copy = Store::open(copy_);
  EXPECT_EQ((*copy)->index().counts()->pending, 2u);
  EXPECT_EQ(findings_in(**copy), Sentences{});
}

TEST_F(StoreCopyTest, ADamagedOrMissingOriginalIsNamedAndNotCopied) {
  damage(original_of(root_, hashes_[0]));
  std::filesystem::remove(original_of(root_, hashes_[1]));
  auto const report = copy_store(*store_, copy_);
  ASSERT_TRUE(report.has_value());
  EXPECT_EQ(report->damaged, (Sentences{hashes_[0], hashes_[1]}));
  EXPECT_FALSE(std::filesystem::exists(original_of(copy_, hashes_[0])));
}

TEST_F(StoreCopyTest, IsRefusedWhileTheCopyIsOpen) {
  ASSERT_TRUE(copy_store(*store_, copy_).has_value());
  auto const copy = Store::open(copy_);
  EXPECT_EQ(copy_store(*store_, copy_).error().code, Errc::forbidden);
}

}  // namespace
}  // namespace sightline::server
