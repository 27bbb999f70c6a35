// Modality units -> [0,1], PS3.3 C.11.2. Twin: wasm/pixel/voi_lut.hpp.
// x is relative to the reference point: center - 0.5 for LINEAR, center for LINEAR_EXACT and SIGMOID,
// first mapped value - 0.5 for a table.
uniform int uVoiLutFunction;    // 0 LINEAR, 1 LINEAR_EXACT, 2 SIGMOID, 3 table
uniform float uWindowWidth;     // modality units, clamped on the CPU
uniform usampler2D uVoiLut;
uniform int uVoiLutCount;
uniform float uVoiLutScale;     // 2^bits - 1

float applyVoiLinear(float x, float w) {    // C.11.2.1.2.1, in its order: w = 1 never divides
  if (x <= -(w - 1.0) / 2.0) return 0.0;
  if (x > (w - 1.0) / 2.0) return 1.0;
  return x / (w - 1.0) + 0.5;
}
float applyVoiLinearExact(float x, float w) {    // C.11.2.1.3.2
  if (x <= -w / 2.0) return 0.0;
  if (x > w / 2.0) return 1.0;
  return x / w + 0.5;
}
float applyVoiSigmoid(float x, float w) {    // C.11.2.1.3.1
  return 1.0 / (1.0 + exp(-4.0 * x / w));
}
float applyVoiTable(float x) {    // C.11.2.1.1: floor(x) = round(modality) - first mapped
  int index = int(floor(clamp(x, -1.0, 65536.0)));
  return float(lookup(uVoiLut, 0, uVoiLutCount, index)) / uVoiLutScale;
}

// Negative: no such function.
float applyVoi(float x) {
  switch (uVoiLutFunction) {
    case 0: return applyVoiLinear(x, uWindowWidth);
    case 1: return applyVoiLinearExact(x, uWindowWidth);
    case 2: return applyVoiSigmoid(x, uWindowWidth);
    case 3: return applyVoiTable(x);
    default: return -1.0;
  }
}
