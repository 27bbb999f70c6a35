/** Types whose bytes another program opens, by the ending that people know. Everything else is plain bytes: what a file says
 *  of itself must not make the browser run it. */
const ENDINGS: ReadonlyMap<string, string> = new Map([
  ["application/pdf", "pdf"],
  ["text/xml", "xml"],
  ["application/xml", "xml"],
  ["model/stl", "stl"],
  ["application/sla", "stl"],
  ["model/obj", "obj"],
  ["model/mtl", "mtl"],
  ["application/dicom", "dcm"],
  ["text/plain", "txt"],
  ["video/mp4", "mp4"],
  ["video/mp2t", "ts"],
  ["video/mpeg", "mpg"],
  ["video/h264", "h264"],
  ["video/h265", "h265"],
]);
const MAX_NAME = 80;

/** A file name of what a document is called: letters, digits, spaces, dots and dashes; never a path, a device or hidden. */
export function safeFileName(title: string, mimeType: string): string {
  const ending = ENDINGS.get(baseType(mimeType)) ?? "bin";
  const name = title
    .normalize("NFC")
    .replace(/[^\p{L}\p{M}\p{N} ._()-]/gu, "_")
    .replace(/\s+/g, " ")
    .replace(/^[. _-]+|[. _-]+$/g, "")
    .slice(0, MAX_NAME)
    .trim();
  const stem = name.toLowerCase().endsWith(`.${ending}`) ? name.slice(0, -ending.length - 1) : name;
  const isDevice = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i.test(stem);
  return `${stem === "" || isDevice ? "document" : stem}.${ending}`;
}
/** The type a download is given: the document's where it is one of ours, else bytes. */
export function safeMimeType(mimeType: string): string {
  const type = baseType(mimeType);
  return ENDINGS.has(type) ? type : "application/octet-stream";
}
export function baseType(mimeType: string): string {
  return (mimeType.split(";")[0] ?? "").trim().toLowerCase();
}

/** Gives bytes to the browser's download. */
export function saveFile(
  bytes: Uint8Array<ArrayBuffer> | Blob,
  name: string,
  mimeType: string,
): void {
  const address = URL.createObjectURL(new Blob([bytes], { type: safeMimeType(mimeType) }));
  saveFrom(address, name);
  // the browser takes the bytes when it begins to save
  setTimeout(() => {
    URL.revokeObjectURL(address);
  }, 60_000);
}
/** Gives what is at an address of our own to the browser's download. */
export function saveFrom(address: string, name: string): void {
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
}
