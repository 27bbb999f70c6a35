import { SlError } from "../shared/errc.ts";
import { bytesOf } from "./byte_source.ts";

/** A member of a ZIP file, as the central directory describes it (APPNOTE.TXT 4.3.12). */
export interface ZipEntry {
  /** a label: it leads nowhere */
  readonly name: string;
  /** 0 stored, 8 deflated */
  readonly method: number;
  readonly crc32: number;
  readonly compressedSize: number;
  readonly size: number;
  /** of the local header, from the beginning of the file */
  readonly headerOffset: number;
  /** why it cannot be read; "" when it can */
  readonly refusal: string;
}

export const zipStored = 0;
const zipDeflated = 8;

const LOCAL_HEADER = 0x04034b50;
const CENTRAL_HEADER = 0x02014b50;
const END = 0x06054b50;
const END_64 = 0x06064b50;
const LOCATOR_64 = 0x07064b50;
const SIGNATURE = 0x05054b50;
const PREAMBLE_BYTES = 128;
const END_BYTES = 22;
const END_64_BYTES = 56;
const LOCATOR_64_BYTES = 20;
const CENTRAL_HEADER_BYTES = 46;
/** what a 32-bit or a 16-bit field holds when a 64-bit one takes its place (4.4.1.4) */
const IN_ZIP64 = 0xffffffff;
const IN_ZIP64_SHORT = 0xffff;
const ZIP64_EXTRA = 0x0001;
/** general purpose bits (4.4.4) */
const ENCRYPTED = 1 << 0;
const UTF8 = 1 << 11;
const MASKED = 1 << 13;

const MAX_ENTRIES = 100_000;
const MAX_DIRECTORY_BYTES = 64 * 1024 ** 2;
/** RFC 1951: no deflated byte becomes more */
const MAX_DEFLATE_RATIO = 1032;
const METHODS: Readonly<Record<number, string>> = {
  9: "Deflate64",
  12: "bzip2",
  14: "LZMA",
  93: "Zstandard",
  95: "XZ",
};

/** Whether bytes begin as a ZIP file does, also as an empty one. */
export function startsAsZip(bytes: Uint8Array<ArrayBuffer>): boolean {
  if (bytes.length < 4) return false;
  const signature = viewOf(bytes).getUint32(0, true);
  return signature === LOCAL_HEADER || signature === END;
}
/** Whether this is a ZIP file: it begins as one; or it ends as one and is named like one, or like a program that unpacks
 *  itself. DICOM never is, whatever its preamble pretends (PS3.10 7.1). Rejects with SlError "io". */
export async function isZip(file: Blob, name: string): Promise<boolean> {
  const start = await bytesOf(file.slice(0, PREAMBLE_BYTES + 4));
  if (new TextDecoder("latin1").decode(start.subarray(PREAMBLE_BYTES)) === "DICM") return false;
  if (startsAsZip(start)) return true;
  return /\.(zip|exe)$/i.test(name) && findEnd((await tailOf(file)).view) >= 0;
}

/** The members of a ZIP file, folders left out. Reads the end of the file and the central directory, nothing else.
 *  Rejects with SlError: corrupt, truncated, unsupported, limit_exceeded, io. */
export async function readZipDirectory(file: Blob): Promise<ZipEntry[]> {
  const { count, size, offset, shift } = await findDirectory(file);
  if (count > MAX_ENTRIES || size > MAX_DIRECTORY_BYTES) throw tooMany();
  if (offset + shift + size > file.size) throw new SlError("truncated", "the ZIP file is cut off");
  const view = viewOf(await bytesOf(file.slice(offset + shift, offset + shift + size)));
  const entries: ZipEntry[] = [];
  let headers = 0;
  for (let at = 0; !isPastHeaders(view, at); headers++) {
    if (headers === MAX_ENTRIES) throw tooMany();
    const { entry, next } = readEntry(view, at, shift);
    if (!entry.name.endsWith("/")) entries.push(entry);
    at = next;
  }
  // Writers without ZIP64 let the count of 16 bits run over.
  if ((headers - count) % 0x10000 !== 0)
    throw new SlError("corrupt", "the ZIP file's directory is damaged");
  // Members that share their bytes are how a small file unfolds to petabytes.
  const compressed = entries.reduce((sum, { compressedSize }) => sum + compressedSize, 0);
  if (compressed > file.size) throw new SlError("corrupt", "members of the ZIP file overlap");
  return entries;
}

