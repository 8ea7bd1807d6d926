import { readFileSync } from "node:fs";
import { get, type IncomingMessage } from "node:http";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { createServer } from "../../src/index.ts";
import { serveOn } from "../support/served-app.ts";

const LARGEST = 6 * 1024;
const built = readFileSync(new URL("../../dist/client/browser.js", import.meta.url), "utf8");
const PATH = "/_parlor/client.js";

describe("the client library", () => {
  it("is one module of at most 6 KB, minified and compressed", () => {
    expect(gzipSync(built, { level: 9 }).length).toBeLessThanOrEqual(LARGEST);
    expect(built).not.toMatch(/\b(?:import|require)\b/);
  });

  it("works from the package by its name", async () => {
    const { connect } = (await import("parlor/client" as string)) as { connect(url: string): unknown };
    expect(() => connect("nowhere")).toThrow("is not an address");
  });

  it("has types that need neither those of Node nor those of a browser", () => {
    const types = readFileSync(new URL("../../dist/client/surroundings.d.ts", import.meta.url), "utf8");
    expect(types).not.toMatch(/NodeJS|node:|HTMLElement/);
  });
});

describe("a server", () => {
  it("hands the client library to the pages of all sites, from everywhere", async () => {
    const app = await serveOn("inline", {});
    const headers = { "x-forwarded-for": "203.0.113.7", origin: "https://elsewhere.example" };
    const response = await app.fetch(PATH, { headers });
    expect(response.status).toBe(200);
    expect((await response.text()) === built).toBe(true);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      "access-control-allow-origin": "*",
      "cache-control": "no-cache",
      "content-type": "text/javascript; charset=utf-8",
      "cross-origin-resource-policy": "cross-origin",
      "x-content-type-options": "nosniff",
    });
  });

  it("sends it again only if it has changed, responds to HEAD, and takes no other method", async () => {
    const app = await serveOn("inline", {});
    const head = await app.fetch(PATH, { method: "HEAD" });
    expect([head.status, await head.text()]).toEqual([200, ""]);
    const etag = head.headers.get("etag")!;
    const again = await new Promise<IncomingMessage>((resolve) => {
      get(`${app.server.url}${PATH}?v=2`, { headers: { "if-none-match": etag } }, resolve);
    });
    again.resume();
    expect(again.statusCode).toBe(304);
    expect((await app.fetch(PATH, { method: "POST", body: "x" })).status).toBe(405);
  });

  it("keeps the other paths below /_parlor/ for its own machine", async () => {
    const app = await serveOn("inline", {});
    const headers = { "x-forwarded-for": "203.0.113.7" };
    for (const path of [
      "/_parlor/browser.js",
      "/_parlor/connect.js",
      "/_parlor/client.js/x",
      "/_parlor/metrics",
    ])
      expect((await app.fetch(path, { headers })).status, path).toBe(403);
  });

  it("has it where a program makes the server, too", async () => {
    const server = createServer({ port: 0, host: "127.0.0.1", logLevel: "silent" });
    await server.listen();
    const response = await fetch(`${server.url}${PATH}`);
    const text = await response.text();
    await server.close();
    expect([response.status, text === built]).toEqual([200, true]);
  });
});
