// Seeds for the fuzz targets: small inputs that are taken, so that what is made of them gets past the first comparison.
// They are written, or encoded by Debian's tools, when they are needed; nothing of it is kept in the repository.
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { part10 } from "../e2e/phantoms/part10.mjs";
import { jointStreams } from "./joint_streams.mjs";
import { packedSeeds } from "./packed_seeds.mjs";

const SIDE = 24;

/** A wave with an edge, `bits` deep. */
function samples(bits, count = SIDE * SIDE) {
  const type = bits > 8 ? Uint16Array : Uint8Array;
  const top = 2 ** bits - 1;
  return type.from({ length: count }, (_, i) =>
    i % SIDE < 4 ? 0 : Math.round(((Math.sin(i / 5) + 1) / 2) * top),
  );
}

function dataSet({ bits = 16, count = 1, frames = 1, pixelData, extra = {} }) {
  return {
    "0008,0016": ["UI", "1.2.840.10008.5.1.4.1.1.7"],
    "0008,0018": ["UI", "2.25.1145001702.1.1"],
    "0008,0060": ["CS", "OT"],
    "0010,0010": ["PN", "Fuzz^Seed"],
    "0020,000d": ["UI", "2.25.1145001702"],
    "0020,000e": ["UI", "2.25.1145001702.1"],
    "0028,0002": ["US", count],
    "0028,0004": ["CS", count === 3 ? "RGB" : "MONOCHROME2"],
    ...(count === 3 ? { "0028,0006": ["US", 0] } : {}),
    "0028,0008": ["IS", frames],
    "0028,0010": ["US", SIDE],
    "0028,0011": ["US", SIDE],
    "0028,0100": ["US", bits],
    "0028,0101": ["US", bits],
    "0028,0102": ["US", bits - 1],
    "0028,0103": ["US", 0],
    "7fe0,0010": [bits > 8 ? "OW" : "OB", pixelData],
    ...extra,
  };
}

/** PS3.5 G.3: 64 bytes of offsets, then each segment as runs of at most 128 bytes as they are. */
function rleFrame(segments) {
  const head = Buffer.alloc(64);
  head.writeUInt32LE(segments.length, 0);
  let at = head.length;
  const bodies = segments.map((segment, i) => {
    const runs = [];
    for (let from = 0; from < segment.length; from += 128) {
      const run = segment.subarray(from, from + 128);
      runs.push(Buffer.from([run.length - 1]), run);
    }
    const body = Buffer.concat([...runs, Buffer.alloc(runs.length % 2)]);
    head.writeUInt32LE(at, 4 + 4 * i);
    at += body.length;
    return body;
  });
  return Buffer.concat([head, ...bodies]);
}

/** fuzz_request.hpp: what the data set claims, in ten bytes. */
function claims({ rows = SIDE, cols = SIDE, samplesPerPixel = 1, bits = 16, encoding = 0 }) {
  const head = Buffer.alloc(10);
  head.writeUInt16LE(rows, 0);
  head.writeUInt16LE(cols, 2);
  head[4] = (samplesPerPixel === 3 ? 1 : 0) | ([1, 8, 16, 32].indexOf(bits) << 1);
  head[5] = bits - 1;
  head[9] = encoding;
  return head;
}

/** The first fragment of encapsulated pixel data that a tool has written. PS3.5 A.4. */
function firstFragment(file) {
  const pixelData = file.lastIndexOf(Buffer.from([0xe0, 0x7f, 0x10, 0x00, 0x4f, 0x42]));
  const offsets = pixelData + 12;
  const fragment = offsets + 8 + file.readUInt32LE(offsets + 4);
  const length = file.readUInt32LE(fragment + 4);
  return file.subarray(fragment + 8, fragment + 8 + length);
}

