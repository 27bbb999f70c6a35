// Four taps -> one modality value: fetch, padding, Modality LUT, then bilinear. PS3.3 C.11.1, PS3.4 N.2.
#if defined(REAL_VALUES)
const float noValue = -3.4028234663852886e38;    // wasm/pixel/real_value.hpp
Tap tapAt(ivec2 texel) {
  float real = realAt(texel);
  return Tap(relativeReal(real), real != noValue && !isPadding(real));
}
#else
Tap tapAt(ivec2 texel) {
  int stored = storedAt(texel).r;
  return Tap(relativeModality(stored), !isPadding(stored));
}
#endif
// Not known when the nearest texel is padding. Exact on a texel's centre and in flat regions.
Tap sampleModality(vec2 place) {
  Tap nearest = tapAt(nearestTexel(place));
  if (!nearest.known || !uInterpolate) return nearest;
  ivec2 first = ivec2(floor(place));
  vec2 share = place - floor(place);
  vec2 rest = 1.0 - share;
  vec2 sum = weighted(tapAt(first), rest.x * rest.y, nearest.value)
           + weighted(tapAt(first + ivec2(1, 0)), share.x * rest.y, nearest.value)
           + weighted(tapAt(first + ivec2(0, 1)), rest.x * share.y, nearest.value)
           + weighted(tapAt(first + ivec2(1, 1)), share.x * share.y, nearest.value);
  return Tap(nearest.value + sum.x / sum.y, true);
}
