// sl_renderer_* over render::Renderer; viewer.wasm only.
#include <bit>
#include <memory>
#include <new>
#include <optional>
#include <string_view>

#include "bind/handle.hpp"
#include "bind/sl_abi.h"
#include "render/renderer.hpp"

struct SlRenderer : sightline::bind::Handle {
  std::unique_ptr<sightline::render::Renderer> renderer;
};

namespace {

using sightline::Errc;
using sightline::Error;
using sightline::bind::report;
using sightline::render::DrawCall;
using sightline::render::LutPool;

constexpr int32_t kInvalidArgument = static_cast<int32_t>(Errc::invalid_argument);

/// An address of the ABI as a pointer of this module.
template <class T>
T const* pointer_to(uint32_t address) {
  return reinterpret_cast<T const*>(static_cast<std::uintptr_t>(address));
}

DrawCall draw_call(SlView const& view) {
  DrawCall call;
  call.values.rescale_slope = view.rescale_slope;
  call.values.rescale_intercept = view.rescale_intercept;
  call.values.window_center = view.window_center;
  call.values.window_width = view.window_width;
  call.values.voi_function = static_cast<sightline::dicom::VoiFunction>(view.voi_function);
  call.values.photometric = static_cast<sightline::Photometric>(view.photometric);
  if (view.has_padding != 0) {
    call.values.padding = sightline::pixel::PaddingRange{view.padding_first, view.padding_last};
    call.values.real_padding = sightline::pixel::RealPaddingRange{
        std::bit_cast<float>(view.padding_first), std::bit_cast<float>(view.padding_last)};
  }
  call.values.presentation_inverse = view.presentation_inverse != 0;
  call.values.inverted = view.inverted != 0;
  call.values.color_bits = view.color_bits == 0 ? std::uint16_t{8} : view.color_bits;
  call.geometry = {view.image_rows,
                   view.image_cols,
                   view.viewport_height,
                   view.viewport_width,
                   view.zoom,
                   view.pan_x,
                   view.pan_y,
                   view.pixel_aspect,
                   view.rotation_deg,
                   view.flip_horizontal != 0,
                   view.flip_vertical != 0};
  call.interpolate = view.interpolate != 0;
  call.texture = view.texture;
  if (view.level_rows != 0) {
    call.part = sightline::render::TexturePart{view.level_rows, view.level_cols, view.first_row,
                                               view.first_col};
  }
  call.modality_lut = view.modality_lut;
  call.voi_lut = view.voi_lut;
  call.palette = view.palette;
  call.color_table = view.color_table;
  return call;
}

/// The call, when the numbers that become enumerations are in range.
std::optional<DrawCall> checked_call(SlView const* view) {
  if (view == nullptr || view->voi_function > 2 || view->photometric > 10) return std::nullopt;
  return draw_call(*view);
}

}  // namespace

