#pragma once
#include <cstddef>
#include <cstdint>
#include <vector>

namespace sightline::test {

/// Offset of the first marker segment of that code in the main header, from its marker on.
std::size_t segment_offset(std::vector<std::byte> const& codestream, std::uint16_t code);

/// All components of another depth: their coefficients stay. Source: ISO/IEC 15444-1 A.5.1.
std::vector<std::byte> with_depth(std::vector<std::byte> codestream, unsigned bits, bool is_signed);

/// Bands of more (or less) bit-planes, by QCD's exponents and guard bits: what is coded is that
/// much larger. Source: ISO/IEC 15444-1 A.6.4, E-2.
std::vector<std::byte> with_planes(std::vector<std::byte> codestream, int more_exponent,
                                   int more_guard_bits = 0);

/// A marker segment more in the header of a tile's first tile-part, or of another one.
std::vector<std::byte> with_tile_segment(std::vector<std::byte> const& codestream, unsigned tile,
                                         std::uint16_t code, std::vector<std::byte> const& body,
                                         unsigned part = 0);

/// The first marker segment of that code in the main header with another body.
std::vector<std::byte> with_body(std::vector<std::byte> const& codestream, std::uint16_t code,
                                 std::vector<std::byte> const& body);

}  // namespace sightline::test
