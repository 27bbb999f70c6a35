// sl_layout: where the fields of the ABI's structs are, for the test that compares
// web/decode/sl_abi.ts with sl_abi.h.
#include "bind/layout.hpp"
#include "bind/sl_abi.h"

static_assert(sizeof(SlFormat) == 32 && offsetof(SlFormat, photometric) == 20);
static_assert(sizeof(SlBlock) == 32 && offsetof(SlBlock, values_ptr) == 16);
static_assert(sizeof(SlView) == 152 && offsetof(SlView, texture) == 64 &&
              offsetof(SlView, has_padding) == 112);

namespace {

constexpr sightline::bind::LayoutEntry kLayout[] = {
    {"SlFormat", sizeof(SlFormat)},
    {"SlFormat.rows", offsetof(SlFormat, rows)},
    {"SlFormat.cols", offsetof(SlFormat, cols)},
    {"SlFormat.samples_per_pixel", offsetof(SlFormat, samples_per_pixel)},
    {"SlFormat.bits_allocated", offsetof(SlFormat, bits_allocated)},
    {"SlFormat.bits_stored", offsetof(SlFormat, bits_stored)},
    {"SlFormat.high_bit", offsetof(SlFormat, high_bit)},
    {"SlFormat.is_signed", offsetof(SlFormat, is_signed)},
    {"SlFormat.planar_configuration", offsetof(SlFormat, planar_configuration)},
    {"SlFormat.photometric", offsetof(SlFormat, photometric)},
    {"SlBlock", sizeof(SlBlock)},
    {"SlBlock.rows", offsetof(SlBlock, rows)},
    {"SlBlock.cols", offsetof(SlBlock, cols)},
    {"SlBlock.samples", offsetof(SlBlock, samples)},
    {"SlBlock.bits_allocated", offsetof(SlBlock, bits_allocated)},
    {"SlBlock.is_signed", offsetof(SlBlock, is_signed)},
    {"SlBlock.is_rgb", offsetof(SlBlock, is_rgb)},
    {"SlBlock.values_ptr", offsetof(SlBlock, values_ptr)},
    {"SlBlock.values_len", offsetof(SlBlock, values_len)},
    {"SlBlock.is_float", offsetof(SlBlock, is_float)},
    {"SlBlock.missing", offsetof(SlBlock, missing)},
    {"SlBlock.whole_rows", offsetof(SlBlock, whole_rows)},
    {"SlView", sizeof(SlView)},
    {"SlView.rescale_slope", offsetof(SlView, rescale_slope)},
    {"SlView.rescale_intercept", offsetof(SlView, rescale_intercept)},
    {"SlView.window_center", offsetof(SlView, window_center)},
    {"SlView.window_width", offsetof(SlView, window_width)},
    {"SlView.zoom", offsetof(SlView, zoom)},
    {"SlView.pan_x", offsetof(SlView, pan_x)},
    {"SlView.pan_y", offsetof(SlView, pan_y)},
    {"SlView.pixel_aspect", offsetof(SlView, pixel_aspect)},
    {"SlView.texture", offsetof(SlView, texture)},
    {"SlView.image_rows", offsetof(SlView, image_rows)},
    {"SlView.image_cols", offsetof(SlView, image_cols)},
    {"SlView.viewport_width", offsetof(SlView, viewport_width)},
    {"SlView.viewport_height", offsetof(SlView, viewport_height)},
    {"SlView.modality_lut", offsetof(SlView, modality_lut)},
    {"SlView.voi_lut", offsetof(SlView, voi_lut)},
    {"SlView.palette", offsetof(SlView, palette)},
    {"SlView.voi_function", offsetof(SlView, voi_function)},
    {"SlView.photometric", offsetof(SlView, photometric)},
    {"SlView.padding_first", offsetof(SlView, padding_first)},
    {"SlView.padding_last", offsetof(SlView, padding_last)},
    {"SlView.has_padding", offsetof(SlView, has_padding)},
    {"SlView.inverted", offsetof(SlView, inverted)},
    {"SlView.presentation_inverse", offsetof(SlView, presentation_inverse)},
    {"SlView.rotation_deg", offsetof(SlView, rotation_deg)},
    {"SlView.flip_horizontal", offsetof(SlView, flip_horizontal)},
    {"SlView.flip_vertical", offsetof(SlView, flip_vertical)},
    {"SlView.interpolate", offsetof(SlView, interpolate)},
    {"SlView.color_bits", offsetof(SlView, color_bits)},
    {"SlView.color_table", offsetof(SlView, color_table)},
    {"SlView.level_rows", offsetof(SlView, level_rows)},
    {"SlView.level_cols", offsetof(SlView, level_cols)},
    {"SlView.first_row", offsetof(SlView, first_row)},
    {"SlView.first_col", offsetof(SlView, first_col)},
};

}  // namespace

extern "C" int32_t sl_layout(const char* name) { return sightline::bind::layout_of(kLayout, name); }
