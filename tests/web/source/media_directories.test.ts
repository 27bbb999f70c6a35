import { expect, test } from "vitest";
import { MediaDirectories } from "../../../web/source/media_directories.ts";

const files = [
  { path: "DICOM/IM1", sopInstanceUID: "1.1" },
  { path: "DICOM/IM2", sopInstanceUID: "1.2" },
];
const none = (): boolean => false;

test("what is named and was not given is missing, beside its DICOMDIR", () => {
  const directories = new MediaDirectories();
  directories.add("disc/DICOMDIR", files);
  expect(directories.missing(none)).toEqual(["disc/DICOM/IM1", "disc/DICOM/IM2"]);
  directories.see("disc/DICOM/IM1");
  expect(directories.missing(none)).toEqual(["disc/DICOM/IM2"]);
});
test("small letters and versions of a mounted disc make no difference", () => {
  const directories = new MediaDirectories();
  directories.see("disc/dicom/im1");
  directories.see("disc/DICOM/IM2;1");
  directories.add("disc/dicomdir", files);
  expect(directories.missing(none)).toEqual([]);
});
test("a file that came without its folder is known by its UID", () => {
  const directories = new MediaDirectories();
  directories.add("DICOMDIR", files);
  directories.see("IM1");
  expect(directories.missing((uid) => uid === "1.1")).toEqual(["DICOM/IM2"]);
});
test("two media with the same names are two", () => {
  const directories = new MediaDirectories();
  directories.add("a/DICOMDIR", files);
  directories.add("b/DICOMDIR", files);
  directories.see("a/DICOM/IM1");
  directories.see("a/DICOM/IM2");
  expect(directories.missing(none)).toEqual(["b/DICOM/IM1", "b/DICOM/IM2"]);
});
