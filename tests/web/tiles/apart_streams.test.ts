import { describe, expect, it, vi } from "vitest";
import { SlError } from "../../../web/shared/errc.ts";
import type { FrameStream, ManifestInstance } from "../../../web/shared/manifest.ts";
import { ApartStreams } from "../../../web/tiles/apart_streams.ts";
import { slideManifest } from "../slide/slide_manifest.ts";

/** A slide of 10 frames whose streams are told in parts of 4. */
function slide(): ManifestInstance {
  const manifest = slideManifest([{ frames: 10, slide: {}, instance: { streamsApart: 4 } }]);
  for (const frame of manifest.frames) (frame as { stream: FrameStream | null }).stream = null;
  const instance = manifest.series[0]?.instances[0];
  if (instance === undefined) throw new Error("no instance");
  return instance;
}
const stream = (end: number): FrameStream => ({
  encoding: 5,
  ends: [end],
  digest: null,
  min: 0,
  max: 0,
  failure: null,
});

describe("streams that the manifest does not have", () => {
  it("are asked for once, by the part, when a frame of it is wanted", async () => {
    const instance = slide();
    const fetch = vi.fn((_: ManifestInstance, part: number) =>
      Promise.resolve([stream(part * 10), stream(part * 10 + 1)]),
    );
    const arrived = vi.fn();
    const apart = new ApartStreams(fetch, arrived, vi.fn());
    apart.want(instance.frames.slice(7, 9)); // frames 8 and 9: parts 1 and 2
    apart.want(instance.frames.slice(5, 9));
    expect(fetch.mock.calls.map(([, part]) => part)).toEqual([1, 2]);
    await vi.waitFor(() => {
      expect(arrived).toHaveBeenCalledTimes(2);
    });
    expect(instance.frames.map((frame) => frame.stream?.ends[0] ?? null)).toEqual([
      ...[null, null, null, null, 10, 11, null, null, 20, 21],
    ]);
  });
  it("are asked for again after a failure, later, if they are still wanted", async () => {
    vi.useFakeTimers();
    const instance = slide();
    const fetch = vi.fn(() => Promise.reject(new SlError("io", "gone")));
    const failed = vi.fn();
    const apart: ApartStreams = new ApartStreams(
      fetch,
      () => {
        apart.want(instance.frames.slice(0, 1));
      },
      failed,
    );
    apart.want(instance.frames.slice(0, 1));
    await vi.advanceTimersByTimeAsync(100);
    apart.want(instance.frames.slice(0, 1));
    expect(fetch).toHaveBeenCalledTimes(1);
    expect(failed).toHaveBeenCalledTimes(1);
    await vi.advanceTimersByTimeAsync(4_000);
    expect(fetch).toHaveBeenCalledTimes(2);
    vi.useRealTimers();
  });
});
