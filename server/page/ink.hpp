#pragma once
#include <pango/pangocairo.h>

#include <cstdint>
#include <memory>
#include <string_view>

#include "base/error.hpp"
#include "page/picture.hpp"

namespace sightline::server {

struct ReleaseInk {
  void operator()(cairo_surface_t* surface) const { cairo_surface_destroy(surface); }
  void operator()(cairo_t* context) const { cairo_destroy(context); }
  void operator()(PangoLayout* layout) const { g_object_unref(layout); }
  void operator()(PangoFontDescription* font) const { pango_font_description_free(font); }
};
template <class T>
using OwnedInk = std::unique_ptr<T, ReleaseInk>;

/// What is drawn over a picture: coverage, for rows from `top` on. Cairo's sides end at 32767.
/// Threads: one object, one thread.
class Ink {
 public:
  static constexpr std::uint32_t kMostSide = 32767;
  static constexpr double kRimPx = 1.5;

  /// Errors: invalid_argument (a side of 0 or over kMostSide), out_of_memory.
  static Result<Ink> create(std::uint32_t rows, std::uint32_t cols);
  /// To draw with; its state is the next drawing's, too.
  cairo_t* context() const { return context_.get(); }
  /// Takes all drawing back.
  void clear();
  /// Lays it over the picture as samples of `level`. Errors: invalid_argument (another width),
  /// out_of_memory (what was drawn could not be).
  Status blend(Picture& picture, std::uint32_t top, unsigned level);
  /// Whether the ink covers the middle of a pixel.
  bool covers(std::uint32_t row, std::uint32_t col) const;

 private:
  Ink(OwnedInk<cairo_surface_t> surface, OwnedInk<cairo_t> context, std::uint32_t rows,
      std::uint32_t cols)
      : surface_(std::move(surface)), context_(std::move(context)), rows_(rows), cols_(cols) {}

  OwnedInk<cairo_surface_t> surface_;
  OwnedInk<cairo_t> context_;
  std::uint32_t rows_, cols_;
};

/// Text in lines, in all scripts that the machine's fonts have, left to right unless its letters
/// say otherwise. `width_px`: lines are cut there with an ellipsis.
OwnedInk<PangoLayout> lay_out_text(cairo_t* context, std::string_view utf8, double font_px,
                                   double width_px);

}  // namespace sightline::server
