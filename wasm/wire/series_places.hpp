#pragma once
#include <array>
#include <cstddef>
#include <span>
#include <vector>

#include "wire/manifest.hpp"

namespace sightline::wire {

/// Position of a picture on the normal of its orientation, in mm. Source: PS3.3 C.7.6.2.1.1.
double place_on_normal(std::array<double, 3> const& position,
                       std::array<double, 6> const& orientation);

/// Whether two orientations are one, within what rounding does to their cosines.
bool same_orientation(std::array<double, 6> const& a, std::array<double, 6> const& b);

/// Single pictures of a series whose instance numbers do not tell their order, as of several
/// echoes, times or b-values that are each numbered from 1: stack by stack of one orientation,
/// within it volume by volume, within it by place. What is at one place are volumes by what the
/// objects state (Instance::phase) and, where they state nothing, by when they were acquired.
/// Pictures without position go by Slice Location. `indices`: into Manifest::instances, in their
/// order so far, which decides what nothing else does. Empty: not all pictures have a place.
std::vector<std::size_t> order_by_place(Manifest const& manifest,
                                        std::span<std::size_t const> indices);

}  // namespace sightline::wire
