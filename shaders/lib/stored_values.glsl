// Stored values as they were decoded, PS3.3 C.7.6.3. Twin: wasm/pixel/sample_reader.hpp.
#ifdef SIGNED_VALUES
uniform isampler2D uStoredValues;    // R8I, R16I, R32I
#else
uniform usampler2D uStoredValues;    // R8UI, R16UI, RGB8UI, RGB16UI
#endif

ivec3 storedAt(ivec2 texel) {
  ivec2 inside = clamp(texel, ivec2(0), textureSize(uStoredValues, 0) - 1);
  return ivec3(texelFetch(uStoredValues, inside, 0).rgb);
}
