#include "app/file_walk.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>

#include "temporary_folder.hpp"

namespace sightline::server {
namespace {

namespace fs = std::filesystem;

void write(fs::path const& path, std::string const& text = "x") { std::ofstream(path) << text; }

std::vector<std::string> names(WalkResult const& walk) {
  std::vector<std::string> found;
  for (auto const& file : walk.files) found.push_back(file.path.filename());
  return found;
}

TEST(FileWalk, FindsRegularFilesInOrder) {
  testing::TemporaryFolder const folder;
  fs::create_directories(folder.path() / "b/c");
  write(folder.path() / "b/c/2", "four");
  write(folder.path() / "a");
  write(folder.path() / ".hidden");
  fs::create_directory(folder.path() / ".git");
  write(folder.path() / ".git/object");
  ASSERT_EQ(::mkfifo((folder.path() / "pipe").c_str(), 0600), 0);
  auto const walk = walk_files({folder.path()});
  EXPECT_EQ(names(walk), (std::vector<std::string>{"a", "2"}));
  EXPECT_EQ(walk.files[1].size_bytes, 4u);
  EXPECT_TRUE(walk.problems.empty());
}

TEST(FileWalk, EndsInSpiteOfLoops) {
  testing::TemporaryFolder const folder;
  fs::create_directories(folder.path() / "a/b");
  write(folder.path() / "a/b/file");
  fs::create_directory_symlink(folder.path() / "a", folder.path() / "a/b/back");
  fs::create_directory_symlink("self", folder.path() / "self");
  auto const walk = walk_files({folder.path()});
  EXPECT_EQ(names(walk), std::vector<std::string>{"file"});
  EXPECT_EQ(walk.problems.size(), 1u) << "the link to itself leads nowhere";
}

TEST(FileWalk, NamesWhatIsNotThere) {
  auto const walk = walk_files({"/no/such/folder"});
  ASSERT_EQ(walk.problems.size(), 1u);
  EXPECT_FALSE(walk.problems[0].reason.empty());
}

TEST(FileWalk, ATreeGivenTwiceIsWalkedOnce) {
  testing::TemporaryFolder const folder;
  write(folder.path() / "a");
  EXPECT_EQ(walk_files({folder.path(), folder.path()}).files.size(), 1u);
}

TEST(OpenRegularFile, TouchesNoDeviceAndWaitsForNoPipe) {
  testing::TemporaryFolder const folder;
  ASSERT_EQ(::mkfifo((folder.path() / "pipe").c_str(), 0600), 0);
  fs::create_symlink("/dev/zero", folder.path() / "zero");
  EXPECT_FALSE(open_regular_file(folder.path() / "pipe").has_value());
  EXPECT_FALSE(open_regular_file(folder.path() / "zero").has_value());
  EXPECT_FALSE(open_regular_file(folder.path()).has_value());
  write(folder.path() / "file");
  fs::create_symlink("file", folder.path() / "link");
  EXPECT_TRUE(open_regular_file(folder.path() / "link").has_value());
}

}  // namespace
}  // namespace sightline::server
