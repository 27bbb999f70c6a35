// Pixel Padding Value … Range Limit, PS3.3 C.7.5.1.1.2. Twin: wasm/pixel/padding.hpp.
uniform bool uHasPadding;
uniform ivec2 uPixelPadding;    // stored values, first <= last; of real numbers their bits

#if defined(REAL_VALUES)
bool isPadding(float real) {
  return uHasPadding && real >= intBitsToFloat(uPixelPadding.x) && real <= intBitsToFloat(uPixelPadding.y);
}
#else
bool isPadding(int stored) {
  return uHasPadding && stored >= uPixelPadding.x && stored <= uPixelPadding.y;
}
#endif
