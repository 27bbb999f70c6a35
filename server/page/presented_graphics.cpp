#include "page/presented_graphics.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <span>

#include "page/ink.hpp"
#include "page/printable.hpp"

namespace sightline::server {
namespace {

using dicom::AnnotationUnits;
using dicom::GraphicObject;
using Point = std::array<double, 2>;  // x, y

constexpr std::size_t kMostTexts = 1000, kMostCharacters = 1024;
/// Of a state; of one curve or filled shape, whose lines may all cross each other.
constexpr std::size_t kMostPoints = 65536, kMostCrossingPoints = 2048;
constexpr std::size_t kPiecePoints = 64;  ///< of a line, stroked at a time: pieces do not cross

bool is_plain_line(GraphicObject const& object) {
  return object.type == GraphicObject::Type::polyline && !object.filled;
}

/// From the image's columns and rows to the picture. Source: web/view says the same.
cairo_matrix_t image_matrix(pixel::ViewGeometry const& geometry) {
  auto const origin = to_viewport(geometry, {0, 0}), right = to_viewport(geometry, {0, 1}),
             down = to_viewport(geometry, {1, 0});
  cairo_matrix_t matrix;
  cairo_matrix_init(&matrix, right.x - origin.x, right.y - origin.y, down.x - origin.x,
                    down.y - origin.y, origin.x, origin.y);
  return matrix;
}

class Pen {
 public:
  Pen(Ink& ink, Picture const& picture, pixel::ViewGeometry const& geometry)
      : context_(ink.context()), picture_(picture), image_(image_matrix(geometry)) {}

  /// Where a point of an annotation is in the picture.
  Point place(Point point, AnnotationUnits units) const {
    if (units == AnnotationUnits::display)
      return {point[0] * picture_.cols, point[1] * picture_.rows};
    cairo_matrix_transform_point(&image_, &point[0], &point[1]);
    return point;
  }

  void draw(GraphicObject const& object, bool is_rim) {
    std::vector<Point> points;
    for (auto const& [x, y] : object.points) points.push_back(place({x, y}, object.units));
    cairo_new_path(context_);
    if (is_plain_line(object)) return draw_line(points, is_rim);
    using Type = GraphicObject::Type;
    switch (object.type) {
      case Type::point: dots(points); break;
      case Type::polyline: polyline(points); break;
      case Type::interpolated: spline(points); break;
      case Type::circle:
      case Type::ellipse: round(object); break;
    }
    if (object.filled && object.type != Type::point) cairo_fill_preserve(context_);
    stroke(is_rim);
  }

  void draw(dicom::TextObject const& text, bool is_rim) {
    Point at{}, anchor{};
    double width_px = picture_.cols;
    if (text.anchor) at = anchor = place(text.anchor->point, text.anchor->units);
    if (text.box) {
      Point const a = place(text.box->top_left, text.box->units),
                  b = place(text.box->bottom_right, text.box->units);
      at = {std::min(a[0], b[0]), std::min(a[1], b[1])};
      if (text.anchor && text.anchor->visible) line_between(at, anchor, is_rim);
    }
    auto const layout = lay_out_text(context_, lines_of(text.text), font_px(), width_px);
    cairo_move_to(context_, at[0], at[1]);
    if (is_rim) {
      pango_cairo_layout_path(context_, layout.get());
      stroke(true);
    } else {
      pango_cairo_show_layout(context_, layout.get());
    }
  }

 private:
  double line_px() const { return std::max(1.0, std::min(picture_.rows, picture_.cols) / 512.0); }
  double font_px() const {
    return std::clamp(std::min(picture_.rows, picture_.cols) / 36.0, 8.0, 40.0);
  }

  void draw_line(std::span<Point const> points, bool is_rim) {
    while (points.size() > 1) {
      auto const piece = points.first(std::min(points.size(), kPiecePoints));
      polyline(piece);
      stroke(is_rim);
      points = points.subspan(piece.size() - 1);
    }
  }
  void stroke(bool is_rim) {
    cairo_set_line_cap(context_, CAIRO_LINE_CAP_ROUND);
    cairo_set_line_join(context_, CAIRO_LINE_JOIN_ROUND);
    cairo_set_line_width(context_, line_px() + (is_rim ? 2 * Ink::kRimPx : 0));
    cairo_stroke(context_);
  }

  static std::string lines_of(std::string_view text) {
    std::string out;
    std::size_t characters = 0;
    while (!text.empty() && characters < kMostCharacters) {
      std::size_t const end = std::min(text.find_first_of("\r\n"), text.size());
      out += (out.empty() ? "" : "\n") + printable(text.substr(0, end), kMostCharacters);
      characters += end + 1;
      text.remove_prefix(end);
      text.remove_prefix(text.starts_with("\r\n") ? 2 : std::min<std::size_t>(1, text.size()));
    }
    return out;
  }

