// [0,1] -> luminance, PS3.3 C.7.6.3.1.2 (MONOCHROME1), C.11.6.1.2 (INVERSE). Twin: wasm/pixel/presentation.hpp.
uniform bool uTurned;    // an odd number of: MONOCHROME1, Presentation LUT Shape INVERSE, the user's toggle; colour: the toggle

vec3 applyPresentation(vec3 y) {
  return uTurned ? 1.0 - y : y;
}
// round(255 y) is done here: how a framebuffer rounds is the driver's choice.
vec4 outputLevel(vec3 y) {
  return vec4(floor(255.0 * clamp(y, 0.0, 1.0) + 0.5) / 255.0, 1.0);
}
