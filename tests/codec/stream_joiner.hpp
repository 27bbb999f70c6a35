#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "codec/progression.hpp"

namespace sightline::test {

/// Which stream each component of a tile comes from. Layers, component transform, SOP and EPH are
/// those of the first component's stream; the others' have the same.
struct JointTile {
  std::vector<std::size_t> stream_of_component;
  std::uint8_t progression = 2;
  std::vector<codec::Progression> runs = {};  ///< POC
};

struct Joint {
  /// What the main header says; and which packets a tile has which is not told another thing.
  JointTile main;
  std::vector<JointTile> tiles = {};  ///< By tile; empty: all as the main header has it.
  std::size_t packets_in_part = 0;    ///< 0: each tile has one part
  bool always_cod = false;            ///< A tile's COD and QCD, where its COC and QCC would do.
  bool components_first = false;      ///< COC before COD, QCC before QCD.
};

/// One stream whose tiles and components are those of different ones, which are of the same size,
/// tiles and depth and have no parameters but COD's, QCD's and RGN's: what COC, QCC and RGN, and in
/// tile-part headers these and COD and QCD, are for. Source: ISO/IEC 15444-1 A.6.
std::vector<std::byte> joined(std::span<std::vector<std::byte> const> streams, Joint const& joint);

}  // namespace sightline::test
