#pragma once
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "wire/manifest.hpp"

namespace sightline::server {

/// The streams of one instance: `pyramids/ab/cd/<hash of the original>.slp`, rebuildable, never acknowledged.
/// File: the frames' streams one after the other; the table (offset, StreamIndex) is in the index database and again
/// at the file's end. Format in docs/pyramid_file.md. Threads: any.
class PyramidStore {
 public:
  explicit PyramidStore(std::filesystem::path root);
  /// Writes a whole pyramid (temp file, rename). `frame_streams[i]` belongs to streams[i].
  Status put(std::string const& sha256_hex, std::vector<wire::StreamIndex> const& streams,
             std::vector<std::vector<std::byte>> const& frame_streams);
  /// Bytes [first, last) of the stream of frame_index0. Errors: not_found, io, truncated, invalid_argument.
  Result<std::vector<std::byte>> read(std::string const& sha256_hex, std::vector<wire::StreamIndex> const& streams,
                                      std::uint32_t frame_index0, std::uint32_t first, std::uint32_t last) const;
  Status remove(std::string const& sha256_hex);
  bool contains(std::string const& sha256_hex) const;
 private:
  std::filesystem::path root_;
};

}  // namespace sightline::server
