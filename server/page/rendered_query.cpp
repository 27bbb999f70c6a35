#include "page/rendered_query.hpp"

#include <charconv>
#include <cmath>
#include <string_view>

namespace sightline::server {
namespace {

std::optional<double> parse_number(std::string_view text) {
  double value = 0;
  auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || !std::isfinite(value))
    return std::nullopt;
  return value;
}

std::optional<std::uint32_t> parse_side(std::string_view text) {
  std::uint32_t value = 0;
  auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  if (value < 1 || value > kMaxViewportSide) return std::nullopt;
  return value;
}

/// Splits at commas.
std::vector<std::string_view> split(std::string_view text) {
  std::vector<std::string_view> parts;
  for (;;) {
    std::size_t const comma = text.find(',');
    parts.push_back(text.substr(0, comma));
    if (comma == std::string_view::npos) return parts;
    text = text.substr(comma + 1);
  }
}

std::optional<RenderedQuery::Window> parse_window(std::string_view text) {
  std::vector<std::string_view> const parts = split(text);
  if (parts.size() != 3) return std::nullopt;
  std::optional<double> const center = parse_number(parts[0]);
  std::optional<double> const width = parse_number(parts[1]);
  if (!center || !width) return std::nullopt;
  if (parts[2] == "linear" && *width >= 1)
    return RenderedQuery::Window{*center, *width, dicom::VoiFunction::linear};
  if (parts[2] == "linear-exact" && *width > 0) {
    return RenderedQuery::Window{*center, *width, dicom::VoiFunction::linear_exact};
  }
  if (parts[2] == "sigmoid" && *width > 0)
    return RenderedQuery::Window{*center, *width, dicom::VoiFunction::sigmoid};
  return std::nullopt;
}

std::optional<RenderedQuery::Viewport> parse_viewport(std::string_view text) {
  std::vector<std::string_view> const parts = split(text);
  if (parts.size() != 2) return std::nullopt;
  std::optional<std::uint32_t> const width = parse_side(parts[0]);
  std::optional<std::uint32_t> const height = parse_side(parts[1]);
  if (!width || !height) return std::nullopt;
  return RenderedQuery::Viewport{*width, *height};
}

}  // namespace

Result<RenderedQuery> parse_rendered_query(
    std::vector<std::pair<std::string, std::string>> const& query) {
  RenderedQuery out;
  for (auto const& [key, value] : query) {
    if (key == "window") {
      out.window = parse_window(value);
      if (!out.window) return fail(Errc::invalid_argument, "window");
    } else if (key == "viewport") {
      out.viewport = parse_viewport(value);
      if (!out.viewport) return fail(Errc::invalid_argument, "viewport");
    } else {
      return fail(Errc::invalid_argument, "unknown query key");
    }
  }
  return out;
}

}  // namespace sightline::server
