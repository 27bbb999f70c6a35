#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <map>
#include <set>

#include "app/importer.hpp"
#include "source_folder.hpp"
#include "temporary_folder.hpp"

namespace sightline::server {
namespace {

namespace fs = std::filesystem;

/// The tree of real files beside the repository, or nothing.
fs::path test_dicom() {
  char const* const given = std::getenv("SIGHTLINE_TEST_DICOM");
  fs::path const tree = given ? fs::path(given) : source_folder() / "../shared/dicom";
  std::error_code ec;
  return fs::is_directory(tree, ec) ? tree : fs::path();
}

ImportReport import(Store& store, TranscodePool& pool, fs::path const& tree) {
  PyramidQueue queue({store.blobs(), store.index(), store.pyramids(), pool}, 2);
  Importer importer(store, queue, [](WalkProblem const&) {});
  return importer.run({tree});
}

/// Number of stored instances whose SOP Instance UID another one has, as counted from the stored
/// objects themselves.
std::uint64_t count_conflicts(Index const& index) {
  std::map<std::string, std::set<std::string>> hashes_of_uid;
  StudyQuery query;
  query.limit = 1000;
  auto const page = index.studies(query);
  for (auto const& study : page->studies) {
    auto const manifest = index.manifest(study.study_instance_uid);
    EXPECT_TRUE(manifest.has_value());
    for (auto const& instance : manifest->instances)
      hashes_of_uid[instance.instance.sop_instance_uid].insert(instance.sha256_hex);
  }
  std::uint64_t conflicts = 0;
  for (auto const& [uid, hashes] : hashes_of_uid)
    conflicts += hashes.size() > 1 ? hashes.size() : 0;
  return conflicts;
}

TEST(ImportTree, TakesTheWholeTestSetAndNothingASecondTime) {
  auto const tree = test_dicom();
  if (tree.empty())
    GTEST_SKIP() << "no ../shared/dicom beside the repository and no SIGHTLINE_TEST_DICOM";
  testing::TemporaryFolder const folder;
  auto const store = std::move(*Store::open(folder.path() / "store"));
  TranscodePool pool({.workers = 2});
  auto const first = import(*store, pool, tree);
  std::printf(
      "first: files %ju, added %ju, already there %ju, conflicts %ju, refused %zu, not DICOM %zu, "
      "media directories %zu\n",
      std::uintmax_t{first.files}, std::uintmax_t{first.added}, std::uintmax_t{first.already_there},
      std::uintmax_t{first.conflicts}, first.refused.size(), first.not_dicom.size(),
      first.media_directories.size());
  std::printf(
      "pictures: verified lossless %ju, own lossless encoding %ju, lossy %ju, failed %ju; worker "
      "deaths %ju\n",
      std::uintmax_t{first.pictures.verified_lossless},
      std::uintmax_t{first.pictures.kept_own_encoding}, std::uintmax_t{first.pictures.kept_lossy},
      std::uintmax_t{first.pictures.failed}, std::uintmax_t{pool.deaths()});
  for (auto const& problem : first.refused) {
    std::printf("refused: %s: %s\n", fs::relative(problem.path, tree).c_str(),
                problem.reason.c_str());
  }
  EXPECT_GT(first.added, 500u);
  EXPECT_EQ(first.files_done, first.files);
  EXPECT_EQ(first.added + first.already_there + first.conflicts + first.refused.size() +
                first.not_dicom.size() + first.media_directories.size(),
            first.files);
  EXPECT_EQ(first.pictures.not_built_instances, 0u);
  EXPECT_GT(first.pictures.verified_lossless, 500u);

  auto const counts = store->index().counts();
  ASSERT_TRUE(counts.has_value());
  EXPECT_EQ(counts->instances, first.added + first.conflicts);
  EXPECT_EQ(counts->pending, 0u);
  EXPECT_EQ(counts->failed_frames, first.pictures.failed);
  EXPECT_EQ(counts->conflicts, count_conflicts(store->index()))
      << "both sides of every conflict, and nothing else";

  auto const second = import(*store, pool, tree);
  EXPECT_EQ(second.added, 0u);
  EXPECT_EQ(second.conflicts, 0u);
  EXPECT_EQ(second.already_there, first.added + first.conflicts + first.already_there);
  EXPECT_EQ(second.refused.size(), first.refused.size());
  EXPECT_EQ(store->index().counts()->instances, counts->instances);
}

}  // namespace
}  // namespace sightline::server
