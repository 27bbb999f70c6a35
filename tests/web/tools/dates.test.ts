import { expect, it } from "vitest";
import { ageAt, formatDate, formatTime, parseDate } from "../../../web/tools/dates.ts";

it("reads DA and its retired form, and no day that is none", () => {
  expect(parseDate("20240229")).toEqual({ year: 2024, month: 2, day: 29 });
  expect(parseDate("2024.02.29")).toEqual({ year: 2024, month: 2, day: 29 });
  for (const bad of [
    "20230229",
    "20241301",
    "20240100",
    "2024-0101",
    "2024/01/01",
    "",
    "2024",
    "202401011",
  ])
    expect(parseDate(bad)).toBeNull();
});
it("writes dates as the locale does and never loses what it cannot read", () => {
  expect(formatDate("20240305", "en-GB")).toBe("5 Mar 2024");
  expect(formatDate("20240305", "de-DE")).toBe("5. März 2024");
  expect(formatDate("unknown", "en-GB")).toBe("unknown");
  expect(formatDate("", "en-GB")).toBe("");
  expect(formatDate("00000000", "en-GB")).toBe("");
});
it("writes times with what they have", () => {
  expect(formatTime("142530.123")).toBe("14:25");
  expect(formatTime("142530.123", true)).toBe("14:25:30");
  expect(formatTime("1425")).toBe("14:25");
  expect(formatTime("14")).toBe("14:00");
  expect(formatTime("14:25:30", true)).toBe("14:25:30");
  expect(formatTime("9999")).toBe("9999");
  expect(formatTime("noon")).toBe("noon");
});
it("counts an age as people do", () => {
  expect(ageAt("19710305", "20260304")).toEqual({ value: 54, unit: "years" });
  expect(ageAt("19710305", "20260305")).toEqual({ value: 55, unit: "years" });
  expect(ageAt("20251001", "20260302")).toEqual({ value: 5, unit: "months" });
  expect(ageAt("20260220", "20260302")).toEqual({ value: 10, unit: "days" });
  expect(ageAt("20260302", "20260302")).toEqual({ value: 0, unit: "days" });
  expect(ageAt("20260303", "20260302")).toBeNull();
  expect(ageAt("", "20260302")).toBeNull();
});
