// PALETTE COLOR, PS3.3 C.7.6.3.1.5: red, green and blue entries one after the other. Twin: wasm/pixel/palette.hpp.
uniform usampler2D uPalette;
uniform ivec2 uPaletteRange;     // first mapped stored value, entries of one colour
uniform float uPaletteScale;     // 2^bits - 1

vec3 paletteColor(int stored) {
  int index = clamp(stored - uPaletteRange.x, 0, uPaletteRange.y - 1);
  return vec3(entryAt(uPalette, index), entryAt(uPalette, index + uPaletteRange.y),
              entryAt(uPalette, index + 2 * uPaletteRange.y)) / uPaletteScale;
}
// A Supplemental Palette maps no value below its first or beyond its last, PS3.3 C.7.6.19.
bool isInPalette(int stored) {
  return stored >= uPaletteRange.x && stored - uPaletteRange.x < uPaletteRange.y;
}
