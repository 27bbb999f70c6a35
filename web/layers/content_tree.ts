import type { CodedEntry, ContentItem, SopReference } from "../shared/document.ts";
import { SlError } from "../shared/errc.ts";
import { arrayOf, numberOf, objectOf, textOf, type Json } from "../source/json_shape.ts";

/** Items of one report. */
const MAX_ITEMS = 200_000;
/** As many as wasm/dicom/sr_content.hpp reads. */
const MAX_DEPTH = 100;

/** A report's content as wasm/dicom/sr_content.cpp writes it: what its graphics need of it. Throws SlError. */
export function parseContentTree(value: unknown): ContentItem {
  let left = MAX_ITEMS;
  const read = (one: unknown, depth: number): ContentItem => {
    if (--left < 0 || depth > MAX_DEPTH) throw new SlError("limit_exceeded", "a report this large");
    const json = objectOf(one, "item");
    const children = listOf(json, "children").map((child) => read(child, depth + 1));
    return { ...itemOf(json), children };
  };
  return read(value, 0);
}
function itemOf(json: Json): ContentItem {
  const text = <K extends string>(key: K): Partial<Record<K, string>> => {
    if (json[key] === undefined) return {};
    return { [key]: textOf(json[key], key) } as Record<K, string>;
  };
  const code = <K extends string>(key: K): Partial<Record<K, CodedEntry>> => {
    if (json[key] === undefined) return {};
    return { [key]: parseCode(json[key]) } as Record<K, CodedEntry>;
  };
  return {
    id: textOf(json["id"], "id"),
    ...text("type"),
    ...text("target"),
    ...text("relationship"),
    ...text("text"),
    ...text("template"),
    ...text("graphicType"),
    ...text("frameOfReference"),
    ...text("pixelOrigin"),
    ...code("concept"),
    ...code("code"),
    ...code("unit"),
    ...code("qualifier"),
    numbers: listOf(json, "numbers").map((number) => textOf(number, "numbers")),
    ...(json["exact"] === undefined ? {} : { exact: numberOf(json["exact"], "exact") }),
    graphicData: numbersOf(json, "graphicData"),
    references: parseReferences(json, "references"),
  };
}
export function parseCode(value: unknown): CodedEntry {
  const json = objectOf(value, "code");
  return {
    value: textOf(json["value"], "value"),
    scheme: textOf(json["scheme"], "scheme"),
    meaning: textOf(json["meaning"], "meaning"),
  };
}
export function parseReferences(json: Json, key: string): SopReference[] {
  return listOf(json, key).map((one) => {
    const reference = objectOf(one, key);
    return {
      sopInstance: textOf(reference["sopInstance"], "sopInstance"),
      frames: numbersOf(reference, "frames"),
    };
  });
}
function listOf(json: Json, key: string): readonly unknown[] {
  return json[key] === undefined ? [] : arrayOf(json[key], key);
}
function numbersOf(json: Json, key: string): number[] {
  return listOf(json, key).map((number) => numberOf(number, key));
}
