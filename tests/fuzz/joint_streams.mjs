// Codestreams whose tiles or components have parameters of their own, joined of what encoders make.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";

/** Where a stream's marker segments of those codes are in its main header. */
function mainSegments(stream, codes) {
  const found = [];
  for (let at = 2; stream.readUInt16BE(at) !== 0xff90; at += 2 + stream.readUInt16BE(at + 2))
    if (codes.includes(stream.readUInt16BE(at)))
      found.push(stream.subarray(at, at + 2 + stream.readUInt16BE(at + 2)));
  return found;
}

/** The tile-parts of a stream whose tiles have one each. */
function tileParts(stream) {
  const parts = [];
  for (let at = stream.indexOf(Buffer.from([0xff, 0x90, 0, 10])); at < stream.length - 2;) {
    const end = at + stream.readUInt32BE(at + 6);
    parts.push(stream.subarray(at, end));
    at = end;
  }
  return parts;
}

/** The first stream with every second tile of the other one, whose parameters (COD, COC, QCD, QCC, RGN) are then these tiles' own.
 *  ISO/IEC 15444-1 A.6. */
function joinedTiles(first, second) {
  const own = mainSegments(second, [0xff52, 0xff53, 0xff5c, 0xff5d, 0xff5e]);
  const others = tileParts(second);
  const parts = tileParts(first).map((part, index) => {
    if (index % 2 === 0) return part;
    const [sot, rest] = [others[index].subarray(0, 12), others[index].subarray(12)];
    const made = Buffer.concat([sot, ...own, rest]);
    made.writeUInt32BE(made.length, 6);
    return made;
  });
  const main = first.subarray(0, first.indexOf(Buffer.from([0xff, 0x90, 0, 10])));
  return Buffer.concat([main, ...parts, first.subarray(-2)]);
}

/** Three grey streams of one tile in CPRL as the components of one: COC and QCC of two of them. ISO/IEC 15444-1 A.6.2, A.6.5. */
function joinedComponents(streams) {
  const [[siz]] = streams.map((stream) => mainSegments(stream, [0xff51]));
  const wide = Buffer.concat([siz, siz.subarray(-3), siz.subarray(-3)]);
  wide.writeUInt16BE(wide.length - 2, 2);
  wide.writeUInt16BE(3, 38);
  const segment = (code, body) => {
    const head = Buffer.alloc(4);
    head.writeUInt16BE(code, 0);
    head.writeUInt16BE(body.length + 2, 2);
    return Buffer.concat([head, body]);
  };
  const own = streams.slice(1).flatMap((stream, index) => {
    const number = Buffer.from([index + 1]);
    const [cod, qcd] = mainSegments(stream, [0xff52, 0xff5c]);
    const style = Buffer.concat([number, Buffer.from([cod[4] & 1]), cod.subarray(9)]);
    return [segment(0xff53, style), segment(0xff5d, Buffer.concat([number, qcd.subarray(4)]))];
  });
  const parts = streams.map((stream) => tileParts(stream)[0]);
  const data = parts.map((part) => part.subarray(14)); // SOT and SOD
  const part = Buffer.concat([parts[0].subarray(0, 14), ...data]);
  part.writeUInt32BE(part.length, 6);
  const shared = mainSegments(streams[0], [0xff50, 0xff52, 0xff5c]);
  return Buffer.concat([
    ...[Buffer.from([0xff, 0x4f]), wide, ...shared, ...own, part],
    Buffer.from([0xff, 0xd9]),
  ]);
}

/** Streams of a picture whose tiles and components differ; `folder` is for files between. */
export function jointStreams(image, folder) {
  const made = (command, ...options) => {
    const out = join(folder, command === "opj_compress" ? "a.j2k" : "a.j2c");
    execFileSync(command, ["-i", image, ...options, "-o", out], { stdio: "pipe" });
    return readFileSync(out);
  };
  const part1 = (...options) => made("opj_compress", ...options);
  const ht = (...options) => made("ojph_compress", "-reversible", "true", ...options);
  const tiles = [
    part1("-n", "3", "-t", "13,13"),
    part1("-n", "3", "-t", "13,13", "-c", "[8,8]", "-ROI", "c=0,U=9"),
    part1("-n", "2", "-t", "13,13", "-b", "4,4", "-M", "5", "-r", "4,1", "-p", "RLCP"),
    part1("-n", "4", "-t", "13,13", "-I", "-r", "3"),
    ht("-num_decomps", "1", "-tile_size", "{13,13}"),
  ];
  const components = [
    part1("-n", "3", "-p", "CPRL"),
    part1("-n", "2", "-p", "CPRL", "-c", "[8,8]", "-b", "8,8"),
    part1("-n", "4", "-p", "CPRL", "-I", "-r", "3"),
    ht("-num_decomps", "2", "-prog_order", "CPRL"),
  ];
  return [
    ...tiles.map((first, index) => joinedTiles(first, tiles[(index + 1) % tiles.length])),
    joinedComponents(components.slice(0, 3)),
    joinedComponents([components[2], components[1], components[0]]),
    joinedComponents([components[3], components[1], components[2]]),
  ];
}
