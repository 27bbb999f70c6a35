import type { ObjectSource } from "./byte_ranges.ts";
import { DicomDict } from "./dicom_dict.ts";
import { DicomSource } from "./dicom_source.ts";
import type { ReadOptions } from "./reader.ts";

/** dcmjs' entry. */
const dicomMessage = {
  /** Reads a Part 10 file, or a bare data set. Errors: not_dicom, truncated, corrupt, limit_exceeded, out_of_memory, module_died. */
  readFile(buffer: ArrayBuffer | Uint8Array, options: ReadOptions = {}): DicomDict {
    return DicomDict.read(buffer, options);
  },

  /** Reads the header of an object by ranges, and later the frames that are asked for: of a File or Blob, a FileHandle of Node, or
   *  what else has a size and reads ranges. Errors: as readFile, and what the source throws. */
  readSource(source: ObjectSource, options: ReadOptions = {}): Promise<DicomSource> {
    return DicomSource.open(source, options);
  },
};
export { dicomMessage as DicomMessage };
