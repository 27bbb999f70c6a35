import { expect, it } from "vitest";
import { formatPersonName, otherForms, parsePersonName } from "../../../web/tools/person_name.ts";

it("puts the family name first", () => {
  expect(formatPersonName("Doe^Jane")).toBe("Doe, Jane");
  expect(formatPersonName("Adams^John Robert Quincy^^Rev.^B.A. M.Div.")).toBe(
    "Adams, Rev. John Robert Quincy, B.A. M.Div.",
  );
  expect(formatPersonName("Doe^^^^")).toBe("Doe");
  expect(formatPersonName("^Jane")).toBe("Jane");
  expect(formatPersonName("")).toBe("");
});
it("keeps the groups of PS3.5 annex H apart", () => {
  expect(parsePersonName("Yamada^Tarou=山田^太郎=やまだ^たろう")).toEqual({
    alphabetic: "Yamada, Tarou",
    ideographic: "山田 太郎",
    phonetic: "やまだ たろう",
  });
  expect(formatPersonName("=山田^太郎")).toBe("山田 太郎");
  expect(parsePersonName("Hong^Gildong=洪^吉洞=홍^길동").ideographic).toBe("洪 吉洞");
});
it("gives the other representations for a second line", () => {
  const second = (value: string): string => otherForms(parsePersonName(value));
  expect(second("Yamada^Tarou=山田^太郎=やまだ^たろう")).toBe("山田 太郎 · やまだ たろう");
  expect(second("=山田^太郎=やまだ^たろう")).toBe("やまだ たろう");
  expect(second("Wang^XiaoDong=王^小東")).toBe("王 小東");
  expect(second("Doe^Jane")).toBe("");
});
it("shows names that are no names as they are", () => {
  expect(formatPersonName("REMOVED")).toBe("REMOVED");
  expect(formatPersonName("<img src=x onerror=alert(1)>")).toBe("<img src");
  expect(formatPersonName("a^b^c^d^e^f^g")).toBe("a, d b c, e");
});