/** 4.3.13: a signature may stand behind the last header. */
function isPastHeaders(view: DataView, at: number): boolean {
  if (at + 4 > view.byteLength) return at === view.byteLength;
  return view.getUint32(at, true) === SIGNATURE;
}
function tooMany(): SlError {
  return new SlError("limit_exceeded", `a ZIP file of more than ${MAX_ENTRIES} files`);
}

interface DirectoryPlace {
  readonly count: number;
  readonly size: number;
  readonly offset: number;
  /** bytes before the ZIP file proper, as of a program that unpacks itself */
  readonly shift: number;
}
async function findDirectory(file: Blob): Promise<DirectoryPlace> {
  const { view: tail, at: tailAt } = await tailOf(file);
  const end = findEnd(tail);
  if (end < 0) throw new SlError("truncated", "the ZIP file has no end");
  if (tail.getUint16(end + 4, true) !== 0 && tail.getUint16(end + 4, true) !== IN_ZIP64_SHORT)
    throw new SlError("unsupported", "a part of a ZIP file that was split");
  const locator = end - LOCATOR_64_BYTES;
  if (locator >= 0 && tail.getUint32(locator, true) === LOCATOR_64)
    return findDirectory64(file, safe(tail, locator + 8), tailAt + locator);
  const size = tail.getUint32(end + 12, true);
  const offset = tail.getUint32(end + 16, true);
  return {
    count: tail.getUint16(end + 10, true),
    size,
    offset,
    shift: shiftOf(tailAt + end - size - offset),
  };
}
/** What may hold the end of the central directory, and where in the file it begins. */
async function tailOf(file: Blob): Promise<{ readonly view: DataView; readonly at: number }> {
  const at = Math.max(0, file.size - END_BYTES - 0xffff - LOCATOR_64_BYTES);
  return { view: viewOf(await bytesOf(file.slice(at))), at };
}
/** -1: there is none. */
function findEnd(tail: DataView): number {
  let end = tail.byteLength - END_BYTES;
  while (end >= 0 && !isEnd(tail, end)) end--;
  return Math.max(-1, end);
}
/** The comment reaches to the end of the file: so a signature within a comment is none. */
function isEnd(tail: DataView, at: number): boolean {
  return (
    tail.getUint32(at, true) === END &&
    at + END_BYTES + tail.getUint16(at + 20, true) === tail.byteLength
  );
}
/** 4.3.14; the record lies before its locator, wherever the file as a whole begins. */
async function findDirectory64(
  file: Blob,
  stated: number,
  locator: number,
): Promise<DirectoryPlace> {
  for (const at of [stated, locator - END_64_BYTES]) {
    if (at < 0 || at + END_64_BYTES > locator) continue;
    const view = viewOf(await bytesOf(file.slice(at, at + END_64_BYTES)));
    if (view.byteLength < END_64_BYTES || view.getUint32(0, true) !== END_64) continue;
    const [count, size, offset] = [safe(view, 32), safe(view, 40), safe(view, 48)];
    return { count, size, offset, shift: shiftOf(at - size - offset) };
  }
  throw new SlError("corrupt", "the ZIP file's 64-bit directory is not where it should be");
}
function shiftOf(bytes: number): number {
  if (bytes < 0) throw new SlError("corrupt", "the ZIP file's directory is not where it should be");
  return bytes;
}

