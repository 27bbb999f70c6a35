import { expect, test } from "vitest";
import { isUid } from "../../web/shared/uid.ts";

// The cases of tests/base/uid_test.cpp: one rule in both languages.
test.each(["1", "1.2.840.10008.1.2", "072495.0449", "REM SAMPLES 1", "a_b-c", "1".repeat(64)])(
  "%s names an object",
  (text) => {
    expect(isUid(text)).toBe(true);
  },
);
test.each([
  "",
  " 1.2",
  "1.2 ",
  "..",
  ".",
  "1.2/../3",
  "1.2\\3",
  "1.2\n",
  "1.2\x7f",
  "1.2\xe9",
  "1\x002",
  "1".repeat(65),
  null,
  12,
])("%j does not", (text) => {
  expect(isUid(text)).toBe(false);
});
