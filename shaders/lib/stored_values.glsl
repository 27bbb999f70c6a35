// Stored values as they were decoded, PS3.3 C.7.6.3. Twin: wasm/pixel/sample_reader.hpp.
#if defined(REAL_VALUES)
uniform sampler2D uStoredValues;     // R32F
#elif defined(SIGNED_VALUES)
uniform isampler2D uStoredValues;    // R8I, R16I, R32I
#else
uniform usampler2D uStoredValues;    // R8UI, R16UI, RGB8UI, RGB16UI
#endif

uniform ivec2 uFirstTexel;     // texel of the level that the texture begins with: 0, 0 unless it is a part of it

ivec2 insideTexel(ivec2 texel) {
  return clamp(texel - uFirstTexel, ivec2(0), textureSize(uStoredValues, 0) - 1);
}
#if defined(REAL_VALUES)
float realAt(ivec2 texel) {
  return texelFetch(uStoredValues, insideTexel(texel), 0).r;
}
#else
ivec3 storedAt(ivec2 texel) {
  return ivec3(texelFetch(uStoredValues, insideTexel(texel), 0).rgb);
}
#endif
