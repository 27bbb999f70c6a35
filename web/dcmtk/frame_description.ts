import type { Span } from "./events.ts";
import { runInModule, type ModuleInstance } from "./module.ts";

/** The samples as the module's SlFormat has them. */
export interface FrameFormat {
  readonly rows: number;
  readonly columns: number;
  readonly samplesPerPixel: number;
  readonly bitsAllocated: number;
  /** 0: the samples are real numbers. */
  readonly bitsStored: number;
  readonly highBit: number;
  readonly isSigned: boolean;
  readonly planarConfiguration: number;
  readonly photometric: number;
}

/** What the module says of an object's frames. */
export interface FrameDescription {
  readonly format: FrameFormat;
  /** codec::Encoding of a frame. */
  readonly encoding: number;
  readonly isVideo: boolean;
  /** Native samples are words in Big Endian. */
  readonly isBigEndian: boolean;
  /** Each frame is deflated. Source: PS3.5 A.4.13. */
  readonly isDeflatedFrame: boolean;
  /** Why nothing can be decoded, or nothing. */
  readonly reason: string;
  /** Where the frames lie in the file that was described; empty when they cannot be told apart. */
  readonly spans: readonly (readonly Span[])[];
}

export const NO_PIXELS = "no pixel data";
const FORMAT_BYTES = 32;
const form = { video: 1, bigEndian: 2, deflatedFrame: 4 } as const;

function readFormat(module: ModuleInstance, pointer: number): FrameFormat {
  const view = new DataView(module.call.memory.buffer, pointer, FORMAT_BYTES);
  const u16 = (at: number): number => view.getUint16(at, true);
  return {
    rows: view.getUint32(0, true),
    columns: view.getUint32(4, true),
    samplesPerPixel: u16(8),
    bitsAllocated: u16(10),
    bitsStored: u16(12),
    highBit: u16(14),
    isSigned: u16(16) !== 0,
    planarConfiguration: u16(18),
    photometric: u16(20),
  };
}

export function formatBytes(format: FrameFormat): Uint8Array {
  const view = new DataView(new ArrayBuffer(FORMAT_BYTES));
  view.setUint32(0, format.rows, true);
  view.setUint32(4, format.columns, true);
  [
    format.samplesPerPixel,
    format.bitsAllocated,
    format.bitsStored,
    format.highBit,
    format.isSigned ? 1 : 0,
    format.planarConfiguration,
    format.photometric,
  ].forEach((value, i) => {
    view.setUint16(8 + 2 * i, value, true);
  });
  return new Uint8Array(view.buffer);
}

/** Triples of frame, offset, length. */
function spansOf(triples: Float64Array, frames: number): Span[][] {
  const spans: Span[][] = Array.from({ length: frames }, () => []);
  for (let i = 0; i + 2 < triples.length; i += 3)
    spans[triples[i] ?? 0]?.push({ offset: triples[i + 1] ?? 0, length: triples[i + 2] ?? 0 });
  return spans;
}

/** Of a Part 10 file that is copied into the module whole. Errors: as readFile. */
export function describeFrames(file: Uint8Array): FrameDescription {
  return runInModule((module) =>
    module.withBytes(file, (pointer) => {
      const { call, object, out } = module;
      module.check(call.sl_object_frames(object, pointer, file.length, out));
      const field = (index: number): number => module.u32(out + FORMAT_BYTES + 4 * index);
      const bits = field(2);
      return {
        format: readFormat(module, out),
        encoding: field(0),
        isVideo: (bits & form.video) !== 0,
        isBigEndian: (bits & form.bigEndian) !== 0,
        isDeflatedFrame: (bits & form.deflatedFrame) !== 0,
        reason: module.text(field(5), field(6)),
        spans: spansOf(
          new Float64Array(module.bytes(field(3), 24 * field(4)).slice().buffer),
          field(1),
        ),
      };
    }),
  );
}
