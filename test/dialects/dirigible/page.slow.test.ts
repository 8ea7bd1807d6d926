import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { eventually, startBrowser } from "../../support/browser.ts";
import { needs } from "../../support/require.ts";
import { RunningApp, folderOf } from "../../support/running-app.ts";

const chromium = needs("chromium");
const APP = "examples/four-apis";

/** The example's part that is Dirigible's. */
function files(): Record<string, string> {
  const registry = readdirSync(join(APP, "dirigible"), { recursive: true, encoding: "utf8" });
  const paths = registry.filter((path) => path.includes(".")).map((path) => `dirigible/${path}`);
  return Object.fromEntries(
    ["public/dirigible.html", "public/dirigible.js", "public/chat.js", ...paths].map((path) => [
      path,
      readFileSync(join(APP, path), "utf8"),
    ]),
  );
}

describe.skipIf(chromium.skip)("the example's page in a browser", () => {
  let browser: Browser;
  const complaints: string[] = [];
  beforeAll(async () => {
    browser = await startBrowser(chromium.path);
  });
  afterAll(() => browser?.close());

  async function open(app: RunningApp): Promise<Page> {
    const page = await (await browser.newContext()).newPage();
    page.on("pageerror", (error) => complaints.push(error.message));
    await page.goto(`${app.server.url}/dirigible.html`);
    return page;
  }

  const lines = (page: Page) => page.locator("#log li").allTextContents();

  async function write(page: Page, label: string, text: string): Promise<void> {
    await page.getByLabel(label, { exact: true }).fill(text);
    if (label !== "To") await page.keyboard.press("Enter");
  }

  test("a note reaches all pages, a private message one, and a later page shows the board", async () => {
    const app = await RunningApp.serve(folderOf(files()));
    const [ann, ben] = [await open(app), await open(app)];
    await app.logged(/a writer has connected/);
    await write(ben, "Your name", "Ben");
    await eventually(async () => {
      await write(ben, "To", "Ben");
      await write(ben, "Message", "am I here?");
      return lines(ben);
    }).toContain("Ben (to you): am I here?");
    await write(ann, "To", "Ben");
    await write(ann, "Message", "psst");
    await eventually(() => lines(ben)).toContain("guest (to you): psst");
    await write(ann, "Note", "tea at five");
    await eventually(() => lines(ben)).toContain("1. tea at five");
    await eventually(() => lines(ann)).toContain("Your note is number 1");
    await eventually(async () => lines(await open(app))).toEqual(["1. tea at five"]);
    expect(complaints).toEqual([]);
  });
});
