import { createClient } from "@redis/client";
import { afterAll, describe, expect, onTestFinished, test } from "vitest";
import { needs } from "../support/require.ts";
import { PATIENCE_MS } from "../support/patience.ts";
import { LogRecorder } from "../support/log-recorder.ts";
import { folderOf, RunningApp } from "../support/running-app.ts";
import { serve } from "../../src/server/serve.ts";
import { startNats, startRedis } from "./support/cluster-servers.ts";

const CHAT = `
  export function onOpen(session) {
    session.room("lobby").join();
    session.send("id " + session.id);
  }
  export function onMessage(session, text) {
    const service = diesel.getWebSocketService();
    const [what, ...rest] = text.split(" ");
    const room = session.room("lobby");
    if (what === "members") session.send("members " + room.members());
    else if (what === "ids") session.send("ids " + service.getActiveSessionIds().sort().join(","));
    else if (what === "say") room.broadcast(rest.join(" "));
    else if (what === "others") room.broadcastExcept(rest.join(" "));
    else if (what === "to") service.getSession(rest[0]).send("direct " + rest[1]);
    else if (what === "cluster") session.send(JSON.stringify(service.cluster()));
    else if (what === "rooms") session.send("rooms " + service.listRooms().join(","));
  }
`;

const kinds = [
  { name: "redis", ...needs("redis-server"), start: startRedis },
  { name: "nats", ...needs("nats-server"), start: startNats },
];

describe.each(kinds)("two servers of one cluster by $name", ({ skip, start, name }) => {
  const started = skip ? null : start();
  afterAll(async () => (await started)?.stop());

  test.skipIf(skip)("read, send and broadcast as if they were one", async () => {
    const dir = folderOf({ "ws/chat.js": CHAT });
    const { url } = await started!;
    const cluster = { url, heartbeat: 100, lease: 1000 };
    const [a, b] = [await RunningApp.serve(dir, { cluster }), await RunningApp.serve(dir, { cluster })];
    const [ann, bob] = [await a.open("/ws/chat"), await b.open("/ws/chat")];
    const [annId, bobId] = [String(await ann.next()).slice(3), String(await bob.next()).slice(3)];

    const ask = async (question: string): Promise<string> => {
      ann.send(question);
      return String(await ann.next());
    };
    await expect.poll(async () => ask("members"), { timeout: PATIENCE_MS }).toBe("members 2");
    expect(await ask("ids")).toBe(`ids ${[annId, bobId].toSorted().join(",")}`);

    const dropped = { engineDown: 0, lost: 0, malformed: 0, noSession: 0, otherVersion: 0, tooLarge: 0 };
    const status = { state: "up", nodes: 2, staleMs: 0, dropped };
    await expect
      .poll(async () => JSON.parse(await ask("cluster")) as unknown, { timeout: PATIENCE_MS })
      .toEqual(status);

    ann.send("say to both ✓");
    expect(await ann.next()).toBe("to both ✓");
    expect(await bob.next()).toBe("to both ✓");
    ann.send(`to ${bobId} hello`);
    expect(await bob.next()).toBe("direct hello");

    bob.socket.close();
    await expect.poll(async () => ask("members"), { timeout: PATIENCE_MS }).toBe("members 1");
    await b.close();
    await expect
      .poll(() => a.log.texts.some((text) => text.includes("has left")), { timeout: PATIENCE_MS })
      .toBe(true);
    expect(name).not.toBe("");
  });
});

const redis = kinds[0]!;
test.skipIf(redis.skip)(
  "a node of another version is reported in one line, however much it sends",
  async () => {
    const server = await startRedis();
    onTestFinished(async () => server.stop());
    const cluster = { url: server.url, heartbeat: 50, lease: 500 };
    const app = await RunningApp.serve(folderOf({ "ws/chat.js": CHAT }), { cluster });
    const other = createClient({ url: server.url });
    await other.connect();
    onTestFinished(() => other.destroy());
    for (let at = 1; at <= 5; at += 1)
      await other.publish("parlor:d:", JSON.stringify([1, "0ld", "abcd", at, []]));
    await app.log.find(/node 0ld speaks version 1/);
    // The beats that follow find it in Redis, too.
    await other.hSet("{parlor}:nodes", "0ld", `1,abcd,5,${Date.now() + 60_000}`);
    await other.hSet("{parlor}:nodes", "new3r", "9,of a form that comes later");
    const lease = async (): Promise<string> => {
      const nodes = Object.entries(await other.hGetAll("{parlor}:nodes"));
      return nodes.flatMap(([node, entry]) => (node === "0ld" || node === "new3r" ? [] : [entry])).join("");
    };
    for (let beats = 0; beats < 3; beats += 1) {
      const before = await lease();
      await expect.poll(lease, { timeout: PATIENCE_MS }).not.toBe(before);
    }
    for (const id of ["0ld", "new3r"])
      expect(app.log.texts.filter((text) => text.includes(id))).toHaveLength(1);
    // The entry of a node of a later version stays as that node has written it.
    expect(await other.hGet("{parlor}:nodes", "new3r")).toBe("9,of a form that comes later");
    const client = await app.open("/ws/chat");
    await client.next();
    await other.publish("parlor:r:lobby", Buffer.from("\x09\x05new3r…"));
    const counted = async (): Promise<unknown> => {
      client.send("cluster");
      return (JSON.parse(String(await client.next())) as { dropped: unknown }).dropped;
    };
    await expect.poll(counted, { timeout: PATIENCE_MS }).toMatchObject({ otherVersion: 1, lost: 0 });
    expect(app.log.texts.filter((text) => text.includes("were lost") || text.includes("was lost"))).toEqual(
      [],
    );
  },
);

test("a server that cannot reach its cluster does not start, and its line has no password", async () => {
  const dir = folderOf({ "ws/chat.js": CHAT });
  const cluster = { url: "redis://user:secret@127.0.0.1:1/0", heartbeat: 100, lease: 300 };
  const failure = await RunningApp.serve(dir, { cluster }).then(
    () => "it started",
    (error: Error) => error.message,
  );
  expect(failure).toContain("cluster: cannot join by redis://127.0.0.1:1");
  expect(failure).not.toContain("secret");
});

const PROGRAM = `
  import { HttpServer } from "scripting";
  const server = new HttpServer();
  server.start({ port: 0, listenAddressIPv4: "127.0.0.1" });
  console.log("open at " + server.port);
`;

test("a server that cannot join its cluster ends what it has started", async () => {
  const log = new LogRecorder();
  const cluster = { url: "redis://127.0.0.1:1", heartbeat: 100, lease: 300 };
  const serving = serve({
    dir: folderOf({ "scripting/lounge.js": PROGRAM }),
    port: 0,
    cluster,
    log: log.log,
  });
  const [{ text }] = await Promise.all([
    log.find(/open at \d+/),
    expect(serving).rejects.toThrow("cannot join"),
  ]);
  await expect(fetch(`http://127.0.0.1:${text.replace(/\D/g, "")}/`)).rejects.toThrow("fetch failed");
  // Its hosts were stopped: none has crashed.
  expect(log.texts.filter((line) => line.includes("crashed"))).toEqual([]);
});

test("a server without a folder refuses a cluster, which it would not join", async () => {
  const embedded = RunningApp.embed({ cluster: "redis://127.0.0.1:1" });
  await expect(embedded).rejects.toMatchObject({ code: "PARLOR_OPTION" });
});
