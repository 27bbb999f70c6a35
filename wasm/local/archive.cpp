#include "local/archive.hpp"

#include <utility>

#include "base/frame_mark.hpp"
#include "codec/frame_decoder.hpp"
#include "dicom/component_frames.hpp"
#include "dicom/identity.hpp"
#include "dicom/image_pixel.hpp"
#include "dicom/transfer_syntax.hpp"

namespace sightline::local {
namespace {

constexpr std::uint32_t kMaxInstances = 1'000'000;

/// Bytes that dicom::frame_bytes gives: those of the file, with the mark of a frame that shares its
/// codestream, or what comes out of a frame that is deflated. 0: the file does not hold the frame.
std::uint64_t given_bytes(dicom::Instance const& instance, std::uint32_t frame_index0) {
  std::uint64_t bytes = 0;
  for (dicom::ByteSpan const& span : instance.frames[frame_index0].fragments)
    bytes += span.length_bytes;
  if (bytes == 0) return 0;
  if (dicom::transfer_syntax_of(instance.transfer_syntax_uid).family ==
      dicom::TransferSyntax::Family::deflated_frame)
    return (dicom::native_frame_bits(instance.format) + 7) / 8;
  return dicom::component_of_frame(instance.frames, frame_index0) ? bytes + kFrameMarkBytes : bytes;
}

/// One level that is the whole frame. A frame that its file does not hold cannot be streamed.
wire::StreamIndex stream_of(std::uint64_t total_bytes, codec::Encoding encoding,
                            Limits const& limits) {
  wire::StreamIndex stream;
  stream.encoding = encoding;
  if (total_bytes == 0) {
    stream.failure = Errc::truncated;
  } else if (total_bytes > limits.max_frame_bytes) {
    stream.failure = Errc::limit_exceeded;
  } else {
    stream.level_ends = {static_cast<std::uint32_t>(total_bytes)};
  }
  return stream;
}

codec::Encoding encoding_of(dicom::Instance const& instance) {
  codec::Encoding const encoding = codec::encoding_of(instance.transfer_syntax_uid);
  // What the bytes show is believed where it contradicts the transfer syntax (dicom/quirks.hpp).
  if (encoding != codec::Encoding::native && encoding != codec::Encoding::native_be)
    return encoding;
  return instance.frame_bytes_big_endian ? codec::Encoding::native_be : codec::Encoding::native;
}

/// PS3.5 8.1.1: single bits begin anywhere in a byte, words of Explicit VR Big Endian may hold
/// swapped bytes, frames may be deflated, and several may share a codestream: dicom::frame_bytes
/// knows all of these.
bool is_plain(dicom::Instance const& instance, std::uint32_t frame_index0) {
  if (dicom::component_of_frame(instance.frames, frame_index0)) return false;
  std::uint16_t const bits = instance.format.bits_allocated;
  if (dicom::transfer_syntax_of(instance.transfer_syntax_uid).family ==
      dicom::TransferSyntax::Family::deflated_frame)
    return false;
  return !instance.deflated && bits != 1 && !(instance.frame_bytes_big_endian && bits <= 8);
}

}  // namespace

Result<std::uint32_t> Archive::add(ByteSource file, std::string sha256_hex) {
  if (by_hash_.contains(sha256_hex)) return fail(Errc::stale, "the same file again");
  if (instances_.size() >= kMaxInstances) return fail(Errc::limit_exceeded, "too many files");
  auto read = dicom::read_instance(file, limits_);
  if (!read) return std::unexpected(std::move(read.error()));
  dicom::complete_identity(*read, sha256_hex);
  if (Status const named = dicom::check_identity(*read); !named)
    return std::unexpected(named.error());

  wire::ManifestInstance entry;
  entry.is_local = true;
  entry.sha256_hex = sha256_hex;
  // A syntax that may hold either is taken for lossy: nothing here can prove the contrary.
  if (read->has_pixels && !codec::is_lossless_syntax(read->transfer_syntax_uid))
    read->lossy.lossy = true;
  codec::Encoding const encoding = encoding_of(*read);
  for (std::uint32_t i = 0; i < read->frames.size(); ++i)
    entry.streams.push_back(stream_of(given_bytes(*read, i), encoding, limits_));
  entry.instance = std::move(*read);

  auto const number = static_cast<std::uint32_t>(instances_.size());
  std::string const& study = entry.instance.study.study_instance_uid;
  auto& members = by_study_[study];
  if (!sop_instance_uids_.insert(entry.instance.sop_instance_uid).second)
    mark_conflicts(members, entry);
  members.push_back(number);
  by_hash_.emplace(std::move(sha256_hex), number);
  instances_.push_back(std::move(entry));
  return number;
}

void Archive::mark_conflicts(std::vector<std::uint32_t> const& members,
                             wire::ManifestInstance& added) {
  for (std::uint32_t const other : members) {
    if (instances_[other].instance.sop_instance_uid != added.instance.sop_instance_uid) continue;
    instances_[other].conflict = added.conflict = true;
  }
}

bool Archive::contains(std::string_view sop_instance_uid) const {
  return sop_instance_uids_.contains(sop_instance_uid);
}

std::uint32_t Archive::frame_count(std::uint32_t instance) const {
  return instance < instances_.size()
             ? static_cast<std::uint32_t>(instances_[instance].streams.size())
             : 0;
}

std::vector<StudySize> Archive::studies() const {
  std::vector<StudySize> studies;
  for (auto const& [uid, members] : by_study_) studies.push_back({uid, members.size()});
  return studies;
}

Result<std::string> Archive::manifest(std::string_view study_instance_uid) const {
  auto const found = by_study_.find(study_instance_uid);
  if (found == by_study_.end()) return fail(Errc::not_found, "no such study");
  wire::Manifest manifest;
  manifest.revision = found->second.size();  // a study only grows
  for (std::uint32_t const member : found->second) manifest.instances.push_back(instances_[member]);
  return wire::encode_manifest(manifest);
}

Result<FrameLocation> Archive::locate(std::uint32_t instance, std::uint32_t frame_index0) const {
  if (instance >= instances_.size()) return fail(Errc::not_found, "no such instance");
  dicom::Instance const& found = instances_[instance].instance;
  if (frame_index0 >= found.frames.size()) return fail(Errc::not_found, "no such frame");
  return FrameLocation{is_plain(found, frame_index0), found.frames[frame_index0]};
}

Result<std::vector<std::byte>> Archive::frame_bytes(std::uint32_t instance,
                                                    std::uint32_t frame_index0,
                                                    ByteSource file) const {
  if (instance >= instances_.size()) return fail(Errc::not_found, "no such instance");
  return dicom::frame_bytes(file, instances_[instance].instance, frame_index0, limits_);
}

}  // namespace sightline::local
