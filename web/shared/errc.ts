/** Mirror of Errc in wasm/base/error.hpp; tests/web/errc.test.ts compares the two files. */
export const ERRC_NAMES = [
  "ok",
  "need_more_input",
  "truncated",
  "corrupt",
  "unsupported",
  "limit_exceeded",
  "not_dicom",
  "no_pixels",
  "invalid_argument",
  "out_of_memory",
  "not_found",
  "stale",
  "digest_mismatch",
  "io",
  "module_died",
  "graphics",
  "pending",
  "forbidden",
  "no_space",
] as const;
export type ErrcName = (typeof ERRC_NAMES)[number];

/** A failure with its code; programs branch on `code`, people read `message`. */
export class SlError extends Error {
  readonly code: ErrcName;
  constructor(code: ErrcName, detail = "") {
    super(detail === "" ? code : `${code}: ${detail}`);
    this.name = "SlError";
    this.code = code;
  }
}
export function errcName(value: number): ErrcName {
  return ERRC_NAMES[value] ?? "corrupt";
}

/** Detail of a `graphics` error that ends by itself: the browser has taken the context and will give another. */
export const GRAPHICS_RESET = "the graphics processor was reset";
