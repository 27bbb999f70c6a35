// Our HTJ2K decoder against OpenJPEG (decode_j2k), OpenJPH and, where the coding is reversible, the
// picture that was coded.
#include "codec/htj2k_decoder.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <cstring>
#include <string>

#include "codec/codestream.hpp"
#include "codec/j2k_decoder.hpp"
#include "htj2k_coder.hpp"

namespace sightline::codec {
namespace {

using test::block_bytes;
using test::encode_htj2k;
using test::Htj2kOptions;
using test::make_picture;
using test::Picture;
using test::request_for;

/// Ours, which must not have left it to the library, equals the library's.
std::vector<std::byte> decode_alike(DecodeRequest const& request, bool is_whole = true) {
  auto const plan = plan_htj2k(request.bytes, is_whole, request.discard_levels);
  EXPECT_TRUE(plan.has_value()) << (plan ? 0 : static_cast<int>(plan.error()));
  auto const ours = decode_htj2k(request, kDefaultLimits);
  auto const theirs = decode_j2k(request, kDefaultLimits);
  EXPECT_TRUE(ours.has_value()) << (ours ? "" : ours.error().detail);
  EXPECT_TRUE(theirs.has_value()) << (theirs ? "" : theirs.error().detail);
  if (!ours || !theirs) return {};
  EXPECT_EQ(ours->block.rows, theirs->block.rows);
  EXPECT_EQ(ours->block.cols, theirs->block.cols);
  EXPECT_EQ(ours->block_is_rgb, theirs->block_is_rgb);
  EXPECT_TRUE(ours->block.bytes == theirs->block.bytes);
  return ours->block.bytes;
}

/// At every number of levels left out; whole is the picture.
void expect_alike(Picture const& picture, Htj2kOptions const& options) {
  auto const bytes = encode_htj2k(picture, options);
  auto request = request_for(picture, Encoding::htj2k, bytes);
  bool const has_offset = options.offset_x != 0 || options.offset_y != 0;
  for (std::uint32_t discard = 0; discard <= (has_offset ? 0 : options.decompositions); ++discard) {
    SCOPED_TRACE("discard " + std::to_string(discard));
    request.discard_levels = discard;
    auto const values = decode_alike(request);
    if (discard == 0 && options.is_reversible) {
      EXPECT_TRUE(values == block_bytes(picture));
    }
  }
}

TEST(Htj2kDecoder, EveryDepthAndSign) {
  for (unsigned bits = 1; bits <= 16; ++bits) {
    for (bool const is_signed : {false, true}) {
      if (bits == 1 && is_signed) continue;
      SCOPED_TRACE(std::to_string(bits) + (is_signed ? " signed" : " unsigned"));
      expect_alike(make_picture(61, 83, 1, bits, is_signed), {.decompositions = 3});
    }
  }
}

TEST(Htj2kDecoder, EveryBlockSize) {
  auto const picture = make_picture(131, 197, 1, 12, false);
  for (std::uint32_t width = 4; width <= 1024; width *= 2) {
    for (std::uint32_t height = 4; height <= 1024 && width * height <= 4096; height *= 2) {
      SCOPED_TRACE(std::to_string(width) + " x " + std::to_string(height));
      expect_alike(picture, {.decompositions = 2, .block_size = width, .block_height = height});
    }
  }
  auto const wide = make_picture(9, 2100, 1, 12, false);
  expect_alike(wide, {.decompositions = 1, .block_size = 1024, .block_height = 4});
  auto const tall = make_picture(2100, 9, 1, 12, false);
  expect_alike(tall, {.decompositions = 1, .block_size = 4, .block_height = 1024});
}

TEST(Htj2kDecoder, EveryNumberOfDecompositions) {
  for (std::uint32_t decompositions = 0; decompositions <= 8; ++decompositions) {
    for (std::uint32_t const side : {1u, 2u, 3u, 17u, 150u}) {
      for (bool const is_reversible : {true, false}) {
        SCOPED_TRACE(std::to_string(decompositions) + " of " + std::to_string(side));
        Htj2kOptions options{.decompositions = decompositions};
        options.is_reversible = is_reversible;
        expect_alike(make_picture(side, side + 1, 1, 10, false), options);
        expect_alike(make_picture(side + 1, side, 1, 10, true), options);
      }
    }
  }
}

TEST(Htj2kDecoder, ProgressionsPrecinctsAndTiles) {
  auto const picture = make_picture(150, 201, 3, 8, false);
  for (char const* progression : {"LRCP", "RLCP", "RPCL", "PCRL", "CPRL"}) {
    for (std::uint32_t const tile : {0u, 64u, 101u}) {
      for (bool const has_precincts : {false, true}) {
        for (bool const is_reversible : {true, false}) {
          SCOPED_TRACE(std::string(progression) + " tile " + std::to_string(tile));
          Htj2kOptions options{.decompositions = 3, .block_size = 32};
          if (has_precincts) options.precincts = {32, 64, 32};
          options.uses_mct = true;
          options.is_reversible = is_reversible;
          options.tile_size = tile;
          options.progression = progression;
          expect_alike(picture, options);
        }
      }
    }
  }
}

TEST(Htj2kDecoder, OffsetsOfEveryParity) {
  for (std::uint32_t x = 0; x <= 5; ++x) {
    for (std::uint32_t y = 0; y <= 5; ++y) {
      for (bool const is_reversible : {true, false}) {
        SCOPED_TRACE(std::to_string(x) + ", " + std::to_string(y));
        Htj2kOptions options{.decompositions = 3, .block_size = 16};
        options.offset_x = x;
        options.offset_y = y;
        options.is_reversible = is_reversible;
        expect_alike(make_picture(45, 50, 1, 12, true), options);
      }
    }
  }
}

TEST(Htj2kDecoder, ColoursWithAndWithoutTransform) {
  for (bool const uses_mct : {true, false}) {
    for (bool const is_reversible : {true, false}) {
      for (unsigned const bits : {8u, 12u, 16u}) {
        Htj2kOptions options{.decompositions = 4};
        options.uses_mct = uses_mct;
        options.is_reversible = is_reversible;
        expect_alike(make_picture(77, 93, 3, bits, false), options);
      }
    }
  }
}

/// 9/7 in another's arithmetic: OpenJPH's K is exact where OpenJPEG's 2/K is 3.3e-5 less.
TEST(Htj2kDecoder, IrreversibleIsWithinOneOfOpenJph) {
  for (unsigned const bits : {8u, 12u}) {
    auto const picture = make_picture(150, 201, 1, bits, false);
    Htj2kOptions options{.decompositions = 5};
    options.is_reversible = false;
    auto const bytes = encode_htj2k(picture, options);
    auto const ours = decode_htj2k(request_for(picture, Encoding::htj2k, bytes), kDefaultLimits);
    auto const theirs = test::decode_htj2k(bytes, picture.format);
    ASSERT_TRUE(ours && theirs);
    std::int32_t const top = (1 << bits) - 1;
    for (std::size_t i = 0; i < theirs->values.size(); ++i) {
      std::int32_t value = 0;
      std::size_t const width = bits > 8 ? 2 : 1;
      std::memcpy(&value, ours->block.bytes.data() + i * width, width);
      ASSERT_LE(std::abs(value - std::clamp(theirs->values[i], 0, top)), 1) << i;
    }
  }
}

TEST(Htj2kDecoder, EveryPrefixThatEndsALevel) {
  for (std::uint16_t const samples : {std::uint16_t{1}, std::uint16_t{3}}) {
    auto const picture = make_picture(203, 310, samples, 8, false);
    Htj2kOptions options{.decompositions = 5};
    options.precincts = {64, 64, 128};
    options.uses_mct = samples == 3;
    auto const leveled = level_codestream(encode_htj2k(picture, options));
    ASSERT_TRUE(leveled);
    for (std::uint32_t level = 0; level <= 5; ++level) {
      SCOPED_TRACE(level);
      std::vector<std::byte> const prefix(leveled->bytes.begin(),
                                          leveled->bytes.begin() + leveled->level_ends[level]);
      auto request = request_for(picture, Encoding::htj2k, prefix);
      request.discard_levels = 5 - level;
      auto const values = decode_alike(request, level == 5);
      request.bytes = leveled->bytes;
      EXPECT_TRUE(values == decode_alike(request));
    }
  }
}

std::vector<std::byte> level_of_12_bits(SampleBlock const& block) {
  std::vector<std::byte> bytes(block.bytes.size());
  for (std::size_t i = 1; i < bytes.size(); i += 2) bytes[i] = std::byte{8};
  return bytes;
}

/// A level of a stream that is cut: what OpenJPEG gives, and said to lack something where it does.
TEST(Htj2kDecoder, ALevelOfACutStreamIsWhatIsThere) {
  auto const picture = make_picture(64, 70, 1, 12, false);
  auto const bytes = encode_htj2k(picture, {.decompositions = 2, .block_size = 16});
  int whole = 0, lacking = 0;
  for (std::size_t size = 0; size < bytes.size(); size += size < 200 ? 1 : 29) {
    std::vector<std::byte> const cut(bytes.begin(), bytes.begin() + static_cast<long>(size));
    auto request = request_for(picture, Encoding::htj2k, cut);
    for (request.discard_levels = 1; request.discard_levels <= 2; ++request.discard_levels) {
      auto const ours = decode_htj2k(request, kDefaultLimits);
      auto const theirs = decode_j2k(request, kDefaultLimits);
      if (!ours) {  // without one whole code-block: the middle of 12 bits
        EXPECT_TRUE(!theirs || theirs->block.bytes == level_of_12_bits(theirs->block)) << size;
        continue;
      }
      EXPECT_EQ(ours->missing.has_value(),
                !plan_htj2k(cut, false, request.discard_levels).has_value())
          << size;
      ++(ours->missing ? lacking : whole);
      ASSERT_TRUE(theirs) << size;
      ASSERT_TRUE(ours->block.bytes == theirs->block.bytes) << size;
    }
  }
  EXPECT_GT(whole, 50);
  EXPECT_GT(lacking, 20);
}

TEST(Htj2kDecoder, WithoutAWholeBlockThereIsNoPicture) {
  auto const picture = make_picture(64, 64, 1, 12, false);
  auto bytes = encode_htj2k(picture, {.decompositions = 0});
  // Scup, in the block's last bytes before EOC, says more than there is.
  bytes[bytes.size() - 3] = std::byte{0xfe};
  auto const frame = decode_htj2k(request_for(picture, Encoding::htj2k, bytes), kDefaultLimits);
  ASSERT_FALSE(frame);
  EXPECT_EQ(frame.error().code, Errc::corrupt);
}

}  // namespace
}  // namespace sightline::codec
