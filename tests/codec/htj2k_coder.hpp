#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "picture.hpp"

namespace sightline::test {

struct Htj2kOptions {
  std::uint32_t decompositions = 5;
  std::uint32_t block_size = 64;
  /// Precincts' sides by resolution, coarsest first; the last one holds for all finer ones. Empty:
  /// the largest.
  std::vector<std::uint32_t> precincts{};
  bool uses_mct = false;
  bool is_reversible = true;
  std::uint32_t block_height = 0;  ///< 0: as block_size
  std::uint32_t tile_size = 0;     ///< 0: one tile
  std::uint32_t offset_x = 0, offset_y = 0;
  char const* progression = "RPCL";
};

/// By OpenJPH: one tile-part for each tile.
std::vector<std::byte> encode_htj2k(Picture const& picture, Htj2kOptions const& options);

/// The stream with a second quality layer that brings nothing; of one tile, in RPCL.
std::vector<std::byte> with_empty_layer(std::vector<std::byte> const& codestream);

/// By OpenJPH, without the `skipped` highest resolutions; nothing when it refuses.
std::optional<Picture> decode_htj2k(std::span<std::byte const> bytes, PixelFormat const& format,
                                    std::uint32_t skipped = 0);

}  // namespace sightline::test
