#version 300 es
// A surface of triangles, seen from afar (parallel projection).
precision highp float;
uniform mat4 uPlacement;  // model to clip space
uniform mat3 uTurn;       // model to view, without scale
in vec3 aPosition;
in vec3 aNormal;
out vec3 vNormal;
void main() {
  vNormal = uTurn * aNormal;
  gl_Position = uPlacement * vec4(aPosition, 1.0);
}
