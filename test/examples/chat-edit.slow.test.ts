import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Browser, WebSocket } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { serve } from "../../src/server/serve.ts";
import { appFolderFrom, type AppFolder } from "../support/app-folder.ts";
import { eventually, openWindow, startBrowser, type Window } from "../support/browser.ts";
import { needs } from "../support/require.ts";

const chromium = needs("chromium");

/** The number of messages that each person sends under the old script, and under the new one. */
const EACH = 5;
/** After this many messages the new script should serve. */
const MOST_MESSAGES = 300;

/** A window of the chat, and the sockets that its page has opened. */
interface ChatWindow extends Window {
  readonly name: string;
  readonly sockets: readonly WebSocket[];
}

describe.skipIf(chromium.skip)("examples/chat, edited while two people type", () => {
  let app: AppFolder;
  let browser: Browser;
  let server: Awaited<ReturnType<typeof serve>>;

  beforeAll(async () => {
    app = appFolderFrom("examples/chat");
    browser = await startBrowser(chromium.path);
    // As `parlor dev` does.
    server = await serve({ dir: app.dir, host: "127.0.0.1", port: 0, watch: true, logLevel: "silent" });
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
    app?.remove();
  });

  async function enter(name: string): Promise<ChatWindow> {
    const window = await openWindow(browser, server.url);
    const sockets: WebSocket[] = [];
    window.page.on("websocket", (socket) => sockets.push(socket));
    await window.page.getByLabel("Your name").fill(name);
    await window.page.keyboard.press("Enter");
    await window.page.locator('#status[data-state="open"]').waitFor();
    return { ...window, name, sockets };
  }

  /** Adds an exclamation mark to every later message. */
  function edit(): void {
    const file = join(app.dir, "ws/chat.ts");
    const text = readFileSync(file, "utf8");
    const edited = text.replace(
      "from: personOf(session), text,",
      "from: personOf(session), text: `${text}!`,",
    );
    expect(edited).not.toBe(text);
    writeFileSync(file, edited);
  }

  const messages = ({ received }: Window): string[] =>
    received.filter(({ type }) => type === "message").map(({ text }) => String(text));
  const names = ({ page }: Window) => page.locator("#people li span:nth-child(2)").allTextContents();

  /** Types messages until enough of them have come back with an exclamation mark. Returns how many it typed. */
  async function type(window: ChatWindow, midway: () => void): Promise<number> {
    const isOwn = (text: string): boolean => text.startsWith(window.name) && text.endsWith("!");
    const field = window.page.getByLabel("Message", { exact: true });
    for (let number = 1; number <= MOST_MESSAGES; number += 1) {
      await field.pressSequentially(`${window.name} ${number}`);
      await field.press("Enter");
      if (number === EACH) midway();
      if (messages(window).filter(isOwn).length >= EACH) return number;
    }
    throw new Error(`${MOST_MESSAGES} messages sent, and the new script does not serve`);
  }

  it("keeps every socket, message and name during the reload", { timeout: 60_000 }, async () => {
    const windows = [await enter("Ada"), await enter("Grace")] as const;
    let behind = windows.length;
    const midway = (): void => {
      behind -= 1;
      if (behind === 0) edit();
    };
    const typed = await Promise.all([type(windows[0], midway), type(windows[1], midway)]);

    const total = typed[0] + typed[1];
    for (const window of windows) await eventually(() => messages(window).length).toBe(total);
    for (const [number, { name }] of windows.entries()) {
      const numbers = Array.from({ length: typed[number] ?? 0 }, (_, index) => `${name} ${index + 1}`);
      for (const window of windows) {
        const theirs = messages(window).filter((text) => text.startsWith(name));
        expect(theirs.map((text) => text.replace("!", ""))).toEqual(numbers);
        expect(theirs.map((text) => (text.endsWith("!") ? "new" : "old")).join(" ")).toMatch(
          /^(old ){5,}(new ?){5,}$/,
        );
      }
    }
    for (const window of windows) {
      const shown = await window.page.locator("#log p").allTextContents();
      expect(shown).toEqual(messages(windows[0]));
      expect(window.sockets.map((socket) => socket.isClosed())).toEqual([false]);
      await eventually(async () => (await names(window)).toSorted()).toEqual(["Ada", "Grace"]);
      expect(window.complaints).toEqual([]);
    }
    expect(server.sessionCount).toBe(2);
    expect(server.status.scripts.find(({ route }) => route === "/ws/chat")).toMatchObject({ reloads: 1 });
  });
});
