#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "dicom/fragments.hpp"
#include "dicom/instance.hpp"

namespace sightline::dicom {

/// Of all frames together: more are no volume that anybody stores.
inline constexpr std::size_t kMostListedFragments = 1'000'000;

/// Frames that are components of codestreams of JPEG 2000 Part 2: each of them has all fragments of
/// its codestream (a component collection). Nothing unless every codestream begins at a fragment,
/// the first has the components of several frames (as many for each as a pixel has samples), and
/// all together as many as frames are stated: those that come out of transforms, or else those that
/// are coded. An offset table can say no more: frames of one codestream begin at one fragment.
/// Source: PS3.5 8.2.4, A.4.4; ISO/IEC 15444-1 A.5.1; 15444-2 A.3.6.
std::vector<FrameSpan> component_frames(ByteSource const& bytes, Fragments const& fragments,
                                        std::uint32_t number_of_frames, std::uint16_t samples);

/// Which frame of the codestream that it shares with its neighbours a frame is; nothing where it
/// has one of its own.
std::optional<std::uint32_t> component_of_frame(std::vector<FrameSpan> const& frames,
                                                std::uint32_t frame_index0);

}  // namespace sightline::dicom
