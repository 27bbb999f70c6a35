// Phantoms: small files with known values, one for each turn of the pixel pipeline (PS3.3 C.7.6.3, C.11).
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { part10 } from "./part10.mjs";

const ROOT = "2.25.1145001700";

/** Patient, study and series of a phantom; every phantom is a study of its own unless `study` is given. */
function frameOf(name, study, series, instance) {
  return {
    "0008,0016": ["UI", "1.2.840.10008.5.1.4.1.1.7"],
    "0008,0018": ["UI", `${ROOT}.${study}.${series}.${instance}`],
    "0008,0020": ["DA", "20260102"],
    "0008,0030": ["TM", "101500"],
    "0008,0060": ["CS", "OT"],
    "0008,1030": ["LO", `Phantom ${name}`],
    "0008,103e": ["LO", name],
    "0010,0010": ["PN", "Phantom^Sightline"],
    "0010,0020": ["LO", "PHANTOM"],
    "0010,0030": ["DA", "19700101"],
    "0010,0040": ["CS", "O"],
    "0020,000d": ["UI", `${ROOT}.${study}`],
    "0020,000e": ["UI", `${ROOT}.${study}.${series}`],
    "0020,0010": ["SH", "1"],
    "0020,0011": ["IS", series],
    "0020,0013": ["IS", instance],
  };
}

function image(
  rows,
  cols,
  {
    bits = 16,
    stored = bits,
    high = stored - 1,
    signed = 0,
    photometric = "MONOCHROME2",
    samples = 1,
    planar = 0,
  } = {},
) {
  return {
    "0028,0002": ["US", samples],
    "0028,0004": ["CS", photometric],
    ...(samples > 1 ? { "0028,0006": ["US", planar] } : {}),
    "0028,0010": ["US", rows],
    "0028,0011": ["US", cols],
    "0028,0100": ["US", bits],
    "0028,0101": ["US", stored],
    "0028,0102": ["US", high],
    "0028,0103": ["US", signed],
  };
}

/** rows x cols values from f(row, col, sample). */
function pixels(rows, cols, type, f, samples = 1, planar = 0) {
  const out = new type(rows * cols * samples);
  for (let r = 0; r < rows; ++r)
    for (let c = 0; c < cols; ++c)
      for (let s = 0; s < samples; ++s) {
        out[planar ? s * rows * cols + r * cols + c : (r * cols + c) * samples + s] = f(r, c, s);
      }
  return out;
}
const window = (center, width, fn) => ({
  "0028,1050": ["DS", center],
  "0028,1051": ["DS", width],
  ...(fn ? { "0028,1056": ["CS", fn] } : {}),
});
const rescale = (slope, intercept) => ({
  "0028,1052": ["DS", intercept],
  "0028,1053": ["DS", slope],
});
const lut = (first, bits, entries, signed = false) => ({
  "0028,3002": [signed ? "SS" : "US", [entries.length & 0xffff, first, bits]],
  "0028,3003": ["LO", "curve"],
  "0028,3006": ["OW", Uint16Array.from(entries)],
});

const STACK = 4;

