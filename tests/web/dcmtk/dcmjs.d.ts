/** What the tests use of dcmjs, which ships no types. */
declare module "dcmjs" {
  type DataSet = Record<string, { vr: string; Value: unknown[]; _rawValue?: unknown }>;
  interface Dict {
    meta: DataSet;
    dict: DataSet;
    write(options?: { allowInvalidVRLength?: boolean; fragmentMultiframe?: boolean }): ArrayBuffer;
  }
  const dcmjs: {
    log: {
      setLevel(level: string): void;
      getLogger(name: string): { setLevel(level: string): void };
    };
    anonymizer: { cleanTags(dict: object): void };
    normalizers: { Normalizer: { normalizeToDataset(datasets: object[]): object } };
    derivations: { Segmentation: new (datasets: object[], options: object) => { dataset: object } };
    data: {
      datasetToDict(dataset: object): Dict;
      DicomMessage: { readFile(file: ArrayBuffer, options?: Record<string, unknown>): Dict };
      DicomDict: new (meta: object) => { meta: object; dict: object; write: Dict["write"] };
      DicomMetaDictionary: {
        naturalizeDataset(dataSet: object): Record<string, unknown>;
        denaturalizeDataset(dataSet: object): DataSet;
        namifyDataset(dataSet: object): Record<string, unknown>;
      };
    };
  };
  export default dcmjs;
}
