/** Small Part 10 files, Explicit VR Little Endian, as PS3.5 7.1 and PS3.10 7.1 say. */
const EXPLICIT_LITTLE = "1.2.840.10008.1.2.1";
const SECONDARY_CAPTURE = "1.2.840.10008.5.1.4.1.1.7";
const MEDIA_DIRECTORY = "1.2.840.10008.1.3.10";

const ascii = (text: string): number[] => Array.from(text, (c) => c.charCodeAt(0));
const u16 = (value: number): number[] => [value & 255, value >> 8];
const u32 = (value: number): number[] => [...u16(value & 0xffff), ...u16(value >>> 16)];

/** One element; a text is padded to even length. */
function element(tag: number, vr: string, value: string | number[]): number[] {
  const bytes = typeof value === "string" ? ascii(value) : [...value];
  if (bytes.length % 2 === 1) bytes.push(vr === "UI" ? 0 : 32);
  const length = ["OB", "OW", "SQ"].includes(vr) ? [0, 0, ...u32(bytes.length)] : u16(bytes.length);
  return [...u16(tag >>> 16), ...u16(tag & 0xffff), ...ascii(vr), ...length, ...bytes];
}
function part10(mediaClass: string, dataSet: number[]): Uint8Array<ArrayBuffer> {
  const meta = [
    ...element(0x00020002, "UI", mediaClass),
    ...element(0x00020010, "UI", EXPLICIT_LITTLE),
  ];
  return new Uint8Array([
    ...new Array<number>(128).fill(0),
    ...ascii("DICM"),
    ...element(0x00020000, "UL", u32(meta.length)),
    ...meta,
    ...dataSet,
  ]);
}

/** A picture of 2 x 3 bytes, which are `pixels`. */
export function picture(
  { study = "1.2.3", series = "1.2.3.1", instance = "1.2.3.1.1", number = 1 },
  pixels = [1, 2, 3, 4, 5, 6],
): Uint8Array<ArrayBuffer> {
  return part10(SECONDARY_CAPTURE, [
    ...element(0x00080016, "UI", SECONDARY_CAPTURE),
    ...element(0x00080018, "UI", instance),
    ...element(0x00100010, "PN", "Local^Patient"),
    ...element(0x0020000d, "UI", study),
    ...element(0x0020000e, "UI", series),
    ...element(0x00200013, "IS", String(number)),
    ...element(0x00280002, "US", u16(1)),
    ...element(0x00280004, "CS", "MONOCHROME2"),
    ...element(0x00280010, "US", u16(2)),
    ...element(0x00280011, "US", u16(3)),
    ...element(0x00280100, "US", u16(8)),
    ...element(0x00280101, "US", u16(8)),
    ...element(0x00280102, "US", u16(7)),
    ...element(0x00280103, "US", u16(0)),
    ...element(0x7fe00010, "OB", pixels),
  ]);
}
/** A DICOMDIR (PS3.3 F.3) whose records name these files. */
export function mediaDirectory(
  files: readonly { path: string; instance: string }[],
): Uint8Array<ArrayBuffer> {
  const items = files.flatMap(({ path, instance }) => {
    const record = [
      ...element(0x00041430, "CS", "IMAGE"),
      ...element(0x00041500, "CS", path.replaceAll("/", "\\")),
      ...element(0x00041511, "UI", instance),
    ];
    return [...u16(0xfffe), ...u16(0xe000), ...u32(record.length), ...record];
  });
  return part10(MEDIA_DIRECTORY, [
    ...element(0x00041130, "CS", "DISC"),
    ...element(0x00041220, "SQ", items),
  ]);
}