/** name -> elements beyond patient and study. Sizes are odd on purpose. */
export const phantoms = {
  "u8 ramp": {
    ...image(67, 301, { bits: 8 }),
    ...window(128, 256),
    "7fe0,0010": ["OW", pixels(67, 301, Uint8Array, (r, c) => (c * 3 + r) & 255)],
  },
  "u12 ramp": {
    ...image(129, 257, { stored: 12 }),
    ...window(2048, 4096),
    "7fe0,0010": ["OW", pixels(129, 257, Uint16Array, (r, c) => (r * 257 + c) & 4095)],
  },
  "s16 full range": {
    ...image(256, 256, { signed: 1 }),
    ...window(0, 65536),
    "7fe0,0010": ["OW", pixels(256, 256, Int16Array, (r, c) => r * 256 + c - 32768)],
  },
  "u16 full range, fractional rescale": {
    ...image(256, 256),
    ...rescale(0.0371, -17.3),
    ...window(1200, 900),
    "7fe0,0010": ["OW", pixels(256, 256, Uint16Array, (r, c) => r * 256 + c)],
  },
  "s12 negative, linear exact": {
    ...image(33, 511, { stored: 12, signed: 1 }),
    ...rescale(1, 0),
    ...window(-20.5, 100, "LINEAR_EXACT"),
    "7fe0,0010": ["OW", pixels(33, 511, Int16Array, (r, c) => Math.min(2047, c * 8 + r - 2048))],
  },
  "u10 sigmoid": {
    ...image(31, 1024, { stored: 10 }),
    ...window(512, 300, "SIGMOID"),
    "7fe0,0010": ["OW", pixels(31, 1024, Uint16Array, (r, c) => c)],
  },
  monochrome1: {
    ...image(64, 256, { bits: 8, photometric: "MONOCHROME1" }),
    ...window(100, 80),
    "7fe0,0010": ["OW", pixels(64, 256, Uint8Array, (r, c) => c)],
  },
  "presentation inverse": {
    ...image(64, 256, { bits: 8 }),
    "2050,0020": ["CS", "INVERSE"],
    ...window(100, 80),
    "7fe0,0010": ["OW", pixels(64, 256, Uint8Array, (r, c) => c)],
  },
  "padding range": {
    ...image(100, 200, { signed: 1 }),
    "0028,0120": ["SS", -2000],
    "0028,0121": ["SS", -1900],
    ...rescale(1, -1024),
    ...window(-2500, 3000),
    "7fe0,0010": [
      "OW",
      pixels(100, 200, Int16Array, (r, c) =>
        Math.hypot(r - 50, c - 100) > 48 ? -2000 + (r % 101) : c * 10 - 1000,
      ),
    ],
  },
  "modality lut": {
    ...image(64, 256, { bits: 8 }),
    "0028,3000": [
      "SQ",
      [
        {
          ...lut(
            10,
            16,
            Array.from({ length: 200 }, (_, i) => i * i),
          ),
          "0028,3004": ["LO", "US"],
        },
      ],
    ],
    ...window(15000, 20000),
    "7fe0,0010": ["OW", pixels(64, 256, Uint8Array, (r, c) => c)],
  },
  "voi lut": {
    ...image(64, 1024, { stored: 12 }),
    "0028,3010": [
      "SQ",
      [
        lut(
          500,
          12,
          Array.from({ length: 1000 }, (_, i) => Math.round(4095 * Math.sqrt(i / 999))),
        ),
      ],
    ],
    "7fe0,0010": ["OW", pixels(64, 1024, Uint16Array, (r, c) => c * 2 + (r & 1))],
  },
  "rgb interleaved": {
    ...image(61, 203, { bits: 8, photometric: "RGB", samples: 3 }),
    "7fe0,0010": [
      "OB",
      pixels(61, 203, Uint8Array, (r, c, s) => (s === 0 ? c : s === 1 ? r * 4 : r + c) & 255, 3),
    ],
  },
  "rgb planar": {
    ...image(62, 203, { bits: 8, photometric: "RGB", samples: 3, planar: 1 }),
    "7fe0,0010": [
      "OB",
      pixels(62, 203, Uint8Array, (r, c, s) => (s === 0 ? c : s === 1 ? r * 4 : r + c) & 255, 3, 1),
    ],
  },
  // Enhanced MR (PS3.3 A.36): In-Stack Position Numbers 4 to 1, and a stream of another length for each frame
  "a stack, stored from its end": {
    ...image(48, 160, { stored: 12 }),
    "0008,0016": ["UI", "1.2.840.10008.5.1.4.1.1.4.1"],
    "0028,0008": ["IS", STACK],
    ...window(800, 1600),
    "5200,9230": [
      "SQ",
      Array.from({ length: STACK }, (_, i) => ({
        "0020,9111": ["SQ", [{ "0020,9056": ["SH", "1"], "0020,9057": ["UL", STACK - i] }]],
      })),
    ],
    "7fe0,0010": [
      "OW",
      pixels(48 * STACK, 160, Uint16Array, (r, c) => {
        const frame = Math.floor(r / 48);
        return 300 * (frame + 1) + (((r + c) * 37) % (1 << (2 * frame)));
      }),
    ],
  },
  "one pixel": { ...image(1, 1), ...window(1000, 100), "7fe0,0010": ["OW", Uint16Array.of(1010)] },
  "wide strip": {
    ...image(3, 2047),
    ...window(1000, 100),
    "7fe0,0010": ["OW", pixels(3, 2047, Uint16Array, (r, c) => c + r)],
  },
};

/** Writes every phantom below `folder`; returns [{ name, path, frames: [1, …] }]. */
export function writePhantoms(folder) {
  mkdirSync(folder, { recursive: true });
  return Object.entries(phantoms).map(([name, elements], i) => {
    const path = join(folder, `${name.replace(/[^a-z0-9]+/g, "_")}.dcm`);
    writeFileSync(path, part10({ ...frameOf(name, 100 + i, 1, 1), ...elements }));
    const count = elements["0028,0008"]?.[1] ?? 1;
    return { name, path, frames: Array.from({ length: count }, (_, at) => at + 1) };
  });
}

/** An axial CT of `slices` images, 1 mm apart, size x size: a cylinder of water in air with a value in it that names its slice. */
export function writeCtSeries(
  folder,
  { slices = 300, size = 256, study = 7, patient = "Ct^Sightline" } = {},
) {
  mkdirSync(folder, { recursive: true });
  let noise = 12345 + study;
  for (let z = 0; z < slices; ++z) {
    const values = pixels(size, size, Int16Array, (r, c) => {
      const d = Math.hypot(r - size / 2 + 0.5, c - size / 2 + 0.5);
      noise = (Math.imul(noise, 1103515245) + 12345) >>> 0;
      const grain = (noise >>> 16) % 13;
      if (r < 2 && c < 2) return z;
      return d > size * 0.45
        ? -1000 + grain
        : d > size * 0.42
          ? 900 + grain
          : 20 + grain + Math.round(60 * Math.sin((z + r + c) / 17));
    });
    writeFileSync(
      join(folder, `${String(z).padStart(4, "0")}.dcm`),
      part10({
        ...frameOf("CT volume", study, 1, z + 1),
        ...image(size, size, { signed: 1 }),
        "0008,0016": ["UI", "1.2.840.10008.5.1.4.1.1.2"],
        "0008,0060": ["CS", "CT"],
        "0010,0010": ["PN", patient],
        "0018,0050": ["DS", 1],
        "0020,0032": ["DS", [-size / 2, -size / 2, z]],
        "0020,0037": ["DS", [1, 0, 0, 0, 1, 0]],
        "0020,0052": ["UI", `${ROOT}.${study}.99`],
        "0028,0030": ["DS", [1, 1]],
        ...rescale(1, 0),
        ...window(40, 400),
        "7fe0,0010": ["OW", values],
      }),
    );
  }
  return {
    study: `${ROOT}.${study}`,
    series: `${ROOT}.${study}.1`,
    instance: (z) => `${ROOT}.${study}.1.${z + 1}`,
  };
}
