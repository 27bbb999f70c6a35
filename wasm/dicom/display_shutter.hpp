#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <vector>

namespace sightline::dicom {

class Attributes;

/// What is to be covered of a picture: all that lies outside of any of the shapes. Units: pixels of
/// the image, 1-based; the edges belong to what is shown. Source: PS3.3 C.7.6.11, C.7.6.15.
struct DisplayShutter {
  struct Rectangle {
    std::int32_t left = 1, right = 1, upper = 1, lower = 1;  ///< (0018,1602) … (0018,1608)
    bool operator==(Rectangle const&) const = default;
  };
  struct Circle {
    std::int32_t center_row = 1, center_col = 1, radius = 0;  ///< (0018,1610), (0018,1612)
    bool operator==(Circle const&) const = default;
  };
  std::optional<Rectangle> rectangle;
  std::optional<Circle> circle;
  std::vector<std::array<std::int32_t, 2>> polygon;  ///< (0018,1620): row, column; or empty
  std::optional<std::uint16_t> overlay_group;        ///< (0018,1623): its 1 bits are covered
  std::optional<std::uint16_t> presentation_value;   ///< (0018,1622): P-value, 0 black, FFFF white
  std::optional<std::array<std::uint16_t, 3>> cielab;  ///< (0018,1624), as PS3.3 C.10.7.1.1
  bool operator==(DisplayShutter const&) const = default;
};

/// The shutter of an image or of a presentation state. A shape that is named and has no usable
/// numbers is left out; nothing when none is left. Threads: as Attributes. Source: PS3.3 C.7.6.11,
/// C.7.6.15.
std::optional<DisplayShutter> read_display_shutter(Attributes const& attributes);

}  // namespace sightline::dicom
