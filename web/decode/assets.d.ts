declare module "*/build/wasm/viewer.mjs" {
  const createViewer: import("./module_loader.ts").SlFactory<import("./sl_abi.ts").SlViewerModule>;
  export default createViewer;
}
declare module "*/build/wasm/dicom.mjs" {
  const createDicom: import("./module_loader.ts").SlFactory<import("./sl_abi.ts").SlDecoderModule>;
  export default createDicom;
}
declare module "*/build/wasm/jxl.mjs" {
  const createJxl: import("./module_loader.ts").SlFactory<import("./sl_abi.ts").SlDecoderModule>;
  export default createJxl;
}
declare module "*/build/wasm-plain/reader.mjs" {
  const createReader: import("./module_loader.ts").SlFactory<import("./sl_abi.ts").SlReaderModule>;
  export default createReader;
}
declare module "*/build/wasm-plain/icc.mjs" {
  const createIcc: import("./module_loader.ts").SlFactory<import("./sl_abi.ts").SlProfileModule>;
  export default createIcc;
}
declare module "*?worker&url" {
  const url: string;
  export default url;
}
declare module "*.wasm?url" {
  const url: string;
  export default url;
}