/** Names to bytes of what Debian's encoders make of one picture. */
function encoded() {
  const folder = mkdtempSync(join(tmpdir(), "sightline-seeds-"));
  const file = (name) => join(folder, name);
  const tool = (command, ...args) => execFileSync(command, args, { stdio: "pipe" });
  const made = {};
  for (const bits of [8, 16]) {
    const values = Buffer.from(samples(bits).buffer);
    const image = file(`${bits}.pgm`);
    const bigEndian = bits > 8 ? Buffer.from(values).swap16() : values;
    writeFileSync(
      image,
      Buffer.concat([Buffer.from(`P5\n${SIDE} ${SIDE}\n${2 ** bits - 1}\n`), bigEndian]),
    );
    const part = file(`${bits}.dcm`);
    writeFileSync(part, part10(dataSet({ bits, pixelData: values })));
    const encoders = {
      j2k: ["opj_compress", "-i", image, "-n", "3", "-p", "RPCL", "-o"],
      htj2k: [
        ...["ojph_compress", "-i", image, "-num_decomps", "2", "-reversible", "true"],
        ...["-prog_order", "RPCL", "-o"],
      ],
      lossless: ["dcmcjpeg", "+e1", part],
      losslessTransform: ["dcmcjpeg", "+el", "+sv", "6", "+pt", "2", part],
      jpegls: ["dcmcjpls", part],
      rle: ["dcmcrle", part],
      ...(bits === 8
        ? { baseline: ["dcmcjpeg", "+eb", part], progressive: ["dcmcjpeg", "+ep", part] }
        : {}),
    };
    const endings = { j2k: "j2k", htj2k: "j2c" };
    for (const [name, command] of Object.entries(encoders)) {
      const out = file(`${name}${bits}.${endings[name] ?? "dcm"}`);
      tool(...command, out);
      made[`${name}${bits}`] = readFileSync(out);
    }
  }
  rmSync(folder, { recursive: true });
  return made;
}

function dicomSeeds(made) {
  const plain = dataSet({ pixelData: samples(16) });
  const nested = dataSet({
    bits: 8,
    count: 3,
    frames: 2,
    pixelData: samples(8, SIDE * SIDE * 6),
    extra: {
      "0008,0005": ["CS", "ISO_IR 192"],
      "0028,1050": ["DS", ["40", "50"]],
      "0028,1051": ["DS", ["400", "1"]],
      "0028,3000": [
        "SQ",
        [
          {
            "0028,3002": ["US", [4, 0, 16]],
            "0028,3004": ["LO", "US"],
            "0028,3006": ["US", [1, 2, 3, 4]],
          },
        ],
      ],
      "0040,0260": ["SQ", [{ "0042,0011": ["OB", Buffer.from("bulk")] }]],
      "5200,9229": ["SQ", [{ "0028,9110": ["SQ", [{ "0028,0030": ["DS", ["0.5", "0.5"]] }]] }]],
    },
  });
  return [
    part10(plain),
    part10(nested),
    ...Object.entries(made)
      .filter(([name]) => !/^(j2k|htj2k)/.test(name))
      .map(([, bytes]) => bytes),
  ];
}

