#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <span>
#include <string_view>
#include <vector>

#include "base/byte_writer.hpp"
#include "dicomweb/pieces.hpp"

namespace sightline::server {

using Vr = std::array<char, 2>;

/// Elements in Explicit VR Little Endian by tag (group << 16 | element); empty: none is written.
using ExplicitElements = std::map<std::uint32_t, std::vector<std::byte>>;

/// The fields before a value. Source: PS3.5 7.1.2.
void put_element_header(ByteWriter& out, std::uint32_t tag, Vr vr, std::uint64_t length);
/// An item, or a delimiter. Source: PS3.5 7.5.
void put_item_header(ByteWriter& out, std::uint32_t tag, std::uint32_t length);
/// A whole element, padded to even length.
std::vector<std::byte> explicit_element(std::uint32_t tag, Vr vr, std::span<std::byte const> value,
                                        char padding = '\0');
/// "1.2.3" as an element of the VR UI.
std::vector<std::byte> uid_element(std::uint32_t tag, std::string_view uid);

/// Preamble, prefix and File Meta Information of a Part 10 file. Those of `meta` that are missing
/// and not of the object are added: version and implementation class; the group's length always is.
/// `preamble`: 128 bytes, else zeros. Source: PS3.10 7.1.
std::vector<std::byte> file_meta(ExplicitElements meta, std::span<std::byte const> preamble = {});

/// Pixel Data (7FE0,0010) of one fragment for each frame, with an offset table where 32 bits reach.
/// `add_frame` adds the bytes of a frame (0-based) to `out`. Errors: limit_exceeded (a frame is too
/// long for a fragment). Source: PS3.5 A.4.
Status add_encapsulated(PieceList& out, std::span<std::uint64_t const> frame_bytes,
                        std::function<void(std::uint32_t frame_index0)> const& add_frame);

}  // namespace sightline::server
