#include "pixel/palette.hpp"

#include "pixel/lookup.hpp"

namespace sightline::pixel {

Rgb palette_color(std::int64_t stored_value, std::array<dicom::Lut, 3> const& palette) {
  return {lookup(palette[0], stored_value) / full_scale(palette[0]),
          lookup(palette[1], stored_value) / full_scale(palette[1]),
          lookup(palette[2], stored_value) / full_scale(palette[2])};
}

}  // namespace sightline::pixel
