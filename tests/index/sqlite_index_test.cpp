#include "index/sqlite_index.hpp"

#include <gtest/gtest.h>

#include <thread>

#include "../app/temporary_folder.hpp"
#include "index/database.hpp"
#include "index/instance_codec.hpp"
#include "sample_instance.hpp"

namespace sightline::server {
namespace {

using testing::full_instance;
using testing::hash_of;
using testing::instance_of;
using testing::stream_of;

class SqliteIndexTest : public ::testing::Test {
 protected:
  void SetUp() override { index_ = reopen(); }
  std::unique_ptr<Index> reopen() const {
    auto index = open_sqlite_index(folder_.path() / "index.sqlite");
    EXPECT_TRUE(index.has_value());
    return index ? std::move(*index) : nullptr;
  }
  StudySummary summary(std::string const& uid) const {
    StudyQuery query;
    query.limit = 1000;
    auto const page = index_->studies(query);
    for (auto const& study : page->studies) {
      if (study.study_instance_uid == uid) return study;
    }
    return {};
  }

  testing::TemporaryFolder folder_;
  std::unique_ptr<Index> index_;
};

TEST_F(SqliteIndexTest, KeepsAnInstanceOverAReopening) {
  ASSERT_EQ(*index_->add(full_instance(), hash_of(1), 1000), AddOutcome::added);
  index_ = reopen();
  auto const manifest = index_->manifest("1.2.3");
  ASSERT_TRUE(manifest.has_value());
  ASSERT_EQ(manifest->instances.size(), 1U);
  EXPECT_EQ(encode_instance(manifest->instances[0].instance), encode_instance(full_instance()));
  EXPECT_EQ(manifest->instances[0].sha256_hex, hash_of(1));
  EXPECT_TRUE(manifest->instances[0].pending);
  EXPECT_FALSE(manifest->instances[0].conflict);
  EXPECT_EQ(*index_->find_instance("1.2.3", "1.2.3.4", "1.2.3.4.5"), hash_of(1));
  EXPECT_EQ(index_->find_instance("1.2.3", "1.2.3.4", "1.2.3.4.6").error().code, Errc::not_found);
  EXPECT_EQ(*index_->find_hash(hash_of(1)), "1.2.3");
  EXPECT_EQ(*index_->find_hash(hash_of(2)), std::nullopt);
}

TEST_F(SqliteIndexTest, SameBytesAgainChangeNothing) {
  ASSERT_TRUE(index_->add(full_instance(), hash_of(1), 1000).has_value());
  auto const before = *index_->revision("1.2.3");
  EXPECT_EQ(*index_->add(full_instance(), hash_of(1), 1000), AddOutcome::already_there);
  EXPECT_EQ(*index_->revision("1.2.3"), before);
  EXPECT_EQ(index_->counts()->instances, 1U);
}

TEST_F(SqliteIndexTest, OtherBytesUnderOneUidFlagBoth) {
  ASSERT_EQ(*index_->add(instance_of("1.1", "1.1.1", "1.1.1.1"), hash_of(1), 10),
            AddOutcome::added);
  auto const before = *index_->revision("1.1");
  EXPECT_EQ(*index_->add(instance_of("1.1", "1.1.1", "1.1.1.1"), hash_of(2), 10),
            AddOutcome::conflict);
  auto const manifest = index_->manifest("1.1");
  ASSERT_EQ(manifest->instances.size(), 2U);
  EXPECT_TRUE(manifest->instances[0].conflict);
  EXPECT_TRUE(manifest->instances[1].conflict);
  EXPECT_GT(manifest->revision, before);
  EXPECT_EQ(summary("1.1").conflicts, 2U);
  EXPECT_EQ(*index_->find_instance("1.1", "1.1.1", "1.1.1.1"), hash_of(1))
      << "the first one answers";
}

TEST_F(SqliteIndexTest, AConflictReachesOverStudiesAndEndsWithRemoval) {
  ASSERT_TRUE(index_->add(instance_of("1.1", "1.1.1", "9.9"), hash_of(1), 10).has_value());
  auto const before = *index_->revision("1.1");
  EXPECT_EQ(*index_->add(instance_of("2.2", "2.2.2", "9.9"), hash_of(2), 10), AddOutcome::conflict);
  EXPECT_EQ(summary("1.1").conflicts, 1U);
  EXPECT_EQ(summary("2.2").conflicts, 1U);
  EXPECT_GT(*index_->revision("1.1"), before);
  EXPECT_EQ(*index_->remove_study("2.2"), std::vector{hash_of(2)});
  EXPECT_EQ(summary("1.1").conflicts, 0U);
  EXPECT_FALSE(index_->manifest("1.1")->instances[0].conflict);
  EXPECT_EQ(index_->manifest("2.2").error().code, Errc::not_found);
  EXPECT_EQ(index_->remove_study("2.2").error().code, Errc::not_found);
}

TEST_F(SqliteIndexTest, StreamsEndThePendingStateAndRaiseTheRevision) {
  auto two_frames = instance_of("1.1", "1.1.1", "1.1.1.1");
  two_frames.number_of_frames = 2;
  ASSERT_TRUE(index_->add(two_frames, hash_of(1), 10).has_value());
  ASSERT_EQ(index_->pending(10)->size(), 1U);
  EXPECT_EQ((*index_->pending(10))[0].study_instance_uid, "1.1");
  EXPECT_EQ(summary("1.1").pending, 1U);
  auto const before = *index_->revision("1.1");

  EXPECT_EQ(index_->set_streams(hash_of(1), {stream_of({5})}).error().code, Errc::invalid_argument)
      << "one per frame";
  ASSERT_TRUE(index_->set_streams(hash_of(1), {stream_of({5, 9}), stream_of({}, Errc::corrupt)})
                  .has_value());
  EXPECT_TRUE(index_->pending(10)->empty());
  EXPECT_GT(*index_->revision("1.1"), before);
  auto const where = index_->locate(hash_of(1));
  ASSERT_TRUE(where.has_value());
  EXPECT_FALSE(where->pending);
  EXPECT_EQ(where->streams[0].level_ends, (std::vector<std::uint32_t>{5, 9}));
  EXPECT_EQ(where->streams[1].failure, Errc::corrupt);
  EXPECT_EQ(summary("1.1").failed, 1U);
  EXPECT_EQ(index_->counts()->failed_frames, 1U);

  ASSERT_TRUE(index_->set_streams(hash_of(1), {stream_of({5, 9}), stream_of({7})}).has_value())
      << "built again";
  EXPECT_EQ(summary("1.1").failed, 0U);
  EXPECT_EQ(index_->counts()->failed_frames, 0U);
  EXPECT_EQ(index_->counts()->pending, 0U);
}

TEST_F(SqliteIndexTest, WhatHasNoPicturesIsNeverPending) {
  auto report = instance_of("1.1", "1.1.2", "1.1.2.1");
  report.has_pixels = false, report.number_of_frames = 0;
  auto video = instance_of("1.1", "1.1.3", "1.1.3.1");
  video.unshowable_reason = "a video";
  ASSERT_TRUE(index_->add(report, hash_of(1), 10).has_value());
  ASSERT_TRUE(index_->add(video, hash_of(2), 10).has_value());
  EXPECT_TRUE(index_->pending(10)->empty());
  EXPECT_EQ(index_->counts()->pending, 0U);
}

TEST_F(SqliteIndexTest, ARemovedStudyNeverComesBackToAnOldRevision) {
  ASSERT_TRUE(index_->add(full_instance(), hash_of(1), 10).has_value());
  auto const before = *index_->revision("1.2.3");
  ASSERT_TRUE(index_->remove_study("1.2.3").has_value());
  EXPECT_EQ(index_->revision("1.2.3").error().code, Errc::not_found);
  ASSERT_EQ(*index_->add(full_instance(), hash_of(1), 10), AddOutcome::added);
  EXPECT_GT(*index_->revision("1.2.3"), before);
}

TEST_F(SqliteIndexTest, CountsWhatIsThere) {
  ASSERT_TRUE(index_->add(instance_of("1.1", "1.1.1", "1.1.1.1"), hash_of(1), 10).has_value());
  ASSERT_TRUE(index_->add(instance_of("1.1", "1.1.2", "1.1.2.1"), hash_of(2), 20).has_value());
  ASSERT_TRUE(index_->add(instance_of("2.2", "2.2.2", "2.2.2.1"), hash_of(3), 30).has_value());
  auto const counts = index_->counts();
  EXPECT_EQ(counts->studies, 2U);
  EXPECT_EQ(counts->series, 3U);
  EXPECT_EQ(counts->instances, 3U);
  EXPECT_EQ(counts->bytes, 60U);
  EXPECT_EQ(counts->pending, 3U);
  EXPECT_EQ(summary("1.1").series, 2U);
}

TEST_F(SqliteIndexTest, ReadersWorkWhileAnotherThreadWrites) {
  std::atomic<bool> ok = true;
  std::jthread const writer([&] {
    for (unsigned i = 0; i < 100; ++i) {
      std::string const sop = "1.1.1." + std::to_string(i + 1);
      if (!index_->add(instance_of("1.1", "1.1.1", sop), hash_of(i + 1), 10)) ok = false;
    }
  });
  std::jthread const reader([&] {
    for (int i = 0; i < 100; ++i) {
      auto const manifest = index_->manifest("1.1");
      if (!manifest && manifest.error().code != Errc::not_found) ok = false;
      if (!index_->studies({})) ok = false;
    }
  });
  const_cast<std::jthread&>(writer).join();
  const_cast<std::jthread&>(reader).join();
  EXPECT_TRUE(ok);
  EXPECT_EQ(index_->counts()->instances, 100U);
}

TEST_F(SqliteIndexTest, ADatabaseOfANewerProgramIsLeftAlone) {
  index_.reset();
  {
    auto database = Database::open(folder_.path() / "index.sqlite");
    ASSERT_TRUE((*database)->execute("PRAGMA user_version=99").has_value());
  }
  EXPECT_EQ(open_sqlite_index(folder_.path() / "index.sqlite").error().code, Errc::unsupported);
}

TEST_F(SqliteIndexTest, AnUpgradeThatFailsAtAnyStatementLeavesTheOldDatabaseAndRunsAgain) {
  ASSERT_TRUE(index_->add(full_instance(), hash_of(1), 1000).has_value());
  index_.reset();
  auto const file = folder_.path() / "index.sqlite";
  auto const database = std::move(*Database::open(file));
  auto const number = [&](std::string const& sql) {
    auto read = database->statement(sql);
    return read.step() ? read.integer_at(0) : -1;
  };
  std::vector<std::string> const made{"INDEX studies_by_birth_date",
                                      "INDEX studies_by_stored_description",
                                      "INDEX studies_by_referring_physician", "TABLE removals"};
  for (std::size_t i = 0; i < made.size(); ++i) {
    SCOPED_TRACE(made[i]);
    for (auto const& thing : made) ASSERT_TRUE(database->execute("DROP " + thing).has_value());
    ASSERT_TRUE(database->execute("PRAGMA user_version=2").has_value());
    bool const is_table =
        made[i].starts_with("TABLE");  // in the way of the statement that makes it
    ASSERT_TRUE(database
                    ->execute("CREATE " + made[i] +
                              (is_table ? " (other INTEGER)" : " ON studies (study_instance_uid)"))
                    .has_value());
    EXPECT_FALSE(open_sqlite_index(file).has_value());
    EXPECT_EQ(number("PRAGMA user_version"), is_table ? 3 : 2);
    EXPECT_EQ(number("SELECT count(*) FROM sqlite_schema WHERE name IN ('studies_by_birth_date', "
                     "'studies_by_stored_description', 'studies_by_referring_physician')"),
              is_table ? 3 : 1);
    ASSERT_TRUE(database->execute("DROP " + made[i]).has_value());
    auto const upgraded = open_sqlite_index(file);
    ASSERT_TRUE(upgraded.has_value());
    EXPECT_EQ(*(*upgraded)->find_hash(hash_of(1)), "1.2.3");
    EXPECT_EQ(number("PRAGMA user_version"), 4);
  }
}

}  // namespace
}  // namespace sightline::server
