// Changes of the progression order and packed packet headers: our decoder against what OpenJPEG
// makes of the stream that was rearranged, and of what it became.
#include <gtest/gtest.h>

#include <string>

#include "codec/htj2k_decoder.hpp"
#include "codec/htj2k_plan.hpp"
#include "codec/j2k_decoder.hpp"
#include "htj2k_coder.hpp"
#include "j2k_encoder.hpp"
#include "packet_rearranger.hpp"

namespace sightline::codec {
namespace {

using test::HeadersIn;
using test::Picture;
using test::Rearrangement;
using Bytes = std::vector<std::byte>;

struct Source {
  std::string name;
  Picture picture;
  Bytes bytes;
  bool is_ht = false;
};

std::vector<Source> sources() {
  auto const grey = test::make_picture(131, 97, 1, 12, false);
  auto const colour = test::make_picture(97, 131, 3, 8, false);
  std::vector<Source> all;
  auto const part_1 = [&](std::string name, Picture const& picture, test::J2kOptions options) {
    all.push_back({std::move(name), picture, test::encode_j2k(picture, options)});
  };
  auto const ht = [&](std::string name, Picture const& picture, test::Htj2kOptions options) {
    all.push_back({std::move(name), picture, test::encode_htj2k(picture, options), true});
  };
  part_1("one layer", grey, {.precinct_size = 64});
  part_1("markers", grey, {.layers = 2, .progression = 1, .sop = true, .eph = true});
  part_1("layers", colour,
         {.tile_size = 60, .layers = 3, .uses_mct = true, .progression = 0, .precinct_size = 32});
  part_1("lossy", colour, {.is_reversible = false, .layers = 2, .block_style = 5, .eph = true});
  ht("ht", colour, {.decompositions = 3, .precincts = {32, 64}, .uses_mct = true});
  ht("ht tiles", grey, {.decompositions = 3, .is_reversible = false, .tile_size = 64});
  return all;
}

/// Resolution 2 first; then a layer of all; then the rest, with what there is no more.
std::vector<Progression> changes() {
  return {{.order = 4, .first_resolution = 2, .end_resolution = 3, .end_layer = 1},
          {.order = 0, .end_layer = 1},
          {.order = 3, .first_resolution = 1, .end_resolution = 3, .end_layer = 2},
          {.order = 2}};
}

std::vector<Rearrangement> arrangements() {
  std::vector<Rearrangement> all;
  std::vector<Progression> const runs = changes();
  all.push_back({.main_runs = runs});
  all.push_back({.main_runs = {{.order = 1, .end_layer = 1}, {.order = 3}}, .packets_in_part = 5});
  all.push_back({.part_runs = {{runs[0], runs[1]}, {runs[2], runs[3]}}, .packets_in_part = 2});
  for (HeadersIn const headers : {HeadersIn::main_header, HeadersIn::tile_parts}) {
    all.push_back({.headers = headers});
    all.push_back({.headers = headers, .packets_in_part = 7, .segment_bytes = 100});
    all.push_back({.headers = headers,
                   .packets_in_part = 40,
                   .segment_bytes = 64,
                   .reverses_segments = true});
    all.push_back({.main_runs = runs, .headers = headers, .packets_in_part = 9});
  }
  all.push_back({.headers = HeadersIn::tile_parts, .packets_in_part = 4, .takes_turns = true});
  return all;
}

Result<DecodedFrame> decode(DecodeRequest const& request) {
  return decode_htj2k(request, kDefaultLimits);
}

DecodeRequest request_of(Source const& source, Bytes const& bytes) {
  return test::request_for(source.picture, source.is_ht ? Encoding::htj2k : Encoding::j2k, bytes);
}

void expect_equal(Source const& source, Bytes const& bytes, bool library_reads_it) {
  for (std::uint32_t level = 0; level < 3; ++level) {
    auto original = request_of(source, source.bytes), changed = request_of(source, bytes);
    original.discard_levels = changed.discard_levels = level;
    auto const expected = decode_j2k(original, kDefaultLimits);
    ASSERT_TRUE(expected && !expected->missing);
    auto const plan = plan_htj2k(bytes, true, level);
    ASSERT_TRUE(plan) << "refused: " << static_cast<int>(plan.error());
    auto const ours = decode(changed);
    ASSERT_TRUE(ours && !ours->missing);
    EXPECT_EQ(ours->block.bytes, expected->block.bytes) << "level " << level;
    if (library_reads_it) {
      auto const theirs = decode_j2k(changed, kDefaultLimits);
      ASSERT_TRUE(theirs && !theirs->missing);
      EXPECT_EQ(theirs->block.bytes, expected->block.bytes) << "by OpenJPEG, level " << level;
    }
    changed.region = original.region = FrameRegion{5, 3, 9, 11};
    EXPECT_TRUE(plan_htj2k(bytes, true, level, changed.region));
    auto const part = decode(changed), same = decode(original);
    ASSERT_TRUE(part && same);
    EXPECT_EQ(part->block.bytes, same->block.bytes);
  }
}

TEST(PacketHeaders, EveryOrderAndPlaceGivesTheSamePicture) {
  for (Source const& source : sources()) {
    ASSERT_FALSE(source.bytes.empty());
    int number = 0;
    for (Rearrangement const& how : arrangements()) {
      SCOPED_TRACE(source.name + ", arrangement " + std::to_string(number++));
      expect_equal(source, test::rearranged(source.bytes, how), true);
    }
  }
}

/// OpenJPEG takes PPM's headers in the order in which tiles are complete; the standard has them by
/// tile-part.
TEST(PacketHeaders, TilePartsThatTakeTurns) {
  for (Source const& source : sources()) {
    SCOPED_TRACE(source.name);
    Rearrangement const how{
        .headers = HeadersIn::main_header, .packets_in_part = 4, .takes_turns = true};
    expect_equal(source, test::rearranged(source.bytes, how), false);
  }
}

/// A.6.6: CEpoc 0 stands for 256.
TEST(PacketHeaders, ComponentsThatAreCountedToZeroAreAll) {
  constexpr std::size_t kEndComponent = 9;
  for (Source const& source : sources()) {
    SCOPED_TRACE(source.name);
    auto bytes = test::rearranged(source.bytes, {.main_runs = {{.order = 3}}});
    auto const header = read_main_header(bytes).value();
    ASSERT_EQ(header.segments.back().code, marker::kPoc);
    bytes[header.segments.back().offset_bytes + kEndComponent] = std::byte{0};
    expect_equal(source, bytes, false);
  }
}

TEST(PacketHeaders, APrefixHasALevel) {
  for (Source const& source : sources()) {
    for (Rearrangement const& how : arrangements()) {
      auto const bytes = test::rearranged(source.bytes, how);
      auto whole = request_of(source, bytes);
      whole.discard_levels = 2;
      auto const expected = decode(whole);
      ASSERT_TRUE(expected);
      for (std::size_t size = bytes.size() / 3; size < bytes.size(); size += bytes.size() / 5) {
        auto cut = whole;
        cut.bytes = std::span(bytes).first(size);
        if (!plan_htj2k(cut.bytes, false, 2)) continue;
        auto const frame = decode(cut);
        ASSERT_TRUE(frame);
        EXPECT_EQ(frame->block.bytes, expected->block.bytes);
      }
    }
  }
}

HtRefusal refusal(Bytes const& bytes) {
  auto const plan = plan_htj2k(bytes, true, 0);
  EXPECT_FALSE(plan.has_value());
  return plan ? HtRefusal{} : plan.error();
}

TEST(PacketHeaders, WhatIsBrokenIsRefused) {
  auto const source = sources().front();
  // One byte fewer than Nppm says, and PPT beside PPM.
  auto bytes = test::rearranged(source.bytes, {.headers = HeadersIn::main_header});
  auto const header = read_main_header(bytes).value();
  ASSERT_EQ(header.segments.back().code, marker::kPpm);
  ++reinterpret_cast<unsigned char&>(bytes[header.segments.back().offset_bytes + 8]);
  EXPECT_EQ(refusal(bytes), HtRefusal::packed_headers);
}

}  // namespace
}  // namespace sightline::codec
