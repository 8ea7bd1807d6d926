import { afterAll, describe, expect, test } from "vitest";
import type { Client } from "../support/client.ts";
import { PATIENCE_MS } from "../support/patience.ts";
import { needs } from "../support/require.ts";
import { folderOf, RunningApp, type Files } from "../support/running-app.ts";
import { startRedis } from "./support/cluster-servers.ts";

/** A message is a call of `$bolt`, as a list of its name and arguments. The result is sent back. */
const BOLT = `
  ws("/bolt", "on_connect", "on_message", "on_disconnect");
  export function on_connect() { $bolt.wsSendTo($bolt.wsClientId(), $bolt.wsClientId()); }
  export function on_message() {
    const [name, ...args] = JSON.parse($bolt.wsEventMessage());
    let result;
    try { result = $bolt[name](...args); } catch (error) { result = error.message; }
    $bolt.wsSendTo($bolt.wsClientId(), JSON.stringify(result));
  }
  export function on_disconnect() { $bolt.log("gone " + $bolt.wsClientId() + " " + $bolt.wsRoomCount("hall")); }
`;

const DIESEL = `
  export function onOpen(session) { session.send(session.id); }
  export function onMessage(session, text) {
    const [id, ...rest] = text.split(" ");
    const other = diesel.getWebSocketService().getSession(id);
    if (other !== null) other.send(rest.join(" "), { key: "k", slow: "latest" });
    session.send(other === null ? "unknown" : String(other.isOpen()));
  }
`;

const DIRIGIBLE: Files = {
  "dirigible/parlor.json": JSON.stringify({ v2: ["m"] }),
  "dirigible/m.js": `
    var ws = require("net/websocket"), context = require("core/context");
    var others = ws.getOpenSessions().filter(function (each) { return each.getId() !== ws.getSession().getId(); });
    if (context.get("what") === "send") others.forEach(function (each) { each.sendText("from " + ws.getSession().getId()); });
    if (context.get("what") === "close") others.forEach(function (each) { each.close(); });
    ws.getSession().sendText(String(others.length));
  `,
};

const redis = needs("redis-server");
const started = redis.skip ? null : startRedis();
afterAll(async () => (await started)?.stop());

async function twoNodes(files: Files): Promise<[RunningApp, RunningApp]> {
  const dir = folderOf(files);
  const cluster = { url: (await started!).url, name: `n${process.pid}-${(names += 1)}` };
  return [await RunningApp.serve(dir, { cluster }), await RunningApp.serve(dir, { cluster })];
}
let names = 0;

