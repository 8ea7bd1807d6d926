import { channel } from "node:diagnostics_channel";
import type { IncomingMessage } from "node:http";
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from "vitest";
import { needs } from "../support/require.ts";
import type { Files } from "../support/running-app.ts";
import { CADDY, HAPROXY, NGINX, type Proxy } from "./support/proxies.ts";
import { CLIENT, ProxiedApp, type Tools, type WhenOver } from "./support/proxied-app.ts";

const TALK = `
export const protocols = ["tea.v2"];
export function onOpen(session) {
  session.send([session.getRemoteAddr(), session.protocol].join(" "));
}
export function onMessage(session, text) {
  if (text === "leave") session.close(4001, "as asked");
  else session.send(text);
}
export function onClose(session, { code, reason }) {
  console.log("closed with " + code + " " + reason);
}
`;

const SEEN = `
export const GET = (request, { address }) => Response.json({
  address,
  url: request.url,
  forwarded: request.headers.get("x-forwarded-for"),
  host: request.headers.get("x-forwarded-host"),
});
`;

/** The files of a server that says its name. */
function filesOf(name: string): Files {
  const says = `export const GET = () => new Response("${name}");`;
  return { "ws/talk.js": TALK, "ws/chat.js": TALK, "http/seen.js": SEEN, "http/name.js": says };
}

const openssl = needs("openssl");
const curl = needs("curl");

