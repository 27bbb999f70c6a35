import { describe, expect, it } from "vitest";
import { fragmentOf, queryFromFragment, sortedBy } from "../../../web/ui/list_address.ts";
import { rowForKey, rowWindow, scrollToShow } from "../../../web/ui/row_window.ts";
import {
  boundedSearch,
  parseStudyPage,
  type StudyPage,
  type StudyQuery,
} from "../../../web/ui/study_api.ts";
import { PAGE_SIZE, StudyPages } from "../../../web/ui/study_pages.ts";

const query = (search: string): StudyQuery => ({ search, sort: "date", descending: true });
const study = (uid: string) =>
  parseStudyPage({ total: 1, studies: [{ studyInstanceUID: uid }] }).studies[0]!;

/** A server whose answers come when the test says so, in the order it says. */
class SlowServer {
  readonly asked: {
    query: StudyQuery;
    offset: number;
    signal: AbortSignal;
    answer: (page: StudyPage) => void;
    fail: (error: Error) => void;
  }[] = [];
  readonly fetch = (
    asked: StudyQuery,
    offset: number,
    _limit: number,
    signal: AbortSignal,
  ): Promise<StudyPage> =>
    new Promise((resolve, reject) => {
      this.asked.push({ query: asked, offset, signal, answer: resolve, fail: reject });
    });
  static page(total: number, offset: number, name = "s"): StudyPage {
    const count = Math.max(0, Math.min(PAGE_SIZE, total - offset));
    return {
      total,
      studies: Array.from({ length: count }, (_, i) => study(`${name}${String(offset + i)}`)),
    };
  }
}
const settle = () => new Promise((resolve) => setTimeout(resolve, 0));

describe("StudyPages", () => {
  it("fetches the pages in view, once", async () => {
    const server = new SlowServer();
    const pages = new StudyPages(query(""), () => undefined, server.fetch);
    pages.show(0, 20);
    pages.show(3, 23);
    expect(server.asked.map((one) => one.offset)).toEqual([0]);
    server.asked[0]!.answer(SlowServer.page(1000, 0));
    await settle();
    expect(pages.total).toBe(1000);
    expect(pages.at(42)?.studyInstanceUID).toBe("s42");
    pages.show(95, 215);
    expect(server.asked.map((one) => one.offset)).toEqual([0, 100, 200]);
    expect(pages.at(150)).toBeUndefined();
  });
  it("drops answers to an older query, whatever their order", async () => {
    const server = new SlowServer();
    const pages = new StudyPages(query("d"), () => undefined, server.fetch);
    pages.show(0, 20);
    pages.setQuery(query("do"));
    pages.setQuery(query("doe"));
    expect(server.asked.map((one) => one.query.search)).toEqual(["d", "do", "doe"]);
    expect(server.asked.map((one) => one.signal.aborted)).toEqual([true, true, false]);
    server.asked[2]!.answer(SlowServer.page(2, 0, "doe"));
    await settle();
    server.asked[0]!.answer(SlowServer.page(900, 0, "d"));
    server.asked[1]!.answer(SlowServer.page(90, 0, "do"));
    await settle();
    expect(pages.total).toBe(2);
    expect(pages.at(0)?.studyInstanceUID).toBe("doe0");
  });
  it("keeps the old rows until the new query answers, and none of them after", async () => {
    const server = new SlowServer();
    const pages = new StudyPages(query(""), () => undefined, server.fetch);
    pages.show(0, 120);
    server.asked[0]!.answer(SlowServer.page(150, 0, "old"));
    server.asked[1]!.answer(SlowServer.page(150, 100, "old"));
    await settle();
    pages.setQuery(query("new"));
    expect(pages.at(0)?.studyInstanceUID).toBe("old0");
    server.asked[2]!.answer(SlowServer.page(140, 0, "new"));
    await settle();
    expect(pages.at(0)?.studyInstanceUID).toBe("new0");
    expect(pages.at(120)).toBeUndefined();
  });
  it("refreshes what is in view without emptying it", async () => {
    const server = new SlowServer();
    const pages = new StudyPages(query(""), () => undefined, server.fetch);
    pages.show(0, 20);
    server.asked[0]!.answer(SlowServer.page(50, 0));
    await settle();
    pages.refresh();
    expect(pages.at(7)?.studyInstanceUID).toBe("s7");
    server.asked[1]!.answer(SlowServer.page(51, 0, "t"));
    await settle();
    expect(pages.total).toBe(51);
    expect(pages.at(7)?.studyInstanceUID).toBe("t7");
    expect(server.asked).toHaveLength(2);
  });
  it("tells an error, does not storm the server, and tries again when asked", async () => {
    const server = new SlowServer();
    let told = 0;
    const pages = new StudyPages(
      query(""),
      () => {
        told += 1;
      },
      server.fetch,
    );
    pages.show(0, 20);
    server.asked[0]!.fail(new Error("HTTP 503"));
    await settle();
    expect(pages.error).toBeInstanceOf(Error);
    expect(told).toBe(1);
    pages.show(0, 20);
    expect(server.asked).toHaveLength(1);
    pages.refresh();
    expect(server.asked).toHaveLength(2);
    server.asked[1]!.answer(SlowServer.page(1, 0));
    await settle();
    expect(pages.error).toBeNull();
  });
  it("gives up pages that were scrolled past before they came", () => {
    const server = new SlowServer();
    const pages = new StudyPages(query(""), () => undefined, server.fetch);
    pages.show(0, 20);
    pages.show(5000, 5020);
    expect(server.asked.map((one) => [one.offset, one.signal.aborted])).toEqual([
      [0, true],
      [5000, false],
    ]);
  });
});

