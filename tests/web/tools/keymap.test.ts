import { expect, it } from "vitest";
import { KEYMAP, keyOf, matchKey, shownKeys } from "../../../web/tools/keymap.ts";

const press = (key: string, code = "", extra = {}) =>
  matchKey({ key, code, shiftKey: false, ctrlKey: false, altKey: false, metaKey: false, ...extra });

it("knows the keys that hands know", () => {
  expect(press("ArrowDown")?.command).toBe("nextImage");
  expect(press("ArrowUp")?.command).toBe("previousImage");
  expect(press("PageDown")?.command).toBe("nextSeries");
  expect(press("r")?.command).toBe("rotateRight");
  expect(press("R", "KeyR", { shiftKey: true })?.command).toBe("rotateRight");
  expect(press(" ")?.command).toBe("reset");
  expect(press("=")?.command).toBe("fit");
  expect(press("+", "Equal", { shiftKey: true })?.command).toBe("zoomIn");
  expect(press("?", "Slash", { shiftKey: true })?.command).toBe("toggleHelp");
  expect(press("ArrowDown", "", { shiftKey: true })?.command).toBe("nextTen");
  expect(press("t")?.command).toBe("cycleOverlay");
  expect(press("T", "KeyT", { shiftKey: true })?.command).toBe("toggleTags");
});
it("reads digits by their key, on any layout and block", () => {
  expect(press("3", "Digit3")).toEqual({ command: "preset", digit: 3 });
  expect(press("7", "Numpad7")).toEqual({ command: "preset", digit: 7 });
  expect(press("0", "Digit0")).toEqual({ command: "autoWindow", digit: null });
  // AZERTY: the key of 2 types "é" without Shift and "2" with it
  expect(press("é", "Digit2")).toEqual({ command: "preset", digit: 2 });
  expect(press("2", "Digit2", { shiftKey: true })).toEqual({ command: "preset", digit: 2 });
});
it("does not take what is not a digit from the digit row", () => {
  expect(press("!", "Digit1", { shiftKey: true })).toBeNull();
  // QWERTZ: "=" is Shift+0, and must fit
  expect(press("=", "Digit0", { shiftKey: true })?.command).toBe("fit");
  // AZERTY: "-" is the key of 6
  expect(press("-", "Digit6")?.command).toBe("zoomOut");
});
it("leaves the browser's and the system's combinations alone", () => {
  for (const modifier of ["ctrlKey", "altKey", "metaKey"])
    expect(press("r", "KeyR", { [modifier]: true })).toBeNull();
  expect(press("x")).toBeNull();
  expect(press("Tab")).toBeNull();
});
it("gives no key two meanings", () => {
  const seen = KEYMAP.flatMap((binding) =>
    binding.keys.map((key) => `${binding.shift ? "Shift " : ""}${key}`),
  );
  expect(new Set(seen).size).toBe(seen.length);
});
it("writes keys for people", () => {
  expect(keyOf("invert")).toBe("I");
  expect(keyOf("reset")).toBe("Space");
  expect(KEYMAP.every((binding) => shownKeys(binding) !== "")).toBe(true);
});
