#pragma once

namespace sightline::pixel {

/// A colour as it goes to the screen. Units: 0 … 1 for each channel.
struct Rgb {
  double red = 0, green = 0, blue = 0;
};

}  // namespace sightline::pixel
