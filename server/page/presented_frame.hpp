#pragma once
#include <optional>

#include "base/error.hpp"
#include "dicom/presentation_state.hpp"
#include "page/frame_picture.hpp"
#include "page/picture.hpp"

namespace sightline::pixel {
struct DrawParameters;
}

namespace sightline::server {

/// Draws a frame as a grayscale presentation state says: its modality transform, its window or
/// table for the frame, its Presentation LUT or shape (whatever the Photometric Interpretation),
/// rotation and flip, its displayed area, shutters, the overlay planes that it activates, and its
/// shapes and texts, in white with a dark rim; as a pseudo-colour one, in the colours of its
/// palette. `box`: the displayed area is fitted into it; without, it is
/// drawn one pixel to a pixel, or as much larger as MAGNIFY says, within 8192 x 8192. Of a colour
/// picture the grey pipeline is left out. A mask is subtracted where the state has neither a
/// Presentation LUT nor a palette. Errors: unsupported (a table or palette for pixels of over 16
/// bits); as draw_frame. Source: PS3.3 A.33.1, C.10.4, C.10.5, C.10.6, C.11; PS3.4 N.2.
Result<Picture> draw_presented(FrameSource const& source, dicom::PresentationState const& state,
                               std::optional<PictureSize> box);

/// The parts of it that are for the frame of `source`. Errors: unsupported.
Status apply_state(dicom::PresentationState const& state, FrameSource const& source,
                   pixel::DrawParameters& display);

/// The frame's stored values less its mask, and the pipeline behind that, where the state has one
/// for it: differences, in the state's window, or in one as wide as nearly all of them, around
/// none. nullopt: there is none. Errors: as FrameSource::decode_frame. Source: PS3.4 N.2, PS3.3
/// C.11.13.
Result<std::optional<SampleBlock>> subtracted(dicom::PresentationState const& state,
                                              FrameSource const& source,
                                              pixel::DrawParameters& display);

}  // namespace sightline::server
