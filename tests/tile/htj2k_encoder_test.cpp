#include "tile/htj2k_encoder.hpp"

#include <gtest/gtest.h>

#include "codec/codestream.hpp"
#include "codec/frame_decoder.hpp"
#include "made_image.hpp"

namespace sightline::server {
namespace {

using testing::made_values;

SampleBlock grey16(std::uint32_t rows, std::uint32_t cols, bool is_signed = false) {
  return {rows,
          cols,
          1,
          16,
          is_signed,
          is_signed ? made_values<std::int16_t>(rows, cols, 1, 16, true)
                    : made_values<std::uint16_t>(rows, cols, 1, 16, false)};
}

TEST(Htj2kEncoder, WritesWhatThePyramidPromises) {
  auto const encoded = encode_htj2k(grey16(512, 400), {16, false});
  ASSERT_TRUE(encoded.has_value());
  auto const info = codec::read_codestream_info(*encoded);
  ASSERT_TRUE(info.has_value());
  EXPECT_EQ(info->rows, 512u);
  EXPECT_EQ(info->cols, 400u);
  EXPECT_TRUE(info->is_ht);
  EXPECT_TRUE(info->is_reversible);
  EXPECT_EQ(info->progression, 2) << "RPCL";
  EXPECT_EQ(info->decompositions, 5);
  EXPECT_EQ(info->tiles, 1u);
  EXPECT_EQ(info->bits_per_sample, 16);
}

TEST(Htj2kEncoder, RefusesWhatItCannotHold) {
  auto block = grey16(4, 4);
  EXPECT_EQ(encode_htj2k(block, {0, false}).error().code, Errc::unsupported);
  EXPECT_EQ(encode_htj2k(block, {32, false}).error().code, Errc::unsupported);
  EXPECT_EQ(encode_htj2k(block, {16, true}).error().code, Errc::invalid_argument);
  block.bytes.pop_back();
  EXPECT_EQ(encode_htj2k(block, {16, false}).error().code, Errc::invalid_argument);
  block.samples = 4;
  EXPECT_EQ(encode_htj2k(block, {16, false}).error().code, Errc::unsupported);
}

}  // namespace
}  // namespace sightline::server
