#include "app/store.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>

#include "app/demo_study.hpp"
#include "temporary_folder.hpp"
#include "tile/ingest.hpp"

namespace sightline::server {
namespace {

TEST(Store, IsMadeWithItsParentsForTheOwnerAlone) {
  testing::TemporaryFolder const folder;
  auto const root = folder.path() / "new/deep/store";
  ASSERT_TRUE(Store::open(root).has_value());
  struct stat info{};
  ASSERT_EQ(::stat(root.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0700u);
  ASSERT_EQ(::stat((root / "index.sqlite").c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0600u);
}

TEST(Store, HasOneServerAtATime) {
  testing::TemporaryFolder const folder;
  auto const first = Store::open(folder.path() / "s");
  auto const second = Store::open(folder.path() / "s");
  {
    auto const lock = (*first)->lock_for_serving();
    ASSERT_TRUE(lock.has_value());
    auto const refused = (*second)->lock_for_serving();
    EXPECT_EQ(refused.error().code, Errc::forbidden);
    EXPECT_NE(refused.error().detail.find("--store"), std::string::npos);
  }
  EXPECT_TRUE((*second)->lock_for_serving().has_value());
}

TEST(Store, AnUnusablePlaceIsASentence) {
  testing::TemporaryFolder const folder;
  std::ofstream(folder.path() / "file") << "x";
  auto const store = Store::open(folder.path() / "file" / "store");
  ASSERT_FALSE(store.has_value());
  EXPECT_NE(store.error().detail.find("cannot make the store"), std::string::npos);
}

TEST(Store, AMistypedPathMakesNoStore) {
  testing::TemporaryFolder const folder;
  std::filesystem::create_directory(folder.path() / "empty");
  for (auto const* const name : {"none/at/all", "empty"}) {
    auto const root = folder.path() / name;
    EXPECT_EQ(Store::open_existing(root).error().code, Errc::not_found);
    EXPECT_EQ(Store::open_without_index(root).error().code, Errc::not_found);
  }
  EXPECT_FALSE(std::filesystem::exists(folder.path() / "none"));
  EXPECT_TRUE(std::filesystem::is_empty(folder.path() / "empty"));
  ASSERT_TRUE(Store::open(folder.path() / "made").has_value());
  EXPECT_TRUE(Store::open_existing(folder.path() / "made").has_value());
  std::filesystem::remove(folder.path() / "made/index.sqlite");
  EXPECT_EQ(Store::open_existing(folder.path() / "made").error().code, Errc::not_found);
  EXPECT_FALSE(std::filesystem::exists(folder.path() / "made/index.sqlite"));
}

TEST(Store, RemovingAStudyLeavesNoFile) {
  testing::TemporaryFolder const folder;
  auto const store = Store::open(folder.path() / "s");
  Ingest ingest((*store)->blobs(), (*store)->index(), nullptr);
  std::string study;
  int taken = 0;
  (void)make_demo_study([&](std::vector<std::byte> const& file) -> Status {
    auto const ingested = ingest.ingest(file);
    EXPECT_TRUE(ingested.has_value()) << ingested.error().detail;
    study = ingested->study_instance_uid;
    EXPECT_TRUE((*store)->pyramids().put(ingested->sha256_hex, {}, {}).has_value());
    return ++taken == 3 ? fail(Errc::ok) : Status{};
  });
  ASSERT_EQ(taken, 3);
  ASSERT_TRUE((*store)->remove_study(study).has_value());
  std::size_t files = 0;
  for (auto const* part : {"originals", "pyramids", "tmp"}) {
    for (auto const& entry :
         std::filesystem::recursive_directory_iterator(folder.path() / "s" / part))
      files += entry.is_regular_file() ? 1 : 0;
  }
  EXPECT_EQ(files, 0u);
  EXPECT_EQ((*store)->remove_study(study).error().code, Errc::not_found);
}

}  // namespace
}  // namespace sightline::server
