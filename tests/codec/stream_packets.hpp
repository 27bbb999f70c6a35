#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/byte_writer.hpp"
#include "codec/progression.hpp"

namespace sightline::test {

/// One packet of a tile, as it lies in a stream.
struct StreamPacket {
  std::uint64_t layer = 0, resolution = 0, component = 0, x = 0, y = 0;
  bool has_sop = false, is_sent = false;
  std::span<std::byte const> header = {}, body = {};

  /// What the loops of a progression go through, the outermost first.
  /// Source: ISO/IEC 15444-1 B.12.1.1 to B.12.1.5.
  [[nodiscard]] std::array<std::uint64_t, 5> key(unsigned order) const;
  [[nodiscard]] bool is_in(codec::Progression const& run) const;
};

/// Those of a tile of a whole stream without POC, PPM, PPT and parameters of tiles.
std::vector<StreamPacket> packets_of(std::span<std::byte const> stream, std::uint32_t tile);

/// A plain sort by the standard's loops, of one progression after the other: what one has sent no
/// later one sends again. Source: ISO/IEC 15444-1 B.12.
std::vector<StreamPacket> ordered(std::vector<StreamPacket> packets,
                                  std::vector<codec::Progression> const& runs);

void write_segment(ByteWriter& out, std::uint16_t code, std::span<std::byte const> body);
/// POC; nothing of no runs. Source: ISO/IEC 15444-1 A.6.6.
void write_poc(ByteWriter& out, std::vector<codec::Progression> const& runs,
               std::size_t components);
/// SOT, and behind it `inside`: what is between it and the tile-part's end. Source: A.4.2.
void write_tile_part(ByteWriter& out, std::uint32_t tile, std::size_t index, std::size_t count,
                     std::span<std::byte const> inside);

}  // namespace sightline::test
