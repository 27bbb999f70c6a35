#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/sha256.hpp"
#include "codec/frame_decoder.hpp"
#include "dicom/instance.hpp"

namespace sightline::wire {

/// How one frame is streamed. `level_ends` as in codec::LeveledCodestream; one entry (the length)
/// for encodings without levels. `digest` is SHA-256 over the stored values (SampleBlock bytes) of
/// the whole frame.
struct StreamIndex {
  codec::Encoding encoding = codec::Encoding::unknown;
  std::vector<std::uint32_t> level_ends;
  Sha256Digest digest{};
  bool has_digest = false;        ///< false for lossy sources
  std::int32_t min = 0, max = 0;  ///< of the stored values, padding left out; 0,0 when not known
  Errc failure = Errc::ok;        ///< why the frame cannot be streamed at all
};

/// One instance in the manifest: what was parsed plus how it is streamed.
struct ManifestInstance {
  dicom::Instance instance;
  std::string sha256_hex;  ///< of the original file's bytes: names its tiles
  bool conflict = false;   ///< another instance has the same SOP Instance UID and other bytes
  bool pending = false;    ///< the pyramid is not built yet
  std::vector<StreamIndex> streams;  ///< number_of_frames entries unless pending
  bool is_local = false;  ///< read by the page itself: its frames have no digest to be held against
};

struct Manifest {
  std::uint64_t revision = 0;
  std::vector<ManifestInstance> instances;
};

/// Groups by series, sorts (series by number, then UID; instances by position along the normal when
/// all have one orientation, else by instance number, then UID), hoists what is equal, and writes
/// the JSON of docs/wire_format.md. Deterministic: equal input gives equal bytes. Never contains
/// '<' (safe inside a script element of a page).
std::string encode_manifest(Manifest const& manifest);

/// A slide of more frames than `kMostStreamsInManifest` has its streams outside of the manifest
/// ("streamsApart"), in parts of so many frames: most of its tiles are never looked at.
inline constexpr std::uint32_t kMostStreamsInManifest = 2048, kStreamsPerPart = 1024;
/// One such part, as the JSON of "streams" in docs/wire_format.md. Precondition: not empty.
std::string encode_streams_part(std::span<StreamIndex const> streams);

/// The numbering of frames that encode_manifest used: entry i = frame i of the wire.
struct FrameRef {
  std::size_t instance_index = 0;
  std::uint32_t frame_index0 = 0;
};
std::vector<FrameRef> number_frames(Manifest const& manifest);

}  // namespace sightline::wire
