import fragmentSource from "../../shaders/mesh.frag?raw";
import vertexSource from "../../shaders/mesh.vert?raw";
import { SlError } from "../shared/errc.ts";
import type { MeshColor } from "./mesh_color.ts";
import { FRONT, placement, type MeshCamera } from "./mesh_camera.ts";
import { flatNormals, type Mesh } from "./mesh.ts";

/** A mesh on a canvas of its own, by WebGL 2. */
export class MeshView {
  readonly canvas = document.createElement("canvas");
  readonly #gl: WebGL2RenderingContext;
  readonly #program: WebGLProgram;
  readonly #mesh: Mesh;
  readonly #color: MeshColor;
  camera: MeshCamera = FRONT;

  /** color: 0 … 1 each. Throws SlError("graphics"). */
  constructor(mesh: Mesh, color: MeshColor) {
    const gl = this.canvas.getContext("webgl2", { antialias: true, preserveDrawingBuffer: true });
    if (gl === null) throw new SlError("graphics", "there is no WebGL 2");
    this.#gl = gl;
    this.#mesh = mesh;
    this.#color = color;
    this.#program = programOf(gl);
    gl.bindVertexArray(gl.createVertexArray());
    attribute(gl, this.#program, "aPosition", mesh.positions);
    attribute(gl, this.#program, "aNormal", flatNormals(mesh));
    gl.enable(gl.DEPTH_TEST);
  }
  /** At the canvas' size on screen. */
  draw(): void {
    const gl = this.#gl;
    const ratio = window.devicePixelRatio || 1;
    this.canvas.width = Math.max(1, Math.round(this.canvas.clientWidth * ratio));
    this.canvas.height = Math.max(1, Math.round(this.canvas.clientHeight * ratio));
    const { width, height } = this.canvas;
    const { center, radius, triangles } = this.#mesh;
    gl.viewport(0, 0, width, height);
    gl.clearColor(0, 0, 0, 1);
    gl.clear(gl.COLOR_BUFFER_BIT | gl.DEPTH_BUFFER_BIT);
    gl.useProgram(this.#program);
    const at = (name: string): WebGLUniformLocation | null =>
      gl.getUniformLocation(this.#program, name);
    const matrix = placement(this.camera, center, radius, width / height);
    gl.uniformMatrix4fv(at("uPlacement"), false, matrix);
    gl.uniformMatrix3fv(at("uTurn"), false, [...this.camera.turn]);
    gl.uniform3fv(at("uColor"), [...this.#color]);
    gl.drawArrays(gl.TRIANGLES, 0, 3 * triangles);
  }
  dispose(): void {
    this.#gl.getExtension("WEBGL_lose_context")?.loseContext();
  }
}

function programOf(gl: WebGL2RenderingContext): WebGLProgram {
  const program = gl.createProgram();
  for (const [type, source] of [
    [gl.VERTEX_SHADER, vertexSource],
    [gl.FRAGMENT_SHADER, fragmentSource],
  ] as const) {
    const shader = gl.createShader(type);
    if (shader === null) throw new SlError("graphics", "the context is lost");
    gl.shaderSource(shader, source);
    gl.compileShader(shader);
    gl.attachShader(program, shader);
  }
  gl.linkProgram(program);
  if (gl.getProgramParameter(program, gl.LINK_STATUS) !== true)
    throw new SlError("graphics", "the program for models does not link");
  return program;
}
function attribute(
  gl: WebGL2RenderingContext,
  program: WebGLProgram,
  name: string,
  values: Float32Array<ArrayBuffer>,
): void {
  const place = gl.getAttribLocation(program, name);
  gl.bindBuffer(gl.ARRAY_BUFFER, gl.createBuffer());
  gl.bufferData(gl.ARRAY_BUFFER, values, gl.STATIC_DRAW);
  gl.enableVertexAttribArray(place);
  gl.vertexAttribPointer(place, 3, gl.FLOAT, false, 0, 0);
}
