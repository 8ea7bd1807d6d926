// What of one client, or of one server that a script has connected to, may wait for its script: 1 MiB by default.
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { WebSocketServer, type WebSocket } from "ws";
import { serveOn, type ServedApp } from "../support/served-app.ts";
import type { Files } from "../support/running-app.ts";

const SIZE = 60_000;
const COUNT = 200;
/** 1 MiB, the message that exceeds it, and those that came with it in one read. */
const MOST_WAITING = Math.ceil(1_048_576 / SIZE) + 2;

const BLOCK = `const block = () => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1500);`;
const HANDLE = `
  ${BLOCK}
  const handle = (text) => {
    if (text === "block") return block(), "blocked";
    return text === "last" ? "all" : undefined;
  };`;

const APPS: readonly (readonly [dialect: string, path: string, files: Files])[] = [
  [
    "Diesel",
    "/ws/a",
    {
      "ws/a.js": `export const scope = "route"; ${HANDLE}
        export function onMessage(session, text) { const reply = handle(text); if (reply) session.send(reply); }`,
    },
  ],
  [
    "Scripting",
    "/a",
    {
      "scripting/a.js": `${HANDLE}
        const server = new HttpServer();
        server.registerWebsocket("/a", {
          handleText(session, text) { const reply = handle(text); if (reply) session.writeText(reply); },
        });
        server.start({ port: 0 });
        console.log("port " + server.port);`,
    },
  ],
  [
    "Bolt",
    "/a",
    {
      "bolt/a.js": `${HANDLE}
        ws("/a", "", () => {
          const reply = handle($bolt.wsEventMessage());
          if (reply) $bolt.wsSendTo($bolt.wsClientId(), reply);
        }, () => undefined);`,
    },
  ],
  [
    "Dirigible",
    "/websockets/v4/service/a",
    {
      "dirigible/a/handler.js": `${HANDLE}
        exports.onMessage = function (text) { return handle(text); };`,
      "dirigible/a/a.websocket": JSON.stringify({ handler: "a/handler", endpoint: "a", description: "a" }),
    },
  ],
];

function waitingIn(app: ServedApp): number {
  return Math.max(0, ...app.server.traffic.routes.map(({ inbound }) => inbound.queued));
}

test.each(APPS)(
  "a client that floods a blocked script has at most 1 MiB of messages waiting, and loses none: %s",
  { timeout: 30_000 },
  async (dialect, path, files) => {
    const app = await serveOn("thread", files);
    const port = dialect === "Scripting" ? await app.ownPort.number() : app.server.port;
    const client = app.client(`ws://127.0.0.1:${port}${path}`);
    await client.opened;
    client.send("block");
    for (let at = 0; at < COUNT; at += 1) client.send("x".repeat(SIZE));
    client.send("last");
    let most = 0;
    const timer = setInterval(() => (most = Math.max(most, waitingIn(app))), 2);
    onTestFinished(() => clearInterval(timer));
    expect(await client.next()).toBe("blocked");
    expect(await client.next()).toBe("all");
    expect(most).toBeGreaterThan(5);
    expect(most).toBeLessThanOrEqual(MOST_WAITING);
    const all = app.server.traffic.routes.map(({ inbound }) => inbound.offered);
    expect(Math.max(...all)).toBe(COUNT + 2);
  },
);

test(
  "a server that floods a blocked program has at most 1 MiB of messages waiting, and loses none",
  { timeout: 30_000 },
  async () => {
    const peer = new WebSocketServer({ port: 0 });
    onTestFinished(() => void peer.close());
    await once(peer, "listening");
    const connected = once(peer, "connection");
    const app = await serveOn("thread", {
      "scripting/a.js": `${HANDLE}
      const socket = new WebSocket("ws://127.0.0.1:${(peer.address() as AddressInfo).port}");
      socket.onmessage = (text) => { const reply = handle(text); if (reply) console.log(reply); };`,
    });
    const [socket] = (await connected) as [WebSocket];
    socket.send("block");
    for (let at = 0; at < COUNT; at += 1) socket.send("x".repeat(SIZE));
    socket.send("last");
    let most = 0;
    const timer = setInterval(() => (most = Math.max(most, app.server.health.clients.received)), 2);
    onTestFinished(() => clearInterval(timer));
    await app.log.find(/^blocked/);
    // All that was received while the script stood still waited for it.
    clearInterval(timer);
    expect(most).toBeLessThanOrEqual(2 * MOST_WAITING);
    await app.log.find(/^all/);
    expect(app.server.health.clients.received).toBe(COUNT + 2);
  },
);
