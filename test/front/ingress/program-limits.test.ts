import { expect, test } from "vitest";
import { DEFAULT_ROUTE_LIMITS } from "../../../src/boundary/turn/route-limits.ts";
import { programLimits } from "../../../src/front/ingress/socket-routes.ts";
import type { Client } from "../../support/client.ts";
import { serveOn, type ServedApp } from "../../support/served-app.ts";

const FILES = {
  "dirigible/tea/room.websocket": `{ "handler": "tea/room", "endpoint": "room" }`,
  "dirigible/tea/room.js": "exports.onMessage = (text) => text;",
  "scripting/own.js": `
    const server = new HttpServer();
    server.registerWebsocket("/own", { handleText: (session, text) => session.writeText(text) });
    server.start({ port: 0 });
    console.log("port", server.port);`,
  "bolt/lounge.js": `
    ws("/lounge", "", "reply", "");
    export function reply() { $bolt.wsSendTo($bolt.wsClientId(), $bolt.wsEventMessage()); }`,
};

/** Connects to a route of each API, and to a port that a program has opened. */
const CLIENTS: Readonly<Record<string, (app: ServedApp) => Promise<Client>>> = {
  dirigible: async (app) => app.connect("/websockets/v4/service/room"),
  scripting: async (app) => app.ownPort.connect("/own"),
};

test.each(Object.keys(CLIENTS))(
  "the configured limits hold for the clients of a program in %s/",
  async (name) => {
    const limits = { messageRate: 2, overRate: "close", maxPerAddress: 2 } as const;
    const app = await serveOn("thread", FILES, { limits });
    const connect = CLIENTS[name] as (app: ServedApp) => Promise<Client>;
    const [first, second] = [await connect(app), await connect(app)];
    await Promise.all([first.opened, second.opened]);
    await expect((await connect(app)).opened).rejects.toMatchObject({ status: 429 });
    for (let at = 0; at < 20; at += 1) first.send("tea");
    expect(await first.closed).toEqual({ code: 1008, reason: "more than 2 messages a second" });
    second.send("tea");
    expect(await second.next()).toBe("tea");
    expect(app.server.health.limits).toMatchObject({ messageRate: 1, maxPerAddress: 1 });
  },
);

test("a program that sets a limit has its own", async () => {
  const app = await serveOn("thread", FILES, { limits: { messageRate: 1, overRate: "close" } });
  const client = await app.open("/lounge");
  for (let at = 0; at < 20; at += 1) client.send(String(at));
  for (let at = 0; at < 20; at += 1) expect(await client.next()).toBe(String(at));
  const defaults = { ...DEFAULT_ROUTE_LIMITS, messageRate: 5, messageBurst: 9, maxPerAddress: 3 };
  const own = { messageRate: 7, maxPerAddress: 4 };
  expect(programLimits(own, defaults)).toEqual({ ...own, maxSessions: 0 });
});
