#include "pixel/color_profile.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace sightline::pixel {
namespace {

using Triple = std::array<double, 3>;
using Node = std::array<std::uint32_t, 3>;

double on_curve(double value, std::size_t channel, ColorTable const& table) {
  double const place = std::clamp(value, 0.0, 1.0) * (table.curve_entries - 1);
  auto const first = std::min(static_cast<std::uint32_t>(place), table.curve_entries - 2);
  auto const entry = [&](std::uint32_t index) -> double {
    return table.curves[std::size_t{index} * 3 + channel];
  };
  return entry(first) + (place - first) * (entry(first + 1) - entry(first));
}

Triple light_at(Node const& node, ColorTable const& table) {
  std::size_t const at = ((std::size_t{node[2]} * table.side + node[1]) * table.side + node[0]) * 3;
  return {table.light[at], table.light[at + 1], table.light[at + 2]};
}

/// Along the axes from the node below, the one with the largest share first.
Triple between_nodes(Triple const& coordinates, ColorTable const& table) {
  Node node{};
  Triple share{};
  for (std::size_t axis = 0; axis < 3; ++axis) {
    double const place = std::clamp(coordinates[axis], 0.0, 1.0) * (table.side - 1);
    node[axis] = std::min(static_cast<std::uint32_t>(place), table.side - 2);
    share[axis] = place - node[axis];
  }
  std::array<std::size_t, 3> axes{0, 1, 2};
  std::ranges::sort(axes, [&](std::size_t a, std::size_t b) { return share[a] > share[b]; });
  Triple light = light_at(node, table), from = light;
  for (std::size_t const axis : axes) {
    ++node[axis];
    Triple const to = light_at(node, table);
    for (std::size_t i = 0; i < 3; ++i) light[i] += share[axis] * (to[i] - from[i]);
    from = to;
  }
  return light;
}

double srgb_of_light(double light) {
  double const clamped = std::clamp(light, 0.0, 1.0);
  return clamped <= 0.0031308 ? 12.92 * clamped : 1.055 * std::pow(clamped, 1 / 2.4) - 0.055;
}

double adobe_of_light(double light) {
  constexpr double kGamma = 563.0 / 256;
  return std::pow(std::clamp(light, 0.0, 1.0), 1 / kGamma);
}

double romm_of_light(double light) {
  double const clamped = std::clamp(light, 0.0, 1.0);
  return clamped < 1.0 / 512 ? 16 * clamped : std::pow(clamped, 1 / 1.8);
}

double level_of_light(double light, OutputCurve curve) {
  switch (curve) {
    case OutputCurve::adobe_rgb: return adobe_of_light(light);
    case OutputCurve::romm_rgb: return romm_of_light(light);
    case OutputCurve::srgb: break;
  }
  return srgb_of_light(light);
}

}  // namespace

Status check_color_table(ColorTable const& table) {
  bool const is_bounded = table.curve_entries >= 2 && table.curve_entries <= kColorCurveEntries &&
                          table.side >= 2 && table.side <= kMaxColorTableSide;
  if (!is_bounded || table.curves.size() != std::size_t{table.curve_entries} * 3 ||
      table.light.size() != std::size_t{table.side} * table.side * table.side * 3)
    return fail(Errc::invalid_argument, "a colour table's length");
  return {};
}

Rgb apply_color_profile(Rgb const& device, ColorTable const& table) {
  Triple const light =
      between_nodes({on_curve(device.red, 0, table), on_curve(device.green, 1, table),
                     on_curve(device.blue, 2, table)},
                    table);
  return {level_of_light(light[0], table.output), level_of_light(light[1], table.output),
          level_of_light(light[2], table.output)};
}

}  // namespace sightline::pixel
