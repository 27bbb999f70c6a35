// Where a device pixel falls in the image. Twin: wasm/pixel/transform.hpp, interpolation.hpp.
uniform int uViewportRows;     // device pixels
uniform ivec4 uDrawnPixels;    // device pixels: first x, first y, end x, end y; y from the top
uniform vec3 uTexelColumn;     // texels: per device x, per device y, at device pixel (0, 0)
uniform vec3 uTexelRow;        // as above

ivec2 devicePixel() {
  return ivec2(int(gl_FragCoord.x), uViewportRows - 1 - int(gl_FragCoord.y));
}
bool isOutsideImage(ivec2 pixel) {
  return any(lessThan(pixel, uDrawnPixels.xy)) || any(greaterThanEqual(pixel, uDrawnPixels.zw));
}
// A place between texel centres: x = column, y = row. Each depends on one of the pixel's coordinates, so that no sum is rounded.
vec2 placeOf(ivec2 pixel) {
  vec2 p = vec2(pixel);
  float column = (uTexelColumn.x != 0.0 ? uTexelColumn.x * p.x : uTexelColumn.y * p.y) + uTexelColumn.z;
  float row = (uTexelRow.x != 0.0 ? uTexelRow.x * p.x : uTexelRow.y * p.y) + uTexelRow.z;
  return vec2(column, row);
}
// A centre on the border of two texels takes the second: kTie of interpolation.hpp.
ivec2 nearestTexel(vec2 place) {
  return ivec2(floor(place + (0.5 + 1.0 / 1024.0)));
}
