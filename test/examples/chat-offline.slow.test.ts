import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { serve } from "../../src/server/serve.ts";
import { eventually, openWindow, startBrowser, type Window } from "../support/browser.ts";
import { needs } from "../support/require.ts";
import { CuttingProxy } from "../client/support/cutting-proxy.ts";

const chromium = needs("chromium");
const OFFLINE = 10_000;

describe.skipIf(chromium.skip)("examples/chat, in a window that is offline for ten seconds", () => {
  let browser: Browser;
  let server: Awaited<ReturnType<typeof serve>>;
  let network: CuttingProxy;

  beforeAll(async () => {
    browser = await startBrowser(chromium.path);
    server = await serve({ dir: "examples/chat", host: "127.0.0.1", port: 0, logLevel: "silent" });
    network = await CuttingProxy.before(server.port);
  });
  afterAll(async () => {
    await browser?.close();
    network?.close();
    await server?.close();
  });

  async function enter(name: string, port: number): Promise<Window> {
    const window = await openWindow(browser, `http://127.0.0.1:${port}/`);
    await window.page.getByLabel("Your name").fill(name);
    await window.page.keyboard.press("Enter");
    await window.page.locator('#status[data-state="open"]').waitFor();
    return window;
  }

  async function say({ page }: Window, text: string): Promise<void> {
    await page.getByLabel("Message", { exact: true }).fill(text);
    await page.keyboard.press("Enter");
  }

  const texts = ({ page }: Window) => page.locator("#log p").allTextContents();
  const notices = ({ page }: Window) => page.locator("#log .notice").allTextContents();
  const people = ({ page }: Window) => page.locator("#people li").allTextContents();

  it("misses nothing, is shown as away and then back, and neither leaves nor joins", async () => {
    const ada = await enter("Ada", network.port);
    const grace = await enter("Grace", server.port);
    await say(ada, "before");
    await eventually(() => texts(grace)).toEqual(["before"]);
    const joined = (await notices(grace)).length;

    // Offline, Chromium opens no connection; those that are open would stay.
    await ada.page.context().setOffline(true);
    network.cut("reset");
    const ended = Date.now() + OFFLINE;
    await ada.page.getByText(/Connection lost|Reconnecting/).waitFor();
    await eventually(async () => (await people(grace)).join()).toContain("away");
    const sent = ["before"];
    while (Date.now() < ended) {
      sent.push(`while away ${sent.length}`);
      await say(grace, sent.at(-1)!);
      await eventually(async () => (await texts(grace)).length).toBe(sent.length);
    }
    expect((await texts(ada)).length).toBe(1);

    await ada.page.context().setOffline(false);
    await eventually(() => texts(ada)).toEqual(sent);
    await eventually(async () => (await people(grace)).join()).not.toContain("away");
    await say(ada, "after");
    for (const window of [ada, grace])
      await eventually(async () => (await texts(window)).at(-1)).toBe("after");
    expect(await notices(grace)).toHaveLength(joined);
    expect((await notices(ada)).join()).not.toMatch(/left|joined.*joined/);
    expect(server.sessionCount).toBe(2);
    expect([...ada.complaints, ...grace.complaints]).toEqual([]);
  });
});
