import type { Browser } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { serve } from "../../src/server/serve.ts";
import { eventually, openWindow, startBrowser } from "../support/browser.ts";
import type { Window } from "../support/browser.ts";
import { needs } from "../support/require.ts";

const chromium = needs("chromium");

describe.skipIf(chromium.skip)("examples/chat in a browser", () => {
  let browser: Browser;
  let server: Awaited<ReturnType<typeof serve>>;
  const windows: Window[] = [];

  const start = (port: number) => serve({ dir: "examples/chat", host: "127.0.0.1", port });
  const address = (path = "/") => `http://127.0.0.1:${server.port}${path}`;

  async function enter(name: string): Promise<Window> {
    const window = await openWindow(browser, address());
    windows.push(window);
    await window.page.getByLabel("Your name").fill(name);
    await window.page.keyboard.press("Enter");
    await inRoom(window);
    return window;
  }

  const inRoom = ({ page }: Window) => page.locator('#status[data-state="open"]').waitFor();

  async function say({ page }: Window, text: string): Promise<void> {
    await page.getByLabel("Message", { exact: true }).fill(text);
    await page.keyboard.press("Enter");
  }

  async function leave(window: Window): Promise<void> {
    windows.splice(windows.indexOf(window), 1);
    await window.close();
  }

  const texts = ({ page }: Window) => page.locator("#log p").allTextContents();
  const notices = ({ page }: Window) => page.locator("#log .notice").allTextContents();
  const names = ({ page }: Window) => page.locator("#people li span:nth-child(2)").allTextContents();

  beforeAll(async () => {
    browser = await startBrowser(chromium.path);
    server = await start(0);
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
  });
  afterEach(async () => {
    const complaints = windows.flatMap((window) => window.complaints);
    await Promise.all([...windows].map(leave));
    expect(complaints).toEqual([]);
  });

  it("asks the first visitor to open a second window", async () => {
    const ada = await enter("Ada");

    expect(await ada.page.getByRole("heading", { name: "You are the first person here" }).isVisible()).toBe(
      true,
    );
    const opened = ada.page.context().waitForEvent("page");
    await ada.page.getByRole("main").getByRole("link", { name: "Open a second window" }).click();
    expect((await opened).url()).toBe(address());
  });

  it("shows messages in every window as plain text", async () => {
    const ada = await enter("Ada");
    const grace = await enter("Grace");

    await say(ada, "<img src=x onerror=alert(1)> & good morning");
    await eventually(() => texts(grace)).toEqual(["<img src=x onerror=alert(1)> & good morning"]);
    await say(grace, "Hello Ada");

    const both = ["<img src=x onerror=alert(1)> & good morning", "Hello Ada"];
    await eventually(() => texts(ada)).toEqual(both);
    await eventually(() => texts(grace)).toEqual(both);
    expect(await ada.page.locator("#log .mine").count()).toBe(1);
    expect(await grace.page.locator("#log .message:not(.mine) header").textContent()).toContain("Ada");
  });

  it("shows the people online, and who joins and leaves", async () => {
    const ada = await enter("Ada");
    const grace = await enter("Grace");

    await eventually(() => names(ada)).toEqual(["Ada", "Grace"]);
    expect(await names(grace)).toEqual(["Grace", "Ada"]);
    expect((await notices(ada)).at(-1)).toContain("Grace joined");
    await leave(grace);

    await eventually(() => names(ada)).toEqual(["Ada"]);
    expect((await notices(ada)).at(-1)).toContain("Grace left");
  });

  it("adds a number to a name that is taken", async () => {
    await enter("Ada");
    const second = await enter("ADA");

    expect(await second.page.locator("#status-text").textContent()).toBe("You are ADA 2");
  });

  it("shows earlier messages to a person who joins later", async () => {
    const ada = await enter("Ada");
    await say(ada, "Written before Grace joined");
    await eventually(async () => (await texts(ada)).at(-1)).toBe("Written before Grace joined");

    const grace = await enter("Grace");
    expect((await texts(grace)).at(-1)).toBe("Written before Grace joined");
  });

  it("shows that a person is typing", async () => {
    const ada = await enter("Ada");
    const grace = await enter("Grace");

    await grace.page.getByLabel("Message", { exact: true }).fill("I am");
    await ada.page.getByText("Grace is typing…").waitFor();
    await say(grace, "I am done");
    await eventually(() => ada.page.locator("#typing").textContent()).toBe("");
  });

  it("counts unread messages in the title", async () => {
    const ada = await enter("Ada");
    const grace = await enter("Grace");
    // Every window of this browser reports that it is in front.
    await ada.page.evaluate("document.hasFocus = () => false");

    await say(grace, "Psst");
    await eventually(() => ada.page.title()).toBe("(1) Parlor chat");
    await ada.page.evaluate("dispatchEvent(new Event('focus'))");
    expect(await ada.page.title()).toBe("Parlor chat");
    expect(await grace.page.title()).toBe("Parlor chat");
  });

  it("shows an announcement sent by HTTP", async () => {
    const ada = await enter("Ada");
    const grace = await enter("Grace");

    const answer = await fetch(address("/announce"), { method: "POST", body: "Tea is ready" });
    expect(await answer.json()).toEqual({ reached: 2 });
    for (const { page } of [ada, grace]) await page.getByText("Tea is ready").waitFor();
    expect((await fetch(address("/announce"), { method: "POST", body: " " })).status).toBe(400);
  });

  it("reconnects by itself when the server is back", async () => {
    const ada = await enter("Ada");
    const { port } = server;

    await server.close();
    await ada.page.getByText(/Connection lost|Reconnecting/).waitFor();
    expect(await ada.page.getByRole("button", { name: "Send" }).isDisabled()).toBe(true);
    server = await start(port);

    await inRoom(ada);
    await ada.page.locator("#banner").waitFor({ state: "hidden" });
    await say(ada, "Here again");
    await eventually(async () => (await texts(ada)).at(-1)).toBe("Here again");
  });
});