/** JPEG XL of grey and of colour: lossless, lossy, bare and in boxes, of one group and of several with a palette. */
function jxlSeeds() {
  const folder = mkdtempSync(join(tmpdir(), "sightline-seeds-"));
  const pictures = [
    ["P5", 8, Buffer.from(samples(8))],
    ["P5", 16, Buffer.from(samples(16).buffer).swap16()],
    ["P6", 8, Buffer.from(samples(8, SIDE * SIDE * 3))],
  ];
  // Taller than a group; of so few values that cjxl writes a palette of them.
  const tallRows = 300;
  for (const [kind, bits, bytesPerPixel] of [
    ["P5", 16, 2],
    ["P6", 8, 3],
  ]) {
    const bytes = Buffer.alloc(SIDE * tallRows * bytesPerPixel);
    for (let pixel = 0; pixel < SIDE * tallRows; ++pixel)
      bytes.fill(37 * ((pixel * pixel) % 7), pixel * bytesPerPixel, (pixel + 1) * bytesPerPixel);
    pictures.push([kind, bits, bytes, tallRows]);
  }
  const options = [
    ["-d", "0", "-e", "4", "--container=0"],
    ["-d", "0", "-e", "7", "--container=1"],
    ["-d", "1", "-e", "7"],
    ["-m", "1", "-d", "2", "-e", "4", "--responsive=1"],
    // squeezed channels that are larger than a group
    ["-d", "0", "-e", "3", "--responsive=1", "-g", "0"],
    // reduced before it was coded, and noise in one group and in several
    ["-d", "22", "-e", "3", "--photon_noise=ISO3200"],
    ["-m", "1", "-d", "2", "-e", "3", "-g", "0", "--photon_noise=ISO800"],
    // one group, whose channels refer to each other; colours that are added to a prediction
    ["-d", "0", "-e", "5", "-g", "3", "-E", "3", "-X", "0", "-Y", "0"],
    ["-m", "1", "-d", "0", "-e", "5", "--modular_lossy_palette", "--modular_palette_colors=0"],
  ];
  const seeds = pictures.flatMap(([kind, bits, bytes, rows = SIDE]) => {
    const image = join(folder, kind === "P5" ? "in.pgm" : "in.ppm");
    writeFileSync(
      image,
      Buffer.concat([Buffer.from(`${kind}\n${SIDE} ${rows}\n${2 ** bits - 1}\n`), bytes]),
    );
    return options.map((some) => {
      const out = join(folder, "out.jxl");
      execFileSync("cjxl", [image, out, ...some], { stdio: "pipe" });
      const head = claims({ bits, samplesPerPixel: kind === "P6" ? 3 : 1 });
      return Buffer.concat([head, readFileSync(out)]);
    });
  });
  rmSync(folder, { recursive: true });
  return seeds;
}

/** Data sets behind what is claimed of them; `encoding` chooses the transfer syntax (frame_index_fuzz.cpp). */
function frameIndexSeeds(made) {
  // PS3.10 7.1: preamble, prefix and the group's length come first.
  const meta = (file) => 144 + file.readUInt32LE(140);
  const behind = (file, fields) =>
    Buffer.concat([claims({ bits: 8, ...fields }), file.subarray(meta(file))]);
  const syntaxes = { rle: 3, baseline: 4, jpegls: 5 };
  return [
    behind(part10(dataSet({ pixelData: samples(16) })), { bits: 16, encoding: 1 }),
    ...Object.entries(syntaxes).map(([name, encoding]) => behind(made[`${name}8`], { encoding })),
  ];
}

function frameSeeds(made, pattern, fields) {
  return Object.entries(made)
    .filter(([name]) => pattern.test(name))
    .map(([name, bytes]) =>
      Buffer.concat([
        claims({ bits: name.endsWith("16") ? 16 : 8, ...fields(name) }),
        bytes.subarray(128, 132).toString() === "DICM" ? firstFragment(bytes) : bytes,
      ]),
    );
}

/** The multi-component extension in codestreams of six components in four tiles: MCT, MCC, MCO, CBD before SOT or in a tile's
 *  own header, and a mark of the frame behind SIZ. ISO/IEC 15444-2 A.3.6 to A.3.9; base/frame_mark.hpp. */
