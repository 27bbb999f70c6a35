#include "net/video_source.hpp"

#include <gtest/gtest.h>

#include <initializer_list>

namespace sightline::server {
namespace {

std::string_view type_of(std::initializer_list<int> first, std::size_t length = 1024) {
  std::vector<std::byte> head;
  for (int const byte : first) head.push_back(static_cast<std::byte>(byte));
  head.resize(std::max(length, head.size()));
  return video_type(head);
}

TEST(VideoType, IsThatOfTheFirstBytes) {
  EXPECT_EQ(type_of({0, 0, 0, 24, 'f', 't', 'y', 'p'}), "video/mp4");
  EXPECT_EQ(type_of({0, 0, 1, 0, 'm', 'o', 'o', 'v'}), "video/mp4");
  EXPECT_EQ(type_of({0, 0, 1, 0xBA, 0x44}), "video/mpeg");
  EXPECT_EQ(type_of({0, 0, 0, 0, 1, 0xB3}), "video/mpeg");
  EXPECT_EQ(type_of({0, 0, 0, 1, 9, 0xF0}), "video/h264");
  EXPECT_EQ(type_of({0, 0, 1, 0x67, 100}), "video/h264");
  EXPECT_EQ(type_of({0, 0, 1, 0x47, 100}), "video/h264");
  EXPECT_EQ(type_of({0, 0, 1, 0x06, 5}), "video/h264");
  for (int const code : {0x40, 0x42, 0x44, 0x46, 0x4E})
    EXPECT_EQ(type_of({0, 0, 0, 1, code, 1}), "video/h265");
}

TEST(VideoType, OfATransportStreamHasItsSyncBytes) {
  std::vector<std::byte> head(1024);
  head[0] = head[188] = std::byte{0x47};
  EXPECT_EQ(video_type(head), "video/mp2t");
  head[0] = head[188] = std::byte{0};
  head[4] = head[196] = std::byte{0x47};
  EXPECT_EQ(video_type(head), "video/mp2t");
  head[196] = std::byte{0};
  EXPECT_EQ(video_type(head), "application/octet-stream");
}

TEST(VideoType, OfAnythingElseIsBytes) {
  EXPECT_EQ(video_type({}), "application/octet-stream");
  EXPECT_EQ(type_of({}, 3), "application/octet-stream");
  EXPECT_EQ(type_of({'<', 'h', 't', 'm', 'l'}), "application/octet-stream");
  EXPECT_EQ(type_of({0, 0, 1, 0xFF}), "application/octet-stream");
}

}  // namespace
}  // namespace sightline::server
