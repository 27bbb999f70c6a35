/** What every entry of the package exports. */
export type { BlobLike, FileHandleLike, ObjectSource, RangeReader } from "./byte_ranges.ts";
export { DicomDict } from "./dicom_dict.ts";
export { DicomError, type DicomErrorCode } from "./dicom_error.ts";
export type { DicomJson, JsonElement, JsonOptions } from "./dicom_json.ts";
export { DicomMessage } from "./dicom_message.ts";
export { DicomSource } from "./dicom_source.ts";
export type { DicomDataSet, DicomElement, DicomValue } from "./element.ts";
export type { WriteOptions } from "./encoder.ts";
export type { DecodeOptions, DecodedFrame, MissingPart, SampleArray } from "./frame_codec.ts";
export type { FrameRange } from "./frames.ts";
export { loadJpegXl } from "./module.ts";
export type { PersonName } from "./person_name.ts";
export { readRanges, type RangeSource } from "./ranges.ts";
export type { ReadOptions } from "./reader.ts";
export { transcodeTargets } from "./transcode.ts";
export type { Finding } from "./validate.ts";
