// axe on every page of the examples, the templates and the playground: desktop and phone, light and dark.
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { serve } from "../../src/server/serve.ts";
import { appFolderFrom, fillTemplate } from "../support/app-folder.ts";
import { complaintsInAllLooks, openStill } from "../support/axe.ts";
import { startBrowser } from "../support/browser.ts";
import { silentLog } from "../../src/log.ts";
import { needs } from "../support/require.ts";
import { folderOf } from "../support/running-app.ts";

const chromium = needs("chromium");

/** A page, and what is done on it before it is looked at. */
interface Visit {
  readonly path: string;
  readonly act?: (page: Page) => Promise<void>;
}

const connected = (page: Page): Promise<void> => page.locator('#status[data-state="open"]').waitFor();

const chat: Visit = {
  path: "/",
  async act(page) {
    await page.getByLabel("Your name").fill("Ada with a name so long");
    expect(await complaintsInAllLooks(page), "the door").toEqual([]);
    await page.keyboard.press("Enter");
    await connected(page);
    await page.getByLabel("Message", { exact: true }).fill("Tea is ready");
    await page.keyboard.press("Enter");
    await page.locator("#log .message").last().waitFor();
  },
};

const apps: readonly [folder: string, visits: readonly Visit[]][] = [
  ["examples/chat", [chat]],
  ["examples/game", [{ path: "/", act: (page) => page.locator("#scores li").first().waitFor() }]],
  ["examples/ticker", [{ path: "/", act: (page) => page.locator("#rows tr").first().waitFor() }]],
  [
    "examples/four-apis",
    [
      { path: "/" },
      ...["/diesel.html", "/bolt.html?name=Grace", "/dirigible.html"].map((path) => ({
        path,
        act: connected,
      })),
      { path: "/scripting.html" },
    ],
  ],
  ["templates/app", [{ path: "/", act: (page) => page.locator("#log li").first().waitFor() }]],
  ["templates/bolt-ring", [{ path: "/", act: (page) => page.locator("#log li").first().waitFor() }]],
];

describe.skipIf(chromium.skip)("axe finds nothing serious", () => {
  let browser: Browser;
  beforeAll(async () => void (browser = await startBrowser(chromium.path)));
  afterAll(() => browser?.close());

  async function look(url: string, { path, act }: Visit): Promise<void> {
    const page = await openStill(browser);
    await page.goto(`${url}${path}`);
    await act?.(page);
    expect(await complaintsInAllLooks(page), path).toEqual([]);
    await page.context().close();
  }

  async function serveFolder(dir: string, playground = false): Promise<string> {
    const server = await serve({ dir, port: 0, playground, watch: playground, log: silentLog });
    onTestFinished(() => server.close());
    return server.url;
  }

  test.each(apps)("on the pages of %s", async (source, visits) => {
    const folder = appFolderFrom(source);
    onTestFinished(() => folder.remove());
    if (source.startsWith("templates/")) fillTemplate(folder, "tea-room");
    const url = await serveFolder(folder.dir);
    for (const visit of visits) await look(url, visit);
  });

  test("on the playground, at its start and with clients, a fault and bytes", async () => {
    const dir = folderOf({
      "ws/chat.js": `export function onMessage(session, text) { if (text === "boom") throw new Error("no tea"); session.send(text); }
export function onBinary(session, data) { session.send(data); }`,
      "ws/game.js": 'export const scope = "route"; export const tickRate = 20; export function onTick() {}',
      [`ws/${"long-name-".repeat(12)}/[id].js`]: "export const onOpen = () => {};",
    });
    const url = await serveFolder(dir, true);
    await look(url, {
      path: "/",
      async act(page) {
        await page.locator("#routes .route").first().waitFor();
        expect(await complaintsInAllLooks(page), "at the start").toEqual([]);
        await page.locator("#connect-count").fill("2");
        await page.getByRole("button", { name: "Connect", exact: true }).click();
        await page.locator('.pane[data-state="open"]').nth(1).waitFor();
        await page.getByLabel("Message of client 1", { exact: true }).fill("boom");
        await page.keyboard.press("Enter");
        await page.locator("#fault .frame").waitFor();
        await page.getByLabel("Format of the message of client 2").selectOption("hex");
        await page.getByLabel("Message of client 2", { exact: true }).fill("00 ff");
        await page.keyboard.press("Enter");
        await page.locator(".entry.in .bytes").waitFor();
        await page.getByLabel("Close client 2 with a code").click();
      },
    });
  });

  test("on the playground of a folder without scripts", async () => {
    const url = await serveFolder(folderOf({ "readme.md": "" }), true);
    await look(url, { path: "/", act: (page) => page.locator("#first-script").waitFor() });
  });
});
