import type { TileSink } from "../../../web/source/tile_source.ts";

/** A sink that writes down what it is told, one line each. */
export function recordingSink(): { sink: TileSink; log: string[] } {
  const log: string[] = [];
  const sink: TileSink = {
    requested: (list) => {
      const spelled = list.map(
        (want) => `${String(want.frame)}:${String(want.firstLevel)}-${String(want.lastLevel)}`,
      );
      if (spelled.length > 0) log.push(`requested ${spelled.join(" ")}`);
    },
    tile: (tile) => {
      log.push(
        `tile ${String(tile.frame)}:${String(tile.firstLevel)}-${String(tile.lastLevel)} ${String(tile.payload.byteLength)}`,
      );
    },
    refused: (frame, code) => {
      log.push(`refused ${String(frame)} ${code}`);
    },
    studyRefused: (code) => {
      log.push(`studyRefused ${code}`);
    },
    drained: () => {
      log.push("drained");
    },
    changed: () => {
      log.push("changed");
    },
    linkState: (state) => {
      log.push(`state ${state}`);
    },
  };
  return { sink, log };
}