function part2Seeds() {
  const folder = mkdtempSync(join(tmpdir(), "sightline-seeds-"));
  const image = join(folder, "a.raw");
  writeFileSync(image, samples(8, 6 * SIDE * SIDE));
  const encode = (...options) => {
    const out = join(folder, "a.j2k");
    const shape = `${SIDE},${SIDE},6,8,u`;
    execFileSync(
      "opj_compress",
      ["-i", image, "-F", shape, "-n", "2", "-t", "13,13", ...options, "-o", out],
      { stdio: "pipe" },
    );
    return readFileSync(out);
  };
  const segment = (code, ...bytes) => {
    const head = Buffer.alloc(4);
    head.writeUInt16BE(code, 0);
    head.writeUInt16BE(bytes.length + 2, 2);
    return Buffer.concat([head, Buffer.from(bytes)]);
  };
  const words = (...values) => values.flatMap((value) => [0, value]);
  const all = [0, 1, 2, 3, 4, 5];
  const ones = all.flatMap((row) => all.map((col) => (col <= row ? 1 : 0)));
  /** type: 0 dependency, 1 decorrelation, 3 wavelet. Dependencies have the rows below the diagonal. */
  const transform = (type, reversible = 0) => [
    segment(0xff74, 0, 0, type, 1, 0, 0, ...words(...(type === 0 ? Array(15).fill(1) : ones))),
    segment(0xff74, 0, 0, 2, 2, 0, 0, ...words(...all.map(() => 128))),
    segment(0xff75, 0, 0, 1, 0, 0, 0, 1, type, 0, 6, ...all, 0, 6, ...all, reversible, 2, 1),
    segment(0xff77, 1, 1),
  ];
  const made = ({ frame, samplesPerPixel = 1, main = [], tile = [], sgcod = 2, options = [] }) => {
    const stream = encode("-mct", "0", ...options);
    const afterSiz = 4 + stream.readUInt16BE(4);
    const sot = stream.indexOf(Buffer.from([0xff, 0x90]));
    stream.writeUInt16BE(0x8200, 6); // Rsiz
    stream[stream.indexOf(Buffer.from([0xff, 0x52])) + 8] = sgcod;
    const own = Buffer.concat(tile);
    stream.writeUInt32BE(stream.readUInt32BE(sot + 6) + own.length, sot + 6);
    return Buffer.concat([
      claims({ bits: 8, samplesPerPixel }),
      stream.subarray(0, afterSiz),
      segment(0xff64, 0, 0, ...Buffer.from("sightline frame \0\0\0"), frame),
      stream.subarray(afterSiz, sot),
      ...main,
      segment(0xff78, 0, 6, ...all.map(() => 7)),
      stream.subarray(sot, sot + 12),
      own,
      stream.subarray(sot + 12),
    ]);
  };
  const seeds = [
    made({ frame: 3, main: transform(1) }),
    made({ frame: 2, main: transform(0), samplesPerPixel: 1 }),
    made({ frame: 5, main: transform(1, 1) }),
    made({ frame: 1, main: transform(3), samplesPerPixel: 3 }),
    made({ frame: 1, main: transform(1), tile: transform(0) }),
    made({ frame: 4, main: transform(1), options: ["-ROI", "c=1,U=4"] }),
    made({
      frame: 4,
      main: transform(1),
      options: ["-POC", "T1=0,0,1,1,6,LRCP/T1=1,0,1,2,6,RLCP"],
    }),
    made({ frame: 1, sgcod: 1, samplesPerPixel: 3 }),
  ];
  rmSync(folder, { recursive: true });
  return seeds;
}

/** The packet headers of a stream of one tile-part, with SOP and EPH, in PPM (0xff60) or PPT (0xff61), of two segments.
 *  ISO/IEC 15444-1 A.7.4, A.7.5. */
