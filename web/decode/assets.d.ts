declare module "*/build/wasm/viewer.mjs" {
  const createViewer: import("./module_loader.ts").SlFactory<import("./sl_abi.ts").SlViewerModule>;
  export default createViewer;
}
declare module "*/build/wasm/dicom.mjs" {
  const createDicom: import("./module_loader.ts").SlFactory<import("./sl_abi.ts").SlDicomModule>;
  export default createDicom;
}
declare module "*.wasm?url" {
  const url: string;
  export default url;
}