describe.each([NGINX, CADDY, HAPROXY])("behind $tool, with the configuration of its page", (proxy: Proxy) => {
  const { path: program, skip } = needs(proxy.tool);
  const tools: Tools = { proxy, program, openssl: openssl.path };
  const ends: (() => void | Promise<void>)[] = [];
  let app: ProxiedApp;
  let pair: ProxiedApp;
  let sticky: ProxiedApp;

  const isMissing = skip || openssl.skip;
  describe.skipIf(isMissing)("a client over TLS", () => {
    beforeAll(async () => {
      const whenOver: WhenOver = (end) => void ends.unshift(end);
      const start = (names: readonly string[], isSticky = false): Promise<ProxiedApp> =>
        ProxiedApp.start(tools, names.map(filesOf), whenOver, isSticky);
      const both = ["one", "two"];
      [app, pair, sticky] = await Promise.all([start(["one"]), start(both), start(both, true)]);
    });
    afterAll(async () => {
      for (const end of ends) await end();
    });

    test("gets messages, the subprotocol, close codes and its own address through", async () => {
      const client = await app.open("/ws/talk", { protocols: ["tea.v1", "tea.v2"] });
      expect(client.socket.protocol).toBe("tea.v2");
      expect(await client.next()).toBe(`${CLIENT} tea.v2`);
      const messages = Array.from({ length: 1000 }, (_, at) => `message ${at}`);
      for (const text of messages) client.send(text);
      for (const text of messages) expect(await client.next()).toBe(text);
      client.send("leave");
      expect(await client.closed).toEqual({ code: 4001, reason: "as asked" });
      const other = await app.open("/ws/talk");
      other.close(4002, "enough");
      await app.servers[0]?.logged(/closed with 4002 enough/);
    });

    test("is known by its own address, scheme and host, whatever headers it sends", async () => {
      const { host } = new URL(app.origin);
      const seen = { address: CLIENT, url: `${app.origin}/seen`, forwarded: CLIENT, host };
      expect(JSON.parse((await app.get("/seen")).body)).toEqual(seen);
      const forged = {
        "X-Forwarded-For": "203.0.113.7",
        "X-Forwarded-Proto": "http",
        "X-Forwarded-Host": "evil.example",
        Forwarded: "for=203.0.113.8;host=evil.example;proto=http",
      };
      expect(JSON.parse((await app.get("/seen", { headers: forged })).body)).toEqual(seen);
      const client = await app.open("/ws/talk", { headers: forged });
      expect(await client.next()).toBe(`${CLIENT} `);
    });

    test("may be a page of the site, and of no other one", async () => {
      await app.open("/ws/talk", { origin: app.origin });
      const origin = "https://evil.example";
      await expect(app.connect("/ws/talk", { origin }).opened).rejects.toMatchObject({ status: 403 });
      const headers = { "X-Forwarded-Host": "evil.example" };
      await expect(app.connect("/ws/talk", { origin, headers }).opened).rejects.toMatchObject({
        status: 403,
      });
    });

    test("sees of the paths of Parlor only whether it is ready and well", async () => {
      expect(await app.get("/_parlor/ready")).toEqual({ status: 200, body: '{"status":"ready"}\n' });
      expect(await app.get("/_parlor/health")).toEqual({ status: 200, body: '{"status":"ok"}\n' });
      expect((await app.get("/_parlor/metrics")).status).toBe(403);
      // A request for another host gets what the proxy has for it: nothing of Parlor, or the same refusal.
      const asLocal = await app.get("/_parlor/metrics", { headers: { host: "localhost" } });
      expect(asLocal.body).not.toContain("parlor_");
    });

    test("has its requests sent by one connection to Parlor", async () => {
      const ports = portsOf("/name");
      const agent = app.keepAlive();
      for (let count = 0; count < 3; count += 1)
        expect(await app.get("/name", { agent })).toEqual({ status: 200, body: "one" });
      expect(ports).toHaveLength(3);
      expect(new Set(ports).size).toBe(1);
    });

    test("returns to the same server, with the change of the page for clients that resume", async () => {
      const addresses = Array.from({ length: 13 }, (_, at) => `127.0.${at}.${at + 2}`);
      const nameFor = async (localAddress: string): Promise<string> =>
        (await sticky.get("/name", { localAddress })).body;
      const areBothUp = async (): Promise<boolean> =>
        new Set(await Promise.all(addresses.map(nameFor))).size === 2;
      await vi.waitUntil(areBothUp, { timeout: 10_000, interval: 50 });
      const first = await Promise.all(addresses.map(nameFor));
      for (let round = 0; round < 3; round += 1)
        expect(await Promise.all(addresses.map(nameFor))).toEqual(first);
    });

    test.skipIf(curl.skip)("gets what the page shows", async () => {
      const shown = proxy.page.blocks.filter((block) => block.app === "proxied");
      const commands = shown.flatMap(({ text }) => text.split(/^\$ /m).slice(1));
      const outputs = await Promise.all(
        commands.map(async (part) => {
          const [command = ""] = part.split("\n", 1);
          return `${command}\n${await app.curl(curl.path, command)}`;
        }),
      );
      expect(outputs).toEqual(commands.map((part) => part.trimEnd()));
      expect(outputs.length).toBeGreaterThan(3);
    });

    test("is served by the other server while one drains, and gets the hint of its close", async () => {
      const [one] = pair.servers;
      const names = async (count: number): Promise<Set<string>> => {
        const bodies = new Set<string>();
        for (let at = 0; at < count; at += 1) bodies.add((await pair.get("/name")).body);
        return bodies;
      };
      await vi.waitUntil(async () => (await names(4)).size === 2, { timeout: 10_000, interval: 50 });
      const clients = await Promise.all(Array.from({ length: 8 }, () => pair.open("/ws/talk")));
      const onFirst = one?.server.health.sessions ?? 0;
      expect(onFirst).toBeGreaterThan(0);
      const closes: unknown[] = [];
      for (const client of clients) void client.closed.then((closed) => closes.push(closed));
      const closing = one?.server.close();
      expect(await names(10)).toEqual(new Set(["two"]));
      await (await pair.open("/ws/talk")).next();
      await closing;
      await vi.waitUntil(() => closes.length === onFirst, { timeout: 5000 });
      for (const close of closes)
        expect(close).toEqual({ code: 1001, reason: expect.stringMatching(/^retry-after=\d+\.\d$/) });
      expect(await names(4)).toEqual(new Set(["two"]));
    });
  });
});

/** The ports from which the servers of this process get requests for a path, from now on until the test ends. */
function portsOf(path: string): number[] {
  const ports: number[] = [];
  const requests = channel("http.server.request.start");
  const note = (message: unknown): void => {
    const { request } = message as { readonly request: IncomingMessage };
    if (request.url === path) ports.push(request.socket.remotePort ?? 0);
  };
  requests.subscribe(note);
  onTestFinished(() => requests.unsubscribe(note));
  return ports;
}
