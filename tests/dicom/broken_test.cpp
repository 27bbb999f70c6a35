// Nothing that a file can be makes the reader crash, hang or allocate without bound.
#include <gtest/gtest.h>

#include <ctime>

#include "dicom/instance.hpp"
#include "shared_files.hpp"

namespace sightline::dicom_test {
namespace {

/// Reads a file and the bytes of all its frames, as far as there are any.
void use(std::span<std::byte const> file) {
  auto const instance = dicom::read_instance(file);
  if (!instance) {
    EXPECT_NE(instance.error().code, Errc::ok);
    return;
  }
  for (std::uint32_t frame = 0; frame < instance->frames.size(); ++frame)
    (void)dicom::frame_bytes(file, *instance, frame);
  EXPECT_FALSE(
      dicom::frame_bytes(file, *instance, static_cast<std::uint32_t>(instance->frames.size())));
}

TEST(DicomBroken, EveryFileReturnsWithinTenSecondsOfWork) {
  if (!has_shared_files()) GTEST_SKIP() << kSkipped;
  for (auto const& path : shared_files()) {
    SCOPED_TRACE(path.string());
    std::clock_t const begin =
        std::clock();  // of this process: what else the machine does is left out
    use(read_file(path));
    EXPECT_LT(std::clock() - begin, 10 * CLOCKS_PER_SEC);
  }
}

TEST(DicomBroken, ShortenedFilesReturn) {
  if (!has_shared_files()) GTEST_SKIP() << kSkipped;
  int cuts = 0;
  for (auto const& path : shared_files()) {
    auto const file = read_file(path);
    if (file.size() > 20'000) continue;
    SCOPED_TRACE(path.string());
    for (std::size_t size = 0; size < file.size(); size += 61) {
      use(std::span(file).first(size));
      ++cuts;
    }
  }
  EXPECT_GT(cuts, 1000);
}

/// A small generator of our own (xorshift32), so that a failure can be repeated.
std::uint32_t next(std::uint32_t& state) {
  state ^= state << 13;
  state ^= state >> 17;
  return state ^= state << 5;
}

TEST(DicomBroken, FilesWithChangedBytesReturn) {
  if (!has_shared_files()) GTEST_SKIP() << kSkipped;
  std::uint32_t state = 2463534242;
  for (auto const& path : shared_files()) {
    auto const file = read_file(path);
    if (file.size() > 60'000 || file.empty()) continue;
    SCOPED_TRACE(path.string());
    for (int round = 0; round < 8; ++round) {
      auto changed = file;
      for (int i = 0; i < 12; ++i) {
        // Headers are where the structure is: most of the changes go there.
        std::size_t const reach =
            i % 4 == 0 ? changed.size() : std::min<std::size_t>(changed.size(), 2000);
        changed[next(state) % reach] = static_cast<std::byte>(next(state));
      }
      use(changed);
    }
  }
}

}  // namespace
}  // namespace sightline::dicom_test
