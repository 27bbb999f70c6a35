#include "page/annotation.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string_view>

#include "page/ink.hpp"
#include "page/printable.hpp"

namespace sightline::server {
namespace {

constexpr std::size_t kMostCharacters = 128, kMostLines = 12;

/// "Doe, Jane Ann": components in the order of a list; the groups side by side.
/// Source: PS3.5 6.2.1.
std::string name_of(std::string_view person_name) {
  std::string out;
  while (!person_name.empty()) {
    std::string_view const group = person_name.substr(0, person_name.find('='));
    person_name.remove_prefix(std::min(group.size() + 1, person_name.size()));
    std::string line;
    for (std::size_t begin = 0, component = 0; begin <= group.size() && component < 5;
         ++component) {
      std::size_t const end = std::min(group.find('^', begin), group.size());
      std::string_view const part = group.substr(begin, end - begin);
      if (!part.empty()) line += (line.empty() ? "" : component == 1 ? ", " : " ");
      line += part;
      begin = end + 1;
    }
    if (!line.empty()) out += (out.empty() ? "" : " ") + line;
  }
  return out;
}

/// "2026-11-28" of a DA; another text as it is.
std::string date_of(std::string const& date) {
  bool const is_date =
      date.size() == 8 && std::ranges::all_of(date, [](char c) { return c >= '0' && c <= '9'; });
  return is_date ? date.substr(0, 4) + "-" + date.substr(4, 2) + "-" + date.substr(6) : date;
}

/// What there is of these, with spaces between.
std::string joined(std::initializer_list<std::string> parts) {
  std::string out;
  for (std::string const& part : parts)
    if (!part.empty()) out += (out.empty() ? "" : " ") + part;
  return out;
}

std::string with_unit(char const* name, std::string const& value, char const* unit) {
  return value.empty() ? std::string() : std::string(name) + " " + value + unit;
}

/// Where the rows of a corner begin: at the top, or where they end with the picture.
enum class Corner : std::uint8_t { top, bottom };

/// The lines with a dark rim, as many as fit into half of the picture.
Status burn_corner(Picture& picture, std::vector<std::string> const& lines, Corner corner) {
  double const font_px = std::clamp(std::min(picture.rows, picture.cols) / 36.0, 8.0, 40.0);
  double const margin_px = font_px / 2;
  std::uint32_t const most_rows = std::max(picture.rows / 2, 1u);
  std::string text;
  for (std::size_t i = 0; i < std::min(lines.size(), kMostLines); ++i)
    text += (i > 0 ? "\n" : "") + printable(lines[i], kMostCharacters);
  auto ink = Ink::create(most_rows, picture.cols);
  if (!ink) return std::unexpected(ink.error());
  OwnedInk<PangoLayout> layout;
  int height_px = 0;
  for (;; text.resize(text.rfind('\n'))) {
    layout = lay_out_text(ink->context(), text, font_px, picture.cols - 2 * margin_px);
    pango_layout_get_pixel_size(layout.get(), nullptr, &height_px);
    if (height_px + 2 * margin_px <= most_rows || !text.contains('\n')) break;
  }
  auto const rows =
      std::min(most_rows, static_cast<std::uint32_t>(std::max(height_px, 0) + 2 * margin_px));
  std::uint32_t const top = corner == Corner::top ? 0 : picture.rows - rows;
  cairo_move_to(ink->context(), margin_px, margin_px);
  pango_cairo_layout_path(ink->context(), layout.get());
  cairo_set_line_join(ink->context(), CAIRO_LINE_JOIN_ROUND);
  cairo_set_line_width(ink->context(), 2 * Ink::kRimPx);
  cairo_stroke(ink->context());
  if (Status const rim = ink->blend(picture, top, 0); !rim) return rim;
  ink->clear();
  cairo_move_to(ink->context(), margin_px, margin_px);
  pango_cairo_show_layout(ink->context(), layout.get());
  return ink->blend(picture, top, 255);
}

}  // namespace

AnnotationText annotation_text(Annotation const& wanted, dicom::Instance const& instance,
                               std::uint32_t frame_index0) {
  AnnotationText text;
  auto const add = [](std::vector<std::string>& lines, std::string line) {
    if (!line.empty()) lines.push_back(std::move(line));
  };
  if (wanted.patient) {
    add(text.top_left, name_of(instance.patient.name));
    add(text.top_left, instance.patient.id);
    add(text.top_left, date_of(instance.patient.birth_date));
    add(text.top_left, instance.patient.sex);
  }
  if (wanted.technique) {
    auto const number = [](char const* name, std::optional<std::int32_t> value) {
      return value ? name + std::to_string(*value) : std::string();
    };
    add(text.bottom_left, instance.study.institution_name);
    add(text.bottom_left, date_of(instance.study.study_date));
    add(text.bottom_left, instance.study.study_description);
    add(text.bottom_left, joined({instance.series.modality, instance.series.series_description}));
    add(text.bottom_left, joined({with_unit("kVp", instance.kvp, ""),
                                  with_unit("TR", instance.repetition_time, " ms"),
                                  with_unit("TE", instance.echo_time, " ms")}));
    add(text.bottom_left, instance.contrast_agent);
    std::string const frame = instance.number_of_frames > 1
                                  ? "Fr " + std::to_string(frame_index0 + 1) + "/" +
                                        std::to_string(instance.number_of_frames)
                                  : std::string();
    add(text.bottom_left, joined({number("Se ", instance.series.series_number),
                                  number("Im ", instance.instance_number), frame}));
  }
  return text;
}

Status burn_in(Picture& picture, AnnotationText const& text) {
  std::uint64_t const expected = std::uint64_t{picture.rows} * picture.cols * picture.samples;
  if (picture.bytes.size() != expected || expected == 0)
    return fail(Errc::invalid_argument, "picture size");
  if (!text.top_left.empty()) {
    if (Status const burnt = burn_corner(picture, text.top_left, Corner::top); !burnt) return burnt;
  }
  if (text.bottom_left.empty()) return {};
  return burn_corner(picture, text.bottom_left, Corner::bottom);
}

}  // namespace sightline::server
