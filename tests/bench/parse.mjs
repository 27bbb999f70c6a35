// `npm run bench:parse`: reading DICOM objects with @sightline/dcmtk, dcmjs and dicom-parser, in one run of one process, over
// the same bytes. "read": until the library's own result is there. "values": and until every value has been looked at as
// dcmjs' users do, by its naturalizeDataset, which takes the same time for both and more than our reading. dicom-parser gives no
// values, only where they lie, so it stands in "read" alone. Fails when an enhanced object is not read three times as fast as by
// dcmjs. Each figure is the median of the runs that fit into a second, at least five.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import dcmjs from "dcmjs";
import dicomParser from "dicom-parser";

const root = fileURLToPath(new URL("../..", import.meta.url));
const { DicomMessage } = await import(join(root, "build/dcmtk-package/index.node.js"));
dcmjs.log.setLevel("silent");
dcmjs.log.getLogger("validation.dcmjs").setLevel("silent");
const { naturalizeDataset } = dcmjs.data.DicomMetaDictionary;

const SECOND = 1000;
const FEWEST_RUNS = 5;
function median(work) {
  work();
  const times = [];
  const end = performance.now() + SECOND;
  while (times.length < FEWEST_RUNS || performance.now() < end) {
    const begin = performance.now();
    work();
    times.push(performance.now() - begin);
  }
  return times.sort((a, b) => a - b)[times.length >> 1];
}

/** A value of each element, items included. */
function lookAtAll(dict) {
  let count = 0;
  for (const element of Object.values(dict)) {
    const { vr, Value } = element;
    ++count;
    if (vr === "SQ") for (const item of Value) count += lookAtAll(item);
  }
  return count;
}

/** An enhanced object with as many frames as asked for: the items of a real one over and over. */
function enhanced(file, frames) {
  const object = DicomMessage.readFile(file);
  const items = object.dict["52009230"].Value;
  const pixels = new Uint8Array(object.dict["7FE00010"].Value[0]);
  const frameBytes = pixels.length / items.length;
  object.dict["52009230"].Value = Array.from({ length: frames }, (_, i) => items[i % items.length]);
  object.dict["00280008"].Value = [frames];
  const larger = new Uint8Array(frameBytes * frames);
  for (let f = 0; f < frames; ++f)
    larger.set(
      pixels.subarray((f % items.length) * frameBytes).subarray(0, frameBytes),
      f * frameBytes,
    );
  object.dict["7FE00010"].Value = [larger.buffer];
  return object.write();
}

/** The same with sequences and items of undefined length, as dcmjs writes. */
function undefinedLengths(file) {
  return dcmjs.data.DicomMessage.readFile(file).write();
}

const shared = join(root, "../shared/dicom");
if (!existsSync(shared)) {
  console.error("bench:parse needs ../shared/dicom");
  process.exit(1);
}
function load(path) {
  const bytes = readFileSync(join(shared, path));
  return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
}
const { DicomMessage: Theirs } = dcmjs.data;
const ENHANCED_MR =
  "mr-4d/enhanced-xa30/0001_1.3.12.2.1107.5.2.43.67093.2022071112090640678703211.dcm";
const enhanced33 = load(ENHANCED_MR);
const enhanced1000 = enhanced(enhanced33, 1000);
const files = [
  ["charset, small", load("charset/chrH31.dcm"), false],
  ["CT slice", load("transfer-syntax/one-ct-17-syntaxes/CTImage.dcm"), false],
  ["US cine, fragments", load("us-cine/IM00001.fragmented_no_bot_jpeg_baseline.50.dcm"), false],
  ["enhanced MR, 33 frames", enhanced33, true],
  ["the same, undefined lengths", undefinedLengths(enhanced33), true],
  ["enhanced MR, 1,000 frames", enhanced1000, true],
  ["the same, undefined lengths", undefinedLengths(enhanced1000), true],
];

const LEAST_RATIO = 3;
const rows = files.map(([name, bytes, isEnhanced]) => {
  const elements = lookAtAll(DicomMessage.readFile(bytes).dict);
  const theirOptions = { ignoreErrors: true };
  const ours = median(() => DicomMessage.readFile(bytes));
  const theirs = median(() => Theirs.readFile(bytes, theirOptions));
  const parser = median(() => dicomParser.parseDicom(new Uint8Array(bytes)));
  const oursAll = median(() => naturalizeDataset(DicomMessage.readFile(bytes).dict));
  const theirsAll = median(() => naturalizeDataset(Theirs.readFile(bytes, theirOptions).dict));
  return {
    name,
    isEnhanced,
    size: bytes.byteLength,
    elements,
    ours,
    theirs,
    parser,
    oursAll,
    theirsAll,
  };
});

const ms = (value) => value.toFixed(value < 1 ? 3 : 1);
const times = (value) => `${value.toFixed(1)} x`;
const table = [
  [
    "object",
    "KiB",
    "elements",
    "read ms",
    "dcmjs",
    "dicom-parser",
    "dcmjs / ours",
    "parser / ours",
    "values ms",
    "dcmjs",
    "dcmjs / ours",
  ],
  ...rows.map((row) => [
    row.name,
    String(Math.round(row.size / 1024)),
    String(row.elements),
    ms(row.ours),
    ms(row.theirs),
    ms(row.parser),
    times(row.theirs / row.ours),
    times(row.parser / row.ours),
    ms(row.oursAll),
    ms(row.theirsAll),
    times(row.theirsAll / row.oursAll),
  ]),
];
const widths = table[0].map((_, column) => Math.max(...table.map((row) => row[column].length)));
for (const row of table)
  console.log(
    row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]) : cell.padStart(widths[i]))).join("  "),
  );

const slow = rows.filter(
  ({ isEnhanced, ours, theirs }) => isEnhanced && theirs < LEAST_RATIO * ours,
);
for (const { name } of slow)
  console.log(`read less than ${LEAST_RATIO} times as fast as dcmjs does: ${name}`);
process.exit(slow.length ? 1 : 0);
