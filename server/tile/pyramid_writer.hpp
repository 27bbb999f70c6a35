#pragma once
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "blob/unique_fd.hpp"
#include "wire/manifest.hpp"

namespace sightline::server {

/// What stands at the very end of a pyramid file. docs/pyramid_file.md. Little-endian.
struct PyramidTrailer {
  static constexpr std::size_t kBytes = 28;
  static constexpr std::uint32_t kVersion = 1;
  std::uint64_t table_offset_bytes = 0;
  std::uint32_t table_length_bytes = 0;
  std::uint64_t table_digest = 0;  ///< first eight bytes of its SHA-256

  std::vector<std::byte> encode() const;
  /// Errors: corrupt, unsupported (version).
  static Result<PyramidTrailer> parse(std::span<std::byte const> bytes);
  static std::uint64_t digest_of(std::span<std::byte const> table);
};

/// A pyramid file being written, frame after frame; it appears under its name when finished, and
/// leaves nothing otherwise. Threads: one.
class PyramidWriter {
 public:
  /// Errors: io.
  static Result<std::unique_ptr<PyramidWriter>> open(std::filesystem::path const& tmp,
                                                     std::filesystem::path target);
  PyramidWriter(PyramidWriter const&) = delete;
  PyramidWriter& operator=(PyramidWriter const&) = delete;
  ~PyramidWriter();

  /// `bytes` has the length that stream.level_ends ends with. Errors: io, invalid_argument.
  Status add(wire::StreamIndex const& stream, std::span<std::byte const> bytes);
  std::vector<wire::StreamIndex> const& streams() const { return streams_; }
  /// Table, sync, rename, sync of the folder: the index may refer to it from then on. Errors: io.
  Status finish();

 private:
  PyramidWriter(std::filesystem::path temporary, std::filesystem::path target, UniqueFd fd)
      : temporary_(std::move(temporary)), target_(std::move(target)), fd_(std::move(fd)) {}
  Status write(std::span<std::byte const> bytes);
  Status flush();

  std::filesystem::path temporary_, target_;
  UniqueFd fd_;
  std::vector<std::byte> buffer_;  ///< frames of a CT are small: gathered into larger writes
  std::vector<wire::StreamIndex> streams_;
  std::uint64_t size_bytes_ = 0;
  bool finished_ = false;
};

}  // namespace sightline::server
