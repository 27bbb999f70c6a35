#include "tile/pyramid_store.hpp"

#include <gtest/gtest.h>

#include <fstream>

#include "../app/temporary_folder.hpp"
#include "index/stream_codec.hpp"
#include "made_image.hpp"

namespace sightline::server {
namespace {

namespace fs = std::filesystem;

std::vector<std::byte> bytes_of(std::string_view text) {
  auto const bytes = std::as_bytes(std::span(text.data(), text.size()));
  return {bytes.begin(), bytes.end()};
}

wire::StreamIndex stream_of(std::vector<std::uint32_t> ends) {
  wire::StreamIndex stream;
  stream.encoding = codec::Encoding::htj2k, stream.level_ends = std::move(ends);
  return stream;
}

class PyramidStoreTest : public ::testing::Test {
 protected:
  std::string const hash_ = std::string(60, 'a') + "0123";
  std::vector<wire::StreamIndex> const streams_{stream_of({2, 5}), stream_of({}), stream_of({3})};
  std::vector<std::vector<std::byte>> const bytes_{bytes_of("hello"), {}, bytes_of("abc")};
  testing::TemporaryFolder folder_;
  fs::path const root_ = folder_.path() / "pyramids";
  PyramidStore store_{root_};
};

TEST_F(PyramidStoreTest, ReadsRangesOfFrames) {
  ASSERT_TRUE(store_.put(hash_, streams_, bytes_).has_value());
  EXPECT_EQ(*store_.read(hash_, streams_, 0, 0, 5), bytes_of("hello"));
  EXPECT_EQ(*store_.read(hash_, streams_, 0, 2, 5), bytes_of("llo"));
  EXPECT_EQ(*store_.read(hash_, streams_, 2, 0, 3), bytes_of("abc"));
  EXPECT_TRUE(store_.read(hash_, streams_, 1, 0, 0)->empty());
  EXPECT_EQ(store_.read(hash_, streams_, 0, 0, 6).error().code, Errc::invalid_argument);
  EXPECT_EQ(store_.read(hash_, streams_, 0, 3, 2).error().code, Errc::invalid_argument);
  EXPECT_EQ(store_.read(hash_, streams_, 3, 0, 0).error().code, Errc::invalid_argument);
  EXPECT_TRUE(store_.contains(hash_));
  EXPECT_TRUE(fs::is_regular_file(root_ / "aa/aa" / (hash_ + ".slp")));
}

TEST_F(PyramidStoreTest, TheFileHoldsItsOwnTable) {
  ASSERT_TRUE(store_.put(hash_, streams_, bytes_).has_value());
  auto const table = store_.read_table(hash_);
  ASSERT_TRUE(table.has_value());
  EXPECT_EQ(encode_streams(*table), encode_streams(streams_));
}

TEST_F(PyramidStoreTest, ADamagedFileIsAnError) {
  ASSERT_TRUE(store_.put(hash_, streams_, bytes_).has_value());
  auto const file = root_ / "aa/aa" / (hash_ + ".slp");
  auto const size = fs::file_size(file);
  std::ifstream in(file, std::ios::binary);
  std::string const whole((std::istreambuf_iterator<char>(in)), {});
  for (std::size_t at = 8; at < size; ++at) {  // from the table on
    std::string damaged = whole;
    damaged[at] = static_cast<char>(damaged[at] ^ 0x55);
    std::ofstream(file, std::ios::binary) << damaged;
    EXPECT_FALSE(store_.read_table(hash_).has_value()) << at;
  }
  fs::resize_file(file, 4);
  EXPECT_EQ(store_.read_table(hash_).error().code, Errc::truncated);
  EXPECT_EQ(store_.read(hash_, streams_, 2, 0, 3).error().code, Errc::truncated);
}

TEST_F(PyramidStoreTest, PuttingAgainReplaces) {
  ASSERT_TRUE(store_.put(hash_, streams_, bytes_).has_value());
  ASSERT_TRUE(store_.put(hash_, {stream_of({1})}, {bytes_of("x")}).has_value());
  EXPECT_EQ(store_.read_table(hash_)->size(), 1u);
}

TEST_F(PyramidStoreTest, AnUnfinishedWriterLeavesNothing) {
  {
    auto writer = store_.create(hash_);
    ASSERT_TRUE((*writer)->add(streams_[0], bytes_[0]).has_value());
    EXPECT_EQ((*writer)->add(streams_[0], bytes_[2]).error().code, Errc::invalid_argument)
        << "length and level ends differ";
  }
  EXPECT_FALSE(store_.contains(hash_));
  EXPECT_TRUE(fs::is_empty(root_ / "tmp"));
}

TEST_F(PyramidStoreTest, OpeningSweepsWhatACrashLeft) {
  std::ofstream(root_ / "tmp" / "left") << "x";
  PyramidStore const again(root_);
  EXPECT_TRUE(fs::is_empty(root_ / "tmp"));
}

TEST_F(PyramidStoreTest, RemovesAndKnowsHashesOnly) {
  ASSERT_TRUE(store_.put(hash_, streams_, bytes_).has_value());
  EXPECT_TRUE(store_.remove(hash_).has_value());
  EXPECT_FALSE(store_.contains(hash_));
  EXPECT_TRUE(store_.remove(hash_).has_value()) << "already gone is fine";
  EXPECT_EQ(store_.read(hash_, streams_, 0, 0, 5).error().code, Errc::not_found);
  EXPECT_EQ(store_.create("../../x").error().code, Errc::invalid_argument);
}

}  // namespace
}  // namespace sightline::server
