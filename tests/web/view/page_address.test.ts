import { expect, test } from "vitest";
import { addressOf, readAddress } from "../../../web/view/page_address.ts";

test("study in the path, the rest in the fragment", () => {
  expect(
    readAddress({ pathname: "/view/1.2.3", hash: "#series=1.2.4&instance=1.2.5&frame=7" }),
  ).toEqual({ study: "1.2.3", series: "1.2.4", instance: "1.2.5", frame: 7 });
  expect(readAddress({ pathname: "/view/1.2.3/", hash: "" })).toEqual({ study: "1.2.3" });
});
test.each([
  ["/", ""],
  ["/view/", ""],
  ["/view/1.2/x", ""],
  ["/view/%E0%A4%A", ""],
  ["/viewer/1.2", ""],
  [`/view/${"1".repeat(65)}`, ""],
])("%s is no study", (pathname, hash) => {
  expect(readAddress({ pathname, hash })).toBeNull();
});
test("what is not a UID or a frame number is ignored, and so is everything else", () => {
  expect(
    readAddress({
      pathname: "/view/1.2",
      hash: "#series=a%01b&frame=0&instance=&server=https://evil.example&token=x",
    }),
  ).toEqual({ study: "1.2" });
});
test("an address leads back to what it was made of", () => {
  const request = { study: "1.2", series: "1.3", instance: "1.4", frame: 12 };
  const url = new URL(addressOf(request), "https://host.example");
  expect(readAddress(url)).toEqual(request);
  expect(addressOf({ study: "1.2", series: "1.3", instance: "1.4", frame: 1 })).toBe(
    "/view/1.2#series=1.3&instance=1.4",
  );
});
