#include "blob/folder_store.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstdlib>
#include <fstream>
#include <thread>

#include "base/sha256.hpp"

namespace sightline::server {
namespace {

namespace fs = std::filesystem;

std::span<std::byte const> bytes_of(std::string_view text) {
  return std::as_bytes(std::span(text.data(), text.size()));
}

class FolderStoreTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string name = (fs::temp_directory_path() / "sightline-blob-XXXXXX").string();
    ASSERT_NE(::mkdtemp(name.data()), nullptr);
    root_ = fs::path(name) / "store";
  }
  void TearDown() override { fs::remove_all(root_.parent_path()); }

  std::unique_ptr<FolderStore> open(FileCalls calls = FileCalls::real()) {
    auto store = FolderStore::open_root(root_, std::move(calls));
    EXPECT_TRUE(store.has_value());
    return store ? std::move(*store) : nullptr;
  }
  static Result<BlobWriter::Committed> put(BlobStore& store, std::string_view text) {
    auto writer = store.create();
    if (!writer) return std::unexpected(writer.error());
    if (auto const done = (*writer)->write(bytes_of(text)); !done)
      return std::unexpected(done.error());
    return (*writer)->commit();
  }
  std::size_t files_in(char const* folder) const {
    std::size_t count = 0;
    for (auto const& entry : fs::recursive_directory_iterator(root_ / folder))
      count += entry.is_regular_file() ? 1 : 0;
    return count;
  }

  fs::path root_;
};

/// Real calls that also write down what was called on what kind of thing.
FileCalls recording(std::vector<std::string>& log) {
  FileCalls calls = FileCalls::real();
  auto const name_of = [](int fd) {
    return fs::read_symlink("/proc/self/fd/" + std::to_string(fd)).filename().string();
  };
  calls.write = [&log, real = calls.write](int fd, void const* data, std::size_t count) {
    log.push_back("write");
    return real(fd, data, count);
  };
  calls.fdatasync = [&log, real = calls.fdatasync](int fd) {
    log.push_back("fdatasync");
    return real(fd);
  };
  calls.fsync = [&log, name_of, real = calls.fsync](int fd) {
    log.push_back("fsync " + name_of(fd));
    return real(fd);
  };
  calls.rename = [&log, real = calls.rename](char const* from, char const* to) {
    log.push_back("rename");
    return real(from, to);
  };
  calls.mkdir = [&log, real = calls.mkdir](char const* path, mode_t mode) {
    log.push_back("mkdir " + fs::path(path).filename().string());
    return real(path, mode);
  };
  return calls;
}

