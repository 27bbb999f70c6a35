#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace sightline::test {

/// What puts the multi-component extension into a codestream of Part 1, field by field.
/// Source: ISO/IEC 15444-2 A.2.1, A.2.3, A.3.6 to A.3.9.
struct Part2Array {
  unsigned index = 1, type = 1;  ///< 0 dependency, 1 decorrelation, 2 offsets
  unsigned kind = 2;             ///< 0 int16, 1 int32, 2 binary32, 3 binary64
  std::vector<double> values = {};
  unsigned parts = 1;  ///< segments that it is split into
};
struct Part2Collection {
  unsigned type = 1;  ///< 0 dependency, 1 decorrelation, 3 wavelet
  std::vector<unsigned> inputs = {}, outputs = {};
  unsigned array = 1, offset = 0;
  bool is_reversible = false, is_wide = false;
};
struct Part2Options {
  std::vector<Part2Array> arrays = {};
  std::vector<std::vector<Part2Collection>> stages = {};  ///< in the order of the inverse
  std::vector<std::uint8_t> depths = {};                  ///< of CBD: Ssiz of each output
  unsigned announced = 2;                                 ///< SGcod
  bool has_order = true;
};

std::vector<std::byte> with_part_2(std::vector<std::byte> const& part_1,
                                   Part2Options const& options);

/// Arrays, stages and order in the header of the first tile-part of a tile, too, and the COD of the
/// main header where another transform is announced there.
std::vector<std::byte> with_tile_part_2(std::vector<std::byte> const& part_2, unsigned tile,
                                        Part2Options const& options);

/// Another segment before the first tile-part.
std::vector<std::byte> with_segment(std::vector<std::byte> const& codestream, std::uint16_t code,
                                    std::vector<std::byte> const& body);

/// The packet headers in PPT or (all in the main header) PPM, of a codestream with SOP and EPH
/// whose tiles have one tile-part each. Source: ISO/IEC 15444-1 A.7.4, A.7.5, A.8.
std::vector<std::byte> with_packed_headers(std::vector<std::byte> const& codestream, bool in_main);

}  // namespace sightline::test