describe.skipIf(redis.skip)("a script of one node", () => {
  test("calls a client of the same Bolt program on another node by its id", async () => {
    const [a, b] = await twoNodes({ "bolt/program.ts": BOLT, "ws/other.js": DIESEL });
    const [ann, bob, stranger] = [await a.open("/bolt"), await b.open("/bolt"), await b.open("/ws/other")];
    const [annId, bobId] = [String(await ann.next()), String(await bob.next())];
    const strangerId = String(await stranger.next());
    const ask = async (...call: string[]): Promise<unknown> => {
      ann.send(JSON.stringify(call));
      return JSON.parse(String(await ann.next()));
    };
    await expect.poll(async () => ask("wsConnectionCount"), { timeout: PATIENCE_MS }).toBe(2);
    expect(await ask("wsClientList")).toEqual(expect.arrayContaining([annId, bobId]));

    expect(await ask("wsSendTo", bobId, "direct")).toBe(1);
    expect(await bob.next()).toBe("direct");
    expect(await ask("wsRoomJoin", "hall", bobId)).toBe(1);
    await expect.poll(async () => ask("wsRoomCount", "hall"), { timeout: PATIENCE_MS }).toBe(1);
    expect(await ask("wsRoomMembers", "hall")).toEqual([bobId]);
    expect(await ask("wsRoomBroadcast", "hall", "to the hall")).toBe(1);
    expect(await bob.next()).toBe("to the hall");
    // The node that serves it knows of it, too.
    bob.send(JSON.stringify(["wsRoomCount", "hall"]));
    expect(await bob.next()).toBe("1");
    expect(await ask("wsRoomLeave", "hall", bobId)).toBe(1);
    await expect.poll(async () => ask("wsRoomCount", "hall"), { timeout: PATIENCE_MS }).toBe(0);
    expect(await ask("wsRoomJoin", "hall", bobId)).toBe(1);
    await expect.poll(async () => ask("wsRoomCount", "hall"), { timeout: PATIENCE_MS }).toBe(1);

    // A client of another route is not one of the program's.
    expect(await ask("wsRoomJoin", "hall", strangerId)).toBe("WebSocket: client not found");
    expect(await ask("wsSendTo", strangerId, "no")).toBe(0);
    expect(await ask("wsCloseClient", strangerId)).toBe(0);

    ann.send(JSON.stringify(["wsBroadcast", "to all"]));
    expect([String(await ann.next()), String(await ann.next())].toSorted()).toEqual(["2", "to all"]);
    expect(await bob.next()).toBe("to all");

    expect(await ask("wsCloseClient", bobId)).toBe(1);
    expect(await bob.closed).toMatchObject({ code: 1000 });
    await b.logged(new RegExp(`gone ${bobId} 0`));
    await expect.poll(async () => ask("wsCloseClient", bobId), { timeout: PATIENCE_MS }).toBe(0);
    await expect.poll(async () => ask("wsConnectionCount"), { timeout: PATIENCE_MS }).toBe(1);
  });

  test("joins a session on another node within the bounds that its own script has", async () => {
    const [a, b] = await twoNodes({ "bolt/program.ts": BOLT });
    const [ann, bob] = [await a.open("/bolt"), await b.open("/bolt")];
    await ann.next();
    const bobId = String(await bob.next());
    const ask = async (...call: string[]): Promise<unknown> => {
      ann.send(JSON.stringify(call));
      return JSON.parse(String(await ann.next()));
    };
    await expect.poll(async () => ask("wsConnectionCount"), { timeout: PATIENCE_MS }).toBe(2);
    expect(await ask("wsRoomJoin", "r".repeat(300), bobId)).toContain("255 bytes");
    for (let at = 0; at < 129; at += 1) expect(await ask("wsRoomJoin", `r${at}`, bobId)).toBe(1);
    await b.logged(/up to 128 rooms/);
    expect(await ask("wsRoomCount", "r128")).toBe(0);
    expect(b.log.texts.concat(a.log.texts).join("\n")).not.toContain("PARLOR_COMMAND_REFUSED");
  });

  test("reaches a session on another node by getSession, with options", async () => {
    const [a, b] = await twoNodes({ "ws/chat.js": DIESEL });
    const [ann, bob] = [await a.open("/ws/chat"), await b.open("/ws/chat")];
    await ann.next();
    const bobId = String(await bob.next());
    const send = async (): Promise<string> => {
      ann.send(`${bobId} hello`);
      return String(await ann.next());
    };
    await expect.poll(send, { timeout: PATIENCE_MS }).toBe("true");
    expect(await bob.next()).toBe("hello");
  });

  test("lists, sends to and closes the sessions of /service/js on all nodes", async () => {
    const [a, b] = await twoNodes(DIRIGIBLE);
    const [ann, bob] = [await a.open("/service/js"), await b.open("/service/js")];
    const run = async (what: string, client: Client): Promise<string> => {
      client.send(JSON.stringify({ module: "m", params: { what } }));
      return String(await client.next());
    };
    await expect.poll(async () => run("count", ann), { timeout: PATIENCE_MS }).toBe("1");
    expect(await run("send", ann)).toBe("1");
    expect(await bob.next()).toMatch(/^from /);
    expect(await run("close", ann)).toBe("1");
    expect(await bob.closed).toMatchObject({ code: 1000 });
    await expect.poll(async () => run("count", ann), { timeout: PATIENCE_MS }).toBe("0");
  });
});
