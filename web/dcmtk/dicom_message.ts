import { DicomDict } from "./dicom_dict.ts";
import type { ReadOptions } from "./reader.ts";

/** dcmjs' entry. */
const dicomMessage = {
  /** Reads a Part 10 file, or a bare data set. Errors: not_dicom, truncated, corrupt, limit_exceeded, out_of_memory, module_died. */
  readFile(buffer: ArrayBuffer | Uint8Array, options: ReadOptions = {}): DicomDict {
    return DicomDict.read(buffer, options);
  },
};
export { dicomMessage as DicomMessage };
