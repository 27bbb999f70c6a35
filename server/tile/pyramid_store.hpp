#pragma once
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "tile/pyramid_writer.hpp"
#include "wire/manifest.hpp"

namespace sightline::server {

/// The streams of one instance: `pyramids/ab/cd/<hash of the original>.slp`, rebuildable, never
/// acknowledged. File: the frames' streams one after the other, then their table, which the index
/// database has too. The format is in docs/pyramid_file.md. Threads: any.
class PyramidStore {
 public:
  explicit PyramidStore(std::filesystem::path root);
  /// Starts a pyramid, to be written frame by frame. Errors: io, invalid_argument (not a hash).
  Result<std::unique_ptr<PyramidWriter>> create(std::string const& sha256_hex);
  /// Writes a whole pyramid. `frame_streams[i]` belongs to streams[i]. Errors: io,
  /// invalid_argument.
  Status put(std::string const& sha256_hex, std::vector<wire::StreamIndex> const& streams,
             std::vector<std::vector<std::byte>> const& frame_streams);
  /// Bytes [first, last) of the stream of frame_index0. Errors: not_found, io, truncated,
  /// invalid_argument.
  Result<std::vector<std::byte>> read(std::string const& sha256_hex,
                                      std::vector<wire::StreamIndex> const& streams,
                                      std::uint32_t frame_index0, std::uint32_t first,
                                      std::uint32_t last) const;
  /// The table at the file's end: what the index would say. Errors: not_found, io, truncated,
  /// corrupt, unsupported.
  Result<std::vector<wire::StreamIndex>> read_table(std::string const& sha256_hex) const;
  /// Ok too when there is none. Errors: io.
  Status remove(std::string const& sha256_hex);
  bool contains(std::string const& sha256_hex) const;
  /// Every pyramid, by the hash of its original, in any order. Errors: io.
  Status for_each(std::function<void(std::string const& sha256_hex)> const& visit) const;

 private:
  std::filesystem::path path_of(std::string const& sha256_hex) const;
  std::filesystem::path root_;
};

}  // namespace sightline::server
