// A small writer of Part 10 files (Explicit VR Little Endian), for phantoms whose every value the test knows. PS3.10, PS3.5 7.1.
const LONG = new Set(["OB", "OW", "SQ", "UN", "UT", "OF", "OD", "UC", "UR", "OL"]);
const NUMBER = {
  US: ["setUint16", 2],
  SS: ["setInt16", 2],
  UL: ["setUint32", 4],
  SL: ["setInt32", 4],
  FL: ["setFloat32", 4],
  FD: ["setFloat64", 8],
};

function valueBytes(vr, value) {
  if (vr === "SQ")
    return Buffer.concat(
      value.flatMap((item) => {
        const body = dataset(item);
        const head = Buffer.alloc(8);
        (head.writeUInt16LE(0xfffe, 0),
          head.writeUInt16LE(0xe000, 2),
          head.writeUInt32LE(body.length, 4));
        return [head, body];
      }),
    );
  if (Buffer.isBuffer(value)) return value;
  if (ArrayBuffer.isView(value))
    return Buffer.from(value.buffer, value.byteOffset, value.byteLength);
  if (vr in NUMBER) {
    const [method, size] = NUMBER[vr];
    const list = [value].flat(),
      view = new DataView(new ArrayBuffer(size * list.length));
    list.forEach((v, i) => view[method](i * size, v, true));
    return Buffer.from(view.buffer);
  }
  if (vr === "AT")
    return Buffer.from(
      new Uint16Array([value].flat().flatMap((tag) => [tag >>> 16, tag & 0xffff])).buffer,
    );
  return Buffer.from([value].flat().join("\\"), "utf8");
}

/** Elements `{ "0028,0010": ["US", 512] }` to bytes, in order of tag. */
export function dataset(elements) {
  const parts = [];
  for (const tag of Object.keys(elements).sort()) {
    const [vr, value] = elements[tag];
    let body = valueBytes(vr, value);
    if (body.length % 2)
      body = Buffer.concat([
        body,
        Buffer.from([vr === "UI" || vr === "OB" || vr === "UN" ? 0 : 32]),
      ]);
    const head = Buffer.alloc(LONG.has(vr) ? 12 : 8);
    (head.writeUInt16LE(parseInt(tag.slice(0, 4), 16), 0),
      head.writeUInt16LE(parseInt(tag.slice(5), 16), 2),
      head.write(vr, 4, "latin1"));
    LONG.has(vr) ? head.writeUInt32LE(body.length, 8) : head.writeUInt16LE(body.length, 6);
    parts.push(head, body);
  }
  return Buffer.concat(parts);
}

/** A whole file. The data set must hold SOP Class and Instance UID. */
export function part10(elements, transferSyntax = "1.2.840.10008.1.2.1") {
  const meta = dataset({
    "0002,0001": ["OB", Buffer.from([0, 1])],
    "0002,0002": elements["0008,0016"],
    "0002,0003": elements["0008,0018"],
    "0002,0010": ["UI", transferSyntax],
    "0002,0012": ["UI", "2.25.329800735698586629295641978511506172918"],
  });
  return Buffer.concat([
    Buffer.alloc(128),
    Buffer.from("DICM"),
    dataset({ "0002,0000": ["UL", meta.length] }),
    meta,
    dataset(elements),
  ]);
}

/** A pixel data element of one fragment for each frame, with an empty offset table. PS3.5 A.4. */
export function encapsulated(frames) {
  const item = (bytes) => {
    const head = Buffer.from([0xfe, 0xff, 0x00, 0xe0, 0, 0, 0, 0]);
    head.writeUInt32LE(bytes.length + (bytes.length % 2), 4);
    return Buffer.concat([head, bytes, Buffer.alloc(bytes.length % 2)]);
  };
  return Buffer.concat([
    Buffer.from([0xe0, 0x7f, 0x10, 0x00, 0x4f, 0x42, 0, 0, 0xff, 0xff, 0xff, 0xff]),
    item(Buffer.alloc(0)),
    ...frames.map(item),
    Buffer.from([0xfe, 0xff, 0xdd, 0xe0, 0, 0, 0, 0]),
  ]);
}
