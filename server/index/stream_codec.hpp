#pragma once
#include <cstddef>
#include <span>
#include <vector>

#include "base/byte_reader.hpp"
#include "base/byte_writer.hpp"
#include "base/error.hpp"
#include "wire/manifest.hpp"

namespace sightline::server {

/// StreamIndex as bytes: in the index database, at the end of a pyramid file and between the server
/// and its transcoding workers. docs/pyramid_file.md is the specification. Little-endian.
void put_stream(ByteWriter& out, wire::StreamIndex const& stream);
/// Errors: truncated, corrupt (unknown encoding or code, level ends that fall), limit_exceeded.
Result<wire::StreamIndex> get_stream(ByteReader& in);

/// A table of them: u8 version, u32 count, entries.
std::vector<std::byte> encode_streams(std::vector<wire::StreamIndex> const& streams);
/// Errors: as get_stream; unsupported (version); corrupt when bytes are left over. No bytes: no
/// streams.
Result<std::vector<wire::StreamIndex>> decode_streams(std::span<std::byte const> bytes);

}  // namespace sightline::server
