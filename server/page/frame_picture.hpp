#pragma once
#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "base/error.hpp"
#include "dicom/instance.hpp"
#include "page/picture.hpp"
#include "page/rendered_query.hpp"
#include "pixel/color_profile.hpp"
#include "wire/manifest.hpp"

namespace sightline::server {

/// One frame and where its stream's bytes come from.
struct FrameSource {
  dicom::Instance const& instance;
  std::uint32_t frame_index0 = 0;
  wire::StreamIndex const& stream;
  /// The bytes of levels 0 … level.
  std::function<Result<std::vector<std::byte>>(std::uint8_t level)> read_levels;
  /// The bits of one frame (0-based) of an overlay plane of the image; none: nobody draws them.
  std::function<Result<std::vector<std::byte>>(std::uint16_t group, std::uint32_t frame_index0)>
      read_overlay{};
  /// Stored values of another frame (0-based) of the object, in full; none: no mask is subtracted.
  std::function<Result<SampleBlock>(std::uint32_t frame_index0)> decode_frame{};
  /// Applied to pictures in colour; its spans outlive the draw.
  std::optional<pixel::ColorTable> color_profile{};
  /// As the viewer first shows it: PET that has no window of its own is inverted, and of a frame
  /// that is not whole there is what there is.
  bool is_as_viewed = false;
};

/// The stored values of the whole frame. Errors: as draw_frame.
Result<SampleBlock> whole_frame(FrameSource const& source);

/// The highest resolution level of which neither side is over `max_side_px`; nullopt when there is
/// none, or when the encoding has no levels.
std::optional<std::uint8_t> level_within(dicom::Instance const& instance,
                                         wire::StreamIndex const& stream,
                                         std::uint32_t max_side_px);
/// Size of a resolution level. Source: docs/wire_format.md, ISO/IEC 15444-1 B.5.
PictureSize level_size(dicom::Instance const& instance, wire::StreamIndex const& stream,
                       std::size_t level);

/// Decodes the smallest level that suffices and draws it by the CPU twin of the viewer's pipeline.
/// `window`: replaces the data set's for grey pictures. `box`: the picture is fitted into it, with
/// its pixels' aspect ratio; without, one pixel of the matrix is one of the picture. `region`: of
/// the matrix, instead of the whole of it. Errors: invalid_argument (no region of this matrix);
/// pending, unsupported, corrupt, …, as codec::decode_frame and pixel::render; limit_exceeded.
/// Source: PS3.3 C.11, PS3.18 8.3.5.1.
Result<Picture> draw_frame(FrameSource const& source,
                           std::optional<RenderedQuery::Window> const& window,
                           std::optional<PictureSize> box,
                           std::optional<RenderedQuery::Region> const& region = std::nullopt);

}  // namespace sightline::server
