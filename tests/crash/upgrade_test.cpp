// A store as each earlier version of the program has left it is opened by this one, and the process
// killed, or its call failed, at one call that changes the store after the other. Opened again, it
// has to be what an upgrade that nothing disturbs makes of it: the same tables, the same rows.
#include <gtest/gtest.h>

#include <numeric>

#include "damaged_store.hpp"
#include "faulted_run.hpp"
#include "index/database.hpp"
#include "source_folder.hpp"
#include "temporary_folder.hpp"

namespace sightline::server {
namespace {

namespace fs = std::filesystem;
using testing::FaultedRun;
using testing::findings_in;
using testing::Sentences;
using testing::small_image;

constexpr int kOldest = 1, kNewest = 4;
constexpr long kMostCalls = 2000;

/// The tables of a version of the index, frozen in tests/fixtures/schema.
std::string schema_of(int version) {
  return testing::text_of(source_folder() / "tests/fixtures/schema" /
                          (std::to_string(version) + ".sql"));
}

Sentences texts(Database& database, std::string const& query) {
  Sentences found;
  auto read = database.passing_statement(query);
  while (read.step()) found.push_back(read.text_at(0));
  EXPECT_TRUE(read.status().has_value()) << query;
  return found;
}

std::string joined(Sentences const& words, std::string const& between) {
  return std::accumulate(words.begin(), words.end(), std::string(),
                         [&](std::string const& text, std::string const& word) {
                           return text.empty() ? word : text + between + word;
                         });
}

Sentences tables_of(Database& database, std::string const& schema = "main") {
  return texts(database, "SELECT name FROM " + schema +
                             ".sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' "
                             "ORDER BY name");
}
Sentences columns_of(Database& database, std::string const& table) {
  return texts(database, "SELECT name FROM pragma_table_info('" + table + "') ORDER BY cid");
}

/// Every statement that made the index, and every row as SQL literals.
Sentences content_of(fs::path const& root) {
  auto const database = Database::open(root / "index.sqlite");
  EXPECT_TRUE(database.has_value());
  if (!database) return {};
  Sentences all = texts(**database,
                        "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL "
                        "ORDER BY type, name");
  all.push_back(joined(texts(**database, "PRAGMA user_version"), ""));
  for (auto const& table : tables_of(**database)) {
    Sentences quoted;
    for (auto const& column : columns_of(**database, table))
      quoted.push_back("quote(" + column + ")");
    auto const query = "SELECT " + joined(quoted, " || ',' || ") + " FROM " + table + " ORDER BY 1";
    for (auto const& row : texts(**database, query)) all.push_back(table + ": " + row);
  }
  return all;
}

/// The index of `root` as the version would have written it: its tables, with the columns that it
/// had.
void write_as_version(fs::path const& root, int version) {
  auto const old_file = root / "old.sqlite", file = root / "index.sqlite";
  {
    auto const old = Database::open(old_file);
    ASSERT_TRUE((*old)->execute(schema_of(version)).has_value());
    ASSERT_TRUE((*old)->execute("ATTACH '" + file.string() + "' AS new").has_value());
    ASSERT_TRUE((*old)->execute("PRAGMA foreign_keys=OFF").has_value());
    for (auto const& table : tables_of(**old)) {
      auto const columns = joined(columns_of(**old, table), ", ");
      ASSERT_TRUE((*old)->execute("DELETE FROM " + table).has_value());
      ASSERT_TRUE((*old)
                      ->execute("INSERT INTO " + table + " (" + columns + ") SELECT " + columns +
                                " FROM new." + table)
                      .has_value());
    }
    ASSERT_TRUE((*old)->execute("DETACH new").has_value());
  }
  fs::rename(old_file, file);
}

class UpgradeTest : public ::testing::TestWithParam<int> {
 protected:
  void SetUp() override {
    {
      auto const store = Store::open(old_);
      ASSERT_TRUE(store.has_value());
      for (auto const* const name : {"1", "2", "3"})
        ASSERT_NE(testing::take(**store, small_image(name)), "");
    }
    fresh_ = content_of(old_);
    write_as_version(old_, GetParam());
  }
  FaultedRun upgrade_with(std::string const& what, long at) const {
    fs::remove_all(root_);
    fs::copy(old_, root_, fs::copy_options::recursive);
    return testing::run_with({root_, what, at}, {"/proc/self/exe", "upgrade", root_},
                             folder_.path());
  }
  void expect_upgraded() const {
    {
      auto const store = Store::open_existing(root_);
      ASSERT_TRUE(store.has_value()) << store.error().detail;
      ASSERT_TRUE((*store)->describe_rest().has_value());
      EXPECT_EQ(findings_in(**store), Sentences{});
    }
    EXPECT_EQ(content_of(root_), upgraded_);
  }
  /// One call after the other, until a run has fewer.
  void fault_calls(std::string const& what) {
    ASSERT_TRUE(upgrade_with("", 0).succeeded());
    upgraded_ = content_of(root_);
    for (long at = 1; at <= kMostCalls; ++at) {
      SCOPED_TRACE(what + " at call " + std::to_string(at));
      FaultedRun const run = upgrade_with(what, at);
      bool const is_over = run.calls < at && !run.killed();
      if (is_over) {
        EXPECT_TRUE(run.succeeded()) << run.output;
        EXPECT_GT(at, 10) << "so few calls cannot change an index";
      } else {
        EXPECT_EQ(run.killed(), what == "kill" || what == "tear");
        EXPECT_TRUE(run.killed() || run.exited()) << "an error of the disk is no crash";
        EXPECT_TRUE(!run.exited() || run.succeeded() || !run.output.empty()) << "it says nothing";
      }
      expect_upgraded();
      if (is_over || HasFailure()) return;
    }
    FAIL() << "the upgrade does not come to its end";
  }

  testing::TemporaryFolder folder_;
  fs::path const old_ = folder_.path() / "old", root_ = folder_.path() / "store";
  Sentences fresh_, upgraded_;
};

TEST_P(UpgradeTest, MakesWhatThisVersionWouldHaveMade) {
  ASSERT_TRUE(upgrade_with("", 0).succeeded());
  upgraded_ = content_of(root_);
  EXPECT_EQ(upgraded_, fresh_);
  expect_upgraded();
}
TEST_P(UpgradeTest, KilledBeforeAnyCall) { fault_calls("kill"); }
TEST_P(UpgradeTest, KilledInTheMiddleOfAnyWrite) { fault_calls("tear"); }
TEST_P(UpgradeTest, AnyCallFails) { fault_calls("eio"); }
TEST_P(UpgradeTest, TheDiskIsFullFromAnyCallOn) { fault_calls("full"); }

INSTANTIATE_TEST_SUITE_P(FromVersion, UpgradeTest, ::testing::Range(kOldest, kNewest));

TEST(Upgrade, EveryEarlierVersionIsTried) {
  testing::TemporaryFolder const folder;
  ASSERT_TRUE(Store::open(folder.path() / "s").has_value());
  auto const database = Database::open(folder.path() / "s/index.sqlite");
  EXPECT_EQ(texts(**database, "PRAGMA user_version"), Sentences{std::to_string(kNewest)});
}

}  // namespace
}  // namespace sightline::server
