#version 300 es
// PALETTE COLOR: PS3.3 C.7.6.3.1.5, then C.7.9. Units of the uniforms stand where each lib file declares them.
#include "lib/precision.glsl"
#include "lib/geometry.glsl"
#include "lib/stored_values.glsl"
#include "lib/lookup.glsl"
#include "lib/palette.glsl"
#include "lib/color_profile.glsl"
#include "lib/presentation.glsl"

out vec4 outColor;

vec3 rgbAt(ivec2 texel) {
  return paletteColor(storedAt(texel).r);
}
#include "lib/color_interpolation.glsl"

void main() {
  ivec2 pixel = devicePixel();
  outColor = vec4(0.0, 0.0, 0.0, 1.0);
  if (isOutsideImage(pixel)) return;
  outColor = outputLevel(applyPresentation(applyColorProfile(sampleRgb(placeOf(pixel)))));
}
