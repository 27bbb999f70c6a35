/** XML for reading only, into plain objects: no document type, no entity but the five of XML itself, nothing that is fetched.
 *  The page's Trusted Types close DOMParser, and its parser would know more than is wanted here. Source: XML 1.0. */
export interface XmlElement {
  /** without its prefix */
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: readonly XmlNode[];
}
export type XmlNode = XmlElement | string;

const MAX_DEPTH = 128;
const MAX_NODES = 100_000;
const NAME = /[^\s/>=<"'&]+/y;
const NAMED: ReadonlyMap<string, string> = new Map([
  ["lt", "<"],
  ["gt", ">"],
  ["amp", "&"],
  ["quot", '"'],
  ["apos", "'"],
]);

/** Decodes by byte order mark, then by the declaration, then as UTF-8. */
export function xmlText(bytes: Uint8Array): string {
  const [a = 0, b = 0] = bytes;
  if (a === 0xfe && b === 0xff) return new TextDecoder("utf-16be").decode(bytes);
  if (a === 0xff && b === 0xfe) return new TextDecoder("utf-16le").decode(bytes);
  const start = new TextDecoder("latin1").decode(bytes.subarray(0, 200));
  const named = /^(?:\xEF\xBB\xBF)?<\?xml[^>]*?encoding\s*=\s*["']([\w.:-]+)["']/.exec(start)?.[1];
  try {
    return new TextDecoder(named ?? "utf-8").decode(bytes);
  } catch {
    return new TextDecoder().decode(bytes); // a name that nobody knows
  }
}
/** The root element; null for what is not well-formed, deeper or larger than any document of people. */
export function readXml(text: string): XmlElement | null {
  return new XmlReader(text).read();
}

interface Open {
  readonly qualified: string;
  readonly attributes: Map<string, string>;
  readonly children: XmlNode[];
}
class XmlReader {
  readonly #text: string;
  readonly #open: Open[] = [];
  #at = 0;
  #nodes = 0;
  #root: XmlElement | null = null;

  constructor(text: string) {
    this.#text = text;
  }
  read(): XmlElement | null {
    while (this.#at < this.#text.length) {
      const next = this.#text.indexOf("<", this.#at);
      const end = next < 0 ? this.#text.length : next;
      if (!this.#add(this.#text.slice(this.#at, end))) return null;
      this.#at = end;
      if (next >= 0 && !this.#markup()) return null;
    }
    return this.#open.length === 0 ? this.#root : null;
  }
  /** Text between markup. Outside of the root only space may stand. */
  #add(raw: string): boolean {
    const top = this.#open.at(-1);
    if (top === undefined) return raw.replace("\uFEFF", "").trim() === "";
    if (raw === "") return true;
    const text = unescape(raw);
    if (text === null || ++this.#nodes > MAX_NODES) return false;
    top.children.push(text);
    return true;
  }
  #markup(): boolean {
    const kind =
      /^<(!--|!\[CDATA\[|\?|!|\/)?/.exec(this.#text.slice(this.#at, this.#at + 9))?.[1] ?? "";
    switch (kind) {
      case "!--":
        return this.#skip("-->");
      case "?":
        return this.#skip("?>");
      case "![CDATA[":
        return this.#cdata();
      case "!":
        return false; // a document type: it could define entities
      case "/":
        return this.#close();
      default:
        return this.#element();
    }
  }
  #skip(end: string): boolean {
    const found = this.#text.indexOf(end, this.#at);
    this.#at = found + end.length;
    return found >= 0;
  }
  #cdata(): boolean {
    const begin = this.#at + "<![CDATA[".length;
    const top = this.#open.at(-1);
    if (!this.#skip("]]>") || top === undefined || ++this.#nodes > MAX_NODES) return false;
    top.children.push(this.#text.slice(begin, this.#at - 3));
    return true;
  }
  #close(): boolean {
    const end = this.#text.indexOf(">", this.#at);
    const open = this.#open.pop();
    if (end < 0 || open?.qualified !== this.#text.slice(this.#at + 2, end).trim()) return false;
    this.#at = end + 1;
    this.#end(open);
    return true;
  }
  #end({ qualified, attributes, children }: Open): void {
    const element = { name: localName(qualified), attributes, children };
    const holder = this.#open.at(-1);
    if (holder === undefined) this.#root = element;
    else holder.children.push(element);
  }
  #element(): boolean {
    this.#at++;
    const qualified = this.#name();
    const isSecondRoot = this.#open.length === 0 && this.#root !== null;
    if (
      qualified === "" ||
      isSecondRoot ||
      this.#open.length >= MAX_DEPTH ||
      ++this.#nodes > MAX_NODES
    )
      return false;
    const open: Open = { qualified, attributes: new Map(), children: [] };
    for (;;) {
      this.#spaces();
      if (this.#text.startsWith("/>", this.#at)) {
        this.#at += 2;
        this.#end(open);
        return true;
      }
      if (this.#text.startsWith(">", this.#at)) {
        this.#at++;
        this.#open.push(open);
        return true;
      }
      if (!this.#attribute(open)) return false;
    }
  }
  #attribute({ attributes }: Open): boolean {
    const name = this.#name();
    this.#spaces();
    if (name === "" || this.#text[this.#at] !== "=" || ++this.#nodes > MAX_NODES) return false;
    this.#at++;
    this.#spaces();
    const quote = this.#text[this.#at];
    const end = quote === '"' || quote === "'" ? this.#text.indexOf(quote, this.#at + 1) : -1;
    const value = end < 0 ? null : unescape(this.#text.slice(this.#at + 1, end));
    if (value === null || value.includes("<")) return false;
    attributes.set(localName(name), value);
    this.#at = end + 1;
    return true;
  }
  #name(): string {
    NAME.lastIndex = this.#at;
    const name = NAME.exec(this.#text)?.[0] ?? "";
    this.#at += name.length;
    return name;
  }
  #spaces(): void {
    while (/\s/.test(this.#text[this.#at] ?? "")) this.#at++;
  }
}
function localName(qualified: string): string {
  return qualified.slice(qualified.indexOf(":") + 1);
}
/** null: an entity that XML itself does not have. */
function unescape(raw: string): string | null {
  let unknown = 0;
  const text = raw.replace(/&([^;&\s]{0,32};?)/g, (_, name: string) => {
    const entity = name.endsWith(";") ? name.slice(0, -1) : "";
    const code = /^#(?:x([\da-f]{1,6})|(\d{1,7}))$/i.exec(entity);
    const point =
      code === null ? NaN : parseInt(code[1] ?? code[2] ?? "", code[1] === undefined ? 10 : 16);
    const value =
      NAMED.get(entity) ?? (point > 0 && point <= 0x10ffff ? String.fromCodePoint(point) : null);
    if (value === null) unknown++;
    return value ?? "";
  });
  return unknown === 0 ? text : null;
}

export function elementsOf(element: XmlElement, name: string): XmlElement[] {
  return element.children.filter(
    (child): child is XmlElement => typeof child !== "string" && child.name === name,
  );
}
/** The first element at the end of a path of names. */
export function elementAt(element: XmlElement, ...path: readonly string[]): XmlElement | null {
  let at: XmlElement | undefined = element;
  for (const name of path) at = at === undefined ? undefined : elementsOf(at, name)[0];
  return at ?? null;
}
/** All text within, spaces joined. */
export function textWithin(element: XmlElement | null): string {
  if (element === null) return "";
  const parts: string[] = [];
  const walk = (node: XmlNode): void => {
    if (typeof node === "string") parts.push(node);
    else node.children.forEach(walk);
  };
  walk(element);
  return parts.join(" ").replace(/\s+/g, " ").trim();
}