function packedHeaders(stream, code) {
  const sot = stream.indexOf(Buffer.from([0xff, 0x90]));
  const sod = stream.indexOf(Buffer.from([0xff, 0x93]), sot);
  const sop = Buffer.from([0xff, 0x91, 0, 4]);
  const headers = [];
  const bodies = [];
  for (let at = stream.indexOf(sop, sod); at >= 0;) {
    const next = stream.indexOf(sop, at + 6);
    const end = next < 0 ? stream.length - 2 : next;
    const eph = stream.indexOf(Buffer.from([0xff, 0x92]), at + 6);
    headers.push(stream.subarray(at + 6, eph + 2));
    bodies.push(stream.subarray(at, at + 6), stream.subarray(eph + 2, end));
    at = next;
  }
  const length = Buffer.alloc(4);
  length.writeUInt32BE(headers.reduce((sum, header) => sum + header.length, 0));
  const value = Buffer.concat([...(code === 0xff60 ? [length] : []), ...headers]);
  const half = value.length >> 1;
  const segments = [value.subarray(0, half), value.subarray(half)].map((part, index) => {
    const head = Buffer.alloc(5, index);
    head.writeUInt16BE(code, 0);
    head.writeUInt16BE(part.length + 3, 2);
    return Buffer.concat([head, part]);
  });
  const [main, own] = code === 0xff60 ? [segments, []] : [[], segments];
  const part = Buffer.concat([
    stream.subarray(sot, sod),
    ...own,
    stream.subarray(sod, sod + 2),
    ...bodies,
  ]);
  part.writeUInt32BE(part.length, 6);
  return Buffer.concat([stream.subarray(0, sot), ...main, part, stream.subarray(-2)]);
}

/** HTJ2K and JPEG 2000 of every shape that our own decoder has a branch for. */
function htj2kSeeds(made) {
  const folder = mkdtempSync(join(tmpdir(), "sightline-seeds-"));
  const image = join(folder, "a.pgm");
  const colour = join(folder, "a.ppm");
  writeFileSync(
    image,
    Buffer.concat([
      Buffer.from(`P5\n${SIDE} ${SIDE}\n4095\n`),
      Buffer.from(samples(12).buffer).swap16(),
    ]),
  );
  writeFileSync(
    colour,
    Buffer.concat([Buffer.from("P6\n24 24\n255\n"), Buffer.from(samples(8, SIDE * SIDE * 3))]),
  );
  const variants = [
    [image, "true", "-num_decomps", "0"],
    [image, "false", "-num_decomps", "3", "-qstep", "0.01"],
    [image, "true", "-block_size", "{4,4}", "-prog_order", "LRCP"],
    [image, "true", "-tile_size", "{13,17}", "-prog_order", "PCRL"],
    [image, "true", "-precincts", "{8,8},{16,16}", "-image_offset", "{3,5}"],
    [colour, "true", "-num_decomps", "2"],
    [colour, "false", "-num_decomps", "1", "-colour_trans", "false", "-prog_order", "CPRL"],
  ].map(([input, reversible, ...more]) => {
    const out = join(folder, "a.j2c");
    execFileSync("ojph_compress", ["-i", input, "-reversible", reversible, ...more, "-o", out], {
      stdio: "pipe",
    });
    return Buffer.concat([claims({}), readFileSync(out)]);
  });
  const part1 = [
    ["-r", "8,4,1", "-p", "LRCP"],
    ["-r", "8,1", "-p", "RLCP", "-c", "[8,8]", "-b", "4,4"],
    ["-M", "1", "-r", "4,1", "-I"],
    ["-M", "63", "-p", "RPCL"],
    ["-ROI", "c=0,U=12", "-p", "RPCL"],
    ["-ROI", "c=0,U=9", "-r", "4,1", "-t", "13,13"],
    ["-POC", "T1=0,0,1,1,1,LRCP/T1=1,0,1,3,1,RLCP"],
    ["-r", "8,4,1", "-POC", "T1=0,0,2,2,1,RPCL/T1=0,0,3,3,1,LRCP"],
    ["-SOP", "-EPH"],
    ["-SOP", "-EPH", "-r", "4,1", "-p", "RLCP"],
  ].flatMap((options) => {
    const out = join(folder, "a.j2k");
    execFileSync("opj_compress", ["-i", image, "-n", "3", ...options, "-o", out], {
      stdio: "pipe",
    });
    const stream = readFileSync(out);
    const packed = options.includes("-EPH")
      ? [packedHeaders(stream, 0xff60), packedHeaders(stream, 0xff61)]
      : [];
    return [stream, ...packed].map((bytes) => Buffer.concat([claims({}), bytes]));
  });
  const joint = jointStreams(image, folder).map((bytes) => Buffer.concat([claims({}), bytes]));
  rmSync(folder, { recursive: true });
  return [...frameSeeds(made, /j2k/, () => ({})), ...variants, ...part1, ...joint];
}

