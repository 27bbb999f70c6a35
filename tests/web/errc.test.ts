import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { ERRC_NAMES, errcName, SlError } from "../../web/shared/errc.ts";

const header = readFileSync(new URL("../../wasm/base/error.hpp", import.meta.url), "utf8");
const body = /enum class Errc[^{]*\{([^}]*)\}/.exec(header)?.[1] ?? "";
const codes = [...body.matchAll(/^\s*(\w+) = (\d+),/gm)].map((match) => ({
  name: match[1],
  value: Number(match[2]),
}));

test("the header's codes count up from 0", () => {
  expect(codes.length).toBeGreaterThan(10);
  expect(codes.map((code) => code.value)).toEqual(codes.map((_, i) => i));
});
test("every code has the same number in TypeScript", () => {
  expect([...ERRC_NAMES]).toEqual(codes.map((code) => code.name));
});
test("a number that no code has is corrupt", () => {
  expect(errcName(5)).toBe("limit_exceeded");
  expect(errcName(9999)).toBe("corrupt");
  expect(errcName(-1)).toBe("corrupt");
});
test("SlError carries the code beside the text", () => {
  expect(new SlError("io", "HTTP 502")).toMatchObject({ code: "io", message: "io: HTTP 502" });
  expect(new SlError("stale").message).toBe("stale");
});