TEST_F(FolderStoreTest, KeepsBytesUnderTheirHash) {
  auto const store = open();
  auto const committed = put(*store, "abc");
  ASSERT_TRUE(committed.has_value());
  EXPECT_TRUE(committed->was_new);
  // FIPS 180-4's example of one block.
  EXPECT_EQ(committed->hash, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_TRUE(fs::is_regular_file(root_ / "originals/ba/78" / committed->hash));
  auto const reader = store->open(committed->hash);
  ASSERT_TRUE(reader.has_value());
  auto const read = (*reader)->read_all();
  ASSERT_TRUE(read.has_value());
  EXPECT_TRUE(std::ranges::equal(*read, bytes_of("abc")));
  std::array<std::byte, 2> middle;
  EXPECT_TRUE((*reader)->read(1, middle).has_value());
  EXPECT_EQ(middle[1], std::byte{'c'});
  EXPECT_EQ((*reader)->read(2, middle).error().code, Errc::truncated);
}

TEST_F(FolderStoreTest, LongRunsOfZerosTakeNoRoomAndAreBytesAllTheSame) {
  auto const store = open();
  std::vector<std::byte> const zeros(8 << 20);
  std::vector<std::byte> expected(bytes_of("abc").begin(), bytes_of("abc").end());
  for (auto const& piece : {zeros, expected, zeros})
    expected.insert(expected.end(), piece.begin(), piece.end());
  auto writer = store->create();
  ASSERT_TRUE((*writer)->write(bytes_of("abc")).has_value());
  ASSERT_TRUE((*writer)->write(zeros).has_value());
  auto const half = (*writer)->view();
  ASSERT_TRUE(half.has_value());
  EXPECT_EQ((*half)->bytes().size(), 3 + zeros.size());
  EXPECT_EQ((*half)->bytes().back(), std::byte{0});
  ASSERT_TRUE((*writer)->write(bytes_of("abc")).has_value());
  ASSERT_TRUE((*writer)->write(zeros).has_value());
  auto const committed = (*writer)->commit();
  ASSERT_TRUE(committed.has_value());
  EXPECT_EQ(committed->hash, to_hex(sha256(expected)));
  auto const reader = store->open(committed->hash);
  EXPECT_EQ(*(*reader)->read_all(), expected);
  EXPECT_EQ(*(*reader)->digest(), committed->hash);
  RangedBytes ranges = (*reader)->ranges();
  EXPECT_TRUE(std::ranges::equal(ranges.view(3 + zeros.size(), 3), bytes_of("abc")));
  struct stat info{};
  std::string const& hash = committed->hash;
  ASSERT_EQ(
      ::stat((root_ / "originals" / hash.substr(0, 2) / hash.substr(2, 2) / hash).c_str(), &info),
      0);
  EXPECT_LT(info.st_blocks * 512, 1 << 20);
}

TEST_F(FolderStoreTest, SyncsTheFileBeforeItsNameAndTheFolderAfterIt) {
  std::vector<std::string> log;
  auto const store = open(recording(log));
  log.clear();
  ASSERT_TRUE(put(*store, "abc").has_value());
  EXPECT_EQ(log, (std::vector<std::string>{"fsync writers", "write", "fdatasync", "mkdir ba",
                                           "fsync originals", "mkdir 78", "fsync ba", "rename",
                                           "fsync 78"}));
}

TEST_F(FolderStoreTest, SameBytesTwiceAreOneObject) {
  auto const store = open();
  ASSERT_TRUE(put(*store, "abc").has_value());
  auto const again = put(*store, "abc");
  ASSERT_TRUE(again.has_value());
  EXPECT_FALSE(again->was_new);
  EXPECT_EQ(files_in("originals"), 1U);
  EXPECT_EQ(files_in("tmp"), 0U);
}

TEST_F(FolderStoreTest, AFailedDataSyncIsNeverRetriedAsSuccess) {
  FileCalls calls = FileCalls::real();
  int failures = 1;
  calls.fdatasync = [&failures](int fd) {
    return failures-- > 0 ? (errno = EIO, -1) : ::fdatasync(fd);
  };
  auto const store = open(calls);
  EXPECT_EQ(put(*store, "abc").error().code, Errc::io);
  EXPECT_EQ(files_in("originals") + files_in("tmp"), 0U);
  EXPECT_EQ(put(*store, "abc").error().code, Errc::io) << "the store must stop accepting";
  EXPECT_TRUE(put(*open(), "abc")->was_new);
}

TEST_F(FolderStoreTest, AFailedFolderSyncLeavesNoObjectThatLooksDurable) {
  FileCalls calls = FileCalls::real();
  bool armed = false;
  calls.rename = [&armed](char const* from, char const* to) {
    return armed = true, std::rename(from, to);
  };
  calls.fsync = [&armed](int fd) { return armed ? (errno = EIO, -1) : ::fsync(fd); };
  auto const store = open(calls);
  EXPECT_EQ(put(*store, "abc").error().code, Errc::io);
  EXPECT_EQ(files_in("originals"), 0U);
  EXPECT_EQ(put(*store, "abc").error().code, Errc::io);
}

TEST_F(FolderStoreTest, AWriterWithoutCommitLeavesNothing) {
  auto const store = open();
  {
    auto writer = store->create();
    ASSERT_TRUE((*writer)->write(bytes_of("half")).has_value());
    EXPECT_EQ(files_in("tmp"), 1U);
  }
  EXPECT_EQ(files_in("tmp") + files_in("originals"), 0U);
}

TEST_F(FolderStoreTest, AFullDiskIsAnErrorAndLeavesNothing) {
  FileCalls calls = FileCalls::real();
  calls.write = [](int, void const*, std::size_t) -> ssize_t { return errno = ENOSPC, -1; };
  auto const store = open(calls);
  EXPECT_EQ(put(*store, "abc").error().code, Errc::no_space);
  EXPECT_EQ(files_in("tmp"), 0U);
}

TEST_F(FolderStoreTest, AFullDiskIsOverWhenThereIsSpaceAgain) {
  FileCalls calls = FileCalls::real();
  bool full = true;
  calls.fdatasync = [&full](int fd) { return full ? (errno = ENOSPC, -1) : ::fdatasync(fd); };
  auto const store = open(calls);
  EXPECT_EQ(put(*store, "abc").error().code, Errc::no_space);
  EXPECT_EQ(files_in("originals") + files_in("tmp"), 0U);
  full = false;
  EXPECT_TRUE(put(*store, "abc")->was_new);
}

TEST_F(FolderStoreTest, OpeningSweepsWhatNoWriterHolds) {
  auto const store = open();
  std::ofstream(root_ / "tmp" / "left-by-a-crash") << "x";
  auto writer = store->create();  // of a process that is still at work
  ASSERT_TRUE((*writer)->write(bytes_of("abc")).has_value());
  auto const second = open();
  EXPECT_EQ(files_in("tmp"), 1U);
  EXPECT_TRUE((*writer)->commit()->was_new);
}

TEST_F(FolderStoreTest, FilesAndFoldersAreTheOwnersAlone) {
  auto const store = open();
  auto const committed = put(*store, "abc");
  struct stat info{};
  ASSERT_EQ(::stat((root_ / "originals/ba/78" / committed->hash).c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0600U);
  ASSERT_EQ(::stat((root_ / "originals/ba").c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0700U);
}

TEST_F(FolderStoreTest, ADamagedObjectOfAnotherSizeIsRefused) {
  auto const store = open();
  auto const committed = put(*store, "abc");
  std::ofstream(root_ / "originals/ba/78" / committed->hash, std::ios::app) << "more";
  EXPECT_EQ(put(*store, "abc").error().code, Errc::io);
}

TEST_F(FolderStoreTest, OnlyHashesNameObjects) {
  auto const store = open();
  for (char const* name : {"", "../../etc/passwd",
                           "BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD"}) {
    EXPECT_EQ(store->open(name).error().code, Errc::invalid_argument);
    EXPECT_EQ(store->remove(name).error().code, Errc::invalid_argument);
  }
  std::string const unknown(64, 'a');
  EXPECT_EQ(store->open(unknown).error().code, Errc::not_found);
}

TEST_F(FolderStoreTest, ALinkInTheStoreIsNotFollowed) {
  auto const store = open();
  std::string const hash(64, 'a');
  fs::create_directories(root_ / "originals/aa/aa");
  fs::create_symlink("/etc/hostname", root_ / "originals/aa/aa" / hash);
  EXPECT_FALSE(store->open(hash).has_value());
}

TEST_F(FolderStoreTest, VisitsAndRemovesObjects) {
  auto const store = open();
  auto const first = put(*store, "abc")->hash;
  auto const second = put(*store, "abd")->hash;
  std::vector<std::string> seen;
  ASSERT_TRUE(store->for_each([&](BlobHash const& hash) { seen.push_back(hash); }).has_value());
  EXPECT_EQ(seen.size(), 2U);
  ASSERT_TRUE(store->remove(first).has_value());
  EXPECT_EQ(store->open(first).error().code, Errc::not_found);
  EXPECT_TRUE(store->open(second).has_value());
}

TEST_F(FolderStoreTest, ThreadsMayWriteTheSameBytesAtOnce) {
  auto const store = open();
  std::atomic<int> stored = 0;
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 4; ++t) {
      threads.emplace_back([&] {
        for (int i = 0; i < 20; ++i)
          stored += put(*store, "object " + std::to_string(i)).has_value() ? 1 : 0;
      });
    }
  }
  EXPECT_EQ(stored, 80);
  EXPECT_EQ(files_in("originals"), 20U);
  EXPECT_EQ(files_in("tmp"), 0U);
}

}  // namespace
}  // namespace sightline::server
