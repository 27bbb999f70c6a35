// Runs the real `sightline import` with one call that changes the store failing, or the process
// killed there, for one such call after the other; then looks at what is left. Every 11th call, to
// take less than a minute; SIGHTLINE_CRASH_STRIDE=1 in the environment takes every one. Killing a
// process keeps what the system has buffered, so the order of syncs is tested in tests/blob, not
// here.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <spawn.h>
#include <sys/wait.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <map>
#include <sstream>

#include "damaged_store.hpp"
#include "temporary_folder.hpp"

namespace sightline::server {
namespace {

namespace fs = std::filesystem;
using testing::findings_in;
using testing::Sentences;
using testing::small_image;

constexpr long kMostCalls = 2000, kUsualStride = 11;
constexpr std::size_t kObjects = 3;

struct Outcome {
  int wait_status = 0;
  long calls = 0;                          ///< that change the store
  std::map<std::string, fs::path> stored;  ///< acknowledged: SHA-256 and file
};

std::string text_of(fs::path const& file) {
  std::ifstream in(file, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

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
    for (auto const& file : {log_, output_}) std::ofstream(file, std::ios::trunc);
    std::vector<std::string> arguments{SIGHTLINE_PROGRAM, "import", "--verbose", "--workers", "1",
                                       "--store",         root_,    tree_};
    std::vector<std::string> environment{
        "LD_PRELOAD=" SIGHTLINE_FAULT_SHIM,     "SIGHTLINE_FAULT_ROOT=" + root_.string(),
        "SIGHTLINE_FAULT_DO=" + what,           "SIGHTLINE_FAULT_AT=" + std::to_string(at),
        "SIGHTLINE_FAULT_LOG=" + log_.string(), "HOME=" + folder_.path().string()};
    Outcome run;
    run.wait_status = spawn_and_wait(arguments, environment);
    auto const log = text_of(log_);
    run.calls = static_cast<long>(std::ranges::count(log, '\n'));
    std::istringstream lines(text_of(output_));
    for (std::string word, hash, file; std::getline(lines, word);) {
      std::istringstream line(word);
      if (line >> word >> hash >> file && word == "stored") run.stored[hash] = file;
    }
    return run;
  }

  void expect_nothing_lost(Outcome const& run) const {
    auto const opened = Store::open(root_);
    ASSERT_TRUE(opened.has_value()) << opened.error().detail;
    Store& store = **opened;
    EXPECT_EQ(files_under(root_ / "tmp") + files_under(root_ / "pyramids/tmp"), 0u);
    auto const recovered = store.recover();
    ASSERT_TRUE(recovered.has_value()) << recovered.error().detail;
    EXPECT_EQ(recovered->unusable, Sentences{});
    for (auto const& [hash, file] : run.stored) {
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
      Outcome const run = import_with(what, at);
      if (run.calls < at) {
        EXPECT_TRUE(WIFEXITED(run.wait_status) && WEXITSTATUS(run.wait_status) == 0);
        EXPECT_EQ(run.stored.size(), kObjects);
        EXPECT_GT(at, 20) << "so few calls cannot store anything";
        return expect_nothing_lost(run);
      }
      bool const killed = WIFSIGNALED(run.wait_status) && WTERMSIG(run.wait_status) == SIGKILL;
      EXPECT_EQ(killed, what == "kill" || what == "tear");
      EXPECT_TRUE(killed || WIFEXITED(run.wait_status)) << "an error of the disk is no crash";
      expect_nothing_lost(run);
      if (HasFailure()) {
        ADD_FAILURE() << text_of(output_) << text_of(log_);
        return;
      }
    }
    FAIL() << "the import does not come to its end";
  }

 private:
  int spawn_and_wait(std::vector<std::string>& arguments,
                     std::vector<std::string>& environment) const {
    auto const pointers = [](std::vector<std::string>& texts) {
      std::vector<char*> made;
      for (auto& text : texts) made.push_back(text.data());
      made.push_back(nullptr);
      return made;
    };
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, output_.c_str(), O_WRONLY | O_APPEND,
                                     0);
    posix_spawn_file_actions_adddup2(&actions, STDOUT_FILENO, STDERR_FILENO);
    pid_t pid = 0;
    int status = -1;
    if (::posix_spawn(&pid, SIGHTLINE_PROGRAM, &actions, nullptr, pointers(arguments).data(),
                      pointers(environment).data()) != 0 ||
        ::waitpid(pid, &status, 0) != pid) {
      ADD_FAILURE() << "cannot run " SIGHTLINE_PROGRAM;
    }
    posix_spawn_file_actions_destroy(&actions);
    return status;
  }

  static long stride_from_environment() {
    char const* const text = std::getenv("SIGHTLINE_CRASH_STRIDE");
    return text ? std::max(1L, std::atol(text)) : kUsualStride;
  }

  long const stride_ = stride_from_environment();
  testing::TemporaryFolder folder_;
  fs::path const tree_ = folder_.path() / "tree", root_ = folder_.path() / "store",
                 log_ = folder_.path() / "calls", output_ = folder_.path() / "output";
};

TEST_F(CrashTest, KilledBeforeAnyCall) { fault_calls("kill", 1); }
TEST_F(CrashTest, KilledInTheMiddleOfAnyWrite) { fault_calls("tear", 2); }
TEST_F(CrashTest, AnyCallFails) { fault_calls("eio", 3); }
TEST_F(CrashTest, TheDiskIsFullFromAnyCallOn) { fault_calls("full", 4); }

}  // namespace
}  // namespace sightline::server
