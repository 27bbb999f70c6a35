#pragma once
#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/byte_source.hpp"
#include "base/error.hpp"
#include "base/limits.hpp"
#include "dicom/instance.hpp"
#include "wire/manifest.hpp"

namespace sightline::local {

/// Where the encoded bytes of one frame lie in the file of its instance.
struct FrameLocation {
  /// The bytes are the spans of the file, joined. False: the whole file is needed, for frame_bytes.
  bool is_plain = false;
  dicom::FrameSpan span;
};

struct StudySize {
  std::string study_instance_uid;
  std::size_t instances = 0;  ///< grows with each that is added
};

/// Instances that were read from files on this computer, without their bytes: what the page's own
/// "server" knows. Groups and sorts as the server does, by the same code (wire/manifest_order.hpp).
/// Threads: one.
class Archive {
 public:
  explicit Archive(Limits const& limits = kDefaultLimits) : limits_(limits) {}

  /// Reads a file and keeps its header. `sha256_hex` is of the file's bytes, or of enough of a
  /// large file to tell it from others: the same again is refused with `stale`, and changes
  /// nothing. UIDs that it lacks are made of the hash. Returns
  /// the instance's number, counted from 0.
  /// Errors: as dicom::read_instance and dicom::check_identity; limit_exceeded.
  Result<std::uint32_t> add(ByteSource file, std::string sha256_hex);

  /// Whether an instance with this SOP Instance UID was added.
  [[nodiscard]] bool contains(std::string_view sop_instance_uid) const;
  [[nodiscard]] std::uint32_t frame_count(std::uint32_t instance) const;
  [[nodiscard]] std::vector<StudySize> studies() const;  ///< in order of their UIDs

  /// The JSON of docs/wire_format.md; each frame is one level in the encoding of its file, without
  /// a digest. Errors: not_found.
  [[nodiscard]] Result<std::string> manifest(std::string_view study_instance_uid) const;

  /// `instance` as add() numbered it: what is added later moves nothing. Errors: not_found.
  [[nodiscard]] Result<FrameLocation> locate(std::uint32_t instance,
                                             std::uint32_t frame_index0) const;

  /// One frame of its file. Errors: as dicom::frame_bytes, not_found.
  [[nodiscard]] Result<std::vector<std::byte>> frame_bytes(std::uint32_t instance,
                                                           std::uint32_t frame_index0,
                                                           ByteSource file) const;

 private:
  /// Members of the added instance's study that have its UID: both are marked.
  void mark_conflicts(std::vector<std::uint32_t> const& members, wire::ManifestInstance& added);

  Limits limits_;
  std::vector<wire::ManifestInstance> instances_;
  std::map<std::string, std::uint32_t, std::less<>> by_hash_;
  std::set<std::string, std::less<>> sop_instance_uids_;
  std::map<std::string, std::vector<std::uint32_t>, std::less<>> by_study_;
};

}  // namespace sightline::local
