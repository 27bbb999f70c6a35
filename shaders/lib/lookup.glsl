// Tables of up to 65536 entries, laid out in rows of 256 texels. Twin: wasm/pixel/lookup.hpp.
// Source: PS3.3 C.11.1.1.1, C.11.2.1.1, C.7.6.3.1.5.
uint entryAt(usampler2D table, int index) {
  return texelFetch(table, ivec2(index & 255, index >> 8), 0).r;
}
// The entry of an input: the first below the table, the last above it.
uint lookup(usampler2D table, int firstMapped, int count, int value) {
  int last = firstMapped + count - 1;
  return entryAt(table, clamp(value, firstMapped, last) - firstMapped);
}
