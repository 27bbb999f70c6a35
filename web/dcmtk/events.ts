/** Mirror of wasm/dicom/element_events.hpp: six words to an event. */
export const WORDS = 6;
export const word = { tag: 0, form: 1, offset: 2, length: 3, first: 4, second: 5 } as const;
export const kind = {
  text: 0,
  numbers: 1,
  bytes: 2,
  sequence: 3,
  item: 4,
  fragments: 5,
  fragment: 6,
} as const;
export const outcome = {
  done: 0,
  atFragments: 1,
  beyond: 2,
  larger: 3,
  stopped: 4,
  broken: 5,
} as const;
export const UNDEFINED_LENGTH = 0xffffffff;

/** Where the values of events lie. */
export interface ByteSource {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  /** Bulk values are views of the bytes; else copies. */
  readonly noCopy: boolean;
}
/** Events of one scan, and the text that they count in. */
export interface EventChunk {
  readonly source: ByteSource;
  readonly events: Uint32Array;
  readonly text: string;
  /** Items of encapsulated Pixel Data, which the scan did not walk. */
  fragments?: Fragments;
}
export interface Span {
  readonly offset: number;
  readonly length: number;
}
export interface Fragments {
  readonly offsetTable: readonly number[];
  /** Without the offset table. `offset` is of the value; 8 bytes before it the item begins. */
  readonly spans: readonly Span[];
}
