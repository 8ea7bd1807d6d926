// The playground in a browser: clients, a fault and the reload that ends it, the first script, text that looks like HTML.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { eventually, startBrowser } from "../support/browser.ts";
import { serve } from "../../src/server/serve.ts";
import { silentLog } from "../../src/log.ts";
import { needs } from "../support/require.ts";
import { folderOf, RunningApp, type Files } from "../support/running-app.ts";

const chromium = needs("chromium");

const CHAT = `export function onOpen(session) { session.room(session.getParameter("room") ?? "tea").join(); }
export function onMessage(session, text) {
  if (text === "boom") throw new Error("no <b>tea</b>");
  session.room(session.getParameter("room") ?? "tea").broadcast(text);
}
export function onBinary(session, data) { session.send(data); }
export function onClose(session, { code, reason }) { console.log("closed", code, reason); }
`;

describe.skipIf(chromium.skip)("the playground in a browser", () => {
  let browser: Browser;
  beforeAll(async () => void (browser = await startBrowser(chromium.path)));
  afterAll(() => browser?.close());

  async function open(files: Files) {
    const dir = folderOf(files);
    const app = await RunningApp.serve(dir, { playground: true, watch: true });
    const page = await (await browser.newContext()).newPage();
    const complaints: string[] = [];
    page.on("pageerror", (error) => complaints.push(error.message));
    page.on("console", (line) => line.type() === "error" && complaints.push(line.text()));
    onTestFinished(async () => {
      await page.context().close();
      expect(complaints).toEqual([]);
    });
    await page.goto(`${app.server.url}/`);
    await page.locator('#status[data-state="live"]').waitFor();
    return { app, dir, page, complaints };
  }

  const connect = (page: Page) => page.getByRole("button", { name: "Connect", exact: true }).click();
  const isOpen = (page: Page, number: number) =>
    page.locator(`[aria-label="Client ${number}"][data-state="open"]`).waitFor();
  const texts = (page: Page, number: number, kind: string) =>
    page.locator(`[aria-label="Client ${number}"] .entry.${kind} .text`).allTextContents();
  const say = async (page: Page, number: number, text: string): Promise<void> => {
    await page.getByLabel(`Message of client ${number}`, { exact: true }).fill(text);
    await page.keyboard.press("Enter");
  };

  test("two clients talk, and routes, rooms and sessions follow", async () => {
    const { page } = await open({ "ws/chat.js": CHAT });
    await page.locator("#connect-count").fill("2");
    await page.locator("#connect-query").fill("room=green");
    await connect(page);
    await Promise.all([isOpen(page, 1), isOpen(page, 2)]);
    await say(page, 1, "<img src=x onerror=alert(1)> hello");
    await eventually(() => texts(page, 2, "in")).toEqual(["<img src=x onerror=alert(1)> hello"]);
    expect(await texts(page, 1, "out")).toEqual(["<img src=x onerror=alert(1)> hello"]);
    await eventually(() => page.locator("#rooms li").allTextContents()).toEqual(["green2"]);
    await eventually(() => page.locator("#sessions-count").textContent()).toBe("2");
    await eventually(() => page.locator("#routes .figures").first().textContent()).toContain(
      "2 clients · 1 in",
    );
    await eventually(() => page.locator("#steps .done").count()).toBe(3);
  });

  test("path parameters are filled in by a form, and bytes are sent as hex and base64", async () => {
    const { app, page } = await open({
      "ws/rooms/[id].js":
        "export const onOpen = (session) => session.send(session.path);\nexport const onBinary = (session, data) => session.send(data);",
    });
    await connect(page);
    expect(await page.locator("#connect-help").textContent()).toBe("The path needs a value for id.");
    await page.locator("#connect-params input").fill("a b ü");
    await connect(page);
    await eventually(() => app.server.sessionCount).toBe(1);
    await page.getByLabel("Format of the message of client 1").selectOption("hex");
    await say(page, 1, "0x48 65,6");
    await eventually(() => page.locator(".composer .help").textContent()).toContain(
      "two digits for each byte",
    );
    await say(page, 1, "0x48 65,6c");
    await eventually(async () => (await texts(page, 1, "in")).at(-1)).toContain("3 bytes 48 65 6c");
    await page.getByLabel("Format of the message of client 1").selectOption("base64");
    await say(page, 1, "_w");
    await eventually(async () => (await texts(page, 1, "in")).at(-1)).toContain("1 byte ff");
  });

  test("a fault is shown with its source, and a saved script ends it while the clients stay", async () => {
    const { app, dir, page } = await open({ "ws/chat.js": CHAT });
    await connect(page);
    await isOpen(page, 1);
    await say(page, 1, "boom");
    await eventually(() => page.locator("#fault .here").textContent()).toContain("no <b>tea</b>");
    expect(await page.locator("#fault .fault-place").textContent()).toContain("ws/chat.js:3:");
    writeFileSync(join(dir, "ws/chat.js"), CHAT.replace("throw", "return; throw"));
    await page.locator('#fault[data-state="ended"]').waitFor();
    await eventually(() => page.locator("#reloads").textContent()).toContain("ws/chat.js has a new version");
    await eventually(async () => (await texts(page, 1, "event")).at(-1)).toBe("ws/chat.js has a new version");
    await isOpen(page, 1);
    expect(app.server.sessionCount).toBe(1);
  });

  test("a client closes with a code and a reason", async () => {
    const { app, page } = await open({ "ws/chat.js": CHAT });
    await connect(page);
    await isOpen(page, 1);
    await page.getByLabel("Close client 1 with a code").click();
    await page.getByLabel("Close code of client 1").fill("1001");
    await page.getByLabel("Close reason of client 1").fill("tea time");
    await page.keyboard.press("Enter");
    expect(await page.locator(".close-form .help").textContent()).toContain("3000 to 4999");
    await page.getByLabel("Close code of client 1").fill("4321");
    await page.getByRole("button", { name: "Close", exact: true }).click();
    await app.logged(/closed 4321 tea time/);
    await eventually(async () => (await texts(page, 1, "event")).at(-1)).toContain("code 4321");
  });

  test("a folder without scripts shows how to make the first one, and finds it when it is saved", async () => {
    const { dir, page } = await open({ "readme.md": "" });
    await page.getByRole("heading", { name: "Make the first script" }).waitFor();
    const code = (await page.locator("#first-code").textContent()) ?? "";
    mkdirSync(join(dir, "ws"));
    writeFileSync(join(dir, "ws/chat.ts"), code);
    await page.locator("#routes .route").getByText("/ws/chat", { exact: true }).waitFor();
    await connect(page);
    await isOpen(page, 1);
    await say(page, 1, "first");
    await eventually(() => texts(page, 1, "in")).toEqual(["first"]);
  });

  test("the page finds the server again after a restart", async () => {
    const { app, dir, page, complaints } = await open({ "ws/chat.js": CHAT });
    const { port } = app.server;
    await app.server.close();
    await page.locator('#status[data-state="lost"]').waitFor();
    const again = await serve({ dir, port, playground: true, log: silentLog });
    onTestFinished(() => again.close());
    await page.locator('#status[data-state="live"]').waitFor();
    // The browser itself reports each attempt.
    complaints.length = 0;
  });
});
