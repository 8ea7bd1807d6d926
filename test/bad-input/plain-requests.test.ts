// Plain HTTP requests at WebSocket routes, and upgrades where there is none: each cause has a response of its own.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { serve, type ParlorServer } from "../../src/server/serve.ts";
import { LogRecorder } from "../support/log-recorder.ts";
import { RawSocket, upgradeRequest } from "../support/raw-socket.ts";
import { folderOf } from "../support/running-app.ts";

const files = {
  "ws/chat.js": "export function onMessage(session, text) { session.send(text); }",
  "ws/rooms/[id].js": "export function onMessage(session, text) { session.send(text); }",
  "ws/broken.js": "export function onMessage( {",
  "ws/both.js": "export function onMessage(session, text) { session.send(text); }",
  "http/ws/both.js": 'export const GET = () => new Response("both");',
  "http/hello.js": 'export const GET = () => new Response("hello");',
  "bolt/program.ts":
    'ws("/live/:id", () => {}, () => {}, () => {}); get("/lobby", () => $bolt.send("lobby"));',
  "dirigible/tea/room.js": "exports.onOpen = function () {};",
  "dirigible/tea/room.websocket": JSON.stringify({ handler: "tea/room", endpoint: "room", location: "x" }),
  "public/page.txt": "page",
};

let server: ParlorServer;
let dev: ParlorServer;
beforeAll(async () => {
  const [dir, devDir] = [folderOf(files, afterAll), folderOf(files, afterAll)];
  server = await serve({ dir, port: 0, log: new LogRecorder().log });
  dev = await serve({ dir: devDir, port: 0, watch: true, log: new LogRecorder().log });
});
afterAll(() => Promise.all([server.close(), dev.close()]));

async function sent(bytes: string): Promise<string> {
  const raw = await RawSocket.open(server.port);
  raw.write(bytes);
  return await raw.toEnd();
}
const headOf = (response: string): string => response.split("\r\n\r\n")[0]!.toLowerCase();

