#include "index/instance_codec.hpp"

#include <gtest/gtest.h>

#include "sample_instance.hpp"

namespace sightline::server {
namespace {

using testing::full_instance;

TEST(InstanceCodec, EveryFieldComesBack) {
  auto const source = full_instance();
  auto const bytes = encode_instance(source);
  auto const back = decode_instance(bytes);
  ASSERT_TRUE(back.has_value());
  // Members without operator== are compared one by one; encoding again compares all of them at
  // once.
  EXPECT_EQ(encode_instance(*back), bytes);
  EXPECT_EQ(back->patient.name, "Müller^Jürgen=x=y");
  EXPECT_EQ(back->study.institution_name, "Hospital");
  EXPECT_EQ(back->series.series_number, -3);
  EXPECT_EQ(back->series.frame_of_reference_uid, "1.2.9");
  EXPECT_EQ(back->contrast_agent, "agent");
  EXPECT_EQ(back->frame_time_vector_ms, source.frame_time_vector_ms);
  EXPECT_EQ(back->format.cols, 513U);
  EXPECT_TRUE(back->format.is_signed);
  EXPECT_EQ(back->format.photometric, Photometric::monochrome1);
  EXPECT_EQ(back->palette, source.palette);
  EXPECT_EQ(back->display, source.display);
  EXPECT_EQ(back->geometry, source.geometry);
  EXPECT_EQ(back->lossy.method, "ISO_10918_1");
  EXPECT_TRUE(back->deflated);
  EXPECT_EQ(back->overlays, source.overlays);
  EXPECT_EQ(back->shutter, source.shutter);
}

TEST(InstanceCodec, WhatAnEarlierVersionWroteIsReadWithoutLayers) {
  auto source = full_instance();
  source.overlays.clear();
  source.shutter.reset();
  auto bytes = encode_instance(source);
  bytes.resize(bytes.size() - 5);  // the number of overlays, and that there is no shutter
  bytes[0] = std::byte{1};
  auto const back = decode_instance(bytes);
  ASSERT_TRUE(back.has_value());
  EXPECT_EQ(back->display, source.display);
  EXPECT_TRUE(back->overlays.empty());
  EXPECT_FALSE(back->shutter);
}

TEST(InstanceCodec, AnEmptyInstanceComesBack) {
  auto const bytes = encode_instance({});
  auto const back = decode_instance(bytes);
  ASSERT_TRUE(back.has_value());
  EXPECT_EQ(encode_instance(*back), bytes);
}

TEST(InstanceCodec, EveryPrefixIsRefused) {
  auto const bytes = encode_instance(full_instance());
  for (std::size_t length = 0; length < bytes.size(); ++length) {
    EXPECT_FALSE(decode_instance(std::span(bytes).first(length)).has_value()) << length;
  }
}

TEST(InstanceCodec, BytesLeftOverAreRefused) {
  auto bytes = encode_instance(full_instance());
  bytes.push_back(std::byte{0});
  EXPECT_EQ(decode_instance(bytes).error().code, Errc::corrupt);
}

TEST(InstanceCodec, EveryFlippedByteIsReadOrRefusedWithinBounds) {
  auto const bytes = encode_instance(full_instance());
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    for (int const value : {0x00, 0x7f, 0xff}) {
      auto damaged = bytes;
      damaged[at] = static_cast<std::byte>(value);
      auto const back = decode_instance(damaged);
      if (back) {
        EXPECT_LE(encode_instance(*back).size(), bytes.size()) << at;
      } else {
        EXPECT_NE(back.error().code, Errc::ok);
      }
    }
  }
}

}  // namespace
}  // namespace sightline::server
