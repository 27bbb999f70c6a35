import { expect, test } from "vitest";
import { Subtraction } from "../../../web/layers/subtraction.ts";
import type { Subtractor, ViewerController } from "../../../web/shared/api.ts";
import { SlError } from "../../../web/shared/errc.ts";
import type { ManifestFrame, MaskModule } from "../../../web/shared/manifest.ts";
import type { SampleBlock } from "../../../web/shared/messages.ts";
import { buildManifest } from "../manifest_builder.ts";

/** A frame whose pixels are all this. */
function block({ instance: { rows, cols } }: ManifestFrame, value: number): SampleBlock {
  return {
    rows,
    cols,
    samples: 1,
    bitsAllocated: 16,
    signed: false,
    isRgb: false,
    isFloat: false,
    missing: null,
    values: new Uint8Array(new Uint16Array(rows * cols).fill(value).buffer),
  };
}
function setUp(mask: MaskModule | undefined, modality = "XA") {
  const instance = mask === undefined ? {} : { mask };
  const manifest = buildManifest([{ frames: 1, rows: 2, cols: 2, instance }]);
  const [single] = manifest.frames;
  if (single === undefined) throw new Error("no frame");
  const frames: ManifestFrame[] = [];
  const series = { ...single.instance.series, modality, frames };
  const run = { ...single.instance, series, frames };
  for (let i = 0; i < 10; i++) frames.push({ ...single, id: i, frameNumber: i + 1, instance: run });
  let subtractor: Subtractor | null = null;
  let shown: ManifestFrame | null = frames[5] ?? null;
  const asked: number[] = [];
  const viewer = {
    active: {
      subtract: (by: Subtractor | null) => {
        subtractor = by;
      },
      redraw: () => undefined,
      get shown() {
        return shown === null ? null : (subtractor?.of(shown) ?? shown);
      },
    },
    decode: (frame: ManifestFrame) => {
      asked.push(frame.frameNumber);
      return Promise.resolve(block(frame, 10 * frame.frameNumber));
    },
  } as unknown as ViewerController;
  const subtraction = new Subtraction(viewer, () => undefined);
  return {
    subtraction,
    frames,
    asked,
    show: (frame: number) => {
      shown = frames[frame - 1] ?? null;
    },
    seen: (frame: number) => {
      const own = frames[frame - 1];
      return own === undefined ? null : (subtractor?.of(own) ?? own);
    },
  };
}
const average = (change: Partial<MaskModule["operations"][number]>): MaskModule => ({
  operations: [
    {
      kind: "AVG_SUB",
      applicable: [],
      masks: [1, 3],
      averaging: 1,
      shift: [0, 0],
      offset: 1,
      explanation: "",
      ...change,
    },
  ],
  isRecommended: true,
  intensity: "",
});
/** Of frames whose values are ten times their number, decoded in full. */
const inStore = (frame: ManifestFrame): SampleBlock => block(frame, 10 * frame.frameNumber);

test("nothing is subtracted until it is switched on", () => {
  const { subtraction, frames, seen } = setUp(average({}));
  const [, , , , , sixth] = frames;
  if (sixth === undefined) throw new Error("no frame");
  expect(subtraction.isStated(sixth)).toBe(true);
  expect(seen(6)).toBe(sixth);
  subtraction.toggle();
  const difference = seen(6)?.difference;
  expect(difference?.masks).toEqual([1, 3]);
  expect(seen(6)).toBe(seen(6)); // the same object each time
  const made = difference?.block(inStore);
  expect([...new Float32Array(made?.values.buffer ?? new ArrayBuffer(0))]).toEqual([
    40, 40, 40, 40,
  ]);
  expect(difference?.extent).toBe(40);
  subtraction.toggle();
  expect(seen(6)).toBe(sixth);
});

test("a frame that the operation does not apply to stays as it is", () => {
  const { subtraction, frames, seen } = setUp(average({ applicable: [5, 7] }));
  subtraction.toggle();
  expect(seen(4)).toBe(frames[3]);
  expect(seen(5)?.difference).toBeDefined();
  expect(seen(8)).toBe(frames[7]);
});

test("the reader's own mask comes before the object's", () => {
  const { subtraction, seen, show } = setUp(average({ applicable: [5, 7] }));
  show(9);
  subtraction.useAsMask();
  expect(subtraction.isOn).toBe(true);
  expect([4, 6, 9].map((frame) => seen(frame)?.difference?.masks)).toEqual([[9], [9], [9]]);
});

test("runs of X-rays have frame 1, other objects nothing", () => {
  const run = setUp(undefined);
  run.subtraction.toggle();
  expect(run.seen(6)?.difference?.masks).toEqual([1]);
  const other = setUp(undefined, "US");
  other.subtraction.toggle();
  expect(other.seen(6)?.difference).toBeUndefined();
});

test("a mask that is moved is another difference", () => {
  const { subtraction, seen } = setUp(average({ shift: [0.5, 0] }));
  subtraction.toggle();
  const before = seen(6)?.difference;
  subtraction.moveMask(-0.5, 1);
  const after = seen(6)?.difference;
  expect(after?.shift).toEqual([0, 1]);
  expect(after?.key).not.toBe(before?.key);
  subtraction.resetShift();
  expect(seen(6)?.difference?.shift).toEqual([0.5, 0]);
});

test("only what the picture that is looked at needs is fetched, once", async () => {
  const { subtraction, seen, show, asked } = setUp(average({ averaging: 2 }));
  subtraction.toggle();
  show(6);
  expect(seen(8)?.difference?.block(() => null)).toBeNull();
  expect(asked).toEqual([]);
  const difference = seen(6)?.difference;
  expect(difference?.block(() => null)).toBeNull();
  expect(difference?.block(() => null)).toBeNull();
  // not frame 6, which the stack brings
  expect(asked).toEqual([7, 1, 3]);
  await Promise.resolve();
  await Promise.resolve();
  const made = difference?.block((frame) => (frame.frameNumber === 6 ? inStore(frame) : null));
  expect(new Float32Array(made?.values.buffer ?? new ArrayBuffer(0))[0]).toBe(45);
  expect(asked.length).toBe(3);
});

test("a mask of more frames than are held is refused", () => {
  const { subtraction, seen } = setUp(
    average({ masks: Array.from({ length: 40 }, (_, i) => 1 + (i % 10)) }),
  );
  subtraction.toggle();
  expect(() => seen(6)?.difference?.block(inStore)).toThrow(SlError);
});
