import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Browser, WebSocket } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { serve } from "../../src/server/serve.ts";
import { appFolderFrom, type AppFolder } from "../support/app-folder.ts";
import { eventually, openWindow, startBrowser, type Window } from "../support/browser.ts";
import { needs } from "../support/require.ts";

const chromium = needs("chromium");

/** So many messages does each say under the script as it was, and under the new one. */
const EACH = 5;
/** Who has said so much has waited long enough for the new one. */
const PATIENCE = 300;

/** A window of the chat, and the sockets that its page has opened. */
interface Seat extends Window {
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

  async function enter(name: string): Promise<Seat> {
    const window = await openWindow(browser, server.url);
    const sockets: WebSocket[] = [];
    window.page.on("websocket", (socket) => sockets.push(socket));
    await window.page.getByLabel("Your name").fill(name);
    await window.page.keyboard.press("Enter");
    await window.page.locator('#status[data-state="open"]').waitFor();
    return { ...window, name, sockets };
  }

  /** From now on every message is said with an exclamation mark. */
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

  const said = ({ received }: Window): string[] =>
    received.filter(({ type }) => type === "message").map(({ text }) => String(text));
  const names = ({ page }: Window) => page.locator("#people li span:nth-child(2)").allTextContents();

  /** Types one message after the other until enough of them have come back in the new way; answers how many. */
  async function type(seat: Seat, midway: () => void): Promise<number> {
    const isOwn = (text: string): boolean => text.startsWith(seat.name) && text.endsWith("!");
    const field = seat.page.getByLabel("Message", { exact: true });
    for (let number = 1; number <= PATIENCE; number += 1) {
      await field.pressSequentially(`${seat.name} ${number}`);
      await field.press("Enter");
      if (number === EACH) midway();
      if (said(seat).filter(isOwn).length >= EACH) return number;
    }
    throw new Error(`${PATIENCE} messages said, and the new script does not serve`);
  }

  it("nobody notices but the new behaviour", { timeout: 60_000 }, async () => {
    const seats = [await enter("Ada"), await enter("Grace")] as const;
    let behind = seats.length;
    const midway = (): void => {
      behind -= 1;
      if (behind === 0) edit();
    };
    const typed = await Promise.all([type(seats[0], midway), type(seats[1], midway)]);

    const total = typed[0] + typed[1];
    for (const seat of seats) await eventually(() => said(seat).length).toBe(total);
    for (const [index, { name }] of seats.entries()) {
      const numbers = Array.from({ length: typed[index] ?? 0 }, (_, before) => `${name} ${before + 1}`);
      for (const seat of seats) {
        const theirs = said(seat).filter((text) => text.startsWith(name));
        expect(theirs.map((text) => text.replace("!", ""))).toEqual(numbers);
        expect(theirs.map((text) => (text.endsWith("!") ? "new" : "old")).join(" ")).toMatch(
          /^(old ){5,}(new ?){5,}$/,
        );
      }
    }
    for (const seat of seats) {
      const shown = await seat.page.locator("#log p").allTextContents();
      expect(shown).toEqual(said(seats[0]));
      expect(seat.sockets.map((socket) => socket.isClosed())).toEqual([false]);
      await eventually(async () => (await names(seat)).toSorted()).toEqual(["Ada", "Grace"]);
      expect(seat.complaints).toEqual([]);
    }
    expect(server.sessionCount).toBe(2);
    expect(server.status.scripts.find(({ route }) => route === "/ws/chat")).toMatchObject({ reloads: 1 });
  });
});
