#include "base/byte_writer.hpp"

#include <gtest/gtest.h>

#include "base/byte_reader.hpp"

namespace sightline {
namespace {

TEST(ByteWriter, WhatItWritesTheReaderReads) {
  ByteWriter out;
  out.u8(0x7f);
  out.u16_le(0x1234);
  out.u16_be(0x1234);
  out.u32_le(0xdeadbeef);
  out.u32_be(0xdeadbeef);
  out.u64_le(0x0123456789abcdef);
  out.u64_be(0x0123456789abcdef);
  out.text("sl");
  ByteReader in(out.view());
  EXPECT_EQ(in.u8(), 0x7f);
  EXPECT_EQ(in.u16_le(), 0x1234);
  EXPECT_EQ(in.u16_be(), 0x1234);
  EXPECT_EQ(in.u32_le(), 0xdeadbeefu);
  EXPECT_EQ(in.u32_be(), 0xdeadbeefu);
  EXPECT_EQ(in.u64_le(), 0x0123456789abcdefu);
  EXPECT_EQ(in.u64_be(), 0x0123456789abcdefu);
  EXPECT_EQ(in.u16_be(), 's' << 8 | 'l');
  EXPECT_TRUE(in.at_end());
}

TEST(ByteWriter, TakeLeavesItEmpty) {
  ByteWriter out(16);
  out.u8(1);
  EXPECT_EQ(out.take().size(), 1u);
  EXPECT_EQ(out.size(), 0u);
}

}  // namespace
}  // namespace sightline
