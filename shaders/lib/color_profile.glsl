// A colour of the device as one of sRGB, PS3.3 C.11.15: curves, a table of linear light, sRGB's curve (IEC 61966-2-1).
// Twin: wasm/pixel/color_profile.hpp.
#ifdef COLOR_PROFILE
uniform sampler2D uProfileCurves;          // [0,1] -> [0,1], rows of 256 entries; red, green, blue of an entry in one texel
uniform int uProfileCurveEntries;
uniform highp sampler3D uProfileLight;     // linear light of sRGB's primaries, also outside of [0,1]

float profileCurve(float value, int channel) {
  float place = clamp(value, 0.0, 1.0) * float(uProfileCurveEntries - 1);
  int first = min(int(place), uProfileCurveEntries - 2);
  float lower = texelFetch(uProfileCurves, ivec2(first & 255, first >> 8), 0)[channel];
  float upper = texelFetch(uProfileCurves, ivec2((first + 1) & 255, (first + 1) >> 8), 0)[channel];
  return lower + (place - float(first)) * (upper - lower);
}
vec3 lightAt(ivec3 node) {
  return texelFetch(uProfileLight, node, 0).rgb;
}
// Tetrahedral: along the axes from the node below, the one with the largest share first.
vec3 lightBetweenNodes(vec3 coordinates) {
  int last = textureSize(uProfileLight, 0).x - 1;
  vec3 place = clamp(coordinates, 0.0, 1.0) * float(last);
  ivec3 node = min(ivec3(place), ivec3(last - 1));
  vec3 share = place - vec3(node);
  ivec3 largest = share.x >= share.y && share.x >= share.z ? ivec3(1, 0, 0)
                : share.y >= share.z ? ivec3(0, 1, 0) : ivec3(0, 0, 1);
  ivec3 smallest = share.z <= share.x && share.z <= share.y ? ivec3(0, 0, 1)
                 : share.y <= share.x ? ivec3(0, 1, 0) : ivec3(1, 0, 0);
  float most = max(share.x, max(share.y, share.z));
  float least = min(share.x, min(share.y, share.z));
  float middle = share.x + share.y + share.z - most - least;
  vec3 a = lightAt(node), b = lightAt(node + largest);
  vec3 c = lightAt(node + 1 - smallest), d = lightAt(node + 1);
  return a + most * (b - a) + middle * (c - b) + least * (d - c);
}
vec3 applyColorProfile(vec3 device) {
  vec3 coordinates = vec3(profileCurve(device.r, 0), profileCurve(device.g, 1), profileCurve(device.b, 2));
  vec3 light = clamp(lightBetweenNodes(coordinates), 0.0, 1.0);
  vec3 bright = 1.055 * pow(max(light, 0.0031308), vec3(1.0 / 2.4)) - 0.055;
  return mix(bright, 12.92 * light, vec3(lessThanEqual(light, vec3(0.0031308))));
}
#else
vec3 applyColorProfile(vec3 device) {
  return device;
}
#endif