  void line_between(Point const& a, Point const& b, bool is_rim) {
    cairo_move_to(context_, a[0], a[1]);
    cairo_line_to(context_, b[0], b[1]);
    stroke(is_rim);
  }
  void dots(std::vector<Point> const& points) {
    for (Point const& p : points) {
      cairo_new_sub_path(context_);
      cairo_arc(context_, p[0], p[1], line_px(), 0, 2 * std::numbers::pi);
    }
  }
  void polyline(std::span<Point const> points) {
    for (Point const& p : points) cairo_line_to(context_, p[0], p[1]);
  }
  /// Through all points: Catmull-Rom's curve.
  void spline(std::vector<Point> const& points) {
    if (points.empty()) return;
    auto const at = [&points](std::size_t index, int step) -> Point const& {
      if (step < 0) return points[index == 0 ? 0 : index - 1];
      return points[std::min(index + static_cast<std::size_t>(step), points.size() - 1)];
    };
    cairo_move_to(context_, points[0][0], points[0][1]);
    for (std::size_t i = 0; i + 1 < points.size(); ++i) {
      Point const &before = at(i, -1), &from = points[i], &end = at(i, 1), &after = at(i, 2);
      cairo_curve_to(context_, from[0] + (end[0] - before[0]) / 6,
                     from[1] + (end[1] - before[1]) / 6, end[0] - (after[0] - from[0]) / 6,
                     end[1] - (after[1] - from[1]) / 6, end[0], end[1]);
    }
  }
  /// In the annotation's own units, so that a circle of the image stays one when pixels are not
  /// square.
  void round(GraphicObject const& object) {
    auto const& p = object.points;
    bool const is_circle = object.type == GraphicObject::Type::circle;
    if (p.size() < (is_circle ? 2u : 4u)) return;
    auto const distance = [](auto const& a, auto const& b) {
      return std::hypot(double{a[0]} - b[0], double{a[1]} - b[1]);
    };
    Point const center =
        is_circle ? Point{p[0][0], p[0][1]}
                  : Point{(double{p[0][0]} + p[1][0]) / 2, (double{p[0][1]} + p[1][1]) / 2};
    double const major = is_circle ? distance(p[0], p[1]) : distance(p[0], p[1]) / 2;
    double const minor = is_circle ? major : distance(p[2], p[3]) / 2;
    double const angle =
        is_circle ? 0 : std::atan2(double{p[1][1]} - p[0][1], double{p[1][0]} - p[0][0]);
    if (!(major > 0) || !(minor > 0)) return;
    for (int i = 0; i <= kRoundSteps; ++i) {
      double const t = 2 * std::numbers::pi * i / kRoundSteps;
      double const x = major * std::cos(t), y = minor * std::sin(t);
      Point const q = place({center[0] + x * std::cos(angle) - y * std::sin(angle),
                             center[1] + x * std::sin(angle) + y * std::cos(angle)},
                            object.units);
      cairo_line_to(context_, q[0], q[1]);
    }
    cairo_close_path(context_);
  }

  static constexpr int kRoundSteps = 180;
  cairo_t* context_;
  Picture const& picture_;
  cairo_matrix_t image_;
};

void draw_all(Pen& pen, Overlaid const& overlaid, bool is_rim) {
  std::size_t texts = 0;
  for (dicom::GraphicAnnotation const& each : overlaid.state.annotations) {
    if (!refers_to(each.images, overlaid.sop_instance_uid, overlaid.frame_number)) continue;
    for (GraphicObject const& graphic : each.graphics) pen.draw(graphic, is_rim);
    for (dicom::TextObject const& text : each.texts)
      if (++texts <= kMostTexts) pen.draw(text, is_rim);
  }
}

}  // namespace

Status draw_graphics(Picture& picture, Overlaid const& overlaid) {
  std::size_t points = 0;
  for (dicom::GraphicAnnotation const& each : overlaid.state.annotations) {
    for (GraphicObject const& graphic : each.graphics) {
      points += graphic.points.size();
      if (!is_plain_line(graphic) && graphic.points.size() > kMostCrossingPoints)
        return fail(Errc::limit_exceeded, "a shape of too many points");
    }
  }
  if (points > kMostPoints) return fail(Errc::limit_exceeded, "shapes of too many points");
  if (overlaid.state.annotations.empty()) return {};
  auto ink = Ink::create(picture.rows, picture.cols);
  if (!ink) return std::unexpected(ink.error());
  Pen pen(*ink, picture, overlaid.geometry);
  draw_all(pen, overlaid, true);
  if (Status const rim = ink->blend(picture, 0, 0); !rim) return rim;
  ink->clear();
  draw_all(pen, overlaid, false);
  return ink->blend(picture, 0, 255);
}

Status cover_by_shutter(Picture& picture, Overlaid const& overlaid) {
  auto const& shutter = overlaid.state.shutter;
  if (!shutter || (!shutter->rectangle && !shutter->circle && shutter->polygon.empty())) return {};
  auto ink = Ink::create(picture.rows, picture.cols);
  if (!ink) return std::unexpected(ink.error());
  cairo_t* const context = ink->context();
  cairo_set_antialias(context, CAIRO_ANTIALIAS_NONE);
  cairo_paint(context);  // all is covered but what lies in each of the shapes
  cairo_matrix_t const image = image_matrix(overlaid.geometry);
  cairo_set_matrix(context, &image);
  if (auto const& r = shutter->rectangle) {  // the edges belong to what is shown
    cairo_rectangle(context, r->left - 1.0, r->upper - 1.0, r->right - r->left + 1.0,
                    r->lower - r->upper + 1.0);
    cairo_clip(context);
  }
  if (auto const& c = shutter->circle) {
    cairo_arc(context, c->center_col - 0.5, c->center_row - 0.5, c->radius + 0.5, 0,
              2 * std::numbers::pi);
    cairo_clip(context);
  }
  if (!shutter->polygon.empty()) {
    for (auto const& [row, col] : shutter->polygon) cairo_line_to(context, col - 0.5, row - 0.5);
    cairo_close_path(context);
    cairo_clip(context);
  }
  cairo_set_operator(context, CAIRO_OPERATOR_CLEAR);
  cairo_paint(context);
  return ink->blend(picture, 0, shutter->presentation_value.value_or(0) >> 8);
}

}  // namespace sightline::server
