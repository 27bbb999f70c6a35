#include "page/ink.hpp"

#include <algorithm>

namespace sightline::server {

Result<Ink> Ink::create(std::uint32_t rows, std::uint32_t cols) {
  if (rows == 0 || cols == 0 || std::max(rows, cols) > kMostSide)
    return fail(Errc::invalid_argument, "no such surface");
  OwnedInk<cairo_surface_t> surface(
      cairo_image_surface_create(CAIRO_FORMAT_A8, static_cast<int>(cols), static_cast<int>(rows)));
  OwnedInk<cairo_t> context(cairo_create(surface.get()));
  if (cairo_status(context.get()) != CAIRO_STATUS_SUCCESS)
    return fail(Errc::out_of_memory, "no surface to draw on");
  return Ink(std::move(surface), std::move(context), rows, cols);
}

void Ink::clear() {
  cairo_save(context());
  cairo_set_operator(context(), CAIRO_OPERATOR_CLEAR);
  cairo_paint(context());
  cairo_restore(context());
}

Status Ink::blend(Picture& picture, std::uint32_t top, unsigned level) {
  if (picture.cols != cols_) return fail(Errc::invalid_argument, "another width");
  if (cairo_status(context()) != CAIRO_STATUS_SUCCESS)
    return fail(Errc::out_of_memory, "it cannot be drawn");
  cairo_surface_flush(surface_.get());
  unsigned char const* const coverage = cairo_image_surface_get_data(surface_.get());
  auto const stride = static_cast<std::size_t>(cairo_image_surface_get_stride(surface_.get()));
  std::size_t const line = std::size_t{picture.cols} * picture.samples;
  for (std::size_t row = 0; row < rows_ && top + row < picture.rows; ++row) {
    std::byte* sample = picture.bytes.data() + (top + row) * line;
    for (std::size_t col = 0; col < cols_; ++col) {
      unsigned const part = coverage[row * stride + col];
      for (std::size_t k = 0; k < picture.samples; ++k, ++sample) {
        unsigned const before = std::to_integer<unsigned>(*sample);
        *sample = static_cast<std::byte>((before * (255 - part) + level * part + 127) / 255);
      }
    }
  }
  return {};
}

bool Ink::covers(std::uint32_t row, std::uint32_t col) const {
  cairo_surface_flush(surface_.get());
  auto const stride = static_cast<std::size_t>(cairo_image_surface_get_stride(surface_.get()));
  return cairo_image_surface_get_data(surface_.get())[row * stride + col] > 127;
}

OwnedInk<PangoLayout> lay_out_text(cairo_t* context, std::string_view utf8, double font_px,
                                   double width_px) {
  OwnedInk<PangoLayout> layout(pango_cairo_create_layout(context));
  OwnedInk<PangoFontDescription> const font(pango_font_description_new());
  pango_font_description_set_family_static(font.get(), "DejaVu Sans, sans-serif");
  pango_font_description_set_absolute_size(font.get(), font_px * PANGO_SCALE);
  pango_layout_set_font_description(layout.get(), font.get());
  pango_layout_set_width(layout.get(), static_cast<int>(std::max(1.0, width_px) * PANGO_SCALE));
  pango_layout_set_height(layout.get(), -1);  // one line of each paragraph
  pango_layout_set_ellipsize(layout.get(), PANGO_ELLIPSIZE_END);
  // A name in Arabic is read from right to left, and stands at the left all the same.
  pango_layout_set_auto_dir(layout.get(), FALSE);
  pango_layout_set_text(layout.get(), utf8.data(), static_cast<int>(utf8.size()));
  return layout;
}

}  // namespace sightline::server
