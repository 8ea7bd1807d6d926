import axe from "axe-core";
import type { Browser, Page } from "playwright-core";

/** Desktop and phone, light and dark. */
const LOOKS = (["light", "dark"] as const).flatMap((colorScheme) => [
  { name: `desktop, ${colorScheme}`, size: { width: 1280, height: 800 }, colorScheme },
  { name: `phone, ${colorScheme}`, size: { width: 390, height: 844 }, colorScheme },
]);

/** A page without motion: a colour that fades in would be measured half way. */
export async function openStill(browser: Browser): Promise<Page> {
  const context = await browser.newContext({ reducedMotion: "reduce", bypassCSP: true });
  return context.newPage();
}

/** What axe finds in each look that is serious or critical, and whether the page scrolls sideways: a line for each. */
export async function complaintsInAllLooks(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const lines: string[] = [];
  for (const { name, size, colorScheme } of LOOKS) {
    await page.setViewportSize(size);
    await page.emulateMedia({ colorScheme });
    lines.push(...(await complaintsAbout(page)).map((line) => `${name}: ${line}`));
  }
  return lines;
}

async function complaintsAbout(page: Page): Promise<string[]> {
  const found = (await page.evaluate("axe.run(document, { resultTypes: ['violations'] })")) as Results;
  const serious = found.violations.filter(({ impact }) => impact === "serious" || impact === "critical");
  const lines = serious.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 200)}`));
  const excess = await page.evaluate<number>("document.documentElement.scrollWidth - innerWidth");
  return excess > 0 ? [...lines, `${excess} px wider than the window`] : lines;
}

interface Results {
  readonly violations: readonly {
    readonly id: string;
    readonly impact: string | null;
    readonly nodes: readonly { readonly html: string }[];
  }[];
}
