#pragma once
#include <cstddef>
#include <cstdint>
#include <random>
#include <vector>

#include "j2k_encoder.hpp"
#include "picture.hpp"
#include "stream_joiner.hpp"

namespace sightline::test {

inline constexpr std::uint16_t kVariantComponents = 3;
inline constexpr int kVariantTileSide = 40;

/// Streams of one picture, of which tiles and components can be joined.
struct Variants {
  Picture picture;
  std::vector<std::vector<std::byte>> streams;
  std::uint32_t fewest_levels = 0;
  std::vector<std::vector<std::vector<std::byte>>> decoded =
      {};  ///< By OpenJPEG: by stream and level.

  [[nodiscard]] std::uint32_t tiles() const {
    auto const across = [](std::uint32_t side) {
      return (side + kVariantTileSide - 1) / kVariantTileSide;
    };
    return across(picture.rows()) * across(picture.cols());
  }
};

/// With what OpenJPEG makes of each stream, at each level.
Variants with_decoded(Variants variants);
/// A picture of several tiles.
Picture variant_picture();
/// The same, in tiles of kVariantTileSide.
J2kOptions variant_tiles(J2kOptions options);

/// Of every wavelet, number of levels, code-block, style, precinct and quantization.
Variants plain_variants();
/// Of three layers, with SOP and EPH.
Variants layered_variants();
/// After RCT, and so of the same planes.
Variants mixed_variants();

/// Each sample from the stream that its tile and component have come from.
std::vector<std::byte> composed(Variants const& variants, Joint const& joint, std::uint32_t level);

/// Streams, orders and shapes by chance, the same at every call.
class Chance {
 public:
  explicit Chance(Variants const& variants) : variants_(variants) {}

  std::size_t below(std::size_t count) { return random_() % count; }
  JointTile tile() {
    JointTile tile{{}, static_cast<std::uint8_t>(below(5))};
    for (std::size_t c = 0; c < kVariantComponents; ++c)
      tile.stream_of_component.push_back(below(variants_.streams.size()));
    return tile;
  }
  Joint joint() {
    Joint joint{tile()};
    joint.packets_in_part = below(2) * (1 + below(20));
    joint.always_cod = below(2) == 0;
    if (below(3) == 0) return joint;
    for (std::uint32_t number = 0; number < variants_.tiles(); ++number)
      joint.tiles.push_back(below(3) == 0 ? joint.main : tile());
    return joint;
  }

 private:
  Variants const& variants_;
  std::mt19937 random_{5};
};

}  // namespace sightline::test