function rleSeeds(made) {
  const values = Buffer.from(samples(16).buffer);
  const planes = [1, 0].map((at) => values.filter((_, i) => i % 2 === at));
  return [
    ...frameSeeds(made, /^rle/, () => ({ encoding: 0 })),
    Buffer.concat([claims({}), rleFrame(planes)]),
    Buffer.concat([claims({ encoding: 2 }), values]),
    Buffer.concat([claims({ encoding: 3 }), values]),
    Buffer.concat([
      claims({ bits: 8, samplesPerPixel: 3, encoding: 2 }),
      samples(8, SIDE * SIDE * 3),
    ]),
  ];
}

const httpSeeds = [
  "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n",
  'GET /tiles/abc/1?a=b&c=%20d HTTP/1.1\r\nHost: localhost\r\nRange: bytes=0-99\r\nIf-Range: "e"\r\n\r\n',
  'GET /dicom-web/studies/1.2 HTTP/1.1\r\nHost: localhost\r\nIf-None-Match: "x,y", W/"a", *\r\n\r\n',
  "HEAD /dicom-web/studies?PatientName=A*&limit=5 HTTP/1.0\r\nRange: bytes=-5\r\n\r\n",
  "POST /dicom-web/studies HTTP/1.1\r\nHost: [::1]:8080\r\nContent-Length: 5\r\n\r\nhello",
  "POST /dicom-web/studies HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n5;x=y\r\nhello\r\n0\r\nA: b\r\n\r\n",
].map((text) => Buffer.from(text));

const forwardedSeeds = [
  "for=192.0.2.60;proto=http;by=203.0.113.43",
  'For="[2001:db8:cafe::17]:4711";proto=https, for=_hidden, for=unknown',
  'secret="a\\"b";for="192.0.2.7:_x"',
].map((text) => Buffer.from(text));

const multipartSeeds = [
  "--b\r\nContent-Type: application/dicom\r\n\r\nDICM\r\n--b--\r\n",
  "preamble\r\n--b\r\n\r\none\r\n--b \t\r\nA: b\r\nC: d\r\n\r\ntwo\r\n-\r\n--\r\n--b--epilogue",
  '--b\r\nContent-Type: text/plain; charset="utf-8"\r\nContent-Location: a\r\n\r\n\r\n--b--',
].map((text) => Buffer.from(`\x07${text}`));

const nativeModelSeeds = [
  '<DicomAttribute tag="00100010" vr="PN" keyword="PatientName"><PersonName number="1"><Alphabetic><FamilyName>A</FamilyName>' +
    "<NameSuffix>B</NameSuffix></Alphabetic><Ideographic/></PersonName></DicomAttribute>",
  '<DicomAttribute tag="00081115" vr="SQ"><Item number="1"><DicomAttribute tag="00080060" vr="CS"><Value number="2">&amp;' +
    '<![CDATA[<]]></Value></DicomAttribute></Item><Item number="2"/></DicomAttribute>',
  '<DicomAttribute tag="00090010" vr="LO"><Value number="1">ACME</Value></DicomAttribute>' +
    '<DicomAttribute tag="00090002" vr="UN" privateCreator="ACME"><InlineBinary>AA ==</InlineBinary></DicomAttribute>',
  '<DicomAttribute tag="7FE00010" vr="OW"><BulkData uri="a?b&#x26;c"/></DicomAttribute><!-- c --><?p i?>',
].map((inside) =>
  Buffer.from(
    `<?xml version="1.0" encoding="UTF-8"?><NativeDicomModel xmlns="http://dicom.nema.org/PS3.19/models/NativeDICOM">${inside}</NativeDicomModel>`,
  ),
);

