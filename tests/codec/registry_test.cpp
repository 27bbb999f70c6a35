#include <gtest/gtest.h>

#include "codec/frame_decoder.hpp"

namespace sightline::codec {
namespace {

TEST(Registry, KnowsEachFamily) {
  EXPECT_EQ(encoding_of("1.2.840.10008.1.2"), Encoding::native);
  EXPECT_EQ(encoding_of("1.2.840.10008.1.2.1"), Encoding::native);
  EXPECT_EQ(encoding_of("1.2.840.10008.1.2.1.99"), Encoding::native);
  EXPECT_EQ(encoding_of("1.2.840.10008.1.2.8.1"), Encoding::native);  // its frames, inflated
  EXPECT_EQ(encoding_of("1.2.840.10008.1.2.2"), Encoding::native_be);
  EXPECT_EQ(encoding_of("1.2.840.10008.1.2.5"), Encoding::rle);
  for (char const* uid : {"50", "51", "57", "70"}) {
    EXPECT_EQ(encoding_of(std::string("1.2.840.10008.1.2.4.") + uid), Encoding::jpeg) << uid;
  }
  for (char const* uid : {"80", "81"}) {
    EXPECT_EQ(encoding_of(std::string("1.2.840.10008.1.2.4.") + uid), Encoding::jpeg_ls) << uid;
  }
  for (char const* uid : {"90", "91", "92", "93"}) {
    EXPECT_EQ(encoding_of(std::string("1.2.840.10008.1.2.4.") + uid), Encoding::j2k) << uid;
  }
  for (char const* uid : {"110", "111", "112"}) {
    EXPECT_EQ(encoding_of(std::string("1.2.840.10008.1.2.4.") + uid), Encoding::jpeg_xl) << uid;
  }
  for (char const* uid : {"201", "202", "203"}) {
    EXPECT_EQ(encoding_of(std::string("1.2.840.10008.1.2.4.") + uid), Encoding::htj2k) << uid;
  }
}

TEST(Registry, WhatNoDecoderExistsForIsUnknown) {
  // MPEG-2, MPEG-4, HEVC, JPIP, nothing, a prefix, a longer UID.
  for (char const* uid :
       {"1.2.840.10008.1.2.4.100", "1.2.840.10008.1.2.4.102", "1.2.840.10008.1.2.4.107",
        "1.2.840.10008.1.2.4.94", "", "1.2.840.10008.1.2.4.9", "1.2.840.10008.1.2.4.901"}) {
    EXPECT_EQ(encoding_of(uid), Encoding::unknown) << uid;
    EXPECT_FALSE(is_lossless_syntax(uid)) << uid;
  }
}

TEST(Registry, LosslessMeansThatNothingElseCanBeInIt) {
  for (char const* uid :
       {"1.2.840.10008.1.2", "1.2.840.10008.1.2.2", "1.2.840.10008.1.2.5", "1.2.840.10008.1.2.4.57",
        "1.2.840.10008.1.2.4.70", "1.2.840.10008.1.2.4.80", "1.2.840.10008.1.2.4.90",
        "1.2.840.10008.1.2.4.201", "1.2.840.10008.1.2.4.202", "1.2.840.10008.1.2.4.110"}) {
    EXPECT_TRUE(is_lossless_syntax(uid)) << uid;
  }
  for (char const* uid :
       {"1.2.840.10008.1.2.4.50", "1.2.840.10008.1.2.4.51", "1.2.840.10008.1.2.4.81",
        "1.2.840.10008.1.2.4.91", "1.2.840.10008.1.2.4.203", "1.2.840.10008.1.2.4.111",
        "1.2.840.10008.1.2.4.112"}) {
    EXPECT_FALSE(is_lossless_syntax(uid)) << uid;
  }
}

TEST(Registry, TheFullBuildDecodesEveryEncoding) {
  for (int encoding = 1; encoding <= 8; ++encoding) {
    EXPECT_TRUE(can_decode(static_cast<Encoding>(encoding))) << encoding;
  }
  EXPECT_FALSE(can_decode(Encoding::unknown));
  auto const frame = decode_frame(DecodeRequest{});
  ASSERT_FALSE(frame.has_value());
  EXPECT_EQ(frame.error().code, Errc::unsupported);
}

}  // namespace
}  // namespace sightline::codec
