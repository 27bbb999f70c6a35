// Bilinear of RGB, after the conversion of each tap by rgbAt(), which the including shader defines.
// Twin: Pipeline::sample_rgb of wasm/pixel/render_frame.cpp.
uniform bool uInterpolate;

vec3 sampleRgb(vec2 place) {
  if (!uInterpolate) return rgbAt(nearestTexel(place));
  ivec2 first = ivec2(floor(place));
  vec2 share = place - floor(place);
  vec3 upperLeft = rgbAt(first), upperRight = rgbAt(first + ivec2(1, 0));
  vec3 lowerLeft = rgbAt(first + ivec2(0, 1)), lowerRight = rgbAt(first + ivec2(1, 1));
  vec3 upper = upperLeft + share.x * (upperRight - upperLeft);
  vec3 lower = lowerLeft + share.x * (lowerRight - lowerLeft);
  return upper + share.y * (lower - upper);
}
