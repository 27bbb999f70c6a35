#pragma once
#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string_view>

#include "app/zip_directory.hpp"
#include "base/byte_source.hpp"
#include "base/error.hpp"

namespace sightline::server {

/// Takes what is unpacked, piece by piece; its error ends the unpacking.
using TakePiece = std::function<Status(std::span<std::byte const>)>;

/// Whether this is a gzip file: it begins as one of deflated data, and is named like one. Source:
/// RFC 1952 2.3.
bool is_gzip(ByteSource const& file, std::string_view name);

/// What is in a gzip file, of one part or several behind one another (RFC 1952 2.2). Memory: a
/// piece. Errors: corrupt, truncated, limit_exceeded (more than `most_bytes`), out_of_memory; those
/// of the reading and of `take`.
Status unpack_gzip(ByteSource const& file, std::uint64_t most_bytes, TakePiece const& take);

/// A member of a ZIP file, one without a refusal. Ok: it has the length and the checksum that the
/// directory states, and no byte beyond that length was taken. Memory: a piece. Errors: corrupt,
/// truncated, out_of_memory; those of the reading and of `take`.
Status unpack_member(ByteSource const& zip, ZipEntry const& entry, TakePiece const& take);

}  // namespace sightline::server
