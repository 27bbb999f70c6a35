#include "dicom/display_shutter.hpp"

#include <string>

#include "dicom/attributes.hpp"

namespace sightline::dicom {
namespace {

constexpr std::uint32_t kShape = 0x00181600, kLeft = 0x00181602, kRight = 0x00181604,
                        kUpper = 0x00181606, kLower = 0x00181608, kCenter = 0x00181610,
                        kRadius = 0x00181612, kVertices = 0x00181620,
                        kPresentationValue = 0x00181622, kOverlayGroup = 0x00181623,
                        kColor = 0x00181624;
constexpr std::size_t kMaxVertices = 16384;
/// Nobody's picture is larger; sums of these stay far within 32 bits.
constexpr double kFarthest = 1 << 20;

bool is_place(double value) { return value >= -kFarthest && value <= kFarthest; }

std::optional<DisplayShutter::Rectangle> read_rectangle(Attributes const& attributes) {
  auto const left = attributes.integer(kLeft), right = attributes.integer(kRight),
             upper = attributes.integer(kUpper), lower = attributes.integer(kLower);
  if (!left || !right || !upper || !lower || *left > *right || *upper > *lower) return std::nullopt;
  for (auto const edge : {*left, *right, *upper, *lower})
    if (!is_place(edge)) return std::nullopt;
  return DisplayShutter::Rectangle{*left, *right, *upper, *lower};
}

std::optional<DisplayShutter::Circle> read_circle(Attributes const& attributes) {
  auto const center = attributes.numbers(kCenter);
  auto const radius = attributes.integer(kRadius);
  if (center.size() < 2 || !is_place(center[0]) || !is_place(center[1])) return std::nullopt;
  if (!radius || *radius <= 0 || !is_place(*radius)) return std::nullopt;
  return DisplayShutter::Circle{static_cast<std::int32_t>(center[0]),
                                static_cast<std::int32_t>(center[1]), *radius};
}

std::vector<std::array<std::int32_t, 2>> read_polygon(Attributes const& attributes) {
  auto const numbers = attributes.numbers(kVertices);
  if (numbers.size() < 6 || numbers.size() > 2 * kMaxVertices) return {};
  std::vector<std::array<std::int32_t, 2>> vertices;
  for (std::size_t i = 0; i + 1 < numbers.size(); i += 2) {
    if (!is_place(numbers[i]) || !is_place(numbers[i + 1])) return {};
    vertices.push_back(
        {static_cast<std::int32_t>(numbers[i]), static_cast<std::int32_t>(numbers[i + 1])});
  }
  return vertices;
}

}  // namespace

std::optional<DisplayShutter> read_display_shutter(Attributes const& attributes) {
  std::string const shapes = attributes.code(kShape);
  if (shapes.empty()) return std::nullopt;
  DisplayShutter shutter;
  if (shapes.contains("RECTANGULAR")) shutter.rectangle = read_rectangle(attributes);
  if (shapes.contains("CIRCULAR")) shutter.circle = read_circle(attributes);
  if (shapes.contains("POLYGONAL")) shutter.polygon = read_polygon(attributes);
  if (shapes.contains("BITMAP")) shutter.overlay_group = attributes.u16(kOverlayGroup);
  if (!shutter.rectangle && !shutter.circle && shutter.polygon.empty() && !shutter.overlay_group)
    return std::nullopt;
  shutter.presentation_value = attributes.u16(kPresentationValue);
  auto const color = attributes.words(kColor).values;
  if (color.size() == 3) shutter.cielab = {color[0], color[1], color[2]};
  return shutter;
}

}  // namespace sightline::dicom
