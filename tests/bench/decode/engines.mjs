// The decoders that tests/bench/decode.mjs compares: our modules as they are shipped, and the codecs that viewers take from npm.
// Each takes a frame's bytes and gives its values in a new array: what a worker does for each frame.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { root } from "../../../server/build.mjs";

const require = createRequire(import.meta.url);
const ENCODING = { HTJ2K: 1, J2K: 2, JPEG: 5, "JPEG-LS": 6 };

/** One of our modules. `memory()`: bytes of its heap. */
async function ours(build, name) {
  const { default: create } = await import(pathToFileURL(join(root, `build/wasm/${name}.mjs`)));
  const compiled = await WebAssembly.compile(
    readFileSync(join(root, `build/${build}/${name}.wasm`)),
  );
  const load = () =>
    create({
      instantiateWasm(imports, done) {
        WebAssembly.instantiate(compiled, imports).then((instance) => done(instance, compiled));
        return {};
      },
    });
  const module = await load();
  const decoder = module._sl_decoder_create();
  const format = module._sl_alloc(32);
  const block = module._sl_alloc(32);
  const decode = (encoding, { picture, bytes }) => {
    const { rows, cols, bits, samples = 1 } = picture;
    const input = module._sl_alloc(bytes.length);
    const heap = new Uint8Array(module.wasmMemory.buffer);
    heap.set(bytes, input);
    const view = new DataView(module.wasmMemory.buffer);
    const allocated = bits > 8 ? 16 : 8;
    heap.fill(0, format, format + 32);
    view.setUint32(format, rows, true);
    view.setUint32(format + 4, cols, true);
    [samples, allocated, bits, bits - 1].forEach((value, i) =>
      view.setUint16(format + 8 + 2 * i, value, true),
    );
    view.setUint32(format + 20, samples === 3 ? 3 : 2, true);
    const status = module._sl_decode(decoder, encoding, format, input, bytes.length, 0, block);
    if (status !== 0) throw new Error(`${name}: ${String(status)}`);
    const out = new DataView(module.wasmMemory.buffer);
    const pointer = out.getUint32(block + 16, true);
    const values = module.wasmMemory.buffer.slice(
      pointer,
      pointer + out.getUint32(block + 20, true),
    );
    module._sl_free(input);
    return values;
  };
  return { decode, memory: () => module.wasmMemory.buffer.byteLength };
}

/** One of Cornerstone's codecs: they have one interface. */
async function cornerstone(path, decoderName) {
  const module = await require(path)({ print: () => undefined, printErr: () => undefined });
  const decoder = new module[decoderName]();
  const decode = ({ bytes }) => {
    decoder.getEncodedBuffer(bytes.length).set(bytes);
    decoder.decode();
    const decoded = decoder.getDecodedBuffer();
    return decoded.buffer.slice(decoded.byteOffset, decoded.byteOffset + decoded.byteLength);
  };
  return { decode, memory: () => module.HEAPU8.buffer.byteLength };
}

async function losslessInScript() {
  const { Decoder } = await import("jpeg-lossless-decoder-js");
  const decode = ({ picture, bytes }) => {
    const buffer = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length);
    const decoded = new Decoder().decode(buffer, 0, bytes.length, picture.bits > 8 ? 2 : 1);
    return decoded.buffer.slice(decoded.byteOffset, decoded.byteOffset + decoded.byteLength);
  };
  return { decode, memory: () => 0 };
}

/** By codec: engines `{name, decode(frame), memory()}`, ours first, and who is the peer. A new instance of each. */
export async function enginesOf(codec) {
  const as = (name, engine, encoding) => ({
    name,
    memory: engine.memory,
    decode: encoding === undefined ? engine.decode : (frame) => engine.decode(encoding, frame),
  });
  switch (codec) {
    case "HTJ2K":
      return [
        as("ours", await ours("wasm", "viewer"), ENCODING.HTJ2K),
        as("ours, no SIMD", await ours("wasm-plain", "viewer"), ENCODING.HTJ2K),
        as(
          "codec-openjpeg",
          await cornerstone("@cornerstonejs/codec-openjpeg/decodewasmjs", "J2KDecoder"),
        ),
        as(
          "codec-openjph",
          await cornerstone("@cornerstonejs/codec-openjph/wasmjs", "HTJ2KDecoder"),
        ),
      ];
    case "J2K":
      return [
        as("ours", await ours("wasm", "viewer"), ENCODING.J2K),
        as(
          "codec-openjpeg",
          await cornerstone("@cornerstonejs/codec-openjpeg/decodewasmjs", "J2KDecoder"),
        ),
      ];
    case "JPEG-LS":
      return [
        as("ours", await ours("wasm", "dicom"), ENCODING["JPEG-LS"]),
        as(
          "codec-charls",
          await cornerstone("@cornerstonejs/codec-charls/decodewasmjs", "JpegLSDecoder"),
        ),
      ];
    case "JPEG baseline":
      return [
        as("ours", await ours("wasm", "dicom"), ENCODING.JPEG),
        as(
          "codec-libjpeg-turbo",
          await cornerstone("@cornerstonejs/codec-libjpeg-turbo-8bit/decodewasmjs", "JPEGDecoder"),
        ),
      ];
    default:
      return [
        as("ours", await ours("wasm", "dicom"), ENCODING.JPEG),
        as("jpeg-lossless-decoder-js", await losslessInScript()),
      ];
  }
}
