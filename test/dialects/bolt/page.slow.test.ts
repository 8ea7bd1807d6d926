import { readFileSync } from "node:fs";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { eventually, startBrowser } from "../../support/browser.ts";
import { needs } from "../../support/require.ts";
import { folderOf, RunningApp } from "../../support/running-app.ts";

const chromium = needs("chromium");
const read = (file: string): string => readFileSync(`examples/four-apis/${file}`, "utf8");

describe.skipIf(chromium.skip)("the example's page", () => {
  let browser: Browser;
  beforeAll(async () => void (browser = await startBrowser(chromium.path)));
  afterAll(() => browser?.close());

  async function open(app: RunningApp, query = ""): Promise<Page> {
    const page = await (await browser.newContext()).newPage();
    page.on("pageerror", (error) => expect.unreachable(error.message));
    await page.goto(`${app.server.url}/bolt.html${query}`);
    return page;
  }

  const lines = (page: Page) => page.locator("#log li").allTextContents();

  async function say(page: Page, text: string): Promise<void> {
    await page.getByLabel("Message").fill(text);
    await page.keyboard.press("Enter");
  }

  it("shows a chat in two windows, with bytes and a list of the people", async () => {
    const names = ["bolt/chat.ts", "public/bolt.html", "public/bolt.js", "public/chat.js"];
    const files = Object.fromEntries(names.map((name) => [name, read(name)]));
    const app = await RunningApp.serve(folderOf(files));
    const [ada, bob] = [await open(app), await open(app)];
    const welcome = "Welcome to the tea room. Send your name: I am Ada";
    await eventually(() => lines(ada)).toEqual([welcome]);
    await eventually(() => lines(bob)).toEqual([welcome]);
    await say(ada, "I am Ada");
    await eventually(() => lines(ada)).toEqual([welcome, "Ada joined: 1 in the room"]);
    await say(bob, "I am Bob");
    await eventually(() => lines(ada)).toContain("Bob joined: 2 in the room");
    await say(bob, "<b>hi</b>");
    await eventually(() => lines(ada)).toContain("Bob: <b>hi</b>");
    await bob.getByText("Send 4 bytes").click();
    await eventually(() => lines(ada)).toContain("4 bytes: 1,2,3,4");
    await ada.getByText("List people").click();
    await eventually(async () => (await lines(ada)).at(-1)).toMatch(/^(Ada, Bob|Bob, Ada) \(2 connected\)$/);
    await bob.context().close();
    await eventually(() => lines(ada)).toContain("Bob left");
    const coffee = await open(app, "?room=coffee");
    await eventually(() => lines(coffee)).toEqual([welcome.replace("tea", "coffee")]);
  });
});