function readEntry(
  view: DataView,
  at: number,
  shift: number,
): { readonly entry: ZipEntry; readonly next: number } {
  const nameAt = at + CENTRAL_HEADER_BYTES;
  if (nameAt > view.byteLength || view.getUint32(at, true) !== CENTRAL_HEADER)
    throw new SlError("corrupt", "the ZIP file's directory is damaged");
  const flags = view.getUint16(at + 8, true);
  const nameBytes = view.getUint16(at + 28, true);
  const extraBytes = view.getUint16(at + 30, true);
  const extraAt = nameAt + nameBytes;
  const next = extraAt + extraBytes + view.getUint16(at + 32, true);
  if (next > view.byteLength) throw new SlError("corrupt", "the ZIP file's directory is damaged");
  const sizes = {
    size: view.getUint32(at + 24, true),
    compressedSize: view.getUint32(at + 20, true),
    headerOffset: view.getUint32(at + 42, true),
  };
  takeZip64(sizes, new DataView(view.buffer, view.byteOffset + extraAt, extraBytes));
  const method = view.getUint16(at + 10, true);
  const entry = {
    name: nameOf(new Uint8Array(view.buffer, view.byteOffset + nameAt, nameBytes), flags),
    method,
    crc32: view.getUint32(at + 16, true),
    size: sizes.size,
    compressedSize: sizes.compressedSize,
    headerOffset: sizes.headerOffset + shift,
  };
  return { entry: { ...entry, refusal: refusalOf(entry, flags) }, next };
}
/** 4.5.3: only the fields that did not fit are there, in this order. */
function takeZip64(
  sizes: { size: number; compressedSize: number; headerOffset: number },
  extra: DataView,
): void {
  for (let at = 0; at + 4 <= extra.byteLength; at += 4 + extra.getUint16(at + 2, true)) {
    if (extra.getUint16(at, true) !== ZIP64_EXTRA) continue;
    let field = at + 4;
    const end = Math.min(extra.byteLength, field + extra.getUint16(at + 2, true));
    for (const key of ["size", "compressedSize", "headerOffset"] as const) {
      if (sizes[key] !== IN_ZIP64) continue;
      if (field + 8 > end) throw new SlError("corrupt", "the ZIP file's directory is damaged");
      sizes[key] = safe(extra, field);
      field += 8;
    }
    return;
  }
}
function refusalOf(entry: Omit<ZipEntry, "refusal">, flags: number): string {
  if ((flags & (ENCRYPTED | MASKED)) !== 0) return "it is encrypted";
  if (entry.method === zipStored)
    return entry.size === entry.compressedSize ? "" : "its sizes in the ZIP file contradict";
  if (entry.method !== zipDeflated)
    return `it is compressed by ${METHODS[entry.method] ?? `method ${entry.method}`}`;
  return entry.size > MAX_DEFLATE_RATIO * entry.compressedSize
    ? "its sizes in the ZIP file contradict"
    : "";
}
/** The letters and signs of IBM code page 437 from 0x80 on. */
const CP437 =
  "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u00a0";
/** 4.4.4, bit 11. Without it names are of code page 437 (D.1), but most are UTF-8 all the same, and some Latin-1: letters, of
 *  which code page 437 makes frames and Greek. */
function nameOf(bytes: Uint8Array, flags: number): string {
  const isUtf8 = (flags & UTF8) !== 0;
  try {
    return new TextDecoder("utf-8", { fatal: !isUtf8 }).decode(bytes);
  } catch {
    if (bytes.every((byte) => byte < 0x80 || byte >= 0xc0))
      return new TextDecoder("windows-1252").decode(bytes);
    return Array.from(bytes, (byte) =>
      byte < 0x80 ? String.fromCharCode(byte) : (CP437[byte - 0x80] ?? "\ufffd"),
    ).join("");
  }
}
function safe(view: DataView, at: number): number {
  const value = Number(view.getBigUint64(at, true));
  if (!Number.isSafeInteger(value)) throw new SlError("corrupt", "a ZIP file beyond all sizes");
  return value;
}
function viewOf(bytes: Uint8Array<ArrayBuffer>): DataView<ArrayBuffer> {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
