// A served app behind a trusted proxy: every API of a script sees the client, not the proxy.
import { expect, test } from "vitest";
import { RunningApp, folderOf } from "../../support/running-app.ts";

const files = {
  "ws/who.js": "export const onOpen = (session) => session.send(session.getRemoteAddr());",
  "ws/asked.js": `
    export const onUpgrade = (request) => request.getRemoteAddr() === "203.0.113.7";
    export const onOpen = (session) => session.send("in");`,
  "http/who.js": `export const GET = (request, { address }) => Response.json([request.url, address]);`,
  "bolt/program.ts": `
    $bolt.setWsMaxPerIp(1);
    get("/ip", () => $bolt.send($bolt.clientIp()));
    ws("/lounge", "", "", "");`,
  "dirigible/tea/room.js": `
    const request = require("http/v4/request");
    const rs = require("net/v4/websockets");
    exports.onMessage = function () {
      return JSON.stringify([
        request.isSecure(), request.getScheme(), request.getServerName(), request.getServerPort(),
        request.getRemoteAddress(), request.getRequestURL(),
      ]);
    };`,
  "dirigible/tea/room.websocket": JSON.stringify({ handler: "tea/room", endpoint: "room", location: "x" }),
  "scripting/own.js": `
    const server = new HttpServer();
    server.registerHandler("/ip", (request) => HttpResponse.ok(request.address));
    server.start({ port: 0 });
    console.log("port", server.port);`,
};

const forwarded = {
  "x-forwarded-for": "6.6.6.6, 203.0.113.7:51234",
  "x-forwarded-proto": "https",
  "x-forwarded-host": "tea.example",
};
const FORWARDED = { forwarded: 'for=6.6.6.6, for="203.0.113.7:51234";proto=https;host=tea.example' };

const start = (trustProxy: boolean | string[]): Promise<RunningApp> =>
  RunningApp.serve(folderOf(files), { trustProxy });

test.each([
  ["X-Forwarded-*", forwarded],
  ["Forwarded", FORWARDED],
])("scripts see the client that a trusted proxy names in %s", async (_header, headers) => {
  for (const trusted of [true, ["127.0.0.0/8"]]) {
    const app = await start(trusted);
    expect(await (await app.open("/ws/who", { headers })).next()).toBe("203.0.113.7");
    expect(await (await app.open("/ws/asked", { headers })).next()).toBe("in");
    const get = (path: string) => app.text(path, { headers });
    expect(JSON.parse(await get("/who?a=1"))).toEqual(["https://tea.example/who?a=1", "203.0.113.7"]);
    expect(await get("/ip")).toBe("203.0.113.7");
  }
});

test("scripts see the peer, its scheme and the Host if no proxy is trusted", async () => {
  for (const trusted of [false, ["10.0.0.0/8"]]) {
    const app = await start(trusted);
    const headers = { ...forwarded, ...FORWARDED };
    expect(await (await app.open("/ws/who", { headers })).next()).toBe("127.0.0.1");
    await expect(app.connect("/ws/asked", { headers }).opened).rejects.toMatchObject({ status: 403 });
    const seen = JSON.parse(await app.text("/who", { headers })) as unknown;
    expect(seen).toEqual([`${app.server.url}/who`, "127.0.0.1"]);
    expect(await app.text("/ip", { headers })).toBe("127.0.0.1");
  }
});

test("limits per address count clients, not the proxy", async () => {
  const app = await start(true);
  const from = (address: string) => app.connect("/lounge", { headers: { "x-forwarded-for": address } });
  await Promise.all([from("203.0.113.7:1").opened, from("203.0.113.8:1").opened]);
  await expect(from("203.0.113.7:2").opened).rejects.toMatchObject({ status: 429 });
  await expect(from("::ffff:203.0.113.8").opened).rejects.toMatchObject({ status: 429 });
  await from("[2001:db8::1]:1").opened;
  await expect(from("2001:DB8:0::1").opened).rejects.toMatchObject({ status: 429 });
});

test("a module of Dirigible sees scheme, host and address of the client", async () => {
  const ask = async (trusted: boolean, headers: Record<string, string>): Promise<unknown> => {
    const app = await start(trusted);
    const client = await app.open("/websockets/v4/service/room", { headers });
    client.send("?");
    return JSON.parse(String(await client.next())) as unknown;
  };
  const path = "/websockets/v4/service/room";
  expect(await ask(true, forwarded)).toEqual([
    ...[true, "https", "tea.example", 443, "203.0.113.7"],
    `https://tea.example${path}`,
  ]);
  const [isSecure, scheme, name, , address] = (await ask(false, forwarded)) as unknown[];
  expect([isSecure, scheme, name, address]).toEqual([false, "http", "127.0.0.1", "127.0.0.1"]);
});

test("a program's own port believes the same proxies", async () => {
  const app = await start(true);
  const { text } = await app.log.find(/^port \d+/);
  const response = await fetch(`http://127.0.0.1:${text.slice(5)}/ip`, { headers: forwarded });
  expect(await response.text()).toBe("203.0.113.7");
});

test("a request with two Host headers is refused, whatever a proxy names", async () => {
  const app = await start(true);
  const raw = await app.dial(
    "GET /who HTTP/1.1\r\nHost: a\r\nHost: b\r\nX-Forwarded-Host: tea.example\r\nConnection: close\r\n\r\n",
  );
  expect(await raw.toEnd()).toMatch(/^HTTP\/1\.1 400 /);
});
