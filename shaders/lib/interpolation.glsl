// Twin: wasm/pixel/interpolation.hpp. Source: PS3.4 N.2; PS3.3 C.7.5.1.1.2 (padding has no weight).
uniform bool uInterpolate;

struct Tap {
  float value;    // modality units, relative
  bool known;     // false: padding
};
// What a tap adds to the weighted mean of the differences to the nearest one: x = weighted difference, y = weight.
vec2 weighted(Tap tap, float weight, float nearest) {
  return tap.known ? vec2(weight * (tap.value - nearest), weight) : vec2(0.0);
}
