import { errcName, type ErrcName } from "../shared/errc.ts";

/** What can go wrong; programs branch on it. A subset of Sightline's Errc. */
export type DicomErrorCode = ErrcName;

/** A failure of this package. `offset`: the byte of the object where it was noticed, when known. It never quotes a value. */
export class DicomError extends Error {
  readonly code: DicomErrorCode;
  readonly offset: number | undefined;
  constructor(code: DicomErrorCode, detail: string, offset?: number) {
    super(`${code}: ${detail}`);
    this.name = "DicomError";
    this.code = code;
    this.offset = offset;
  }
}

export function errorOf(errc: number, detail: string, offset?: number): DicomError {
  return new DicomError(errcName(errc), detail === "" ? "no detail" : detail, offset);
}
