#pragma once
#include <cstddef>
#include <cstdint>
#include <vector>

#include "dicom/instance.hpp"
#include "wire/manifest.hpp"

namespace sightline::server {

/// One frame as it will be streamed; `bytes` is empty when index.failure says why there is nothing.
struct TranscodedFrame {
  wire::StreamIndex index;
  std::vector<std::byte> bytes;
};

/// Decodes one frame and decides how it travels: a lossless one as verified HTJ2K, a lossy one (or
/// one that HTJ2K cannot hold) in its own encoding. `encoded` is dicom::frame_bytes of that frame.
/// Never fails as a whole: a frame that cannot be decoded carries its reason. Source: PS3.5 10.18,
/// A.4.4.
TranscodedFrame transcode_frame(dicom::Instance const& instance, std::uint32_t frame_index0,
                                std::vector<std::byte> encoded);

/// A frame that cannot be streamed.
TranscodedFrame failed_frame(Errc why);

}  // namespace sightline::server