describe("parseStudyPage", () => {
  it("takes what is well formed and defaults the rest", () => {
    const page = parseStudyPage({
      total: 1,
      studies: [{ studyInstanceUID: "1.2", modalities: ["CT", 4, ""], series: -3, frames: "9" }],
    });
    expect(page.studies[0]).toMatchObject({
      studyInstanceUID: "1.2",
      modalities: ["CT"],
      series: 0,
      frames: 0,
      patientName: "",
    });
  });
  it("refuses what is not the list", () => {
    for (const bad of [null, [], "x", {}, { studies: {} }, { studies: [{}] }, { studies: [7] }]) {
      expect(() => parseStudyPage(bad)).toThrow("JSON");
    }
  });
  it("cuts a search at 256 bytes, between characters", () => {
    expect(boundedSearch("doe")).toBe("doe");
    expect(boundedSearch("山".repeat(100))).toBe("山".repeat(85));
    expect(boundedSearch("a".repeat(300))).toHaveLength(256);
  });
});

describe("the list's address", () => {
  it("carries search and order in the fragment and back", () => {
    const asked: StudyQuery = {
      search: "doe jane & co #1",
      sort: "patientName",
      descending: false,
    };
    expect(queryFromFragment(fragmentOf(asked))).toEqual(asked);
    expect(fragmentOf(queryFromFragment(""))).toBe("");
  });
  it("makes the best of a crafted one", () => {
    expect(queryFromFragment("#sort=drop&order=up&search=" + "x".repeat(9000))).toEqual({
      search: "x".repeat(200),
      sort: "date",
      descending: true,
    });
  });
  it("turns the order at the second click", () => {
    const byName = sortedBy(query(""), "patientName");
    expect(byName).toMatchObject({ sort: "patientName", descending: false });
    expect(sortedBy(byName, "patientName").descending).toBe(true);
    expect(sortedBy(byName, "instances").descending).toBe(true);
  });
});

describe("virtual rows", () => {
  it("holds the rows in view and a few beyond, whatever the count", () => {
    expect(rowWindow(0, 600, 46, 10_000)).toEqual({ first: 0, end: 22 });
    expect(rowWindow(46 * 5000, 600, 46, 10_000)).toEqual({ first: 4992, end: 5022 });
    expect(rowWindow(46 * 9990, 600, 46, 10_000).end).toBe(10_000);
    expect(rowWindow(9000, 600, 46, 3)).toEqual({ first: 2, end: 3 });
    expect(rowWindow(0, 600, 46, 0)).toEqual({ first: 0, end: 0 });
  });
  it("scrolls no more than needed", () => {
    expect(scrollToShow(3, 0, 460, 46)).toBe(0);
    expect(scrollToShow(10, 0, 460, 46)).toBe(46);
    expect(scrollToShow(2, 460, 460, 46)).toBe(92);
  });
  it("moves by the keys of a grid and stops at the ends", () => {
    expect(rowForKey("ArrowDown", 4, 10, 5)).toBe(5);
    expect(rowForKey("ArrowDown", 9, 10, 5)).toBe(9);
    expect(rowForKey("PageUp", 3, 10, 5)).toBe(0);
    expect(rowForKey("End", 0, 10_000, 5)).toBe(9999);
    expect(rowForKey("a", 0, 10, 5)).toBeNull();
  });
});
