import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { symlinkSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { WebSocket } from "ws";
import { RunningApp, folderOf } from "../../support/running-app.ts";

const SCRIPT = `import { z } from "zod";
export const scope = "route";
export const messages = {
  in: { ask: z.object({ name: z.string(), timeout: z.number() }), wait: z.object({}) },
  calls: { history: { in: z.object({ last: z.int() }) }, broken: {}, own: {}, slow: {}, file: {}, parlor: {}, module: {}, abort: {} },
};
export const calls = {
  history: (session, { last }) => ["a", "b", "c"].slice(-last),
  broken: () => { throw new Error("a secret of the script"); },
  own: async () => { throw Object.assign(new Error("the shop is closed"), { code: "closed-shop" }); },
  file: async () => (await import("node:fs")).readFileSync("/no/such/file"),
  module: async () => (await import("node:module")).createRequire("/srv/app/")("./secret.js"),
  abort: async () => (await import("node:timers/promises")).setTimeout(9, 0, { signal: AbortSignal.abort() }),
  parlor: () => { throw Object.assign(new RangeError("the inside"), { code: "PARLOR_TURN_LIMIT" }); },
  slow: async () => { await fetch("GATE"); return "VERSION"; },
};
export const on = {
  async ask(session, { name, timeout }) {
    const answer = await session.request(name, { text: "?" }, { timeout }).catch(({ code, message }) => ({ code, message }));
    session.emit("answer", { answer });
  },
  async wait(session) {
    const reason = () => session.request("weather", null, { timeout: 3600000 }).catch(({ code }) => code);
    console.warn("requests ended:", await reason(), await reason());
  },
};
export const onClose = () => console.warn("onClose ran");
`;

type Fields = Record<string, unknown>;

/** A client of `parlor.v1` that shows each envelope. */
class LineClient {
  readonly heard: Fields[] = [];
  readonly closed: Promise<[code: number, reason: string]>;
  readonly #socket: WebSocket;
  readonly #replies = new Map<number, (reply: Fields) => void>();
  readonly #opened: Promise<unknown>;
  #last = 0;

  constructor(address: string) {
    this.#socket = new WebSocket(address, ["parlor.v1"]);
    this.#opened = once(this.#socket, "open");
    this.#socket.on("message", (data: Buffer, isBinary) => {
      if (!isBinary) this.heard.push(JSON.parse(data.toString()) as Fields);
      else if (data[0] === 2) this.#take(JSON.parse(data.toString("utf8", 1)) as Fields);
    });
    this.closed = once(this.#socket, "close").then(([code, reason]) => [code as number, String(reason)]);
    onTestFinished(() => this.#socket.terminate());
  }

  async send(text: string): Promise<void> {
    await this.#opened;
    this.#socket.send(text);
  }

  async envelope(content: Fields): Promise<void> {
    await this.#opened;
    this.#socket.send(Buffer.concat([Buffer.of(2), Buffer.from(JSON.stringify(content))]));
  }

  close(): void {
    this.#socket.close();
  }

  /** The reply, without its number. */
  async request(name: string, data: unknown = null): Promise<Fields> {
    const id = ++this.#last;
    const reply = new Promise<Fields>((resolve) => this.#replies.set(id, resolve));
    await this.envelope({ type: "request", id, name, data });
    const { data: result, error } = await reply;
    return error === undefined ? { data: result } : { error };
  }

  #take(content: Fields): void {
    const awaited = content["type"] === "reply" ? this.#replies.get(Number(content["id"])) : undefined;
    if (awaited === undefined) this.heard.push(content);
    else awaited(content);
  }
}

async function start(gate = "", config: object = {}) {
  const dir = folderOf({ "ws/shop.js": SCRIPT.replace("VERSION", "old").replace("GATE", gate) });
  symlinkSync(resolve("node_modules"), join(dir, "node_modules"));
  const app = await RunningApp.serve(dir, config);
  return { dir, app, client: new LineClient(`${app.server.url.replace("http", "ws")}/ws/shop`) };
}

test("a request of a client gets its reply, or the reason with code and message", async () => {
  const { app, client } = await start();
  const errorOf = async (name: string, data?: unknown): Promise<unknown> =>
    (await client.request(name, data))["error"];
  expect(await client.request("history", { last: 2 })).toEqual({ data: ["b", "c"] });
  expect(await errorOf("history", { last: "x" })).toEqual({
    code: "invalid",
    message: expect.stringMatching(/^last: /),
  });
  expect(await errorOf("histori")).toEqual({
    code: "unknown",
    message: "this route has no call of this name",
  });
  expect(await errorOf("own")).toEqual({ code: "closed-shop", message: "the shop is closed" });
  expect(await errorOf("broken")).toEqual({ code: "failed", message: "the call has failed" });
  expect((await app.logged(/calls\.broken: Error: a secret of the script/)).level).toBe("error");
});

test("an error of Node or Parlor is a failed call, whatever its code, and the log has it", async () => {
  const { app, client } = await start();
  const error = { code: "failed", message: "the call has failed" };
  expect(await client.request("file")).toEqual({ error });
  for (const name of ["parlor", "module", "abort"]) expect(await client.request(name)).toEqual({ error });
  expect((await app.logged(/calls\.file: Error: ENOENT/)).level).toBe("error");
  expect((await app.logged(/calls\.module: Error: Cannot find module/)).level).toBe("error");
  expect((await app.logged(/calls\.abort: AbortError/)).level).toBe("error");
  expect((await app.logged(/calls\.parlor: RangeError: the inside/)).level).toBe("error");
});

test("a typed error reaches a client of parlor.v1 as an envelope", async () => {
  const { client } = await start();
  await client.send('{"type":"ask","name":5}');
  await expect
    .poll(() => client.heard, PATIENT)
    .toEqual([expect.objectContaining({ type: "error", code: "invalid", of: "ask" })]);
});

test("a script asks its client, while its handler waits for the reply; a late reply is dropped and counted", async () => {
  const { app, client } = await start();
  await client.send('{"type":"ask","name":"confirm","timeout":5000}');
  await expect
    .poll(() => client.heard, PATIENT)
    .toEqual([{ type: "request", id: 1, name: "confirm", data: { text: "?" } }]);
  await client.envelope({ type: "reply", id: 1, data: "yes" });
  await expect.poll(() => client.heard[1], PATIENT).toEqual({ type: "answer", answer: "yes" });
  await client.envelope({ type: "reply", id: 1, data: "again" });
  await client.send('{"type":"ask","name":"never","timeout":20}');
  await expect.poll(() => client.heard[3], PATIENT).toMatchObject({ answer: { code: "timeout" } });
  await client.envelope({ type: "reply", id: 2, data: "late" });
  expect(await client.request("history", { last: 1 })).toEqual({ data: ["c"] });
  expect(app.server.traffic.routes.map(({ lateReplies, refused }) => ({ lateReplies, refused }))).toEqual([
    { lateReplies: 2, refused: 0 },
  ]);
});

test("a session that ends ends the requests that its handler waits for, and those that follow", async () => {
  const { app, client } = await start();
  await client.send(JSON.stringify({ type: "wait" }));
  await expect.poll(() => client.heard).toMatchObject([{ type: "request", name: "weather" }]);
  client.close();
  await app.logged(/requests ended: closed closed/);
  await app.logged(/onClose ran/);
});

test("a client with too many requests without a reply is closed with 3903; another one is served", async () => {
  const waiting: ServerResponse[] = [];
  const gate = createServer((_request, response) => void waiting.push(response)).listen(0, "127.0.0.1");
  onTestFinished(() => void gate.close());
  await once(gate, "listening");
  const at = `http://127.0.0.1:${(gate.address() as AddressInfo).port}/`;
  const { app, client } = await start(at, { maxCalls: 50 });
  for (let round = 0; round < 3; round += 1) {
    const all = Array.from({ length: 50 }, async () => client.request("history", { last: 1 }));
    for (const reply of await Promise.all(all)) expect(reply).toEqual({ data: ["c"] });
  }
  const other = new LineClient(`${app.server.url.replace("http", "ws")}/ws/shop`);
  for (let id = 0; id < 60; id += 1) void client.request("slow");
  expect(await client.closed).toEqual([3903, "more than 50 requests have no reply"]);
  expect(await other.request("history", { last: 1 })).toEqual({ data: ["c"] });
  expect(app.server.health.limits).toMatchObject({ maxCalls: 1 });
  expect((await app.logged(/closed with 3903/)).level).toBe("warn");
});

test("a script that asks a plain client learns that it cannot reply", async () => {
  const { app } = await start();
  const plain = app.connect("/ws/shop");
  plain.send('{"type":"ask","name":"confirm","timeout":5000}');
  expect(JSON.parse(String(await plain.next()))).toMatchObject({ type: "answer", answer: { code: "plain" } });
});

test("a call that is pending at a reload finishes in the version in which it started", async () => {
  const waiting: ServerResponse[] = [];
  const gate = createServer((_request, response) => void waiting.push(response)).listen(0, "127.0.0.1");
  onTestFinished(() => void gate.close());
  await once(gate, "listening");
  const at = `http://127.0.0.1:${(gate.address() as AddressInfo).port}/`;
  const { dir, app, client } = await start(at);
  const slow = client.request("slow");
  await expect.poll(() => waiting.length, PATIENT).toBe(1);
  writeFileSync(join(dir, "ws/shop.js"), SCRIPT.replace("VERSION", "new").replace("GATE", at));
  await app.server.reload("/ws/shop");
  waiting[0]?.end();
  expect(await slow).toEqual({ data: "old" });
  expect(await client.request("history", { last: 1 })).toEqual({ data: ["c"] });
});

test("a request of the script that is pending at a reload gets its reply in the version in which it started", async () => {
  const { dir, app, client } = await start();
  await client.send('{"type":"ask","name":"confirm","timeout":4000}');
  await expect.poll(() => client.heard.length, PATIENT).toBe(1);
  writeFileSync(
    join(dir, "ws/shop.js"),
    SCRIPT.replace("VERSION", "new").replace('"answer"', '"late answer"'),
  );
  await app.server.reload("/ws/shop");
  await client.envelope({ type: "reply", id: 1, data: "yes" });
  await expect.poll(() => client.heard[1], PATIENT).toEqual({ type: "answer", answer: "yes" });
  await client.send('{"type":"ask","name":"confirm","timeout":4000}');
  await expect.poll(() => client.heard[2], PATIENT).toMatchObject({ type: "request", name: "confirm" });
  await client.envelope({ type: "reply", id: client.heard[2]?.["id"], data: "no" });
  await expect.poll(() => client.heard[3], PATIENT).toEqual({ type: "late answer", answer: "no" });
  expect(app.server.traffic.routes.map(({ lateReplies }) => lateReplies)).toEqual([0]);
});

/** The machine may be slow. */
const PATIENT = { timeout: 10_000 };
