import { chromium } from "playwright-core";
import type { Browser, Page } from "playwright-core";
import { expect } from "vitest";

const flags = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** A browser window with its own profile: it shares no cookies and no storage with another. */
export interface Window {
  readonly page: Page;
  /** The messages that the server has sent over WebSockets, parsed. */
  readonly received: readonly Frame[];
  /** Errors of the page, and its requests to other servers than its own. */
  readonly complaints: readonly string[];
  close(): Promise<void>;
}

/** A message of the examples. */
export interface Frame {
  readonly type: string;
  readonly [field: string]: unknown;
}

/** The browser on this machine, with a fresh profile. */
export async function startBrowser(executablePath: string): Promise<Browser> {
  return chromium.launch({ executablePath, headless: true, args: flags });
}

/** Opens an address in a new window. */
export async function openWindow(browser: Browser, address: string): Promise<Window> {
  const context = await browser.newContext({ viewport: { width: 1000, height: 700 } });
  const page = await context.newPage();
  const received: Frame[] = [];
  const complaints: string[] = [];
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("request", (request) => {
    if (!request.url().startsWith(new URL(address).origin)) complaints.push(`asked for ${request.url()}`);
  });
  page.on("websocket", (socket) =>
    // Binary frames are those of the protocol itself.
    socket.on("framereceived", ({ payload }) => {
      if (typeof payload === "string") received.push(JSON.parse(payload) as Frame);
    }),
  );
  await page.goto(address);
  return { page, received, complaints, close: () => context.close() };
}

/** `await eventually(() => page.title()).toBe("...")`: a page renders some time after the message came. */
export function eventually<T>(read: () => T | Promise<T>) {
  return expect.poll(read, { timeout: 10_000, interval: 25 });
}
