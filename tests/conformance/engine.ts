import type { FrameLine } from "./frame_lines.ts";

/** One decoder process or page that takes files one after the other. */
export interface Engine {
  /** Decodes the frames of a file from `first` (counted from 1) on and tells each. Rejects with EngineDied when a frame, or
   *  the file (nothing told yet), ended it or took too long; the engine is as new then. */
  decode(path: string, first: number, tell: (line: FrameLine) => void): Promise<void>;
  close(): Promise<void>;
}

export class EngineDied extends Error {
  override readonly name = "EngineDied";
}

/** No frame of a hospital's takes this long; what takes longer hangs. */
export const FRAME_TIMEOUT_MS = 60_000;
/** Frames of one file that may end the engine before the rest of them is given up. */
export const MAX_DEATHS = 3;
