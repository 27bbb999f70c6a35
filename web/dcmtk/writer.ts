import { ByteSink } from "./byte_sink.ts";
import { withDirectoryOffsets } from "./directory_offsets.ts";
import type { DicomDataSet } from "./element.ts";
import { Encoder, type WriteOptions } from "./encoder.ts";
import { runInModule } from "./module.ts";
import { readObject } from "./reader.ts";
import { transferSyntaxOf, uid, type TransferSyntax } from "./transfer_syntax.ts";
import { bad, firstValue } from "./value_bytes.ts";

const PREAMBLE_BYTES = 128;
const IMPLEMENTATION_CLASS = "2.25.71078482169178528039759865588773388222";
const CHARACTER_SET = "00080005";
const TRANSFER_SYNTAX = "00020010";
const isUid = /^[0-9.]{1,64}$/;

export interface WritableObject {
  meta: DicomDataSet;
  dict: DicomDataSet;
}

/** The transfer syntax that the meta information names; Explicit VR Little Endian when it names none, as dcmjs has it. */
export function syntaxOf(meta: DicomDataSet): string {
  const stated = firstValue(meta[TRANSFER_SYNTAX]) ?? uid.explicitLittle;
  if (typeof stated !== "string" || !isUid.test(stated)) throw bad(TRANSFER_SYNTAX, "no UID");
  return stated;
}

/** How bulk values of the object are. */
export function isBigEndian(meta: DicomDataSet): boolean {
  return transferSyntaxOf(syntaxOf(meta)).bigEndian;
}

/** The data set in Explicit VR Little Endian; text that is not ASCII is UTF-8 and says so. */
export function encodeDataSet(
  dict: DicomDataSet,
  syntax: TransferSyntax,
  options: WriteOptions,
): Uint8Array {
  const encoder = new Encoder(options, syntax);
  encoder.dataSet(dict);
  if (!encoder.lacksCharacterSet(dict)) return encoder.sink.view();
  const again = new Encoder(options, syntax);
  again.dataSet({ ...dict, [CHARACTER_SET]: { vr: "CS", Value: ["ISO_IR 192"] } });
  return again.sink.view();
}

/** Group 0002, complete: what PS3.10 7.1 asks for and the caller has not given is added. */
function encodeMeta({ meta, dict }: WritableObject, syntax: string): Uint8Array {
  const all: DicomDataSet = { ...meta, [TRANSFER_SYNTAX]: { vr: "UI", Value: [syntax] } };
  const version = Uint8Array.of(0, 1).buffer;
  all["00020001"] ??= { vr: "OB", Value: [version] };
  for (const [key, from] of [
    ["00020002", "00080016"],
    ["00020003", "00080018"],
  ] as const) {
    const value = firstValue(dict[from]);
    if (typeof value === "string" && value !== "") all[key] ??= { vr: "UI", Value: [value] };
  }
  all["00020012"] ??= { vr: "UI", Value: [IMPLEMENTATION_CLASS] };
  delete all["00020000"];
  const encoder = new Encoder({ allowInvalidVRLength: true }, transferSyntaxOf(uid.explicitLittle));
  encoder.meta(all);
  const sink = new ByteSink(encoder.sink.length + 256);
  sink.room(PREAMBLE_BYTES);
  for (const letter of "DICM") sink.u8(letter.charCodeAt(0));
  sink.tag(0x00020000);
  sink.bytes(Uint8Array.of(0x55, 0x4c)); // UL
  sink.u16(4);
  sink.u32(encoder.sink.length);
  sink.bytes(encoder.sink.view());
  return sink.view();
}

/** A Part 10 file. Errors: invalid_argument, limit_exceeded, out_of_memory. */
export function writeFile(
  object: WritableObject,
  options: WriteOptions,
  syntax = syntaxOf(object.meta),
): ArrayBuffer {
  const file = writeOnce(object, options, syntax);
  if (!object.dict["00041220"]) return file;
  const dict = withDirectoryOffsets(object.dict, readObject(new Uint8Array(file), {}).dict);
  return dict ? writeOnce({ meta: object.meta, dict }, options, syntax) : file;
}

/** Bulk values are in the byte order of the syntax that the meta information names. */
function writeOnce(object: WritableObject, options: WriteOptions, syntax: string): ArrayBuffer {
  const target = transferSyntaxOf(syntax);
  const from = transferSyntaxOf(syntaxOf(object.meta));
  const plain = encodeDataSet(object.dict, { ...target, bigEndian: from.bigEndian }, options);
  const meta = encodeMeta(object, syntax);
  return runInModule((module) =>
    module.withBytes(plain, (pointer) => {
      const { call, out } = module;
      module.check(call.sl_object_write(module.object, pointer, plain.length, target.flags, out));
      const length = module.u32(out + 4);
      const file = new Uint8Array(meta.length + length);
      file.set(meta);
      file.set(module.bytes(module.u32(out), length), meta.length);
      return file.buffer;
    }),
  );
}
