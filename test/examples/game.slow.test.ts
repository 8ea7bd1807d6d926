import type { Browser } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { serve } from "../../src/server/serve.ts";
import { eventually, openWindow, startBrowser } from "../support/browser.ts";
import type { Frame, Window } from "../support/browser.ts";
import { needs } from "../support/require.ts";

const chromium = needs("chromium");

describe.skipIf(chromium.skip)("examples/game in a browser", () => {
  let browser: Browser;
  let server: Awaited<ReturnType<typeof serve>>;
  let windows: Window[] = [];

  beforeAll(async () => {
    browser = await startBrowser(chromium.path);
    server = await serve({ dir: "examples/game", host: "127.0.0.1", port: 0 });
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
  });
  afterEach(async () => {
    const complaints = windows.flatMap((window) => window.complaints);
    await Promise.all(windows.map((window) => window.close()));
    windows = [];
    expect(complaints).toEqual([]);
  });

  async function play(): Promise<Window> {
    const window = await openWindow(browser, `http://127.0.0.1:${server.port}/`);
    windows.push(window);
    await eventually(() => snapshots(window).length).toBeGreaterThan(0);
    return window;
  }

  const ofType = (window: Window, type: string): Frame[] =>
    window.received.filter((frame) => frame.type === type);
  const snapshots = (window: Window) => ofType(window, "at") as unknown as { t: number; p: number[][] }[];
  const numberOf = (window: Window) => ofType(window, "welcome").at(-1)?.["you"] as number;
  const latest = (window: Window) => snapshots(window).at(-1)!;

  /** The position of a player in the latest snapshot of a window. */
  function place(seenBy: Window, player: number): { x: number; y: number } {
    const [, x = NaN, y = NaN] = latest(seenBy).p.find(([n]) => n === player) ?? [];
    return { x, y };
  }

  async function hold(window: Window, key: string, until: () => boolean): Promise<void> {
    await window.page.keyboard.down(key);
    await eventually(until).toBe(true);
    await window.page.keyboard.up(key);
  }

  it("moves a player by its keys, in every window", async () => {
    const [a, b] = [await play(), await play()];
    const [self, other] = [numberOf(a), numberOf(b)];
    await eventually(() => latest(a).p.length).toBe(2);
    const stays = place(a, other);

    await hold(a, "ArrowLeft", () => place(b, self).x === 20);
    await hold(a, "KeyS", () => place(b, self).y === 730);
    await hold(a, "ArrowRight", () => place(b, self).x > 300);

    expect(place(b, self).y).toBe(730);
    expect(place(b, other)).toEqual(stays);
  });

  it("ticks thirty times per second", async () => {
    const a = await play();
    // The median of a second in which the machine has time: on a busy one ticks are skipped, and some steps are longer.
    const medianStep = (): number => {
      const times = snapshots(a)
        .slice(-31)
        .map(({ t }) => t);
      const steps = times.slice(1).map((t, n) => t - times[n]!);
      return steps.length < 30 ? NaN : steps.toSorted((x, y) => x - y)[15]!;
    };
    await eventually(medianStep).toBeCloseTo(1000 / 30, -1);
  });

  it("lists the players by score, and removes one who leaves", async () => {
    const [a, b] = [await play(), await play()];
    await b.page.getByLabel("Your name").fill("Heron of Alexandria, the engineer");
    await b.page.keyboard.press("Enter");

    await eventually(() => a.page.locator("#scores span").allTextContents()).toContain("Heron of Alexand");
    await b.close();
    await eventually(() => a.page.locator("#scores li").count()).toBe(1);
    await eventually(() => latest(a).p.map(([n]) => n)).toEqual([numberOf(a)]);
  });

  it("draws the player at its position", async () => {
    const a = await play();
    const self = numberOf(a);
    await hold(a, "ArrowLeft", () => place(a, self).x === 20);
    const { x, y } = place(a, self);

    const opacity = (dx: number) =>
      a.page.evaluate<number>(`(() => {
        const canvas = document.getElementById("canvas");
        const scale = canvas.width / 1200;
        return canvas.getContext("2d").getImageData((${x} + ${dx}) * scale, (${y} + 12) * scale, 1, 1).data[3];
      })()`);
    await eventually(() => opacity(0)).toBe(255);
  });
});
