#include "stream_variants.hpp"

#include <gtest/gtest.h>

#include <utility>

#include "codec/j2k_decoder.hpp"
#include "htj2k_coder.hpp"

namespace sightline::test {

using Bytes = std::vector<std::byte>;

Variants with_decoded(Variants variants) {
  for (Bytes const& stream : variants.streams) {
    auto& levels = variants.decoded.emplace_back();
    auto request = request_for(variants.picture, codec::Encoding::j2k, stream);
    for (std::uint32_t level = 0; level <= variants.fewest_levels; ++level) {
      request.discard_levels = level;
      auto const frame = codec::decode_j2k(request, kDefaultLimits);
      EXPECT_TRUE(frame && !frame->missing);
      levels.push_back(frame ? frame->block.bytes : Bytes{});
    }
  }
  return variants;
}

Picture variant_picture() { return make_picture(67, 97, kVariantComponents, 8, false); }

J2kOptions variant_tiles(J2kOptions options) {
  options.tile_size = kVariantTileSide;
  return options;
}

Variants plain_variants() {
  Variants all{variant_picture(), {}, 1};
  for (J2kOptions const& options :
       {J2kOptions{}, J2kOptions{.resolutions = 2, .block_size = 16, .block_style = 5},
        J2kOptions{.is_reversible = false, .resolutions = 6, .precinct_size = 32},
        J2kOptions{.is_reversible = false, .resolutions = 3, .block_style = 0x3a, .rate = 20},
        J2kOptions{.resolutions = 5, .block_size = 64, .roi_shift = 9}})
    all.streams.push_back(encode_j2k(all.picture, variant_tiles(options)));
  for (Htj2kOptions options :
       {Htj2kOptions{.decompositions = 3},
        Htj2kOptions{.decompositions = 1, .precincts = {16, 32}, .is_reversible = false}}) {
    options.tile_size = kVariantTileSide;
    all.streams.push_back(encode_htj2k(all.picture, options));
  }
  return with_decoded(std::move(all));
}

Variants layered_variants() {
  Variants all{variant_picture(), {}, 1};
  for (J2kOptions options :
       {J2kOptions{.progression = 0}, J2kOptions{.resolutions = 2, .precinct_size = 32},
        J2kOptions{.is_reversible = false, .resolutions = 6}}) {
    options.layers = 3;
    options.sop = options.eph = true;
    all.streams.push_back(encode_j2k(all.picture, variant_tiles(options)));
  }
  return with_decoded(std::move(all));
}

Variants mixed_variants() {
  Variants all{variant_picture(), {}, 1};
  for (J2kOptions options : {J2kOptions{}, J2kOptions{.resolutions = 2, .block_size = 8},
                             J2kOptions{.resolutions = 6, .precinct_size = 32}}) {
    options.uses_mct = true;
    all.streams.push_back(encode_j2k(all.picture, variant_tiles(options)));
  }
  Htj2kOptions ht{.decompositions = 2};
  ht.uses_mct = true;
  ht.tile_size = kVariantTileSide;
  all.streams.push_back(encode_htj2k(all.picture, ht));
  return with_decoded(std::move(all));
}

Bytes composed(Variants const& variants, Joint const& joint, std::uint32_t level) {
  auto const reduced = [&](std::uint32_t at) { return (at + (1u << level) - 1) >> level; };
  std::uint32_t const rows = reduced(variants.picture.rows());
  std::uint32_t const cols = reduced(variants.picture.cols());
  std::uint32_t const across = (variants.picture.cols() + kVariantTileSide - 1) / kVariantTileSide;
  std::uint32_t const side =
      reduced(kVariantTileSide);  // kVariantTileSide is a multiple of the steps
  Bytes bytes(std::size_t{rows} * cols * kVariantComponents);
  for (std::uint32_t row = 0; row < rows; ++row) {
    for (std::uint32_t col = 0; col < cols; ++col) {
      std::size_t const number = std::size_t{row / side} * across + col / side;
      JointTile const& tile = number < joint.tiles.size() ? joint.tiles[number] : joint.main;
      std::size_t const at = (std::size_t{row} * cols + col) * kVariantComponents;
      for (std::size_t c = 0; c < kVariantComponents; ++c)
        bytes[at + c] = variants.decoded[tile.stream_of_component[c]][level][at + c];
    }
  }
  return bytes;
}

}  // namespace sightline::test
