import { expect, test } from "vitest";
import { ObjectResults } from "../../../web/layers/object_results.ts";
import { SlError } from "../../../web/shared/errc.ts";

const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

test("what is asked for last is made first, and what was scrolled past long ago not at all", async () => {
  const made: string[] = [];
  const doors: (() => void)[] = [];
  let arrived = 0;
  const results = new ObjectResults<string>(
    () => 1,
    100,
    () => arrived++,
  );
  const ask = (key: string): string | null =>
    results.get(key, async () => {
      made.push(key);
      await new Promise<void>((resolve) => doors.push(resolve));
      return `of ${key}`;
    });
  for (let i = 0; i < 12; i++) expect(ask(String(i))).toBeNull();
  expect(made).toEqual(["0", "1"]);
  while (doors.length > 0) {
    doors.shift()?.();
    await settle();
  }
  expect(made).toEqual(["0", "1", "11", "10", "9", "8", "7", "6", "5", "4"]);
  expect(arrived).toBe(10);
  expect(ask("11")).toBe("of 11");
});
test("a failure stays until it is to be tried again; the least recently used goes first", async () => {
  let fails = true;
  const results = new ObjectResults<string>(
    () => 40,
    100,
    () => undefined,
  );
  const ask = (key: string): string | null =>
    results.get(key, () =>
      fails ? Promise.reject(new SlError("io", "no answer")) : Promise.resolve(key),
    );
  ask("a");
  await settle();
  expect(results.problem("a")?.code).toBe("io");
  fails = false;
  expect(ask("a")).toBeNull();
  await settle();
  expect(ask("a")).toBeNull();
  results.forgetProblems();
  for (const key of ["a", "b"]) ask(key);
  await settle();
  expect(ask("a")).toBe("a");
  ask("c");
  await settle();
  expect(ask("b")).toBeNull(); // three do not fit
  expect(ask("a")).toBe("a");
});
