// SigProp and MagRef passes, which OpenJPH does not write: a block that it coded is put into a
// stream of more bit-planes, and bytes that stand for refinement passes behind it. Whatever they
// are, they decode; OpenJPEG and OpenJPH say to what.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <bit>
#include <random>

#include "codec/htj2k_decoder.hpp"
#include "codec/j2k_decoder.hpp"
#include "codec/packet_reader.hpp"
#include "codec/precinct_layout.hpp"
#include "codec/quantization.hpp"
#include "codec/tile_parts.hpp"
#include "htj2k_coder.hpp"
#include "j2k_patches.hpp"

namespace sightline::codec {
namespace {

using test::Picture;

/// A packet header's bits; after 0xFF comes a bit of stuffing. ISO/IEC 15444-1 B.10.1.
class HeaderBits {
 public:
  void put(std::uint32_t value, unsigned count) {
    while (count-- > 0) bit(value >> count & 1);
  }
  std::vector<std::byte> finish() {
    while (left_ != 8) bit(0);
    if (!bytes_.empty() && bytes_.back() == std::byte{0xff}) bytes_.push_back(std::byte{0});
    return bytes_;
  }

 private:
  void bit(std::uint32_t value) {
    if (left_ == 8 && !bytes_.empty() && bytes_.back() == std::byte{0xff} && !is_stuffed_) {
      left_ = 7;
      is_stuffed_ = true;
    }
    current_ = current_ << 1 | value;
    if (--left_ > 0) return;
    bytes_.push_back(static_cast<std::byte>(current_));
    current_ = 0;
    left_ = 8;
    is_stuffed_ = false;
  }
  std::vector<std::byte> bytes_;
  std::uint32_t current_ = 0;
  unsigned left_ = 8;
  bool is_stuffed_ = false;
};

void append_u32(std::vector<std::byte>& out, std::uint32_t value) {
  for (int shift = 24; shift >= 0; shift -= 8)
    out.push_back(static_cast<std::byte>(value >> shift));
}

struct Refined {
  unsigned more_planes = 1, passes = 2, placeholder_sets = 0;
  bool is_stripe_causal = false;
  std::vector<std::byte> refinement = {};
  /// How many of the passes, and of the refinement's bytes, each layer but the last has.
  struct Layer {
    unsigned passes = 0;
    std::size_t bytes = 0;
  };
  std::vector<Layer> layers = {};
};

constexpr std::array<std::array<std::uint32_t, 2>, 7> kPasses = {
    {{0, 0}, {0, 1}, {2, 2}, {12, 4}, {13, 4}, {14, 4}, {0x1e0, 9}}};  // Table B.4

/// What follows the first packet of the block: a packet for each layer more.
std::vector<std::byte> later_packets(Refined const& how, unsigned length_bits) {
  std::vector<std::byte> out;
  if (how.layers.empty()) return out;
  unsigned done = how.layers.front().passes;
  std::size_t at = how.layers.front().bytes;
  for (std::size_t layer = 1; layer <= how.layers.size(); ++layer) {
    bool const is_last = layer == how.layers.size();
    unsigned const passes = is_last ? how.passes - done : how.layers[layer].passes;
    std::size_t const bytes = is_last ? how.refinement.size() - at : how.layers[layer].bytes;
    HeaderBits bits;
    bits.put(passes == 0 ? 0 : 3, passes == 0 ? 1 : 2);
    if (passes != 0) {
      bits.put(kPasses[passes][0], kPasses[passes][1]);
      bits.put(0, 1);  // Lblock stays
      bits.put(static_cast<std::uint32_t>(bytes), length_bits + (passes > 1 ? 1 : 0));
    }
    auto const header = bits.finish();
    out.insert(out.end(), header.begin(), header.end());
    auto const from = how.refinement.begin() + static_cast<std::ptrdiff_t>(at);
    out.insert(out.end(), from, from + static_cast<std::ptrdiff_t>(bytes));
    done += passes;
    at += bytes;
  }
  return out;
}

/// The stream of one block with refinement passes. Its samples are 2^more_planes times as large.
std::vector<std::byte> refined_stream(std::span<std::byte const> original, Refined const& how) {
  auto const header = read_main_header(original).value();
  auto const part = list_tile_parts(original, header).value().front();
  PacketReader reader(header.coding, original.first(part.end_bytes), part.data_bytes);
  EXPECT_TRUE(reader.packet(tile_precincts(header, header.coding, tile_area(header, 0)).front()));
  PacketBlock const block = reader.blocks().front();

  std::vector<std::byte> out(original.begin(),
                             original.begin() + static_cast<long>(part.offset_bytes));
  for (auto const& segment : header.segments) {
    // SPqcd: the exponent is the byte's upper five bits.
    if (segment.code == marker::kQcd) {
      auto& exponent = out[segment.offset_bytes + 5];
      exponent =
          static_cast<std::byte>(std::to_integer<unsigned>(exponent) + (how.more_planes << 3));
    }
    if (segment.code == marker::kCod)
      out[segment.offset_bytes + 7] = static_cast<std::byte>(how.layers.size() + 1);
    if (segment.code == marker::kCod && how.is_stripe_causal) {
      out[segment.offset_bytes + 12] |= std::byte{block_style::kStripeCausal};
    }
  }
  HeaderBits bits;
  bits.put(3, 2);  // not empty; the block is included
  // With placeholders the planes that they skip are not told as zero planes.
  std::uint32_t const zero_planes = block.zero_planes - how.placeholder_sets;
  bits.put(1, zero_planes + 1);
  unsigned const first_passes = how.layers.empty() ? how.passes : how.layers.front().passes;
  std::size_t const first_bytes =
      how.layers.empty() ? how.refinement.size() : how.layers.front().bytes;
  unsigned const passes = first_passes + 3 * how.placeholder_sets;
  bits.put(kPasses[passes][0], kPasses[passes][1]);
  auto const length_bits =
      static_cast<unsigned>(std::bit_width(block.first_bytes | how.refinement.size() | 8));
  bits.put((1u << (length_bits - 3 + 1)) - 2, length_bits - 3 + 1);
  unsigned const wider = how.placeholder_sets == 0 ? 0 : 2;  // floor(log2(1 + 3))
  bits.put(static_cast<std::uint32_t>(block.first_bytes), length_bits + wider);
  if (first_passes > 1) {
    bits.put(static_cast<std::uint32_t>(first_bytes), length_bits + (first_passes == 3 ? 1 : 0));
  }
  auto const later = later_packets(how, length_bits);
  auto const packet = bits.finish();
  auto const body =
      original.subspan(block.offset_bytes, static_cast<std::size_t>(block.first_bytes));
  std::size_t const bytes = 14 + packet.size() + body.size() + first_bytes + later.size();
  append_u32(out, 0xff90000a);
  out.insert(out.end(), 2, std::byte{0});
  append_u32(out, static_cast<std::uint32_t>(bytes));
  out.insert(out.end(), {std::byte{0}, std::byte{1}, std::byte{0xff}, std::byte{0x93}});
  out.insert(out.end(), packet.begin(), packet.end());
  out.insert(out.end(), body.begin(), body.end());
  out.insert(out.end(), how.refinement.begin(),
             how.refinement.begin() + static_cast<std::ptrdiff_t>(first_bytes));
  out.insert(out.end(), later.begin(), later.end());
  out.insert(out.end(), {std::byte{0xff}, std::byte{0xd9}});
  return out;
}

/// Few significant samples, so that SigProp has something to find: 16 bits deep, small numbers.
Picture sparse_picture(std::uint32_t rows, std::uint32_t cols, std::mt19937& random) {
  Picture picture = test::make_picture(rows, cols, 1, 16, true);
  for (auto& value : picture.values) {
    value = random() % 4 != 0 ? 0 : static_cast<std::int32_t>(random() % 41) - 20;
  }
  picture.values.front() = 7;  // a block of zeros alone would not be coded
  return picture;
}

TEST(HtRefinement, PassesAreAsOtherDecodersReadThem) {
  std::mt19937 random(15444);
  for (auto const& [rows, cols] : {std::pair{64u, 64u},
                                   {1u, 1u},
                                   {3u, 7u},
                                   {5u, 64u},
                                   {6u, 33u},
                                   {7u, 9u},
                                   {63u, 62u},
                                   {4u, 5u},
                                   {9u, 3u},
                                   {2u, 40u}}) {
    auto const picture = sparse_picture(rows, cols, random);
    auto const original = test::encode_htj2k(picture, {.decompositions = 0});
    for (unsigned more = 1; more <= 6; ++more) {
      for (unsigned const passes : {1u, 2u, 3u}) {
        for (bool const is_causal : {false, true}) {
          SCOPED_TRACE(testing::Message() << rows << " x " << cols << " planes " << more
                                          << " passes " << passes << " causal " << is_causal);
          Refined how{.more_planes = more, .passes = passes};
          how.is_stripe_causal = is_causal;
          // Bytes without stuffing bits to set wrongly: 0xFF and what follows 0x8F are left out.
          if (passes > 1) how.refinement.resize(1 + random() % (rows * cols / 2 + 1));
          for (auto& byte : how.refinement) byte = static_cast<std::byte>(random() % 0x7f);
          auto const bytes = refined_stream(original, how);
          auto const request = test::request_for(picture, Encoding::htj2k, bytes);
          ASSERT_TRUE(plan_htj2k(bytes, true, 0));
          auto const ours = decode_htj2k(request, kDefaultLimits);
          auto const theirs = decode_j2k(request, kDefaultLimits);
          ASSERT_TRUE(ours && theirs);
          ASSERT_TRUE(ours->block.bytes == theirs->block.bytes);
          if (is_causal) continue;  // OpenJPH 0.9 does not know it
          auto const third = test::decode_htj2k(bytes, picture.format);
          ASSERT_TRUE(third);
          ASSERT_TRUE(ours->block.bytes == test::block_bytes(*third));
        }
      }
    }
  }
}

/// Placeholder passes stand for bit-planes that other layers would have held: the same samples.
TEST(HtRefinement, PlaceholderPassesOnlyMoveThePlanes) {
  std::mt19937 random(814);
  auto const picture = sparse_picture(30, 31, random);
  auto const original = test::encode_htj2k(picture, {.decompositions = 0});
  for (unsigned const passes : {1u, 2u, 3u}) {
    Refined how{.more_planes = 2, .passes = passes};
    if (passes > 1) how.refinement.assign(60, std::byte{0x35});
    auto const plain = refined_stream(original, how);
    how.placeholder_sets = 1;
    auto const shifted = refined_stream(original, how);
    auto const expected =
        decode_j2k(test::request_for(picture, Encoding::htj2k, plain), kDefaultLimits);
    auto const frame =
        decode_htj2k(test::request_for(picture, Encoding::htj2k, shifted), kDefaultLimits);
    ASSERT_TRUE(expected && frame);
    EXPECT_TRUE(frame->block.bytes == expected->block.bytes);
  }
}

/// The passes of one set in one to four layers are the same passes: what all of them in one layer
/// give. OpenJPEG takes it for something else when the cleanup pass is alone in its layer.
TEST(HtRefinement, LayersDivideTheSamePasses) {
  std::mt19937 random(15);
  auto const picture = sparse_picture(33, 40, random);
  auto const original = test::encode_htj2k(picture, {.decompositions = 0});
  for (unsigned const placeholders : {0u, 1u}) {
    Refined how{.more_planes = 3, .passes = 3, .placeholder_sets = placeholders};
    how.refinement.resize(200);
    for (auto& byte : how.refinement) byte = static_cast<std::byte>(random() % 0x7f);
    auto const plain = refined_stream(original, how);
    auto const expected =
        decode_htj2k(test::request_for(picture, Encoding::htj2k, plain), kDefaultLimits);
    ASSERT_TRUE(expected);
    for (auto const& layers : {std::vector<Refined::Layer>{{3, 200}},
                               {{2, 90}},
                               {{2, 90}, {0, 0}},
                               {{1, 0}},
                               {{1, 0}, {1, 70}},
                               {{1, 0}, {0, 0}, {1, 70}}}) {
      how.layers = layers;
      auto const bytes = refined_stream(original, how);
      auto const request = test::request_for(picture, Encoding::htj2k, bytes);
      auto const plan = plan_htj2k(bytes, true, 0);
      ASSERT_TRUE(plan) << static_cast<int>(plan.error());
      auto const ours = decode_htj2k(request, kDefaultLimits);
      ASSERT_TRUE(ours);
      EXPECT_FALSE(ours->missing);
      EXPECT_TRUE(ours->block.bytes == expected->block.bytes);
      if (layers.front().passes == 1 || placeholders != 0) continue;
      auto const theirs = decode_j2k(request, kDefaultLimits);
      ASSERT_TRUE(theirs);
      EXPECT_TRUE(ours->block.bytes == theirs->block.bytes);
    }
  }
}

TEST(HtRefinement, ALayerMayBringNothing) {
  for (std::uint16_t const samples : {std::uint16_t{1}, std::uint16_t{3}}) {
    auto const picture = test::make_picture(150, 131, samples, 8, false);
    test::Htj2kOptions options{.decompositions = 3, .block_size = 16, .precincts = {32, 64}};
    options.uses_mct = samples == 3;
    auto const bytes = test::with_empty_layer(test::encode_htj2k(picture, options));
    auto request = test::request_for(picture, Encoding::htj2k, bytes);
    for (request.discard_levels = 0; request.discard_levels < 4; ++request.discard_levels) {
      ASSERT_TRUE(plan_htj2k(bytes, true, request.discard_levels));
      auto const ours = decode_htj2k(request, kDefaultLimits);
      auto const theirs = decode_j2k(request, kDefaultLimits);
      ASSERT_TRUE(ours && theirs);
      EXPECT_TRUE(ours->block.bytes == theirs->block.bytes);
      if (request.discard_levels == 0) {
        EXPECT_TRUE(ours->block.bytes == test::block_bytes(picture));
      }
    }
  }
}

/// Bands of 29 and 30 bit-planes, whole and with bits changed: what OpenJPEG gives, where it gives
/// it.
TEST(HtRefinement, AllBitPlanesThatWordsHave) {
  auto const picture = test::make_picture(64, 60, 1, 16, true);
  for (bool const is_reversible : {true, false}) {
    auto const original =
        test::encode_htj2k(picture, {.decompositions = 0, .is_reversible = is_reversible});
    auto const header = read_main_header(original).value();
    std::vector<Quantization> quantization(1);
    ASSERT_TRUE(read_quantization(original, header.segments, quantization));
    int const planes = quantization.front().planes(0);
    for (int const wanted : {29, 30}) {
      int const guard = std::max(0, wanted - planes - 10);
      auto const good = test::with_planes(original, wanted - planes - guard, guard);
      std::uint32_t random = 7;
      for (int round = 0; round < 60; ++round) {
        auto bytes = good;
        random = random * 1664525 + 1013904223;
        if (round > 0)
          bytes[bytes.size() - 3 - (random >> 8) % (bytes.size() / 2)] ^= std::byte{1}
                                                                          << (random >> 4 & 7);
        auto const request = test::request_for(picture, Encoding::htj2k, bytes);
        ASSERT_TRUE(plan_htj2k(bytes, true, 0));
        auto const ours = decode_htj2k(request, kDefaultLimits);
        auto const theirs = decode_j2k(request, kDefaultLimits);
        if (round == 0) {
          ASSERT_TRUE(ours && theirs);
        }
        if (!theirs || theirs->missing) continue;
        ASSERT_TRUE(ours) << round;
        ASSERT_TRUE(ours->block.bytes == theirs->block.bytes) << wanted << " " << round;
      }
    }
  }
}

/// Without bytes there are no passes to decode, and in the lowest bit-plane nothing to refine.
TEST(HtRefinement, EmptySegmentsAreNoPasses) {
  std::mt19937 random(1);
  auto const picture = sparse_picture(20, 20, random);
  auto const original = test::encode_htj2k(picture, {.decompositions = 0});
  for (auto const& [more, size] : {std::pair{3u, 0u}, {0u, 25u}}) {
    Refined how{.more_planes = more, .passes = 3};
    how.refinement.resize(size);
    auto const bytes = refined_stream(original, how);
    auto const request = test::request_for(picture, Encoding::htj2k, bytes);
    auto const ours = decode_htj2k(request, kDefaultLimits);
    auto const theirs = decode_j2k(request, kDefaultLimits);
    ASSERT_TRUE(ours && theirs);
    EXPECT_TRUE(ours->block.bytes == theirs->block.bytes);
  }
}

}  // namespace
}  // namespace sightline::codec
