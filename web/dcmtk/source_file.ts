import type { DicomDataSet, DicomElement } from "./element.ts";

const PIXELS = ["7FE00010", "7FE00001", "7FE00002", "7FE00008", "7FE00009"];
/** What the frames of a file are found and decoded by: the Image Pixel Module, and the transfer syntax. */
const DESCRIPTION = [
  "00280002",
  "00280004",
  "00280006",
  "00280008",
  "00280010",
  "00280011",
  "00280100",
  "00280101",
  "00280102",
  "00280103",
];
const TRANSFER_SYNTAX = "00020010";

function isLazyStill(element: DicomElement): boolean {
  return Object.getOwnPropertyDescriptor(element, "Value")?.get !== undefined;
}

/** The bytes that were read, and whether they still are what the data set says of its pixels. */
export class SourceFile {
  readonly bytes: Uint8Array;
  readonly #pixels: (DicomElement | undefined)[];
  readonly #description: string;

  constructor(bytes: Uint8Array, meta: DicomDataSet, dict: DicomDataSet) {
    this.bytes = bytes;
    this.#pixels = PIXELS.map((key) => dict[key]);
    this.#description = SourceFile.#describe(meta, dict);
  }

  static #describe(meta: DicomDataSet, dict: DicomDataSet): string {
    return JSON.stringify([
      meta[TRANSFER_SYNTAX]?.Value,
      ...DESCRIPTION.map((key) => dict[key]?.Value),
    ]);
  }

  /** False too when somebody has looked at the pixels' Value: its bytes could have been changed in place. */
  isUnchanged(meta: DicomDataSet, dict: DicomDataSet): boolean {
    return (
      PIXELS.every((key, i) => {
        const element = dict[key];
        return element === this.#pixels[i] && (element === undefined || isLazyStill(element));
      }) && SourceFile.#describe(meta, dict) === this.#description
    );
  }
}
