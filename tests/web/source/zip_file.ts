import { deflateRawSync } from "node:zlib";

export interface ZipFileMember {
  readonly name: string;
  /** instead of the name in UTF-8 */
  readonly nameBytes?: Uint8Array;
  readonly bytes: Uint8Array;
  readonly method?: number;
  readonly flags?: number;
  /** instead of what is true */
  readonly crc32?: number;
  readonly size?: number;
  /** sizes and offset in the ZIP64 extra field */
  readonly isZip64?: boolean;
}
/** CRC-32 bit by bit, apart from the product's table. */
function crc(bytes: Uint8Array): number {
  let value = 0xffffffff;
  for (const byte of bytes) {
    value ^= byte;
    for (let i = 0; i < 8; i++) value = (value >>> 1) ^ (value & 1 ? 0xedb88320 : 0);
  }
  return ~value >>> 0;
}
class Writer {
  readonly bytes: number[] = [];
  u16(...values: number[]): this {
    for (const value of values) this.bytes.push(value & 255, (value >>> 8) & 255);
    return this;
  }
  u32(...values: number[]): this {
    for (const value of values) this.u16(value & 0xffff, value >>> 16);
    return this;
  }
  u64(...values: number[]): this {
    for (const value of values) this.u32(value, 0);
    return this;
  }
  raw(bytes: Iterable<number>): this {
    this.bytes.push(...bytes);
    return this;
  }
}

/** A ZIP file by APPNOTE.TXT 4.3; with `isZip64` also its end is in 64 bits (4.3.14). before: bytes in front of it. */
export function zipFile(
  members: readonly ZipFileMember[],
  { isZip64 = false, before = 0, comment = "" } = {},
): Uint8Array<ArrayBuffer> {
  const out = new Writer();
  const central = new Writer();
  for (const member of members) {
    const { name, bytes, method = 0, flags = 1 << 11 } = member;
    const data = method === 8 ? deflateRawSync(bytes) : bytes;
    const encoded = member.nameBytes ?? new TextEncoder().encode(name);
    const sum = member.crc32 ?? crc(bytes);
    const size = member.size ?? bytes.length;
    const offset = out.bytes.length;
    out.u32(0x04034b50).u16(20, flags, method, 0, 0).u32(sum, data.length, size);
    out.u16(encoded.length, 0).raw(encoded).raw(data);
    const wide = member.isZip64 === true;
    const extra = wide ? new Writer().u16(1, 24).u64(size, data.length, offset).bytes : [];
    central.u32(0x02014b50).u16(20, 20, flags, method, 0, 0).u32(sum);
    central.u32(wide ? 0xffffffff : data.length, wide ? 0xffffffff : size);
    central.u16(encoded.length, extra.length, 0, 0, 0).u32(0, wide ? 0xffffffff : offset);
    central.raw(encoded).raw(extra);
  }
  const at = out.bytes.length;
  out.raw(central.bytes);
  const length = central.bytes.length;
  if (isZip64) {
    const end64 = out.bytes.length;
    out.u32(0x06064b50).u64(44).u16(45, 45).u32(0, 0);
    out.u64(members.length, members.length, length, at);
    out.u32(0x07064b50, 0).u64(end64).u32(1);
    out.u32(0x06054b50).u16(0, 0, 0xffff, 0xffff).u32(0xffffffff, 0xffffffff);
  } else {
    out.u32(0x06054b50).u16(0, 0, members.length, members.length).u32(length, at);
  }
  out.u16(comment.length).raw(new TextEncoder().encode(comment));
  return new Uint8Array([...new Array<number>(before).fill(77), ...out.bytes]);
}
