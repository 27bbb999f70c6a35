#version 300 es
// MONOCHROME1/2 with a Supplemental Palette: PS3.3 C.7.6.19. Stored values that the palette maps are coloured, the others are grey
// by the pipeline of C.11. Units of the uniforms stand where each lib file declares them.
#include "lib/precision.glsl"
#include "lib/geometry.glsl"
#include "lib/stored_values.glsl"
#include "lib/lookup.glsl"
#include "lib/padding.glsl"
#include "lib/modality_lut.glsl"
#include "lib/voi_lut.glsl"
#include "lib/palette.glsl"
#include "lib/presentation.glsl"

out vec4 outColor;

vec3 rgbAt(ivec2 texel) {
  int stored = storedAt(texel).r;
  if (isInPalette(stored)) return paletteColor(stored);
  if (isPadding(stored)) return vec3(0.0);
  return applyPresentation(vec3(applyVoi(relativeModality(stored))));
}
#include "lib/color_interpolation.glsl"

void main() {
  ivec2 pixel = devicePixel();
  outColor = vec4(0.0, 0.0, 0.0, 1.0);
  if (isOutsideImage(pixel)) return;
  outColor = outputLevel(sampleRgb(placeOf(pixel)));
}
