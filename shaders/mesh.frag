#version 300 es
// Phong's lighting by one lamp over the viewer's left shoulder; both sides of a surface are lit.
precision highp float;
uniform vec3 uColor;  // 0 to 1
in vec3 vNormal;
out vec4 outColor;
void main() {
  vec3 normal = normalize(vNormal);
  if (normal.z < 0.0) normal = -normal;
  vec3 lamp = normalize(vec3(-0.4, 0.5, 1.0));
  vec3 halfway = normalize(lamp + vec3(0.0, 0.0, 1.0));
  float diffuse = max(dot(normal, lamp), 0.0);
  float specular = pow(max(dot(normal, halfway), 0.0), 40.0);
  outColor = vec4(uColor * (0.25 + 0.75 * diffuse) + 0.25 * specular, 1.0);
}
