#include "page/rendered_query.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <span>
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

std::optional<RenderedQuery::Viewport> parse_viewport(std::span<std::string_view const> parts) {
  std::optional<std::uint32_t> const width = parse_side(parts[0]);
  std::optional<std::uint32_t> const height = parse_side(parts[1]);
  if (!width || !height) return std::nullopt;
  return RenderedQuery::Viewport{*width, *height};
}

/// "x,y,width,height", each of which may be left out.
std::optional<RenderedQuery::Region> parse_region(std::span<std::string_view const> parts) {
  std::array<double, 4> numbers{};
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    if (parts[i].empty()) continue;
    auto const number = parse_number(parts[i]);
    bool const is_extent = i >= 2;
    if (!number || (is_extent ? *number == 0 : *number < 0)) return std::nullopt;
    numbers[i] = *number;
  }
  auto const [left, top, width, height] = numbers;
  return RenderedQuery::Region{left,       top,  std::abs(width), std::abs(height), width < 0,
                               height < 0, false};
}

/// viewport=vw,vh or viewport=vw,vh,sx,sy,sw,sh. Source: PS3.18 8.3.5.1.3.
bool read_viewport(std::string_view text, RenderedQuery& out) {
  std::vector<std::string_view> const parts = split(text);
  if (parts.size() != 2 && parts.size() != 6) return false;
  std::span const all(parts);
  out.viewport = parse_viewport(all.first(2));
  if (parts.size() == 6) out.region = parse_region(all.subspan(2));
  return out.viewport && (parts.size() == 2 || out.region);
}

std::optional<int> parse_quality(std::string_view text) {
  int value = 0;
  auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  bool const is_number = error == std::errc{} && end == text.data() + text.size();
  return is_number && value >= 1 && value <= 100 ? std::optional(value) : std::nullopt;
}

/// One or both words, each once. Source: PS3.18 8.3.5.1.1.
bool read_annotation(std::string_view text, Annotation& out) {
  for (std::string_view const word : split(text)) {
    bool* const wanted = word == "patient"     ? &out.patient
                         : word == "technique" ? &out.technique
                                               : nullptr;
    if (wanted == nullptr || *wanted) return false;
    *wanted = true;
  }
  return true;
}

/// Source: PS3.18 8.3.5.1 (ICC Profile).
std::optional<RenderedQuery::IccProfile> parse_icc_profile(std::string_view text) {
  using enum RenderedQuery::IccProfile;
  if (text == "no") return no;
  if (text == "yes") return yes;
  if (text == "srgb") return srgb;
  if (text == "adobergb") return adobe_rgb;
  if (text == "rommrgb") return romm_rgb;
  return std::nullopt;
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
      if (!read_viewport(value, out)) return fail(Errc::invalid_argument, "viewport");
    } else if (key == "quality") {
      out.quality = parse_quality(value);
      if (!out.quality) return fail(Errc::invalid_argument, "quality");
    } else if (key == "annotation") {
      if (!read_annotation(value, out.annotation))
        return fail(Errc::invalid_argument, "annotation");
    } else if (key == "iccprofile") {
      auto const icc_profile = parse_icc_profile(value);
      if (!icc_profile) return fail(Errc::invalid_argument, "iccprofile");
      out.icc_profile = *icc_profile;
    } else {
      return fail(Errc::invalid_argument, "unknown query key");
    }
  }
  return out;
}

std::optional<RenderedQuery::Region> parse_relative_region(std::string_view text) {
  std::vector<std::string_view> const parts = split(text);
  if (parts.size() != 4) return std::nullopt;
  std::array<double, 4> sides{};
  for (std::size_t i = 0; i < sides.size(); ++i) {
    auto const number = parse_number(parts[i]);
    if (!number || *number < 0 || *number > 1) return std::nullopt;
    sides[i] = *number;
  }
  auto const [left, top, right, bottom] = sides;
  if (left >= right || top >= bottom) return std::nullopt;
  return RenderedQuery::Region{left, top, right - left, bottom - top, false, false, true};
}

}  // namespace sightline::server