describe("a plain request at a WebSocket route", () => {
  const live = [
    "/ws/chat",
    "/ws/chat/",
    "/ws/chat?user=ada",
    "/ws/rooms/tea",
    "/live/7",
    "/websockets/v4/service/room",
    "/stomp",
  ];

  it.each(live.flatMap((path) => ["GET", "POST", "PUT", "OPTIONS"].map((method) => [method, path] as const)))(
    "%s %s gets 426 with the header Upgrade and a sentence",
    async (method, path) => {
      const response = await fetch(server.url + path, { method });
      expect(response.status).toBe(426);
      expect(response.headers.get("upgrade")).toBe("websocket");
      expect(response.headers.get("content-type")).toBe("text/plain; charset=utf-8");
      expect(await response.text()).toMatch(/^this is a WebSocket route: connect .*ws:\/\//);
    },
  );

  it("announces the header Upgrade in Connection, and keeps the connection", async () => {
    const raw = await RawSocket.open(server.port);
    const get = "GET /ws/chat HTTP/1.1\r\nHost: h\r\n\r\n";
    raw.write(get + get);
    await raw.until(() => raw.received.split("426 Upgrade Required").length === 3, "two responses");
    expect(headOf(raw.received)).toMatch(/^connection: upgrade$/m);
    raw.terminate();
    const last = await sent("GET /ws/chat HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
    expect(headOf(last)).toMatch(/^connection: upgrade, close$/m);
  });

  it("has no body after HEAD", async () => {
    const head = await sent("HEAD /ws/chat HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
    expect(head).toMatch(/^HTTP\/1\.1 426 [^]*\r\n\r\n$/);
  });

  it("gets the same if it offers another protocol", async () => {
    const h2c = upgradeRequest("/ws/chat", { Upgrade: "h2c", Connection: "Upgrade, HTTP2-Settings" });
    expect(headOf(await sent(h2c))).toMatch(/^http\/1\.1 426 [^]*^upgrade: websocket/m);
  });

  it("gets 503 if the script does not load, and 404 if there is no route", async () => {
    expect((await fetch(`${server.url}/ws/broken`)).status).toBe(503);
    expect((await fetch(`${server.url}/ws/nothing`)).status).toBe(404);
    expect((await fetch(`${server.url}/ws`)).status).toBe(404);
  });

  it("reaches an HTTP script at the same path", async () => {
    expect(await (await fetch(`${server.url}/ws/both`)).text()).toBe("both");
    expect((await fetch(`${server.url}/ws/both`, { method: "POST" })).status).toBe(405);
  });
});

describe("an upgrade", () => {
  it.each([
    ["at an HTTP script", upgradeRequest("/hello"), "400", /served by HTTP, not by WebSocket/],
    ["at a path of a program's HTTP", upgradeRequest("/lobby"), "400", /served by HTTP/],
    ["at a file", upgradeRequest("/page.txt"), "400", /served by HTTP/],
    ["at no route", upgradeRequest("/ws/nothing"), "404", /no route at this path/],
    ["at a script that does not load", upgradeRequest("/ws/broken"), "503", /does not load/],
    ["without a key", upgradeRequest("/ws/chat", { "Sec-WebSocket-Key": null }), "400", /Sec-WebSocket-Key/],
  ])("%s gets a response of its own", async (_where, bytes, status, text) => {
    const response = await sent(bytes);
    expect(response.slice(9, 12)).toBe(status);
    expect(response.split("\r\n\r\n")[1]).toMatch(text);
  });

  it.each(["12", "7", "14", "abc", "13, 8", null])(
    "gets 426 with the version if its own is %s",
    async (version) => {
      for (const path of ["/ws/chat", "/live/7", "/stomp"]) {
        const head = headOf(await sent(upgradeRequest(path, { "Sec-WebSocket-Version": version })));
        expect(head).toMatch(/^http\/1\.1 426 /);
        expect(head).toMatch(/^sec-websocket-version: 13$/m);
        expect(head).toMatch(/^upgrade: websocket$/m);
        expect(head).toMatch(/^connection: upgrade, close$/m);
      }
    },
  );

  it.each(["POST", "PUT", "HEAD", "DELETE"])("by %s gets 405 with Allow", async (method) => {
    const head = headOf(await sent(upgradeRequest("/ws/chat", {}, `${method} /ws/chat HTTP/1.1`)));
    expect(head).toMatch(/^http\/1\.1 405 /);
    expect(head).toMatch(/^allow: get$/m);
  });
});

describe("a browser that opens a WebSocket route", () => {
  const accept = { accept: "text/html,application/xhtml+xml,*/*;q=0.8" };

  it("gets a page under dev that says how to connect", async () => {
    const response = await fetch(`${dev.url}/ws/chat?user=a'"><script>`, { headers: accept });
    expect(response.status).toBe(426);
    expect(response.headers.get("upgrade")).toBe("websocket");
    expect(response.headers.get("content-type")).toBe("text/html; charset=utf-8");
    const page = await response.text();
    expect(page).toContain('href="/_parlor/"');
    expect(page).toContain(`ws://127.0.0.1:${dev.port}/ws/chat?user=a`);
    expect(page).not.toContain("<script");
  });

  it("gets the same page at a program's route", async () => {
    const page = await (await fetch(`${dev.url}/live/7`, { headers: accept })).text();
    expect(page).toContain(`new WebSocket(&#34;ws://127.0.0.1:${dev.port}/live/7&#34;)`);
  });

  it("gets the sentence from parlor serve, and other clients get it under dev", async () => {
    for (const [{ url }, headers] of [
      [server, accept],
      [dev, { accept: "*/*" }],
      [dev, { accept: "application/json" }],
    ] as const) {
      const response = await fetch(`${url}/ws/chat`, { headers });
      expect([response.status, await response.text()]).toEqual([426, expect.stringMatching(/^this is a/)]);
    }
  });

  it("gets the sentence when it posts a form", async () => {
    const response = await fetch(`${dev.url}/ws/chat`, { method: "POST", body: "a=1", headers: accept });
    expect([response.status, await response.text()]).toEqual([426, expect.stringMatching(/^this is a/)]);
  });
});
