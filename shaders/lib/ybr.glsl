// YBR_FULL -> RGB, PS3.3 C.7.6.3.1.2 (inverse as in ITU-T T.871, 7). Twin: wasm/pixel/ybr.hpp.
vec3 rgbOfYbrFull(vec3 ybr, float fullScale) {
  float middle = (fullScale + 1.0) / 2.0;
  float b = ybr.y - middle;
  float r = ybr.z - middle;
  vec3 rgb = vec3(ybr.x + 1.402 * r, ybr.x - 0.344136 * b - 0.714136 * r, ybr.x + 1.772 * b);
  return clamp(rgb / fullScale, 0.0, 1.0);
}
// YBR_PARTIAL, 16 to 235 and 16 to 240 of 8 bits, stretched to the full range.
vec3 fullOfPartial(vec3 ybr, float fullScale) {
  float bit = (fullScale + 1.0) / 256.0;
  vec3 zero = vec3(16.0, 128.0, 128.0) * bit;
  return (ybr - zero) * (fullScale / bit) / vec3(219.0, 224.0, 224.0) + vec3(0.0, zero.yz);
}
