// What is refused: told by the headers.
#include "codec/htj2k_plan.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "base/byte_writer.hpp"
#include "codec/htj2k_decoder.hpp"
#include "codec/j2k_decoder.hpp"
#include "htj2k_coder.hpp"
#include "j2k_encoder.hpp"

namespace sightline::codec {
namespace {

std::vector<std::byte> stream(bool is_reversible = true) {
  test::Htj2kOptions options{.decompositions = 2};
  options.is_reversible = is_reversible;
  return test::encode_htj2k(test::make_picture(40, 50, 1, 12, false), options);
}

MainHeader::Segment segment_of(std::vector<std::byte> const& bytes, std::uint16_t code) {
  auto const header = read_main_header(bytes).value();
  auto const found = std::find_if(header.segments.begin(), header.segments.end(),
                                  [&](auto const& each) { return each.code == code; });
  return *found;
}

HtRefusal refusal(std::vector<std::byte> const& bytes) {
  auto const plan = plan_htj2k(bytes, true, 0);
  EXPECT_FALSE(plan.has_value());
  return plan ? HtRefusal{} : plan.error();
}

/// The stream with a marker segment more at the end of its main header.
std::vector<std::byte> with_segment(std::vector<std::byte> bytes, std::uint16_t code,
                                    std::vector<std::uint8_t> const& body) {
  ByteWriter out;
  out.u16_be(code);
  out.u16_be(static_cast<std::uint16_t>(body.size() + 2));
  for (std::uint8_t const byte : body) out.u8(byte);
  auto const end = static_cast<long>(read_main_header(bytes).value().end_bytes);
  auto const added = out.take();
  bytes.insert(bytes.begin() + end, added.begin(), added.end());
  return bytes;
}

TEST(Htj2kPlan, TakesWhatTheServerMakes) {
  auto const plan = plan_htj2k(stream(), true, 0);
  ASSERT_TRUE(plan);
  EXPECT_TRUE(plan->tiles[0].components[0].is_reversible);
  EXPECT_EQ(plan->tiles.size(), 1u);
  EXPECT_EQ(plan->tiles[0].components[0].resolutions.size(), 3u);
}

TEST(Htj2kPlan, CodeBlocksOfPart1) {
  auto const picture = test::make_picture(40, 50, 1, 12, false);
  auto const plan = plan_htj2k(test::encode_j2k(picture, {}), true, 0);
  ASSERT_TRUE(plan);
  EXPECT_FALSE(plan->is_ht);
}

TEST(Htj2kPlan, MixedCodeBlocks) {
  auto bytes = stream();
  bytes[segment_of(bytes, marker::kCod).offset_bytes + 12] = std::byte{0xc0};
  EXPECT_EQ(refusal(bytes), HtRefusal::block_style);
}

/// Read as if they were there, as OpenJPEG does.
TEST(Htj2kPlan, QualityLayersThatAreNotThere) {
  auto const picture = test::make_picture(40, 50, 1, 12, false);
  auto bytes = stream();
  bytes[segment_of(bytes, marker::kCod).offset_bytes + 7] = std::byte{2};
  auto const request = test::request_for(picture, Encoding::htj2k, bytes);
  auto const ours = decode_htj2k(request, kDefaultLimits);
  auto const theirs = decode_j2k(request, kDefaultLimits);
  EXPECT_TRUE(!theirs || (ours && ours->block.bytes == theirs->block.bytes));
  EXPECT_TRUE(!ours || ours->block.bytes != test::block_bytes(picture));
}

TEST(Htj2kPlan, MarkersThatChangeWhatIsWhere) {
  EXPECT_EQ(refusal(with_segment(stream(), marker::kPoc, {0, 0, 0, 1, 3, 1})),
            HtRefusal::progression);
  EXPECT_EQ(refusal(with_segment(stream(), marker::kPpm, {0})), HtRefusal::packed_headers);
  EXPECT_EQ(refusal(with_segment(stream(), marker::kRgn, {0, 0, 3})), HtRefusal::region);
}

TEST(Htj2kPlan, QuantizationThatDoesNotFit) {
  // A second one for all components, which holds, of one step.
  EXPECT_EQ(refusal(with_segment(stream(), marker::kQcd, {0x40, 0x40})), HtRefusal::quantization);
  // One of a component that is not there.
  EXPECT_EQ(refusal(with_segment(stream(), marker::kQcc, {1, 0x40, 0x40})),
            HtRefusal::quantization);
  // Fewer steps than there are bands.
  auto bytes = stream();
  auto const qcd = static_cast<std::ptrdiff_t>(segment_of(bytes, marker::kQcd).offset_bytes);
  bytes.erase(bytes.begin() + qcd + 5);
  bytes[static_cast<std::size_t>(qcd) + 3] =
      static_cast<std::byte>(std::to_integer<int>(bytes[static_cast<std::size_t>(qcd) + 3]) - 1);
  EXPECT_EQ(refusal(bytes), HtRefusal::quantization);
}

TEST(Htj2kPlan, MoreBitPlanesThanWordsHave) {
  auto bytes = stream();
  bytes[segment_of(bytes, marker::kQcd).offset_bytes + 5] = std::byte{31 << 3};
  EXPECT_EQ(refusal(bytes), HtRefusal::depth);
}

TEST(Htj2kPlan, ColourTransformOverBothWavelets) {
  test::Htj2kOptions const options{.decompositions = 2, .uses_mct = true};
  auto const bytes = test::encode_htj2k(test::make_picture(40, 50, 3, 8, false), options);
  EXPECT_EQ(refusal(with_segment(bytes, marker::kCoc, {1, 0, 2, 4, 4, 0x40, 0})),
            HtRefusal::mixed_components);
}

/// COD of a grey picture with RCT: OpenJPEG says so, and leaves it out.
TEST(Htj2kPlan, OfOneComponentThereIsNoColourTransform) {
  auto const picture = test::make_picture(40, 50, 1, 12, false);
  auto bytes = stream();
  bytes[segment_of(bytes, marker::kCod).offset_bytes + 8] = std::byte{1};
  auto const frame =
      decode_htj2k(test::request_for(picture, Encoding::htj2k, bytes), kDefaultLimits);
  ASSERT_TRUE(plan_htj2k(bytes, true, 0) && frame);
  EXPECT_FALSE(frame->missing);
  EXPECT_TRUE(frame->block.bytes == test::block_bytes(picture));
}

TEST(Htj2kPlan, BytesAfterTheLastPacketAreNothing) {
  auto const picture = test::make_picture(40, 50, 1, 12, false);
  auto bytes = stream();
  bytes.insert(bytes.end() - 2, std::byte{0x55});
  // Psot tells them to be the tile-part's.
  auto const sot = read_main_header(bytes).value().end_bytes;
  for (std::size_t i = 6; i < 10; ++i) bytes[sot + i] = std::byte{0};
  auto const request = test::request_for(picture, Encoding::htj2k, bytes);
  auto const frame = decode_htj2k(request, kDefaultLimits);
  ASSERT_TRUE(plan_htj2k(bytes, true, 0) && frame);
  EXPECT_FALSE(frame->missing);
  EXPECT_TRUE(frame->block.bytes == test::block_bytes(picture));
}

TEST(Htj2kPlan, APrefixIsTakenFromTheLastPacketThatIsNeeded) {
  auto const bytes = stream();
  std::size_t least[3] = {};
  for (std::uint32_t discard = 0; discard <= 2; ++discard) {
    std::size_t size = 0;
    while (!plan_htj2k(std::span(bytes).first(size), false, discard)) ++size;
    least[discard] = size;
  }
  EXPECT_EQ(least[0], bytes.size() - 2);  // all but EOC
  EXPECT_LT(least[1], least[0]);
  EXPECT_LT(least[2], least[1]);
}

TEST(Htj2kPlan, CodeBlocksOfPart1UnderTheNameOfHtj2k) {
  auto const picture = test::make_picture(40, 50, 1, 12, false);
  auto const bytes = test::encode_j2k(picture, {});
  auto const frame =
      decode_htj2k(test::request_for(picture, Encoding::htj2k, bytes), kDefaultLimits);
  ASSERT_TRUE(frame);
  EXPECT_TRUE(frame->block.bytes == test::block_bytes(picture));
}

}  // namespace
}  // namespace sightline::codec
