#include "page/presented_frame.hpp"

#include <algorithm>
#include <cmath>

#include "page/frame_levels.hpp"
#include "page/presented_graphics.hpp"
#include "page/presented_overlays.hpp"

namespace sightline::server {
namespace {

/// The part of the image that is shown, in its columns and rows; it may reach beyond.
struct Area {
  double left = 0, top = 0, width = 0, height = 0;
  double aspect = 1, magnification = 1;
};

/// The frame's, else the whole image. Source: PS3.3 C.10.4.
Area area_of(dicom::PresentationState const& state, FrameSource const& source,
             double image_aspect) {
  PixelFormat const& format = source.instance.format;
  Area out{0, 0, static_cast<double>(format.cols), static_cast<double>(format.rows), image_aspect,
           1};
  auto const found = std::ranges::find_if(state.areas, [&](dicom::DisplayedArea const& each) {
    return refers_to(each.images, source.instance.sop_instance_uid, source.frame_index0 + 1);
  });
  if (found == state.areas.end()) return out;
  auto const [left, right] = std::minmax(found->top_left[0], found->bottom_right[0]);
  auto const [top, bottom] = std::minmax(found->top_left[1], found->bottom_right[1]);
  out.left = left - 1.0;
  out.top = top - 1.0;
  out.width = right - left + 1.0;
  out.height = bottom - top + 1.0;
  auto const ratio = found->pixel_spacing ? found->pixel_spacing : found->aspect_ratio;
  if (ratio) out.aspect = (*ratio)[0] / (*ratio)[1];
  if (found->mode == dicom::DisplayedArea::Mode::magnify)
    out.magnification = std::clamp(found->magnification.value_or(1), 1.0 / 64, 64.0);
  return out;
}

/// The canvas, and the area laid over the whole of it.
void place(Area const& area, PictureSize canvas, pixel::ViewGeometry& geometry) {
  bool const is_turned = geometry.rotation_deg % 180 != 0;
  geometry.viewport_rows = canvas.rows;
  geometry.viewport_cols = canvas.cols;
  double const along_cols = is_turned ? canvas.rows : canvas.cols,
               along_rows = is_turned ? canvas.cols : canvas.rows;
  geometry.zoom = along_cols / area.width;
  geometry.pixel_aspect = along_rows / area.height / geometry.zoom;
  geometry.pan_x = geometry.pan_y = 0;
  auto const a = to_viewport(geometry, {area.top, area.left});
  auto const b = to_viewport(geometry, {area.top + area.height, area.left + area.width});
  geometry.pan_x = -std::min(a.x, b.x);
  geometry.pan_y = -std::min(a.y, b.y);
}

PictureSize canvas_of(Area const& area, bool is_turned, std::optional<PictureSize> box) {
  double const rows = area.height * (box ? std::clamp(area.aspect, 1.0 / 16, 16.0) : 1);
  double const scale = box ? 1 : area.magnification;
  PictureSize shape{whole_side(rows * scale), whole_side(area.width * scale)};
  if (is_turned) std::swap(shape.rows, shape.cols);
  PictureSize const most{kMaxViewportSide, kMaxViewportSide};
  bool const fits = shape.rows <= most.rows && shape.cols <= most.cols;
  return box ? fit_into(shape, *box) : fits ? shape : fit_into(shape, most);
}

/// A geometry that cannot be is the state's.
std::unexpected<Error> of_the_state(Error const& error) {
  bool const is_impossible = error.code == Errc::invalid_argument;
  return fail(is_impossible ? Errc::corrupt : error.code, error.detail);
}

struct Drawn {
  pixel::Image image;
  bool is_grey = true;
};

Result<Drawn> draw_difference(SampleBlock const& difference, pixel::DrawParameters const& display) {
  auto image = pixel::render(difference, display);
  if (!image) return std::unexpected(image.error());
  return Drawn{std::move(*image), is_drawn_grey(display)};
}

/// What is seen of a level, as the state says.
Result<Drawn> draw_level(FrameSource const& source, dicom::PresentationState const& state,
                         std::size_t level, pixel::ViewGeometry const& geometry) {
  auto const decoded = decode_part(source, level, geometry);
  if (!decoded) return std::unexpected(decoded.error());
  auto display = default_display_of(source, decoded->frame.block_is_rgb, &decoded->frame);
  if (!display) return std::unexpected(display.error());
  if (Status const applied = apply_state(state, source, *display); !applied)
    return std::unexpected(applied.error());
  display->geometry = geometry;
  auto image = pixel::render_part(decoded->frame.block, decoded->place, *display);
  if (!image) return std::unexpected(image.error());
  return Drawn{std::move(*image), is_drawn_grey(*display)};
}

}  // namespace

Result<Picture> draw_presented(FrameSource const& source, dicom::PresentationState const& state,
                               std::optional<PictureSize> box) {
  if (Status const usable = check_source(source); !usable) return std::unexpected(usable.error());
  PixelFormat const& format = source.instance.format;
  auto const probe = default_display_of(source, format.samples_per_pixel == 3, nullptr);
  if (!probe) return std::unexpected(probe.error());
  Area const area = area_of(state, source, probe->geometry.pixel_aspect);
  bool const is_turned = state.rotation_deg % 180 != 0;
  PictureSize const canvas = canvas_of(area, is_turned, box);
  std::size_t const level =
      level_for(source, (is_turned ? canvas.cols : canvas.rows) * (format.rows / area.height),
                (is_turned ? canvas.rows : canvas.cols) * (format.cols / area.width));
  auto masked = *probe;
  if (Status const applied = apply_state(state, source, masked); !applied)
    return std::unexpected(applied.error());
  auto const difference = subtracted(state, source, masked);
  if (!difference) return std::unexpected(difference.error());
  // Bilinear taps skip samples when a picture is made less than half as large: then draw the
  // samples, and average.
  PictureSize const native = canvas_of(area, is_turned, std::nullopt);
  bool const is_whole = difference->has_value() ||
                        (level == source.stream.level_ends.size() - 1 &&
                         level_size(source.instance, source.stream, level).rows == format.rows);
  bool const averages =
      is_whole && (native.rows > 2 * canvas.rows || native.cols > 2 * canvas.cols);
  pixel::ViewGeometry geometry = probe->geometry;
  // A state turns, then mirrors (PS3.3 C.10.6); ViewGeometry mirrors, then turns: the other way
  // round it is the same.
  auto const turned = static_cast<std::uint16_t>(state.rotation_deg);
  geometry.rotation_deg =
      state.horizontal_flip ? static_cast<std::uint16_t>((360 - turned) % 360) : turned;
  geometry.flip_horizontal = state.horizontal_flip;
  place(area, averages ? native : canvas, geometry);
  masked.geometry = geometry;
  auto const drawn = *difference ? draw_difference(**difference, masked)
                                 : draw_level(source, state, level, geometry);
  if (!drawn) return of_the_state(drawn.error());
  Picture picture = without_alpha(drawn->image, drawn->is_grey);
  if (averages) {
    auto scaled = scale_picture(picture, canvas.rows, canvas.cols);
    if (!scaled) return scaled;
    picture = std::move(*scaled);
    place(area, canvas, geometry);
  }
  Overlaid const overlaid{state, source.instance.sop_instance_uid, source.frame_index0 + 1,
                          geometry};
  Status laid = cover_by_shutter(picture, overlaid);
  if (laid) cover_by_bitmap_shutter(picture, overlaid);
  if (laid) laid = draw_overlays(picture, overlaid, source);
  if (laid) laid = draw_graphics(picture, overlaid);
  if (!laid) return std::unexpected(laid.error());
  return picture;
}

}  // namespace sightline::server
