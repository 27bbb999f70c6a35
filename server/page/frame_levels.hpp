#pragma once
#include <cstddef>
#include <optional>

#include "codec/frame_decoder.hpp"
#include "page/frame_picture.hpp"
#include "pixel/render_frame.hpp"

namespace sightline::server {

/// The smallest level that has at least one sample per pixel of the picture, were it of the whole
/// matrix.
std::size_t level_for(FrameSource const& source, double rows, double cols);

/// A level, or a region of it, that is whole; as the viewer shows it (source.is_as_viewed) also
/// what is there of one that is not. Errors: as codec::decode_frame and source.read_levels;
/// truncated, corrupt (not whole).
Result<codec::DecodedFrame> decode_level(FrameSource const& source, std::size_t level,
                                         std::optional<codec::FrameRegion> region = std::nullopt);

/// What of a level a picture is made of.
struct DecodedPart {
  codec::DecodedFrame frame;
  pixel::LevelPart place;
};

/// What `geometry` shows of a level: of JPEG 2000 nothing else is decoded. All of it is there, but
/// of a thumbnail: a rendered picture has no mark that each of its readers would see. Errors: as
/// codec::decode_frame and source.read_levels; truncated, corrupt (not whole); invalid_argument
/// (geometry).
Result<DecodedPart> decode_part(FrameSource const& source, std::size_t level,
                                pixel::ViewGeometry const& geometry);

/// The errors of draw_frame that are known before anything is decoded.
Status check_source(FrameSource const& source);

/// How the data set wants the frame drawn; `is_rgb`: the decoder has made RGB. `decoded`: null
/// before there is one; the range of real numbers is known only from them.
Result<pixel::DrawParameters> default_display_of(FrameSource const& source, bool is_rgb,
                                                 codec::DecodedFrame const* decoded);

/// Whether all that is drawn is grey: a Supplemental Palette gives colours to grey pictures.
bool is_drawn_grey(pixel::DrawParameters const& display);

Picture without_alpha(pixel::Image const& image, bool is_grey);

/// The greatest whole number of pixels that a side needs.
std::uint32_t whole_side(double side);

}  // namespace sightline::server
