#pragma once
#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "base/byte_source.hpp"
#include "base/error.hpp"
#include "tile/frame_transcoder.hpp"
#include "wire/manifest.hpp"

namespace sightline::server {

/// All frames of one instance, in memory.
struct Pyramid {
  std::vector<wire::StreamIndex> streams;
  std::vector<std::vector<std::byte>> frame_streams;
};

/// Takes one frame at a time, in order. An error ends the building.
using FrameSink = std::function<Status(TranscodedFrame frame)>;

/// What is told before the first frame: how many will come in all (those before first_frame
/// counted).
using ParsedSink = std::function<Status(std::uint32_t number_of_frames)>;

/// Decodes the frames of one file from first_frame on, encodes the lossless ones as HTJ2K Lossless
/// RPCL, verifies each by decoding it again and comparing digests, keeps lossy ones in their own
/// encoding (with no digest), and finds min and max. A frame that cannot be transcoded is kept in
/// its own encoding; one that cannot be decoded gets a failure code. Pure function over bytes: runs
/// inside the sandboxed worker process. Holds one frame at a time. Errors: as dicom::read_instance;
/// those of the sinks.
Status build_frames(ByteSource file, std::uint32_t first_frame, ParsedSink const& parsed,
                    FrameSink const& frame);

/// The same into memory.
Result<Pyramid> build_pyramid(std::span<std::byte const> file);

}  // namespace sightline::server
