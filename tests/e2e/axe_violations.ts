import axe from "axe-core";
import type { Page } from "playwright-core";

/** What breaks WCAG 2.1 A and AA in the page as it is: rule and element of each violation. */
export async function axeViolations(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  return page.evaluate(async () => {
    const { violations } = await (window as unknown as { axe: typeof import("axe-core") }).axe.run(
      document,
      { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"] },
    );
    return violations.flatMap(({ id, nodes }) =>
      nodes.map(
        ({ target, failureSummary }) => `${id}: ${target.join(" ")}: ${failureSummary ?? ""}`,
      ),
    );
  });
}
