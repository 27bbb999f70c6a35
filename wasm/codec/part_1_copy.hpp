#pragma once
#include <cstddef>
#include <span>
#include <vector>

namespace sightline::codec {

/// A codestream without what only Part 2 knows, in its headers and those of its tile-parts: for the
/// library, which reads some of that its own way. The caller has read it (read_part_2_header);
/// headers that are broken are copied as they are. Source: ISO/IEC 15444-2 A.2, A.3.
std::vector<std::byte> copy_part_1(std::span<std::byte const> codestream);

}  // namespace sightline::codec
