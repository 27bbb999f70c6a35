#include "page/presented_overlays.hpp"

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>
#include <vector>

namespace sightline::server {
namespace {

/// One frame of a plane, and how it is drawn.
struct Shown {
  dicom::OverlayPlane const* plane = nullptr;
  std::span<std::byte const> bits;
  unsigned level = 255;
  bool is_half = false;
};

/// The pixels of the picture's side that [from, to) has: those whose centre lies in it, or the one
/// that it lies in.
struct Span {
  std::int64_t first = 0, end = 0;
};
Span pixels_of(double a, double b, std::uint32_t side) {
  double const from = std::clamp(std::min(a, b), -1.0, side + 1.0),
               to = std::clamp(std::max(a, b), -1.0, side + 1.0);
  auto first = static_cast<std::int64_t>(std::ceil(from - 0.5)),
       end = static_cast<std::int64_t>(std::ceil(to - 0.5));
  if (first >= end) {
    first = static_cast<std::int64_t>(std::floor((from + to) / 2));
    end = first + 1;
  }
  return {std::max<std::int64_t>(first, 0), std::min<std::int64_t>(end, side)};
}

/// A mask of the picture's pixels, as a plane covers them: no pixel is drawn twice.
std::vector<bool> covered_pixels(Picture const& picture, pixel::ViewGeometry const& geometry,
                                 Shown const& shown) {
  std::vector<bool> mask(std::size_t{picture.rows} * picture.cols);
  dicom::OverlayPlane const& plane = *shown.plane;
  for (std::uint32_t row = 0; row < plane.rows; ++row) {
    for (std::uint32_t col = 0; col < plane.cols; ++col) {
      std::size_t const bit = std::size_t{row} * plane.cols + col;
      if (((std::to_integer<unsigned>(shown.bits[bit / 8]) >> (bit % 8)) & 1) == 0) continue;
      double const top = static_cast<double>(row) + plane.origin_row - 1;
      double const left = static_cast<double>(col) + plane.origin_col - 1;
      auto const a = to_viewport(geometry, {top, left}),
                 b = to_viewport(geometry, {top + 1, left + 1});
      Span const across = pixels_of(a.x, b.x, picture.cols),
                 down = pixels_of(a.y, b.y, picture.rows);
      for (auto y = down.first; y < down.end; ++y)
        for (auto x = across.first; x < across.end; ++x)
          mask[static_cast<std::size_t>(y) * picture.cols + static_cast<std::size_t>(x)] = true;
    }
  }
  return mask;
}

void draw(Picture& picture, pixel::ViewGeometry const& geometry, Shown const& shown) {
  std::size_t const bits = std::size_t{shown.plane->rows} * shown.plane->cols;
  if (shown.bits.size() < (bits + 7) / 8) return;
  auto const mask = covered_pixels(picture, geometry, shown);
  for (std::size_t pixel = 0; pixel < mask.size(); ++pixel) {
    if (!mask[pixel]) continue;
    for (std::size_t k = 0; k < picture.samples; ++k) {
      std::byte& sample = picture.bytes[pixel * picture.samples + k];
      unsigned const before = std::to_integer<unsigned>(sample);
      sample = static_cast<std::byte>(shown.is_half ? (before + shown.level + 1) / 2 : shown.level);
    }
  }
}

/// The frame of the plane (0-based) that lies over this frame of the image (1-based).
/// Source: PS3.3 C.9.2, Image Frame Origin.
std::optional<std::uint32_t> frame_over(dicom::OverlayPlane const& plane, std::uint32_t number) {
  if (plane.image_frame_origin == 0) return 0;
  if (number < plane.image_frame_origin) return std::nullopt;
  std::uint32_t const index0 = number - plane.image_frame_origin;
  return index0 < plane.number_of_frames ? std::optional(index0) : std::nullopt;
}

/// The activations, the lowest layer first.
struct Activated {
  std::uint16_t group = 0;
  std::int32_t order = 0;
  unsigned level = 255;
};
std::vector<Activated> activated_groups(dicom::PresentationState const& state) {
  std::vector<Activated> all;
  for (dicom::OverlayActivation const& each : state.activations) {
    auto const layer = std::ranges::find(state.layers, each.layer, &dicom::GraphicLayer::name);
    Activated one{each.group};
    if (layer != state.layers.end()) {
      one.order = layer->order;
      one.level = layer->recommended_grayscale.value_or(0xFFFF) >> 8;
    }
    all.push_back(one);
  }
  std::ranges::sort(all, {}, [](Activated const& one) { return std::pair(one.order, one.group); });
  return all;
}

}  // namespace

Status draw_overlays(Picture& picture, Overlaid const& overlaid, FrameSource const& source) {
  dicom::PresentationState const& state = overlaid.state;
  for (Activated const& each : activated_groups(state)) {
    Shown shown{nullptr, {}, each.level, false};
    std::size_t const own = static_cast<std::size_t>(
        std::ranges::find(state.overlays, each.group, &dicom::OverlayPlane::group) -
        state.overlays.begin());
    bool const is_shutter = state.shutter && state.shutter->overlay_group == each.group;
    if (own < state.overlays.size() && !is_shutter) {
      shown.plane = &state.overlays[own];
      shown.bits = state.overlay_bits[own];
      shown.is_half = shown.plane->is_roi;
      draw(picture, overlaid.geometry, shown);
    }
    auto const& planes = source.instance.overlays;
    auto const plane = std::ranges::find(planes, each.group, &dicom::OverlayPlane::group);
    if (plane == planes.end() || !source.read_overlay) continue;
    auto const frame = frame_over(*plane, overlaid.frame_number);
    if (!frame) continue;
    auto const bits = source.read_overlay(each.group, *frame);
    if (!bits && bits.error().code == Errc::io) return std::unexpected(bits.error());
    if (!bits) continue;  // it came so: the picture is drawn as far as it is there
    shown.plane = &*plane;
    shown.bits = *bits;
    shown.is_half = plane->is_roi;
    draw(picture, overlaid.geometry, shown);
  }
  return {};
}

void cover_by_bitmap_shutter(Picture& picture, Overlaid const& overlaid) {
  auto const& shutter = overlaid.state.shutter;
  if (!shutter || !shutter->overlay_group) return;
  auto const& planes = overlaid.state.overlays;
  auto const plane =
      std::ranges::find(planes, *shutter->overlay_group, &dicom::OverlayPlane::group);
  if (plane == planes.end()) return;
  auto const index = static_cast<std::size_t>(plane - planes.begin());
  unsigned const level = shutter->presentation_value.value_or(0) >> 8;
  draw(picture, overlaid.geometry, {&*plane, overlaid.state.overlay_bits[index], level, false});
}

}  // namespace sightline::server
