#pragma once
#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

#include "base/error.hpp"

namespace sightline::server {

/// The demonstration study, patient Demo^Sightline: three series of made-up objects whose every
/// value is known.
///
/// CT: 120 axial slices of 512 x 512, signed 16 bit, stored value = HU; pixels 0.5 mm, slices 1 mm
/// apart, the first at z = 0.
///   The isocentre is in the middle of each slice. Air -1000 around a water cylinder (0 HU) of
///   radius 100 mm along z; in it rods of radius 12 mm, 55 mm from the axis: +60 at the patient's
///   left, +400 behind, +1200 at the right; a ball of air of radius 20 mm, centre 55 mm in front at
///   z = 60; a wedge behind (x -40…40, y 72…86 mm) from -200 to +200 HU by 5 HU per mm of x; and a
///   rod of +200, radius 4 mm, 85 mm from the axis, that turns by 3 degrees per slice.
/// US: 40 frames of 640 x 480, RGB, 40 ms each: a sector with a ring of echoes that moves outwards.
/// DX: 3000 x 2500 pixels of 0.1 mm, 14 bit, MONOCHROME1: a ramp, a step wedge, line pairs and
/// chequers.
///
/// Deterministic: the same bytes and UIDs everywhere. `take` gets one Part 10 file after the other;
/// its error ends it.
Status make_demo_study(std::function<Status(std::vector<std::byte> file)> const& take);

inline constexpr std::uint32_t kDemoObjects = 122;

/// HU of the CT phantom at a point. Units: mm in the patient's coordinates.
std::int16_t demo_ct_hu(double x_mm, double y_mm, std::uint32_t slice_index0);

}  // namespace sightline::server
