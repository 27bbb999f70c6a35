// Objects that a test sends to a store, and what the store said of them.
import { createHash } from "node:crypto";
import { part10 } from "../e2e/phantoms/part10.mjs";
import type { Random } from "./random.ts";

const UID_ROOT = "2.25.1145001701";
const SECONDARY_CAPTURE = "1.2.840.10008.5.1.4.1.1.7";

export type SentObject = {
  readonly study: string;
  readonly series: string;
  readonly sop: string;
  readonly file: Buffer;
  /** Hexadecimal, of the file. */
  readonly sha256: string;
  /** Whether the store has ever said that it has it. */
  isAcknowledged: boolean;
};

/** A Secondary Capture image of noise, so that no two are alike. `study` and `number` make its UIDs; `size`: rows and columns. */
export function makeObject(
  random: Random,
  study: string,
  number: number,
  size = random.pick([8, 32, 128, 256]),
): SentObject {
  const values = Uint32Array.from({ length: (size * size) / 2 }, () => random.bits());
  const uids = { study: `${UID_ROOT}.${study}`, series: `${UID_ROOT}.${study}.1` };
  const sop = `${uids.series}.${String(number)}`;
  const file = part10({
    "0008,0016": ["UI", SECONDARY_CAPTURE],
    "0008,0018": ["UI", sop],
    "0008,0060": ["CS", "OT"],
    "0010,0010": ["PN", "Crash^Test"],
    "0020,000d": ["UI", uids.study],
    "0020,000e": ["UI", uids.series],
    "0020,0013": ["IS", number],
    "0028,0002": ["US", 1],
    "0028,0004": ["CS", "MONOCHROME2"],
    "0028,0010": ["US", size],
    "0028,0011": ["US", size],
    "0028,0100": ["US", 16],
    "0028,0101": ["US", 16],
    "0028,0102": ["US", 15],
    "0028,0103": ["US", 0],
    "7fe0,0010": ["OW", values],
  });
  const sha256 = createHash("sha256").update(file).digest("hex");
  return { ...uids, sop, file, sha256, isAcknowledged: false };
}
