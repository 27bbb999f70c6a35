import { readFileSync, readdirSync } from "node:fs";

const folder = new URL("../fixtures/wire/", import.meta.url);

/** Names of the messages in a folder of tests/fixtures/wire, without extension. */
export function fixtureNames(kind: "golden" | "negative"): string[] {
  return readdirSync(new URL(kind, folder))
    .filter((name) => name.endsWith(".bin"))
    .map((name) => name.slice(0, -4))
    .sort();
}
export function fixtureBytes(path: string): Uint8Array {
  return new Uint8Array(readFileSync(new URL(path, folder)));
}
export function fixtureText(path: string): string {
  return readFileSync(new URL(path, folder), "utf8");
}
