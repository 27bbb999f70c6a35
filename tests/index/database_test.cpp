#include "index/database.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <string>

namespace sightline::server {
namespace {

/// Whether this process holds SQLite's shared lock on the file, as another process sees it. Source:
/// https://www.sqlite.org/fileformat2.html, the lock-byte page.
bool is_locked_for_others(std::filesystem::path const& file) {
  pid_t const child = ::fork();
  if (child == 0) {
    struct flock lock{};
    lock.l_type = F_WRLCK;
    lock.l_whence = SEEK_SET;
    lock.l_start = 0x40000002;
    lock.l_len = 510;
    int const fd = ::open(file.c_str(), O_RDWR | O_CLOEXEC);
    bool const asked = fd >= 0 && ::fcntl(fd, F_GETLK, &lock) == 0;
    ::_exit(asked && lock.l_type != F_UNLCK ? 0 : 1);
  }
  int status = -1;
  return ::waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

/// Without its lock, another process that ends takes the write-ahead log away under it, and what is
/// committed to that afterwards is lost.
TEST(Database, AnotherConnectionLeavesTheLocksOfTheFirst) {
  std::string name = (std::filesystem::temp_directory_path() / "sightline-test-XXXXXX").string();
  std::filesystem::path const folder = ::mkdtemp(name.data());
  auto const file = folder / "index.sqlite";
  {
    auto const first = Database::open(file);
    ASSERT_TRUE(first.has_value());
    ASSERT_TRUE((*first)->execute("CREATE TABLE t (a)").has_value());
    ASSERT_TRUE(is_locked_for_others(file));
    auto const second = Database::open(file);
    ASSERT_TRUE(second.has_value());
    EXPECT_TRUE(is_locked_for_others(file));
  }
  EXPECT_FALSE(is_locked_for_others(file));
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace sightline::server
