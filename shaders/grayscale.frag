#version 300 es
// MONOCHROME1/2: the pipeline of PS3.3 C.11. Units of the uniforms stand where each lib file declares them.
#include "lib/precision.glsl"
#include "lib/geometry.glsl"
#include "lib/stored_values.glsl"
#include "lib/lookup.glsl"
#include "lib/padding.glsl"
#include "lib/modality_lut.glsl"
#include "lib/interpolation.glsl"
#include "lib/sample_modality.glsl"
#include "lib/voi_lut.glsl"
#include "lib/presentation.glsl"

out vec4 outColor;

const vec4 background = vec4(0.0, 0.0, 0.0, 1.0);
const vec4 unknownFunction = vec4(1.0, 0.0, 1.0, 1.0);

void main() {
  ivec2 pixel = devicePixel();
  outColor = background;
  if (isOutsideImage(pixel)) return;
  Tap modality = sampleModality(placeOf(pixel));
  if (!modality.known) return;
  float y = applyVoi(modality.value);
  outColor = y < 0.0 ? unknownFunction : outputLevel(applyPresentation(vec3(y)));
}
