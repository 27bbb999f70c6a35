import { expect, test } from "vitest";
import { SlError } from "../../../web/shared/errc.ts";
import { LocalStudy } from "../../../web/source/local_study.ts";
import type { Manifest } from "../../../web/shared/manifest.ts";
import { recordingSink } from "./recording_sink.ts";

const want = (frame: number) => ({ frame, firstLevel: 0, lastLevel: 0 });
/** Ten frames; frame n is frame 1 of the file `n`, moved by those that came before it. */
const manifest = (revision: string, moved = 0, study = "1.2.3"): Manifest =>
  ({
    revision,
    study: { studyInstanceUID: study },
    frames: Array.from({ length: 10 }, (_, id) => ({
      frameNumber: 1,
      instance: { hash: String(id - moved) },
    })),
  }) as unknown as Manifest;
function studyOf(frame: (file: number) => Promise<Uint8Array>) {
  const newer: string[] = [];
  const study = new LocalStudy(manifest("1"), {
    events: {
      newer: (grown) => newer.push(grown.revision),
      refused: () => undefined,
    },
    frame: (hash) => frame(Number(hash)),
    layers: {
      overlay: () => Promise.reject(new Error("not asked for here")),
      presentation: () => Promise.reject(new Error("not asked for here")),
      layer: () => Promise.reject(new Error("not asked for here")),
      frame: () => Promise.reject(new Error("not asked for here")),
      profile: () => Promise.reject(new Error("not asked for here")),
    },
    disposed: () => undefined,
  });
  return { study, newer };
}
/** Lets what was promised come to pass. */
async function settle(): Promise<void> {
  for (let i = 0; i < 20; i++) await Promise.resolve();
}

test("wanted frames come in their order, each as one tile, then silence", async () => {
  const { study } = studyOf((frame) => Promise.resolve(new Uint8Array(frame)));
  const { sink, log } = recordingSink();
  study.start(sink);
  study.want([want(3), want(1)]);
  expect(log).toEqual([]); // never from within a call
  await settle();
  expect(log).toEqual([
    "requested 3:0-0",
    "requested 1:0-0",
    "tile 3:0-0 3",
    "tile 1:0-0 1",
    "drained",
  ]);
});
test("at most four are on their way; a new want replaces the rest", async () => {
  const asked: number[] = [];
  let answer: () => void = () => undefined;
  const { study } = studyOf((frame) => {
    asked.push(frame);
    return new Promise((resolve) => {
      answer = () => {
        resolve(new Uint8Array(1));
      };
    });
  });
  study.start(recordingSink().sink);
  study.want([1, 2, 3, 4, 5, 6].map(want));
  await settle();
  expect(asked).toEqual([1, 2, 3, 4]);
  study.want([want(9)]);
  answer();
  await settle();
  expect(asked).toEqual([1, 2, 3, 4, 9]);
});
test("a frame that cannot be read is refused, the others come", async () => {
  const { study } = studyOf((frame) =>
    frame === 1
      ? Promise.reject(new SlError("io", "the file could not be read"))
      : Promise.resolve(new Uint8Array(2)),
  );
  const { sink, log } = recordingSink();
  study.start(sink);
  study.want([want(1), want(2)]);
  await settle();
  expect(log).toContain("refused 1 io");
  expect(log).toContain("tile 2:0-0 2");
});
test("after dispose nothing is told", async () => {
  const { study } = studyOf(() => Promise.resolve(new Uint8Array(1)));
  const { sink, log } = recordingSink();
  study.start(sink);
  study.want([want(1)]);
  study.dispose();
  await settle();
  expect(log).toEqual([]);
});
test("news are of this study, and of another revision", () => {
  const { study, newer } = studyOf(() => Promise.resolve(new Uint8Array(1)));
  study.offer(manifest("2", 0, "1.2.4"));
  study.offer(manifest("1"));
  study.offer(manifest("2"));
  expect(newer).toEqual(["2"]);
});
test("a grown study moves the numbers: what was on its way under an old one is not told", async () => {
  const answers = new Map<number, () => void>();
  const { study } = studyOf(
    (file) =>
      new Promise((resolve) => {
        answers.set(file, () => {
          resolve(new Uint8Array(file));
        });
      }),
  );
  const { sink, log } = recordingSink();
  study.start(sink);
  study.want([want(3)]);
  await settle();
  study.adopt(manifest("2", 1));
  answers.get(3)?.();
  await settle();
  expect(log).toEqual(["requested 3:0-0", "drained"]);
  study.want([want(4)]);
  await settle();
  answers.get(3)?.();
  await settle();
  expect(log.slice(2)).toEqual(["requested 4:0-0", "tile 4:0-0 3", "drained"]);
});
