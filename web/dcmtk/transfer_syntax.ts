/** What a write has to know of a transfer syntax. Source: PS3.5 A. */
export interface TransferSyntax {
  readonly encapsulated: boolean;
  readonly bigEndian: boolean;
  /** Bits of sl_object_write. */
  readonly flags: number;
}

export const uid = {
  implicitLittle: "1.2.840.10008.1.2",
  explicitLittle: "1.2.840.10008.1.2.1",
  deflated: "1.2.840.10008.1.2.1.99",
  explicitBig: "1.2.840.10008.1.2.2",
  rle: "1.2.840.10008.1.2.5",
  jpegLossless: "1.2.840.10008.1.2.4.57",
  jpegLosslessFirstOrder: "1.2.840.10008.1.2.4.70",
  jpegLs: "1.2.840.10008.1.2.4.80",
  jpeg2000Lossless: "1.2.840.10008.1.2.4.90",
  htj2kLossless: "1.2.840.10008.1.2.4.201",
  htj2kLosslessRpcl: "1.2.840.10008.1.2.4.202",
} as const;

const explicit = 1;
const bigEndian = 2;
const deflated = 4;
const encapsulated = 16;

/** codec::Encoding of what this package encodes. */
export const encoders: Readonly<Record<string, number>> = {
  [uid.rle]: 4,
  [uid.jpegLossless]: 5,
  [uid.jpegLosslessFirstOrder]: 5,
  [uid.jpegLs]: 6,
  [uid.jpeg2000Lossless]: 2,
  [uid.htj2kLossless]: 1,
  [uid.htj2kLosslessRpcl]: 1,
};

/** All that is not native is Explicit VR Little Endian with fragments: so are all that were ever added. */
export function transferSyntaxOf(name: string): TransferSyntax {
  switch (name) {
    case uid.implicitLittle:
      return { encapsulated: false, bigEndian: false, flags: 0 };
    case uid.explicitLittle:
      return { encapsulated: false, bigEndian: false, flags: explicit };
    case uid.explicitBig:
      return { encapsulated: false, bigEndian: true, flags: explicit | bigEndian };
    case uid.deflated:
      return { encapsulated: false, bigEndian: false, flags: explicit | deflated };
    default:
      return { encapsulated: true, bigEndian: false, flags: explicit | encapsulated };
  }
}