const negotiationSeeds = [
  '\0multipart/related; type="application/dicom"; boundary="a b"; transfer-syntax=*',
  "\0application/dicom+json;q=0.5",
  '\x01multipart/related; type="application/dicom"; transfer-syntax=1.2.840.10008.1.2.1;q=0.9, */*;q=0.1',
  "\x01application/dicom+json, application/dicom+xml;q=0",
  "\x02PatientName=WEB*",
  "\x02StudyDate=20260101-20261231",
  "\x02RequestAttributesSequence.ScheduledProcedureStepID=a?",
  "\x02StudyInstanceUID=1.2.3,1.2.4",
  "\x02includefield=all",
  "\x02limit=10",
].map((text) => Buffer.from(text, "latin1"));

/** Reports, also with coordinates, a key object selection, encapsulated documents and bulk annotations; small ones. */
function documentSeeds(root) {
  const folder = mkdtempSync(join(tmpdir(), "sightline-seeds-"));
  for (const script of ["document_phantoms.py", "mark_files.py"])
    execFileSync("/usr/bin/python3", ["-W", "ignore", join(root, "tests/e2e", script), folder], {
      stdio: ["ignore", "ignore", "pipe"], // what it says is for the browser's tests
    });
  const made = readdirSync(folder)
    .sort()
    .map((name) => readFileSync(join(folder, name)));
  rmSync(folder, { recursive: true });
  return made.filter(({ length }) => length < 8192);
}

const jsonSeeds = [
  {
    "00080005": { vr: "CS", Value: ["ISO_IR 192"] },
    "00080016": { vr: "UI", Value: ["1.2.840.10008.5.1.4.1.1.7"] },
    "00080018": { vr: "UI", Value: ["2.25.1"] },
    "00100010": { vr: "PN", Value: [{ Alphabetic: "Fuzz^Seed", Ideographic: "\u5c71" }] },
    "0020000D": { vr: "UI", Value: ["2.25.2"] },
    "0020000E": { vr: "UI", Value: ["2.25.3"] },
    "00280010": { vr: "US", Value: [SIDE] },
    "00281050": { vr: "DS", Value: [40.5, null] },
    "00400260": { vr: "SQ", Value: [{ "00080100": { vr: "SH", Value: ["A"] } }, {}] },
    "00420011": { vr: "OB", InlineBinary: "YnVsaw==" },
    "00091001": { vr: "FD", Value: ["NaN", -1e300] },
    "00091002": { vr: "AT", Value: ["00100010"] },
    "00091003": { vr: "SV", Value: ["-9223372036854775808"] },
  },
  {
    "00080016": { vr: "UI", Value: ["1.2.840.10008.5.1.4.1.1.7"] },
    "00080018": { vr: "UI", Value: ["2.25.1"] },
    "00280002": { vr: "US", Value: [1] },
    "00280010": { vr: "US", Value: [SIDE] },
    "00280011": { vr: "US", Value: [SIDE] },
    "00280100": { vr: "US", Value: [16] },
    "7FE00010": { vr: "OW", BulkDataURI: "b" },
  },
].map((object) => Buffer.from(JSON.stringify(object)));

/** Descriptor, flags (lut_fuzz.cpp), words. PS3.3 C.7.9.2: a discrete segment, a linear one, and both again. */
const lutSeeds = [
  [[4, 0, 16], 0, [1, 2, 3, 4]],
  [[8, 65535, 8], 3, [0x0201, 0x0403, 0x0605, 0x0807]],
  [[12, 0, 16], 0, [0, 2, 5, 9, 1, 4, 1000, 2, 2, 0, 0]],
  [[6, 0, 8], 4, [0x0200, 0x0905, 0x0401, 0x00ff]],
].map(([descriptor, flags, words]) =>
  Buffer.concat([
    Buffer.from(Uint16Array.from(descriptor).buffer),
    Buffer.from([flags]),
    Buffer.from(Uint16Array.from(words).buffer),
  ]),
);

