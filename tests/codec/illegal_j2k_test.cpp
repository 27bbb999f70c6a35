// Codestreams that ISO/IEC 15444-1 does not have, or that no encoder writes: each gives the samples
// that OpenJPEG gives, or is refused with a reason where OpenJPEG refuses it or gives no picture.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <string>

#include "base/byte_writer.hpp"
#include "codec/htj2k_decoder.hpp"
#include "codec/htj2k_plan.hpp"
#include "codec/j2k_decoder.hpp"
#include "codec/tile_parts.hpp"
#include "htj2k_coder.hpp"
#include "j2k_encoder.hpp"
#include "j2k_patches.hpp"
#include "openjpeg_reference.hpp"
#include "packet_rearranger.hpp"
#include "part_2_writer.hpp"
#include "stream_joiner.hpp"
#include "stream_packets.hpp"

namespace sightline::codec {
namespace {

using test::J2kOptions;
using test::Picture;
using Bytes = std::vector<std::byte>;

Bytes bytes_of(std::initializer_list<unsigned> values) {
  Bytes bytes;
  for (unsigned const value : values) bytes.push_back(static_cast<std::byte>(value));
  return bytes;
}

Bytes body_of(Bytes const& stream, std::uint16_t code) {
  auto const header = read_main_header(stream).value();
  for (auto const& segment : header.segments) {
    auto const body = segment.body(stream);
    if (segment.code == code) return {body.begin(), body.end()};
  }
  return {};
}

Result<DecodedFrame> decode(Picture const& picture, Bytes const& stream, std::uint32_t level = 0) {
  auto request = test::request_for(picture, Encoding::j2k, stream);
  request.discard_levels = level;
  return decode_htj2k(request, kDefaultLimits);
}

Result<DecodedFrame> by_openjpeg(Picture const& picture, Bytes const& stream,
                                 std::uint32_t level = 0) {
  auto request = test::request_for(picture, Encoding::j2k, stream);
  request.discard_levels = level;
  return decode_j2k(request, kDefaultLimits);
}

std::vector<std::int32_t> words_of(SampleBlock const& block) {
  std::vector<std::int32_t> words;
  for (std::size_t i = 0; i < block.bytes.size(); i += 2)
    words.push_back(std::to_integer<int>(block.bytes[i]) | std::to_integer<int>(block.bytes[i + 1])
                                                               << 8);
  return words;
}

/// Every level is what OpenJPEG makes of it.
void expect_as_openjpeg(Picture const& picture, Bytes const& stream, std::uint32_t levels = 3) {
  for (std::uint32_t level = 0; level < levels; ++level) {
    SCOPED_TRACE("level " + std::to_string(level));
    auto const ours = decode(picture, stream, level), theirs = by_openjpeg(picture, stream, level);
    ASSERT_TRUE(ours) << ours.error().detail;
    ASSERT_TRUE(theirs) << theirs.error().detail;
    EXPECT_FALSE(ours->missing);
    EXPECT_EQ(ours->block.bytes, theirs->block.bytes);
  }
}

/// The same, and that is the picture.
void expect_picture(Picture const& picture, Bytes const& stream) {
  expect_as_openjpeg(picture, stream);
  auto const ours = decode(picture, stream);
  ASSERT_TRUE(ours);
  EXPECT_EQ(ours->block.bytes, test::block_bytes(picture));
}

/// POC's body, of a stream of fewer than 257 components.
Bytes poc(std::vector<Progression> const& runs) {
  ByteWriter out;
  for (Progression const& run : runs) {
    out.u8(run.first_resolution);
    out.u8(static_cast<std::uint8_t>(run.first_component));
    out.u16_be(run.end_layer);
    out.u8(run.end_resolution);
    out.u8(static_cast<std::uint8_t>(run.end_component));
    out.u8(run.order);
  }
  return out.take();
}

std::vector<Progression> broken_runs() {
  return {{.order = 5, .end_component = 3},
          {.order = 255, .end_component = 3},
          {.first_resolution = 2, .end_resolution = 2, .end_component = 3},
          {.first_resolution = 3, .end_resolution = 1, .end_component = 3},
          {.first_component = 2, .end_component = 1},
          {.end_component = 3, .end_layer = 0}};
}

TEST(IllegalJ2k, ProgressionsOutOfRangeSendNothing) {
  auto const picture = test::make_picture(67, 83, 3, 8, false);
  std::vector<Progression> const good = {{.order = 4, .end_component = 3, .end_layer = 1},
                                         {.order = 2, .end_component = 3}};
  auto const plain = test::encode_j2k(picture, {.tile_size = 50, .layers = 2, .progression = 1});
  auto const stream = test::rearranged(plain, {.main_runs = good, .packets_in_part = 7});
  for (Progression const& broken : broken_runs()) {
    for (std::size_t place = 0; place <= good.size(); ++place) {
      auto runs = good;
      runs.insert(runs.begin() + static_cast<std::ptrdiff_t>(place), broken);
      expect_picture(picture, test::with_body(stream, marker::kPoc, poc(runs)));
    }
  }
  auto const in_tiles = test::rearranged(plain, {.part_runs = {good}});
  for (Progression const& broken : broken_runs())
    expect_picture(picture, test::with_tile_segment(in_tiles, 2, marker::kPoc, poc({broken})));
}

/// What such a progression should have sent is not there. OpenJPEG says nothing of it, and puts
/// what it has into a corner of the picture; of as much of a stream in one progression it does not.
TEST(IllegalJ2k, WhatNoProgressionSendsIsMissing) {
  auto const picture = test::make_picture(67, 83, 1, 12, false);
  std::vector<Progression> const good = {
      {.order = 2, .end_resolution = 2, .end_component = 1, .end_layer = 1},
      {.order = 2, .end_component = 1, .end_layer = 1}};
  auto const plain = test::encode_j2k(picture, {});
  auto const stream = test::rearranged(plain, {.main_runs = good});
  auto const half = test::with_body(stream, marker::kPoc, poc({good[0], broken_runs()[0]}));
  auto const packets = test::packets_of(plain, 0);
  auto const second = std::ranges::find(packets, 2u, &test::StreamPacket::resolution);
  auto const cut =
      std::span(plain).first(static_cast<std::size_t>(second->header.data() - plain.data()));
  for (std::uint32_t level = 0; level < 4; ++level) {
    auto const ours = decode(picture, half, level);
    auto const theirs = test::openjpeg_best(cut, level);
    ASSERT_TRUE(ours && theirs);
    EXPECT_EQ(words_of(ours->block), *theirs) << level;
    EXPECT_EQ(ours->missing.has_value(), level < 2) << level;
  }
  auto const nothing = decode(picture, test::with_body(stream, marker::kPoc, poc(broken_runs())));
  ASSERT_FALSE(nothing);
  EXPECT_EQ(nothing.error().code, Errc::corrupt);
}

/// OpenJPEG takes 31.
TEST(IllegalJ2k, AnyNumberOfProgressions) {
  auto const picture = test::make_picture(67, 83, 1, 12, false);
  auto const plain = test::encode_j2k(picture, {.layers = 60, .progression = 2});
  std::vector<Progression> runs;
  for (std::uint16_t layer = 1; layer <= 60; ++layer)
    runs.push_back(
        {.order = static_cast<std::uint8_t>(layer % 5), .end_component = 1, .end_layer = layer});
  auto const stream = test::rearranged(plain, {.main_runs = runs, .packets_in_part = 11});
  EXPECT_FALSE(by_openjpeg(picture, stream));
  for (std::uint32_t level = 0; level < 3; ++level) {
    auto const ours = decode(picture, stream, level), theirs = by_openjpeg(picture, plain, level);
    ASSERT_TRUE(ours && theirs);
    EXPECT_FALSE(ours->missing);
    EXPECT_EQ(ours->block.bytes, theirs->block.bytes);
  }
}

/// Each would be a walk through all packets.
TEST(IllegalJ2k, SoManyProgressionsThatTheyTakeTooLong) {
  auto const picture = test::make_picture(300, 300, 1, 8, false);
  auto const plain = test::encode_j2k(picture, {.layers = 20, .block_size = 8, .precinct_size = 8});
  std::vector<Progression> const many(9000, {.order = 0, .end_component = 1, .end_layer = 1});
  auto const stream = test::with_segment(plain, marker::kPoc, poc(many));
  auto const frame = decode(picture, stream);
  ASSERT_FALSE(frame);
  EXPECT_EQ(frame.error().code, Errc::limit_exceeded);
}

TEST(IllegalJ2k, OfParametersThatStandTwiceTheLaterHold) {
  auto const picture = test::make_picture(67, 83, 3, 8, false);
  auto const good = test::encode_j2k(picture, {.tile_size = 50, .roi_shift = 11});
  auto const wrong = test::with_planes(test::with_body(good, marker::kRgn, bytes_of({1, 0, 3})), 2);
  Bytes const cod = body_of(good, marker::kCod), qcd = body_of(good, marker::kQcd);
  Bytes const qcc = bytes_of({1}), coc = bytes_of({1, 0});
  auto const joined = [](Bytes a, Bytes const& b, std::size_t from = 0) {
    a.insert(a.end(), b.begin() + static_cast<std::ptrdiff_t>(from), b.end());
    return a;
  };
  // In the main header, of all components and of one.
  Bytes stream = test::with_segment(wrong, marker::kQcd, qcd);
  stream = test::with_segment(stream, marker::kRgn, bytes_of({1, 0, 11}));
  expect_picture(picture, stream);
  Bytes wrong_qcd = qcd;
  wrong_qcd.back() ^= std::byte{0x10};
  for (Bytes const& each : {wrong_qcd, qcd})
    stream = test::with_segment(stream, marker::kQcc, joined(qcc, each));
  Bytes wrong_style(cod.begin() + 5, cod.end());
  wrong_style[0] = std::byte{2};  // levels
  for (Bytes const& each : {wrong_style, Bytes(cod.begin() + 5, cod.end())})
    stream = test::with_segment(stream, marker::kCoc, joined(coc, each));
  expect_picture(picture, stream);
  // In a tile-part's header; what is put in last stands first.
  Bytes wrong_cod = cod;
  wrong_cod[4] = std::byte{1};  // RCT
  Bytes tiles = stream;
  tiles = test::with_tile_segment(tiles, 1, marker::kRgn, bytes_of({1, 0, 11}));
  tiles = test::with_tile_segment(tiles, 1, marker::kRgn, bytes_of({1, 0, 4}));
  for (Bytes const& each : {qcd, wrong_qcd})
    tiles = test::with_tile_segment(tiles, 1, marker::kQcd, each);
  for (Bytes const& each : {cod, wrong_cod})
    tiles = test::with_tile_segment(tiles, 1, marker::kCod, each);
  expect_picture(picture, tiles);
}

/// A.6.1 to A.6.5: they belong into the first one. OpenJPEG has read all parts of a tile before it
/// decodes it.
TEST(IllegalJ2k, ParametersOfALaterTilePartHoldForTheTile) {
  auto const picture = test::make_picture(67, 83, 3, 8, false);
  auto const plain = test::encode_j2k(picture, {.tile_size = 50, .layers = 2, .roi_shift = 11});
  auto const good = test::joined(std::array{plain}, {.main = {{0, 0, 0}}, .packets_in_part = 5});
  Bytes const cod = body_of(good, marker::kCod), qcd = body_of(good, marker::kQcd);
  Bytes wrong_cod = cod, wrong_qcd = qcd;
  wrong_cod[4] = std::byte{1};
  wrong_qcd.back() ^= std::byte{0x10};
  for (unsigned const part : {1u, 2u}) {
    SCOPED_TRACE(part);
    Bytes stream = test::with_tile_segment(good, 1, marker::kRgn, bytes_of({1, 0, 4}));
    stream = test::with_tile_segment(stream, 1, marker::kRgn, bytes_of({1, 0, 11}), part);
    expect_picture(picture, stream);
    stream = test::with_tile_segment(stream, 1, marker::kQcd, wrong_qcd);
    stream = test::with_tile_segment(stream, 1, marker::kQcd, qcd, part);
    expect_picture(picture, stream);
    stream = test::with_tile_segment(stream, 1, marker::kCod, wrong_cod);
    stream = test::with_tile_segment(stream, 1, marker::kCod, cod, part);
    expect_picture(picture, stream);
  }
  // And what is coded otherwise than they say is as wrong as OpenJPEG has it.
  auto const no_region = test::joined(std::array{test::encode_j2k(picture, {.tile_size = 50})},
                                      {.main = {{0, 0, 0}}, .packets_in_part = 5});
  wrong_qcd = body_of(no_region, marker::kQcd);
  wrong_qcd.back() ^= std::byte{0x08};
  for (unsigned const part : {1u, 2u}) {
    Bytes const other = test::with_tile_segment(no_region, 1, marker::kQcd, wrong_qcd, part);
    auto const ours = decode(picture, other), theirs = by_openjpeg(picture, other);
    ASSERT_TRUE(ours && theirs);
    EXPECT_EQ(ours->block.bytes, theirs->block.bytes);
    EXPECT_NE(ours->block.bytes, test::block_bytes(picture));
  }
}

/// Bypass, resets, termination and segmentation symbols are Part 1's.
TEST(IllegalJ2k, StylesOfPart1SayNothingOfHt) {
  auto const picture = test::make_picture(67, 83, 1, 12, false);
  auto const good = test::encode_htj2k(picture, {.decompositions = 3, .block_size = 16});
  for (unsigned const style : {0x01u, 0x02u, 0x04u, 0x10u, 0x20u, 0x37u}) {
    Bytes cod = body_of(good, marker::kCod);
    cod[8] |= static_cast<std::byte>(style);
    expect_picture(picture, test::with_body(good, marker::kCod, cod));
  }
}

/// No exponent and no guard bit: -1 planes.
TEST(IllegalJ2k, ABandOfFewerPlanesThanNone) {
  auto const picture = test::make_picture(67, 83, 1, 12, false);
  for (bool const is_ht : {false, true}) {
    Bytes stream =
        is_ht ? test::encode_htj2k(picture, {.decompositions = 3}) : test::encode_j2k(picture, {});
    Bytes qcd = body_of(stream, marker::kQcd);
    unsigned const guard_bits = std::to_integer<unsigned>(qcd[0]) >> 5;
    qcd[0] &= std::byte{31};
    for (std::size_t i = 1; i < qcd.size(); ++i)
      qcd[i] = static_cast<std::byte>(std::to_integer<unsigned>(qcd[i]) + 8 * guard_bits);
    expect_picture(picture, test::with_body(stream, marker::kQcd, qcd));
    qcd.back() = std::byte{0};
    stream = test::with_body(stream, marker::kQcd, qcd);
    auto const ours = decode(picture, stream), theirs = by_openjpeg(picture, stream);
    ASSERT_TRUE(ours);
    EXPECT_TRUE(ours->missing);
    EXPECT_TRUE(!theirs || ours->block.bytes == theirs->block.bytes);
  }
}

/// Table A.26 has no other: OpenJPEG does not look at it.
TEST(IllegalJ2k, RegionsOfInterestOfAnyStyleAreMaxshift) {
  auto const picture = test::make_picture(67, 83, 3, 8, false);
  auto const good = test::encode_j2k(picture, {.roi_shift = 11});
  for (unsigned const style : {1u, 255u})
    expect_picture(picture, test::with_body(good, marker::kRgn, bytes_of({1, style, 11})));
}

/// Layers that go round outermost, of more precincts than one can count on.
TEST(IllegalJ2k, LayersOfVeryManyPrecincts) {
  auto const picture = test::make_picture(512, 520, 1, 8, false);
  for (int const progression : {0, 1}) {
    auto const stream = test::encode_j2k(picture, {.resolutions = 1,
                                                   .layers = 3,
                                                   .block_size = 4,
                                                   .progression = progression,
                                                   .precinct_size = 4});
    auto const plan = plan_htj2k(stream, true, 0);
    ASSERT_TRUE(plan);
    EXPECT_EQ(plan->tiles[0].components[0].resolutions[0].bands[0].blocks.size(), 16640u);
    expect_as_openjpeg(picture, stream, 1);
  }
}

struct Refused {
  std::string name;
  Picture picture;
  Bytes stream;
  Errc code;
  bool library_refuses = true;
};

std::vector<Refused> refused() {
  auto const grey = test::make_picture(67, 83, 1, 8, false);
  auto const colour = test::make_picture(67, 83, 3, 8, false);
  auto const deep = test::make_picture(67, 83, 1, 24, true);
  auto const part_1 = test::encode_j2k(grey, {}), ht = test::encode_htj2k(grey, {});
  auto const mixed = test::encode_j2k(colour, {.uses_mct = true});
  Bytes qcd = body_of(part_1, marker::kQcd), cod = body_of(ht, marker::kCod);
  qcd.pop_back();
  cod[8] |= std::byte{0x80};
  Bytes const ppt = test::rearranged(part_1, {.headers = test::HeadersIn::tile_parts});
  return {
      {"steps", grey, test::with_body(part_1, marker::kQcd, qcd), Errc::corrupt, false},
      {"style", grey, test::with_body(ht, marker::kCod, cod), Errc::unsupported},
      {"ht region", grey, test::with_segment(ht, marker::kRgn, bytes_of({0, 0, 3})),
       Errc::unsupported},
      {"region", grey, test::with_segment(part_1, marker::kRgn, bytes_of({0, 0, 37})),
       Errc::unsupported},
      {"both wavelets", colour,
       test::with_segment(mixed, marker::kCoc, bytes_of({1, 0, 3, 3, 3, 0, 0})), Errc::corrupt,
       false},
      {"poc", grey, test::with_segment(part_1, marker::kPoc, bytes_of({0, 0, 0, 1, 3})),
       Errc::corrupt},
      {"ppm and ppt", grey, test::with_segment(ppt, marker::kPpm, bytes_of({0, 0, 0, 0, 0})),
       Errc::corrupt},
      {"marker", grey, test::with_tile_segment(part_1, 0, 0xff70, bytes_of({0, 0})), Errc::corrupt},
      {"planes", deep,
       test::with_depth(test::with_planes(test::encode_j2k(deep, {}), 5, 5), 31, true),
       Errc::unsupported},
  };
}

/// Each with a reason; and OpenJPEG refuses it, too, or what it gives is not the picture.
TEST(IllegalJ2k, WhatIsRefused) {
  for (Refused const& each : refused()) {
    SCOPED_TRACE(each.name);
    for (std::uint32_t level = 0; level < 2; ++level) {
      auto const ours = decode(each.picture, each.stream, level);
      ASSERT_FALSE(ours);
      EXPECT_EQ(ours.error().code, each.code);
      EXPECT_FALSE(ours.error().detail.empty());
    }
    auto const theirs = by_openjpeg(each.picture, each.stream);
    EXPECT_EQ(theirs.has_value(), !each.library_refuses);
    EXPECT_TRUE(!theirs || theirs->block.bytes != test::block_bytes(each.picture));
  }
}

/// A level, or a region of one, of a stream that is cut or broken: what OpenJPEG makes of it.
TEST(IllegalJ2k, LevelsThatLackPackets) {
  auto const picture = test::make_picture(97, 83, 1, 12, false);
  std::vector<Bytes> const streams = {
      test::encode_j2k(picture, {.block_size = 16, .precinct_size = 32}),
      test::encode_j2k(picture, {.tile_size = 40, .block_size = 8, .progression = 0}),
      test::encode_j2k(picture, {.is_reversible = false, .block_size = 16, .progression = 3}),
      test::encode_htj2k(picture, {.decompositions = 3, .block_size = 16, .tile_size = 64})};
  int lacking = 0;
  for (Bytes const& stream : streams) {
    SCOPED_TRACE(&stream - streams.data());
    for (std::size_t size = stream.size() / 8; size < stream.size(); size += 97) {
      Bytes const cut(stream.begin(), stream.begin() + static_cast<std::ptrdiff_t>(size));
      for (std::uint32_t level = 1; level < 3; ++level) {
        auto const ours = decode(picture, cut, level);
        auto const theirs = test::openjpeg_best(cut, level);
        if (!ours) continue;
        EXPECT_EQ(ours->missing.has_value(), !plan_htj2k(cut, false, level)) << size;
        lacking += ours->missing ? 1 : 0;
        ASSERT_TRUE(!theirs || words_of(ours->block) == *theirs) << size << ' ' << level;
        auto request = test::request_for(picture, Encoding::j2k, cut);
        request.discard_levels = level;
        request.region = FrameRegion{3, 5, 12, 9};
        auto const part = decode_htj2k(request, kDefaultLimits);
        ASSERT_TRUE(part);
        for (std::size_t row = 0; row < 9; ++row) {
          auto const* const expected =
              ours->block.bytes.data() + ((row + 5) * ours->block.cols + 3) * 2;
          EXPECT_TRUE(std::equal(expected, expected + 24, part->block.bytes.data() + row * 24));
        }
      }
    }
  }
  EXPECT_GT(lacking, 100);
}

}  // namespace
}  // namespace sightline::codec
