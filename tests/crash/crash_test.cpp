// Runs the real `sightline import` with one call that changes the store failing, or the process
// killed there, for one such call after the other; then looks at what is left. Every 11th call, to
// take less than a minute; SIGHTLINE_CRASH_STRIDE=1 in the environment takes every one. Killing a
// process keeps what the system has buffered, so the order of syncs is tested in tests/blob, not
// here.
#include <gtest/gtest.h>

#include <cstdlib>
#include <map>

#include "damaged_store.hpp"
#include "faulted_run.hpp"
#include "temporary_folder.hpp"

namespace sightline::server {
namespace {

namespace fs = std::filesystem;
using testing::FaultedRun;
using testing::findings_in;
using testing::Sentences;
using testing::small_image;

constexpr long kMostCalls = 2000, kUsualStride = 11;
constexpr std::size_t kObjects = 3;

struct Outcome {
  FaultedRun run;
  std::map<std::string, fs::path> stored;  ///< acknowledged: SHA-256 and file
};

std::size_t files_under(fs::path const& folder) {
  if (!fs::exists(folder)) return 0;
  return static_cast<std::size_t>(
      std::ranges::count_if(fs::recursive_directory_iterator(folder),
                            [](auto const& entry) { return entry.is_regular_file(); }));
}

/// A folder of objects, and a new store for each run.
class CrashTest : public ::testing::Test {
 protected:
  void SetUp() override {
    fs::create_directories(tree_);
    for (std::size_t i = 0; i < kObjects; ++i)
      testing::write_file(tree_ / std::to_string(i), small_image(std::to_string(i)));
  }

  /// `sightline import` with the fault `what` (fault_shim.cpp) at the call `at`, from 1.
  Outcome import_with(std::string const& what, long at) const {
    fs::remove_all(root_);
    Outcome outcome{testing::run_with({root_, what, at},
                                      {SIGHTLINE_PROGRAM, "import", "--verbose", "--workers", "1",
                                       "--store", root_, tree_},
                                      folder_.path()),
                    {}};
    std::istringstream lines(outcome.run.output);
    for (std::string word, hash, file; std::getline(lines, word);) {
      std::istringstream line(word);
      if (line >> word >> hash >> file && word == "stored") outcome.stored[hash] = file;
    }
    return outcome;
  }

  void expect_nothing_lost(Outcome const& outcome) const {
    auto const opened = Store::open(root_);
    ASSERT_TRUE(opened.has_value()) << opened.error().detail;
    Store& store = **opened;
    EXPECT_EQ(files_under(root_ / "tmp") + files_under(root_ / "pyramids/tmp"), 0u);
    auto const recovered = store.recover();
    ASSERT_TRUE(recovered.has_value()) << recovered.error().detail;
    EXPECT_EQ(recovered->unusable, Sentences{});
    for (auto const& [hash, file] : outcome.stored) {
      EXPECT_TRUE(store.index().find_hash(hash)->has_value()) << file;
      auto const reader = store.blobs().open(hash);
      ASSERT_TRUE(reader.has_value()) << file;
      EXPECT_EQ(*(*reader)->read_all(), small_image(file.filename())) << file;
    }
    EXPECT_EQ(findings_in(store), Sentences{});
    for (std::size_t i = 0; i < kObjects; ++i)
      EXPECT_NE(testing::take(store, small_image(std::to_string(i))), "");
    EXPECT_EQ(store.index().counts()->instances, kObjects);
    EXPECT_EQ(findings_in(store), Sentences{});
  }

  /// One call after the other, until a run has fewer.
  void fault_calls(std::string const& what, long first) {
    for (long at = stride_ == 1 ? 1 : first; at <= kMostCalls; at += stride_) {
      SCOPED_TRACE(what + " at call " + std::to_string(at));
      Outcome const outcome = import_with(what, at);
      auto const& run = outcome.run;
      // Another thread's call may be counted and not yet logged when the process is killed.
      if (run.calls < at && !run.killed()) {
        EXPECT_TRUE(run.succeeded()) << run.output;
        EXPECT_EQ(outcome.stored.size(), kObjects);
        EXPECT_GT(at, 20) << "so few calls cannot store anything";
        return expect_nothing_lost(outcome);
      }
      EXPECT_EQ(run.killed(), what == "kill" || what == "tear");
      EXPECT_TRUE(run.killed() || run.exited()) << "an error of the disk is no crash";
      bool const has_all = outcome.stored.size() == kObjects;
      EXPECT_TRUE(!run.exited() || has_all || !run.succeeded()) << "it does not say what it lacks";
      expect_nothing_lost(outcome);
      if (HasFailure()) {
        ADD_FAILURE() << run.output;
        return;
      }
    }
    FAIL() << "the import does not come to its end";
  }

 private:
  static long stride_from_environment() {
    char const* const text = std::getenv("SIGHTLINE_CRASH_STRIDE");
    return text ? std::max(1L, std::atol(text)) : kUsualStride;
  }

  long const stride_ = stride_from_environment();
  testing::TemporaryFolder folder_;
  fs::path const tree_ = folder_.path() / "tree", root_ = folder_.path() / "store";
};

TEST_F(CrashTest, KilledBeforeAnyCall) { fault_calls("kill", 1); }
TEST_F(CrashTest, KilledInTheMiddleOfAnyWrite) { fault_calls("tear", 2); }
TEST_F(CrashTest, AnyCallFails) { fault_calls("eio", 3); }
TEST_F(CrashTest, TheDiskIsFullFromAnyCallOn) { fault_calls("full", 4); }

}  // namespace
}  // namespace sightline::server