const charsetSeeds = [
  ["\x00", "", "Doe^Jane"],
  ["\x00", "\\ISO 2022 IR 87", "Yamada^Tarou=\x1b$B;3ED\x1b(B^\x1b$BB@O:\x1b(B"],
  ["\x00", "\\ISO 2022 IR 149", "Hong^Gildong=\x1b$)C\xfb\xf3^\x1b$)C\xd1\xce\xd4\xd7"],
  ["\x01", "ISO_IR 100", "B\xfcc^J\xe9r\xf4me"],
  ["\x01", "GB18030", "Wang^XiaoDong=\xcd\xf5^\xd0\xa1\xb6\xab"],
  ["\x02", "ISO_IR 192", "\xe5\xb1\xb1\r\n\tline"],
  ["\x02", "ISO_IR 13", "\xd4\xcf\xc0\xde^\xc0\xdb\xb3"],
].map((parts) => Buffer.from(`${parts[0]}${parts[1]}\0${parts[2]}`, "latin1"));

/** Files, each behind its length (archive_fuzz.cpp). */
function archiveSeeds(made) {
  const files = dicomSeeds(made);
  const behindLength = (file) => {
    const length = Buffer.alloc(2);
    length.writeUInt16LE(file.length);
    return Buffer.concat([length, file]);
  };
  return [...files.map(behindLength), Buffer.concat(files.slice(0, 3).map(behindLength))];
}

function wireSeeds(root) {
  return ["golden", "negative"].flatMap((kind) => {
    const folder = join(root, "tests/fixtures/wire", kind);
    return readdirSync(folder)
      .filter((name) => name.endsWith(".bin"))
      .map((name) => readFileSync(join(folder, name)));
  });
}

/** ICC profiles, made of numbers. */
function iccSeeds(root) {
  const folder = mkdtempSync(join(tmpdir(), "sightline-seeds-"));
  execFileSync("/usr/bin/python3", [join(root, "tests/color/icc_profiles.py"), folder]);
  const made = readdirSync(folder)
    .sort()
    .map((name) => readFileSync(join(folder, name)));
  rmSync(folder, { recursive: true });
  return made;
}

/** Writes `folder`/TARGET/N anew for every target. `root`: the repository. Errors: a tool that is missing or fails. */
export function makeSeeds(root, folder) {
  const made = encoded();
  const seeds = {
    codestream: ["j2k8", "j2k16", "htj2k8", "htj2k16"].map((name) => made[name]),
    dicom: [...dicomSeeds(made), ...documentSeeds(root)],
    forwarded: forwardedSeeds,
    frame_index: frameIndexSeeds(made),
    htj2k: htj2kSeeds(made),
    icc: iccSeeds(root),
    http: httpSeeds,
    j2k: [
      ...frameSeeds(made, /j2k/, (name) => ({ encoding: name.startsWith("h") ? 1 : 0 })),
      ...part2Seeds(),
    ],
    jpeg: frameSeeds(made, /^(lossless|baseline|progressive)/, () => ({ encoding: 0 })),
    jpegls: frameSeeds(made, /^jpegls/, () => ({ encoding: 0 })),
    json: jsonSeeds,
    jxl: jxlSeeds(),
    lut: lutSeeds,
    charset: charsetSeeds,
    archive: archiveSeeds(made),
    multipart: multipartSeeds,
    native_model: nativeModelSeeds,
    negotiation: negotiationSeeds,
    packed: packedSeeds(root, samples(8)),
    rle: rleSeeds(made),
    wire: wireSeeds(root),
  };
  rmSync(folder, { recursive: true, force: true });
  for (const [target, inputs] of Object.entries(seeds)) {
    mkdirSync(join(folder, target), { recursive: true });
    inputs.forEach((bytes, i) => writeFileSync(join(folder, target, String(i)), bytes));
  }
}
