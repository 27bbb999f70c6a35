// YBR_FULL -> RGB, PS3.3 C.7.6.3.1.2 (inverse as in ITU-T T.871, 7). Twin: wasm/pixel/ybr.hpp.
vec3 rgbOfYbrFull(vec3 ybr, float fullScale) {
  float middle = (fullScale + 1.0) / 2.0;
  float b = ybr.y - middle;
  float r = ybr.z - middle;
  vec3 rgb = vec3(ybr.x + 1.402 * r, ybr.x - 0.344136 * b - 0.714136 * r, ybr.x + 1.772 * b);
  return clamp(rgb / fullScale, 0.0, 1.0);
}