extern "C" {

SlRenderer* sl_renderer_create(const char* canvas_selector) {
  auto created = sightline::render::Renderer::create(canvas_selector);
  if (!created) {
    report(sightline::bind::creation_failure(), std::move(created.error()));
    return nullptr;
  }
  auto* handle = new (std::nothrow) SlRenderer;
  if (handle != nullptr) handle->renderer = std::move(*created);
  return handle;
}

void sl_renderer_destroy(SlRenderer* renderer) {
  std::unique_ptr<SlRenderer> const owned(renderer);
}

int32_t sl_texture_put(SlRenderer* renderer, const SlBlock* block, uint32_t* texture) {
  if (renderer == nullptr) return kInvalidArgument;
  if (block == nullptr || texture == nullptr || block->values_ptr == 0) {
    return report(*renderer, Error{Errc::invalid_argument, 0, "null pointer"});
  }
  auto const put = renderer->renderer->put_texture(
      {block->rows,
       block->cols,
       block->samples,
       block->bits_allocated,
       block->is_signed != 0,
       block->is_rgb != 0,
       {pointer_to<std::byte>(block->values_ptr), block->values_len},
       block->is_float != 0});
  if (!put) return report(*renderer, put.error());
  *texture = *put;
  return 0;
}

void sl_texture_drop(SlRenderer* renderer, uint32_t texture) {
  if (renderer != nullptr) renderer->renderer->drop_texture(texture);
}

int32_t sl_lut_put(SlRenderer* renderer, uint32_t kind, int32_t first_mapped,
                   uint32_t bits_per_entry, uint32_t count, const uint16_t* entries,
                   uint32_t* lut) {
  if (renderer == nullptr) return kInvalidArgument;
  if (entries == nullptr || lut == nullptr || kind > 1 || count > 65536) {
    return report(*renderer, Error{Errc::invalid_argument, 0, "look-up table"});
  }
  std::size_t const total = kind == 1 ? std::size_t{count} * 3 : count;
  auto const put = renderer->renderer->put_lut(static_cast<LutPool::Kind>(kind), first_mapped,
                                               bits_per_entry, {entries, total});
  if (!put) return report(*renderer, put.error());
  *lut = *put;
  return 0;
}

void sl_lut_drop(SlRenderer* renderer, uint32_t lut) {
  if (renderer != nullptr) renderer->renderer->drop_lut(lut);
}

int32_t sl_color_table_put(SlRenderer* renderer, uint32_t curve_entries, const float* curves,
                           uint32_t side, const float* light, uint32_t* table) {
  if (renderer == nullptr) return kInvalidArgument;
  bool const is_bounded = curve_entries <= sightline::pixel::kColorCurveEntries &&
                          side <= sightline::pixel::kMaxColorTableSide;
  if (curves == nullptr || light == nullptr || table == nullptr || !is_bounded)
    return report(*renderer, Error{Errc::invalid_argument, 0, "colour table"});
  auto const put =
      renderer->renderer->put_color_table({curve_entries,
                                           side,
                                           {curves, std::size_t{curve_entries} * 3},
                                           {light, std::size_t{side} * side * side * 3}});
  if (!put) return report(*renderer, put.error());
  *table = *put;
  return 0;
}

void sl_color_table_drop(SlRenderer* renderer, uint32_t table) {
  if (renderer != nullptr) renderer->renderer->drop_color_table(table);
}

int32_t sl_draw(SlRenderer* renderer, const SlView* view) {
  if (renderer == nullptr) return kInvalidArgument;
  std::optional<DrawCall> const call = checked_call(view);
  if (!call) return report(*renderer, Error{Errc::invalid_argument, 0, "view"});
  auto const drawn = renderer->renderer->draw(*call);
  return drawn ? 0 : report(*renderer, drawn.error());
}

int32_t sl_draw_over(SlRenderer* renderer, const SlView* view, int32_t first_x, int32_t first_y,
                     int32_t end_x, int32_t end_y) {
  if (renderer == nullptr) return kInvalidArgument;
  std::optional<DrawCall> const call = checked_call(view);
  if (!call) return report(*renderer, Error{Errc::invalid_argument, 0, "view"});
  auto const drawn = renderer->renderer->draw_over(*call, {first_x, first_y, end_x, end_y});
  return drawn ? 0 : report(*renderer, drawn.error());
}

int32_t sl_fill(SlRenderer* renderer, uint32_t width, uint32_t height, int32_t first_x,
                int32_t first_y, int32_t end_x, int32_t end_y, uint32_t rgb) {
  if (renderer == nullptr) return kInvalidArgument;
  auto const filled =
      renderer->renderer->fill(height, width, {first_x, first_y, end_x, end_y}, rgb);
  return filled ? 0 : report(*renderer, filled.error());
}

int32_t sl_capture(SlRenderer* renderer, const SlView* view, uint8_t* rgba, uint32_t length) {
  if (renderer == nullptr) return kInvalidArgument;
  std::optional<DrawCall> const call = checked_call(view);
  if (!call || rgba == nullptr) return report(*renderer, Error{Errc::invalid_argument, 0, "view"});
  auto const captured =
      renderer->renderer->capture(*call, {reinterpret_cast<std::byte*>(rgba), length});
  return captured ? 0 : report(*renderer, captured.error());
}

uint32_t sl_texture_bytes(SlRenderer* renderer) {
  return renderer == nullptr ? 0 : static_cast<uint32_t>(renderer->renderer->texture_bytes());
}

uint32_t sl_max_texture_size(SlRenderer* renderer) {
  return renderer == nullptr ? 0 : renderer->renderer->max_texture_size();
}

}  // extern "C"
