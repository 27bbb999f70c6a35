#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/byte_source.hpp"
#include "base/error.hpp"
#include "base/limits.hpp"
#include "dicom/transfer_syntax.hpp"

namespace sightline::dicom {

/// A file's outer form: the File Meta Information and where the data set lies. Source: PS3.10 7.1.
struct Part10 {
  std::string
      transfer_syntax_uid;  ///< (0002,0010), or the one that the bytes show when it is not said
  std::string media_sop_class_uid;     ///< (0002,0002)
  std::string media_sop_instance_uid;  ///< (0002,0003)
  TransferSyntax syntax;
  std::uint64_t meta_begin = 0, meta_end = 0;  ///< group 0002 in the file; the same: none
  bool meta_explicit = true;                   ///< quirk: see quirks::meta_is_implicit
  std::uint64_t data_set_offset = 0;           ///< in data_set()
  std::vector<std::byte> inflated;             ///< the data set, when it was deflated

  /// The bytes that spans of this instance count from.
  [[nodiscard]] std::span<std::byte const> data_set(std::span<std::byte const> file) const {
    return syntax.deflated ? std::span<std::byte const>(inflated) : file;
  }
  [[nodiscard]] ByteSource source(ByteSource file) const {
    return syntax.deflated ? ByteSource(inflated) : file;
  }
};

/// Reads the outer form; inflates a deflated data set, the only one that is held in memory whole.
/// Errors: not_dicom, truncated, corrupt, limit_exceeded, out_of_memory; those of reading `file`.
/// Threads: any. Source: PS3.10 7.1, PS3.5 A.5.
Result<Part10> read_part10(ByteSource file, Limits const& limits);

/// Whether more of a file may show another encoding than its beginning, of which `part10` is, does:
/// the first element, in Explicit VR, ends behind the beginning, but within the file.
bool encoding_is_open(ByteSource beginning, std::uint64_t file_bytes, Part10 const& part10,
                      Limits const& limits);

/// Inflates as much of a deflated file as holds `wanted_bytes` of its data set. Errors: as
/// read_part10.
Result<std::vector<std::byte>> inflate_data_set(ByteSource file, std::uint64_t wanted_bytes,
                                                Limits const& limits);

}  // namespace sightline::dicom
