// Frames that are cut at any byte: what is there of them, held against OpenJPEG's best.
#include "damaged_j2k.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "codec/main_header.hpp"
#include "codec/tile_parts.hpp"
#include "htj2k_coder.hpp"
#include "j2k_encoder.hpp"
#include "openjpeg_reference.hpp"
#include "packet_rearranger.hpp"
#include "stream_packets.hpp"

namespace sightline::test {
namespace {

using Bytes = std::vector<std::byte>;

/// A prime: all places of a code-block, whatever the sizes are.
constexpr std::size_t kStep = 53;

TEST(DamagedJ2k, CutsOfPart1GiveWhatOpenJpegGives) {
  auto const grey = make_picture(61, 53, 1, 12, false);
  auto const colour = make_picture(45, 52, 3, 8, false);
  std::vector<J2kOptions> const of_grey = {
      {.progression = 0},
      {.progression = 1, .precinct_size = 32},
      {.block_size = 8, .progression = 2, .precinct_size = 32},
      {.tile_size = 24, .progression = 3},
      {.is_reversible = false, .block_size = 16, .progression = 4},
      {.is_reversible = false, .tile_size = 32, .rate = 2},
      {.block_size = 16, .block_style = 0x01},
      {.block_size = 16, .block_style = 0x05},
      {.block_size = 16, .block_style = 0x3e},
      {.sop = true},
      {.by_resolution = true},
      {.changes_progression = true},
  };
  for (std::size_t n = 0; n < of_grey.size(); ++n) {
    SCOPED_TRACE(n);
    expect_cuts_as_openjpeg(grey, encode_j2k(grey, of_grey[n]), kStep);
  }
  std::vector<J2kOptions> const of_colour = {
      {.uses_mct = true, .block_size = 16, .progression = 0},
      {.is_reversible = false, .uses_mct = true, .block_size = 16, .progression = 4, .rate = 2},
      {.tile_size = 24, .uses_mct = true, .progression = 1},
      {.roi_shift = 12},
  };
  for (std::size_t n = 0; n < of_colour.size(); ++n) {
    SCOPED_TRACE(100 + n);
    expect_cuts_as_openjpeg(colour, encode_j2k(colour, of_colour[n]), kStep);
  }
}

TEST(DamagedJ2k, CutsOfHtGiveWhatOpenJpegGives) {
  auto const grey = make_picture(61, 53, 1, 12, true);
  auto const colour = make_picture(45, 52, 3, 8, false);
  std::vector<Htj2kOptions> const of_grey = {
      {.decompositions = 2, .block_size = 16},
      {.decompositions = 2, .block_size = 16, .precincts = {16, 32}, .progression = "PCRL"},
      {.decompositions = 2, .is_reversible = false, .tile_size = 24},
      {.decompositions = 3, .block_size = 8, .progression = "LRCP"},
  };
  for (std::size_t n = 0; n < of_grey.size(); ++n) {
    SCOPED_TRACE(n);
    expect_cuts_as_openjpeg(grey, encode_htj2k(grey, of_grey[n]), kStep);
  }
  for (bool const is_reversible : {true, false}) {
    Htj2kOptions options{.decompositions = 2, .block_size = 16, .uses_mct = true};
    options.is_reversible = is_reversible;
    expect_cuts_as_openjpeg(colour, encode_htj2k(colour, options), kStep);
  }
}

TEST(DamagedJ2k, CutsOfLayersKeepWhatEarlierOnesHaveBrought) {
  auto const picture = make_picture(61, 53, 1, 12, false);
  for (int progression = 0; progression < 5; ++progression) {
    SCOPED_TRACE(progression);
    auto const bytes = encode_j2k(
        picture, {.layers = 3, .block_size = 16, .progression = progression, .precinct_size = 32});
    expect_cuts_as_openjpeg(picture, bytes, kStep, true);
  }
}

/// Bytes of code-blocks before a cut, of a stream of one tile.
std::size_t body_bytes_before(Bytes const& stream, std::size_t cut, HeadersIn headers) {
  auto const before = [&](std::size_t begin, std::size_t end) {
    return std::clamp(cut, begin, end) - begin;
  };
  std::size_t bytes = 0;
  if (headers == HeadersIn::packets) {
    for (StreamPacket const& packet : packets_of(stream, 0)) {
      auto const begin = static_cast<std::size_t>(packet.body.data() - stream.data());
      bytes += before(begin, begin + packet.body.size());
    }
    return bytes;
  }
  auto const header = codec::read_main_header(stream).value();
  auto const parts = codec::list_tile_parts(stream, header).value();
  for (codec::TilePart const& part : parts) bytes += before(part.data_bytes, part.end_bytes);
  return bytes;
}

/// A stream of one tile-part, cut where that many bytes of its code-blocks are there.
std::span<std::byte const> cut_to(Bytes const& stream, std::size_t body_bytes) {
  for (StreamPacket const& packet : packets_of(stream, 0)) {
    if (body_bytes < packet.body.size())
      return std::span(stream).first(static_cast<std::size_t>(packet.body.data() - stream.data()) +
                                     body_bytes);
    body_bytes -= packet.body.size();
  }
  return stream;
}

/// Of these OpenJPEG takes fewer cuts, or none: what it makes of as much of the same packets, in
/// one tile-part and with nothing but them.
TEST(DamagedJ2k, CutsOfOtherTilePartsAndHeadersGiveTheSamePackets) {
  auto const picture = make_picture(61, 53, 1, 12, false);
  Bytes const plain = encode_j2k(picture, {.block_size = 16, .precinct_size = 32});
  struct Case {
    Bytes stream;
    HeadersIn headers = HeadersIn::packets;
  };
  std::vector<Case> cases;
  cases.push_back({rearranged(plain, {.packets_in_part = 3})});
  cases.push_back(
      {encode_j2k(picture, {.block_size = 16, .precinct_size = 32, .sop = true, .eph = true})});
  for (HeadersIn const headers : {HeadersIn::main_header, HeadersIn::tile_parts}) {
    cases.push_back({rearranged(plain, {.headers = headers, .packets_in_part = 2}), headers});
    cases.push_back({rearranged(plain, {.headers = headers}), headers});
  }
  for (std::size_t n = 0; n < cases.size(); ++n) {
    SCOPED_TRACE(n);
    auto const& [stream, headers] = cases[n];
    auto const begin = codec::read_main_header(stream).value().end_bytes;
    for (std::size_t size = begin; size + 2 < stream.size(); size += kStep) {
      auto const ours = damaged_values(picture, std::span(stream).first(size));
      std::size_t const bodies = body_bytes_before(stream, size, headers);
      EXPECT_TRUE(ours || bodies < 200) << size;
      if (!ours) continue;
      auto const theirs = openjpeg_best(cut_to(plain, bodies));
      ASSERT_TRUE(theirs) << size;
      EXPECT_TRUE(ours->is_missing) << size;
      EXPECT_TRUE(ours->values == *theirs) << size;
    }
  }
}

/// Of a region of a cut frame the same samples as in the whole; one that has all its packets is
/// whole.
TEST(DamagedJ2k, ARegionHasTheSamplesOfTheWhole) {
  auto const picture = make_picture(61, 53, 1, 8, false);
  codec::FrameRegion const region{7, 20, 30, 25};
  int complete = 0;
  for (J2kOptions const& options :
       {J2kOptions{.block_size = 8, .progression = 3, .precinct_size = 16},
        J2kOptions{.tile_size = 24}, J2kOptions{.layers = 2, .progression = 0}}) {
    Bytes const stream = encode_j2k(picture, options);
    for (std::size_t size = stream.size() / 4; size < stream.size(); size += 2 * kStep) {
      Bytes const cut(stream.begin(), stream.begin() + static_cast<std::ptrdiff_t>(size));
      auto request = request_for(picture, codec::Encoding::j2k, cut);
      auto const whole = codec::decode_frame(request);
      request.region = region;
      auto const part = codec::decode_frame(request);
      ASSERT_TRUE(whole && part) << size;
      complete += part->missing ? 0 : 1;
      for (std::size_t y = 0; y < region.rows; ++y) {
        auto const expected = std::span(whole->block.bytes)
                                  .subspan((region.y + y) * picture.cols() + region.x, region.cols);
        auto const given = std::span(part->block.bytes).subspan(y * region.cols, region.cols);
        ASSERT_TRUE(std::ranges::equal(given, expected)) << size;
      }
    }
  }
  EXPECT_GT(complete, 0);
}

/// Bytes that cannot be those of a code-block: it is as if they had not come.
TEST(DamagedJ2k, ABrokenHtBlockIsZero) {
  auto const picture = make_picture(64, 64, 1, 12, false);
  Htj2kOptions const options{.decompositions = 1, .block_size = 16};
  Bytes const good = encode_htj2k(picture, options);
  // The last block of all: Scup, in its last bytes, says more than there is.
  Bytes broken = good;
  broken[broken.size() - 3] = std::byte{0xff};
  auto const ours = damaged_values(picture, broken);
  ASSERT_TRUE(ours);
  EXPECT_TRUE(ours->is_missing);
  EXPECT_FALSE(openjpeg_best(broken)) << "OpenJPEG takes it";
  auto const without = openjpeg_best(std::span(good).first(good.size() - 10));
  ASSERT_TRUE(without);
  EXPECT_TRUE(ours->values == *without);
}

}  // namespace
}  // namespace sightline::test
