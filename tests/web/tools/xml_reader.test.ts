import { expect, test } from "vitest";
import { elementAt, readXml, textWithin, xmlText } from "../../../web/tools/xml_reader.ts";

test("elements, attributes, text and what XML calls characters", () => {
  const root = readXml(
    `<?xml version="1.0"?><!-- note --><a:doc x='1 &amp; 2'><b>one &lt;i&gt; &#233;</b><c/><![CDATA[<raw>]]></a:doc>\n`,
  );
  expect(root?.name).toBe("doc");
  expect(root?.attributes.get("x")).toBe("1 & 2");
  expect(textWithin(elementAt(root!, "b"))).toBe("one <i> é");
  expect(root?.children.at(-1)).toBe("<raw>");
});

test.each([
  ["a document type", `<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>`],
  ["an entity of its own", "<a>&nbsp;</a>"],
  ["a wrong end", "<a><b></a></b>"],
  ["no end", "<a><b></b>"],
  ["two roots", "<a/><b/>"],
  ["text outside", "<a/>text"],
  ["an attribute without a value", "<a b></a>"],
  ["an attribute without quotes", "<a b=c></a>"],
  ["nothing", ""],
  ["too deep", "<a>".repeat(200) + "</a>".repeat(200)],
  ["too many", `<a>${"<b/>".repeat(100_001)}</a>`],
])("%s is refused", (_, text) => {
  expect(readXml(text)).toBeNull();
});

test("the declaration's encoding is read", () => {
  const latin = new Uint8Array(
    Array.from('<?xml version="1.0" encoding="ISO-8859-1"?><a>\u00e9</a>', (c) => c.charCodeAt(0)),
  );
  expect(textWithin(readXml(xmlText(latin)))).toBe("é");
  expect(xmlText(new Uint8Array([0xff, 0xfe, 0x3c, 0]))).toBe("<");
});
