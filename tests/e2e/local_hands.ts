// What a reader does with files of this computer: chooses them, drops them, opens a study.
import type { Page } from "playwright-core";
import { untilQuality } from "./harness.ts";

/** Resolves when everything that was opened is read. */
export async function untilRead(page: Page): Promise<void> {
  await page.locator(".local-progress [role=status]", { hasText: /^[\d,.]+ files,/ }).waitFor();
}
/** Chooses files, or one folder, in the browser's own dialogue, and waits until they are read. */
export async function choose(
  page: Page,
  paths: string | string[],
  what: "files" | "folder" = "files",
): Promise<void> {
  await page.locator(`input[data-open=${what}]`).setInputFiles(paths);
  await untilRead(page);
}
/** Drags files and folders of this computer from outside of the browser over the page. */
export async function drag(
  page: Page,
  paths: readonly string[],
): Promise<{ drop(): Promise<void> }> {
  const devtools = await page.context().newCDPSession(page);
  const fire = (type: "dragEnter" | "dragOver" | "drop"): Promise<unknown> =>
    devtools.send("Input.dispatchDragEvent", {
      type,
      x: 300,
      y: 300,
      data: { items: [], files: [...paths], dragOperationsMask: 1 },
    });
  await page.locator("input[data-open=files]").waitFor({ state: "attached" }); // the page listens
  await fire("dragEnter");
  await fire("dragOver");
  return {
    async drop() {
      await fire("drop");
      await devtools.detach();
    },
  };
}
/** UIDs of the studies that are listed of this computer. */
export function listedStudies(page: Page): Promise<string[]> {
  return page
    .locator(".local-study")
    .evaluateAll((rows) => rows.map((row) => (row as HTMLElement).dataset["study"] ?? ""));
}
export async function openStudy(page: Page, study: string): Promise<void> {
  await page.locator(`.local-study[data-study="${study}"]`).click();
  await page.waitForFunction(
    (uid) => (window as Partial<Window>).sightline?.viewports()[0]?.state.studyInstanceUID === uid,
    study,
  );
}
/** Reasons of what was not opened: "path – reason". */
export async function refusals(page: Page): Promise<string[]> {
  const texts = await page
    .locator(".local-refused:not(.local-missing) li")
    .evaluateAll((items) => items.map((item) => item.textContent));
  return texts.map((text) => text.replace(/\s+/g, " ").trim());
}
/** SHA-256 of the picture as it is drawn, at 1:1. */
export async function drawn(page: Page): Promise<string> {
  await untilQuality(page, "lossless");
  return page.evaluate(async () => {
    const viewport = window.sightline.viewports()[0];
    if (!viewport) throw new Error("no viewport");
    viewport.set({ zoom: 1, pan: { x: 0, y: 0 }, rotation: 0 });
    const digest = await crypto.subtle.digest("SHA-256", viewport.capture().data);
    return Array.from(new Uint8Array(digest)).join(" ");
  });
}
/** Files that a DICOMDIR names and that nobody gave. */
export function missing(page: Page): Promise<string[]> {
  return page
    .locator(".local-missing li")
    .evaluateAll((items) => items.map((item) => item.textContent.trim()));
}
