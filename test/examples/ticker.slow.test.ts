import type { Browser } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { serve } from "../../src/server/serve.ts";
import { Client } from "../support/client.ts";
import { eventually, openWindow, startBrowser } from "../support/browser.ts";
import type { Window } from "../support/browser.ts";
import { needs } from "../support/require.ts";

const chromium = needs("chromium");

interface Prices {
  type: string;
  quotes: { symbol: string; price: number }[];
  watching: number;
}

describe("examples/ticker", () => {
  let server: Awaited<ReturnType<typeof serve>>;
  const address = (path: string) => `http://127.0.0.1:${server.port}${path}`;
  const push = (body: string) => fetch(address("/price"), { method: "POST", body });
  let watchers: Client[] = [];

  function watch(): Client {
    const watcher = new Client(address("/ws/prices").replace("http", "ws"));
    watchers.push(watcher);
    return watcher;
  }

  beforeAll(async () => {
    server = await serve({ dir: "examples/ticker", host: "127.0.0.1", port: 0 });
  });
  afterAll(() => server?.close());
  afterEach(async () => {
    for (const watcher of watchers) watcher.close();
    await Promise.all(watchers.map((watcher) => watcher.closed));
    watchers = [];
  });

  it("pushes all prices by cron, starting from the latest ones", async () => {
    const watcher = watch();
    const [first, second] = [await watcher.nextJson(), await watcher.nextJson()] as unknown as [
      Prices,
      Prices,
    ];

    expect(first.quotes.map(({ symbol }) => symbol)).toEqual(["BISC", "JAMM", "OOLG", "SCON", "TEAP"]);
    expect(first.watching).toBe(1);
    for (const [n, { price }] of second.quotes.entries()) {
      expect(Math.abs(price / first.quotes[n]!.price - 1)).toBeLessThan(0.011);
    }
  });

  it("keeps a pushed price for the next cron run, which evaluates its file again", async () => {
    const watcher = watch();
    await watcher.opened;
    await push('{"symbol":"TEAP","price":900}');

    const seen: number[] = [];
    for (let run = 0; run < 3 && seen.length < 2; run++) {
      const { quotes } = (await watcher.nextJson()) as unknown as Prices;
      const price = quotes.find(({ symbol }) => symbol === "TEAP")!.price;
      if (seen.length > 0 || price === 900) seen.push(price);
    }
    expect(seen[0]).toBe(900);
    expect(seen[1]).toBeGreaterThan(890);
  });

  it.each([
    ["", "Send JSON"],
    ["nonsense", "Send JSON"],
    ["null", "Send JSON"],
    ["{}", '"symbol" must be'],
    ['{"symbol":"teap","price":1}', '"symbol" must be'],
    ['{"symbol":"TEAP"}', '"price" must be'],
    ['{"symbol":"TEAP","price":"1"}', '"price" must be'],
    ['{"symbol":"TEAP","price":-1}', '"price" must be'],
    ['{"symbol":"TEAP","price":1e99}', '"price" must be'],
  ])("refuses the price %s", async (body, why) => {
    const answer = await push(body);
    expect(answer.status).toBe(400);
    expect(await answer.text()).toContain(why);
  });

  it("counts the subscribers by a script in the published style", async () => {
    const watcher = watch();
    await eventually(async () => (await fetch(address("/subscribers"))).json()).toEqual({ count: 1 });
    watcher.close();
    await watcher.closed;
    await eventually(async () => (await fetch(address("/subscribers"))).json()).toEqual({ count: 0 });
  });

  describe.skipIf(chromium.skip)("in a browser", () => {
    let browser: Browser;
    let window: Window;
    const priceOf = (symbol: string) =>
      window.page.locator(`tr[data-symbol="${symbol}"] td:nth-child(3)`).textContent({ timeout: 5000 });

    beforeAll(async () => {
      browser = await startBrowser(chromium.path);
      window = await openWindow(browser, address("/"));
    });
    afterAll(() => browser?.close());

    it("lists every company with its trend", async () => {
      await window.page.getByText("Live, 1 watching").waitFor();
      await eventually(() => window.page.locator("tbody tr").count()).toBeGreaterThanOrEqual(5);
      const drawn = await window.page.evaluate<boolean>(`(() => {
        const canvas = document.querySelector("tbody canvas");
        return canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data.some((byte) => byte > 0);
      })()`);
      expect(drawn).toBe(true);
    });

    it("shows a pushed price at once, and a new company", async () => {
      await push('{"symbol":"SCON","price":77.7}');
      await push('{"symbol":"CAKE","price":3.5}');
      await expect
        .poll(() => window.received.some((frame) => JSON.stringify(frame).includes("77.7")))
        .toBe(true);
      await eventually(() => priceOf("CAKE")).toMatch(/^3\.[45]/);
      expect(Number(await priceOf("SCON"))).toBeCloseTo(77.7, -1);
      expect(window.complaints).toEqual([]);
    });
  });
});
