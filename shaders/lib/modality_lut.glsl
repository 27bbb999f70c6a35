// Stored value -> modality units, PS3.3 C.11.1; as a distance to the window's reference point, which
// wasm/pixel/relative_window.hpp explains: the step of a width-1 window falls on the integer that double arithmetic finds.
uniform int uStoredOrigin;        // stored value (table entry) nearest to the reference
uniform float uRescaleSlope;      // modality units per stored value; 1 with a table
uniform float uOffsetAtOrigin;    // modality units: value at the origin - reference
uniform bool uHasModalityLut;
uniform usampler2D uModalityLut;
uniform ivec2 uModalityLutRange;  // first mapped stored value, number of entries

// a - b: exact up to 2^24, and no overflow where values have 32 bits
float difference(int a, int b) {
  return 2.0 * float((a >> 1) - (b >> 1)) + float((a & 1) - (b & 1));
}
float relativeModality(int stored) {
  int value = uHasModalityLut
    ? int(lookup(uModalityLut, uModalityLutRange.x, uModalityLutRange.y, stored))
    : stored;
  return uRescaleSlope * difference(value, uStoredOrigin) + uOffsetAtOrigin;
}
// Real numbers have no table, and an origin that is no integer.
uniform float uRealOrigin;
float relativeReal(float real) {
  return uRescaleSlope * (real - uRealOrigin) + uOffsetAtOrigin;
}
