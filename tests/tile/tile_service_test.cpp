#include "tile/tile_service.hpp"

#include <gtest/gtest.h>

#include <thread>

#include "../app/temporary_folder.hpp"
#include "made_image.hpp"

namespace sightline::server {
namespace {

std::vector<std::byte> bytes_of(std::string_view text) {
  auto const bytes = std::as_bytes(std::span(text.data(), text.size()));
  return {bytes.begin(), bytes.end()};
}

std::string hash_of(unsigned number) {
  return std::string(63, '0') + static_cast<char>('0' + number);
}

dicom::Instance instance_of(std::string const& sop, std::int32_t number, std::uint32_t frames) {
  dicom::Instance i;
  i.study.study_instance_uid = "1.1", i.series.series_instance_uid = "1.1.1",
  i.sop_instance_uid = sop, i.instance_number = number;
  i.has_pixels = true, i.number_of_frames = frames;
  return i;
}

class TileServiceTest : public ::testing::Test {
 protected:
  void SetUp() override {
    index_ = std::move(*open_sqlite_index(folder_.path() / "index.sqlite"));
    service_ = std::make_unique<TileService>(*index_, pyramids_);
    ASSERT_TRUE(index_->add(instance_of("1.1.1.2", 2, 1), hash_of(2), 1)
                    .has_value());  // added first, second in order
    ASSERT_TRUE(index_->add(instance_of("1.1.1.1", 1, 2), hash_of(1), 1).has_value());
  }
  void build(std::string const& hash, std::vector<wire::StreamIndex> const& streams,
             std::vector<std::vector<std::byte>> const& bytes) {
    ASSERT_TRUE(pyramids_.put(hash, streams, bytes).has_value());
    ASSERT_TRUE(index_->set_streams(hash, streams).has_value());
  }
  static wire::StreamIndex stream_of(std::vector<std::uint32_t> ends, Errc failure = Errc::ok) {
    wire::StreamIndex stream;
    stream.encoding = codec::Encoding::htj2k, stream.level_ends = std::move(ends),
    stream.failure = failure;
    return stream;
  }

  testing::TemporaryFolder folder_;
  std::unique_ptr<Index> index_;
  PyramidStore pyramids_{folder_.path() / "pyramids"};
  std::unique_ptr<TileService> service_;
};

TEST_F(TileServiceTest, NumbersFramesAsTheManifestDoes) {
  auto const study = service_->open("1.1");
  ASSERT_TRUE(study.has_value());
  ASSERT_EQ((*study)->frames.size(), 3u);
  EXPECT_EQ((*study)->instance_of(0).sha256_hex, hash_of(1));
  EXPECT_EQ((*study)->instance_of(1).sha256_hex, hash_of(1));
  EXPECT_EQ((*study)->instance_of(2).sha256_hex, hash_of(2));
  EXPECT_EQ((*study)->stream_of(0), nullptr) << "pending";
  EXPECT_EQ(service_->open("9.9").error().code, Errc::not_found);
}

TEST_F(TileServiceTest, ReadsLevelsOfAFrame) {
  build(hash_of(1), {stream_of({2, 5}), stream_of({3})}, {bytes_of("hello"), bytes_of("abc")});
  auto const study = *service_->open("1.1");
  auto const first = service_->read(*study, 0, 0, 0);
  EXPECT_EQ(first->offset_bytes, 0u);
  EXPECT_EQ(first->bytes, bytes_of("he"));
  auto const second = service_->read(*study, 0, 1, 1);
  EXPECT_EQ(second->offset_bytes, 2u);
  EXPECT_EQ(second->bytes, bytes_of("llo"));
  EXPECT_EQ(service_->read(*study, 0, 0, 1)->bytes, bytes_of("hello"));
  EXPECT_EQ(service_->read(*study, 1, 0, 0)->bytes, bytes_of("abc"));
  EXPECT_EQ(service_->read(*study, 0, 0, 2).error().code, Errc::invalid_argument);
  EXPECT_EQ(service_->read(*study, 0, 1, 0).error().code, Errc::invalid_argument);
  EXPECT_EQ(service_->read(*study, 2, 0, 0).error().code, Errc::pending);
  EXPECT_EQ(service_->read(*study, 3, 0, 0).error().code, Errc::not_found);
}

TEST_F(TileServiceTest, AFailedFrameGivesItsReason) {
  build(hash_of(1), {stream_of({2}), stream_of({}, Errc::corrupt)}, {bytes_of("ab"), {}});
  auto const study = *service_->open("1.1");
  EXPECT_EQ(service_->read(*study, 1, 0, 0).error().code, Errc::corrupt);
  EXPECT_EQ(service_->find(hash_of(1), 1).error().code, Errc::corrupt);
}

TEST_F(TileServiceTest, ServesRangesByHash) {
  EXPECT_EQ(service_->find(hash_of(1), 0).error().code, Errc::pending);
  build(hash_of(1), {stream_of({2, 5}), stream_of({3})}, {bytes_of("hello"), bytes_of("abc")});
  auto const stream = service_->find(hash_of(1), 0);
  ASSERT_TRUE(stream.has_value());
  EXPECT_EQ(stream->length_bytes, 5u);
  EXPECT_EQ(stream->study_instance_uid, "1.1");
  EXPECT_EQ(*service_->read_range(hash_of(1), 0, 1, 4), bytes_of("ell"));
  EXPECT_EQ(service_->read_range(hash_of(1), 0, 1, 6).error().code, Errc::invalid_argument);
  EXPECT_EQ(service_->find(hash_of(1), 2).error().code, Errc::not_found);
  EXPECT_EQ(service_->find(hash_of(7), 0).error().code, Errc::not_found);
}

TEST_F(TileServiceTest, AnOldHandleStaysWhatItWas) {
  auto const before = *service_->open("1.1");
  EXPECT_EQ(*service_->open("1.1"), before) << "the same table while nothing changes";
  build(hash_of(1), {stream_of({2}), stream_of({1})}, {bytes_of("ab"), bytes_of("c")});
  auto const after = *service_->open("1.1");
  EXPECT_GT(after->revision(), before->revision());
  EXPECT_EQ(before->stream_of(0), nullptr);
  EXPECT_NE(after->stream_of(0), nullptr);
}

TEST_F(TileServiceTest, ThreadsMayOpenAndReadTogether) {
  build(hash_of(1), {stream_of({2}), stream_of({1})}, {bytes_of("ab"), bytes_of("c")});
  std::atomic<int> right = 0;
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 4; ++t) {
      threads.emplace_back([&] {
        for (int i = 0; i < 50; ++i) {
          auto const study = service_->open("1.1");
          right += study && service_->read(**study, 0, 0, 0)->bytes == bytes_of("ab") ? 1 : 0;
        }
      });
    }
  }
  EXPECT_EQ(right, 200);
}

}  // namespace
}  // namespace sightline::server
