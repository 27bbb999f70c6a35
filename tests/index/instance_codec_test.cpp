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
  EXPECT_EQ(back->mask, source.mask);
  EXPECT_EQ(back->concatenation_uid, "1.9.1");
  EXPECT_EQ(back->concatenation_frame_offset, 70U);
  EXPECT_EQ(back->in_concatenation_number, 3U);
  EXPECT_EQ(back->slide, source.slide);
  EXPECT_EQ(back->suv_factor, 0.00042);
  EXPECT_EQ(back->viewing_order, source.viewing_order);
  EXPECT_EQ(back->phase, source.phase);
}

TEST(InstanceCodec, WhatEarlierVersionsWroteIsRead) {
  auto source = full_instance();
  source.overlays.clear();
  source.shutter.reset();
  source.slide.reset();
  source.mask.reset();
  source.suv_factor.reset();
  for (auto& each : source.display) each.real_padding.reset();
  for (auto& each : source.display) each.real_world.clear();
  source.viewing_order.clear();
  source.phase.clear();
  auto bytes = encode_instance(source);
  bytes.resize(bytes.size() - 4 * source.display.size());  // the number of real world values
  bytes[0] = std::byte{8};
  EXPECT_EQ(decode_instance(bytes)->in_concatenation_number, 3U);
  bytes.resize(bytes.size() - 8);  // the lengths of both orders
  bytes.resize(bytes.size() - 2);  // the number in a concatenation
  bytes[0] = std::byte{7};
  EXPECT_EQ(decode_instance(bytes)->in_concatenation_number, 0U);
  bytes.pop_back();  // that there is no SUV
  bytes[0] = std::byte{6};
  EXPECT_TRUE(decode_instance(bytes));
  bytes.pop_back();  // that there is no mask
  bytes[0] = std::byte{5};
  EXPECT_FALSE(decode_instance(bytes)->mask);
  bytes.resize(bytes.size() - source.display.size());  // that none has padding of real numbers
  bytes[0] = std::byte{4};
  auto const fourth = decode_instance(bytes);
  ASSERT_TRUE(fourth.has_value());
  EXPECT_EQ(fourth->display, source.display);
  bytes.pop_back();  // that there is no slide
  bytes[0] = std::byte{3};
  auto const third = decode_instance(bytes);
  ASSERT_TRUE(third.has_value());
  EXPECT_EQ(third->concatenation_uid, "1.9.1");
  EXPECT_FALSE(third->slide);
  bytes.resize(bytes.size() - 4 - source.concatenation_uid.size() - 4);
  bytes[0] = std::byte{2};
  auto const second = decode_instance(bytes);
  ASSERT_TRUE(second.has_value());
  EXPECT_EQ(second->display, source.display);
  EXPECT_EQ(second->concatenation_uid, "");
  bytes.resize(bytes.size() - 5);  // the number of overlays, and that there is no shutter
  bytes[0] = std::byte{1};
  auto const first = decode_instance(bytes);
  ASSERT_TRUE(first.has_value());
  EXPECT_EQ(first->patient.name, source.patient.name);
  EXPECT_TRUE(first->overlays.empty());
  EXPECT_FALSE(first->shutter);
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
