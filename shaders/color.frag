#version 300 es
// RGB, YBR_FULL and YBR_PARTIAL: PS3.3 C.7.6.3.1.2. Units of the uniforms stand where each lib file declares them.
#include "lib/precision.glsl"
#include "lib/geometry.glsl"
#include "lib/stored_values.glsl"
#include "lib/ybr.glsl"
#include "lib/color_profile.glsl"
#include "lib/presentation.glsl"

uniform int uYbrRange;       // 0 RGB, 1 full, 2 partial
uniform float uFullScale;    // 2^bits - 1 of a sample

out vec4 outColor;

vec3 rgbAt(ivec2 texel) {
  vec3 stored = vec3(storedAt(texel));
  if (uYbrRange == 0) return stored / uFullScale;
  return rgbOfYbrFull(uYbrRange == 2 ? fullOfPartial(stored, uFullScale) : stored, uFullScale);
}
#include "lib/color_interpolation.glsl"

void main() {
  ivec2 pixel = devicePixel();
  outColor = vec4(0.0, 0.0, 0.0, 1.0);
  if (isOutsideImage(pixel)) return;
  outColor = outputLevel(applyPresentation(applyColorProfile(sampleRgb(placeOf(pixel)))));
}
