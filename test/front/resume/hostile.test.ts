// A client of `parlor.v1` that attacks: no other session is disturbed, and each refusal is counted.
import { connect as dial, type Socket } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { createServer, type ParlorServer } from "../../../src/index.ts";
import type { RouteHandlers } from "../../../types/diesel.d.ts";
import { LineClient } from "../../support/line-client.ts";
import { LogRecorder } from "../../support/log-recorder.ts";
import { PATIENCE_MS } from "../../support/patience.ts";
import { upgradeRequest } from "../../support/raw-socket.ts";

interface Place {
  readonly server: ParlorServer;
  readonly url: string;
  readonly closed: string[];
  /** A session that the attacks must not disturb. */
  readonly honest: LineClient;
}

/** Serves two routes that resume, one that does not, and an honest client that all of them know. */
async function attacked(config: object = {}): Promise<Place> {
  const closed: string[] = [];
  const echo: RouteHandlers = {
    resume: 60,
    onMessage: (session, text) => session.send(text),
    onClose: (session, { code }) => void closed.push(`${session.id} ${code}`),
    calls: { echo: (_session, data: unknown) => data },
  };
  const routes = { "/ws": echo, "/ws/other": echo, "/ws/never": { ...echo, resume: 0 } };
  const server = createServer({ port: 0, log: new LogRecorder().log, routes, ...config });
  await server.listen();
  onTestFinished(() => server.close());
  const url = `ws://127.0.0.1:${server.port}/ws`;
  const honest = new LineClient(url);
  await honest.connect();
  onTestFinished(() => honest.socket?.terminate());
  return { server, url, closed, honest };
}

async function attacker({ url }: Place, path = ""): Promise<LineClient> {
  const client = new LineClient(url + path);
  await client.connect();
  onTestFinished(() => client.socket?.terminate());
  return client;
}

/** The honest client gets its messages, and gets its session back. */
async function expectUndisturbed({ honest }: Place): Promise<void> {
  const before = honest.messages.length;
  honest.send("still here");
  await honest.until(() => honest.messages.length === before + 1);
  honest.cut();
  expect(await honest.connect()).toMatchObject({ resumed: true });
}

const bytes = (first: number, json: string): Buffer => Buffer.concat([Buffer.of(first), Buffer.from(json)]);

test("frames that the protocol does not know end the session with 3902, and no other", async () => {
  const place = await attacked();
  const frames = [
    Buffer.alloc(0),
    Buffer.of(3),
    Buffer.of(255, 1, 2),
    bytes(1, ""),
    bytes(1, "[]"),
    bytes(1, "null"),
    bytes(1, '{"type":"welcome"}'),
    bytes(1, '{"type":"ack"}'),
    bytes(1, '{"type":"ack","received":"0"}'),
    bytes(1, '{"type":"ack","received":-1}'),
    bytes(1, '{"type":"ack","received":0.5}'),
    bytes(1, '{"type":"ack","received":1}'),
    bytes(1, `{"type":"ack","received":${2 ** 32}}`),
    bytes(1, `{"type":"ack","received":${2 ** 53}}`),
    bytes(1, '{"type":"ack","received":1e308}'),
    bytes(2, "x"),
    bytes(2, '{"type":"error"}'),
    bytes(2, '{"type":"request","name":"echo"}'),
    bytes(2, '{"type":"request","id":1e300,"name":"echo"}'),
    bytes(2, `{"type":"reply","id":${2 ** 53}}`),
  ];
  for (const frame of frames) {
    const client = await attacker(place);
    client.socket?.send(frame);
    expect([frame.toString(), await client.closed]).toEqual([frame.toString(), 3902]);
    // The session has ended, so there is nothing to come back to.
    expect(await client.connect()).toMatchObject({ resumed: false, reason: "expired" });
  }
  expect(place.closed).toHaveLength(frames.length);
  await expectUndisturbed(place);
});

test("JSON that is nested a hundred thousand times reaches a script, or ends its own session", async () => {
  const place = await attacked();
  const deep = (before: string, after: string): string =>
    `${before}${"[".repeat(100_000)}${"]".repeat(100_000)}${after}`;
  for (const json of [
    deep('{"type":"request","id":1,"name":"echo","data":', "}"),
    deep('{"type":"reply","id":1,"data":', "}"),
    deep('{"type":"request","id":2,"name":', "}"),
    deep('{"type":"ping","x":', "}"),
  ]) {
    const client = await attacker(place);
    client.socket?.send(bytes(json.includes("ping") ? 1 : 2, json));
    client.send("behind it");
    await client.until(() => client.messages.length === 1);
    await expectUndisturbed(place);
  }
});

test("acknowledgements go forward only, and the same one may come again", async () => {
  const place = await attacked();
  const client = await attacker(place);
  for (const text of ["a", "b", "c"]) client.send(text);
  await client.until(() => client.received === 3);
  for (const received of [1, 1, 3, 3]) client.sendControl({ type: "ack", received });
  client.send("d");
  await client.until(() => client.received === 4);
  client.sendControl({ type: "ack", received: 2 });
  expect(await client.closed).toBe(3902);
  await expectUndisturbed(place);
});

test("a token of another route or session, and impossible numbers, lead to fresh sessions and are counted", async () => {
  const place = await attacked();
  const victim = place.honest.token ?? "";
  const client = await attacker(place);
  const [boot, , secret] = (client.token ?? "").split(".");
  const [, session] = victim.split(".");
  const offers: [path: string, entry: string, reason: string][] = [
    ["/other", `0.${victim}`, "unknown"],
    ["/never", `0.${victim}`, "unknown"],
    ["", `0.${boot}.${session}.${secret}`, "unknown"],
    ["", `1.${client.token}`, "unknown"],
    ["", `${2 ** 32}.${client.token}`, "unknown"],
    ["", `${Number.MAX_SAFE_INTEGER}.${client.token}`, "unknown"],
    ["", `-1.${client.token}`, "unknown"],
    ["", `0x0.${client.token}`, "unknown"],
    ["", `0.${boot}.${session}.${"A".repeat(500)}`, "unknown"],
    ["", `0.${"B".repeat(12)}.${session}.${secret}`, "server-restarted"],
  ];
  for (const [path, entry, reason] of offers) {
    const stranger = new LineClient(place.url + path);
    const welcome = await stranger.connect(["parlor.v1", `parlor.resume.${entry}`]);
    expect([entry, welcome.resumed, welcome.reason]).toEqual([entry, false, reason]);
    expect(welcome.session).not.toBe(session);
    stranger.close();
  }
  const metrics = await (await fetch(`http://127.0.0.1:${place.server.port}/_parlor/metrics`)).text();
  expect(metrics).toContain('parlor_resumes_total{result="unknown"} 9\n');
  expect(metrics).toContain('parlor_resumes_total{result="server-restarted"} 1\n');
  client.send("mine");
  await client.until(() => client.messages.includes("mine"));
  await expectUndisturbed(place);
});

test("a session that 500 clients ask for with one token has one of them at the end, and replaces the others", async () => {
  const place = await attacked();
  const client = await attacker(place);
  for (let at = 0; at < 50; at += 1) client.send(`message ${at}`);
  await client.until(() => client.received === 50);
  client.cut();
  const storm = Array.from({ length: 500 }, () => {
    const copy = new LineClient(place.url);
    copy.isReady = false;
    [copy.token, copy.received] = [client.token, 20];
    onTestFinished(() => copy.socket?.terminate());
    return { copy, welcome: copy.connect() };
  });
  const welcomes = await Promise.all(storm.map(async ({ welcome }) => welcome));
  expect(welcomes.every(({ resumed, sent }) => resumed && sent === 20)).toBe(true);
  const open = (): number => storm.filter(({ copy }) => copy.socket?.readyState === 1).length;
  await expect.poll(open, { timeout: PATIENCE_MS }).toBe(1);
  const codes = await Promise.all(
    storm.filter(({ copy }) => copy.socket?.readyState !== 1).map(async ({ copy }) => copy.closed),
  );
  expect(new Set(codes)).toEqual(new Set([3901]));
  const last = storm.find(({ copy }) => copy.socket?.readyState === 1)!.copy;
  await last.until(() => last.received === 50);
  expect(last.messages).toEqual(Array.from({ length: 30 }, (_, at) => `message ${at + 20}`));
  expect(place.closed).toEqual([]);
  await expectUndisturbed(place);
});

test("a server that ends does not wait for replaced connections whose clients do not close them", async () => {
  const place = await attacked({ shutdownGrace: 200 });
  const client = await attacker(place);
  client.socket?.terminate();
  const rude: Socket[] = [];
  for (let at = 0; at < 5; at += 1) {
    const list = `parlor.v1, parlor.resume.0.${client.token}`;
    const socket = dial(place.server.port, "127.0.0.1");
    rude.push(socket);
    onTestFinished(() => void socket.destroy());
    socket.write(upgradeRequest("/ws", { "sec-websocket-protocol": list }));
    await new Promise((resolve) => socket.once("data", resolve));
    socket.pause();
  }
  place.honest.close();
  const start = performance.now();
  await place.server.close();
  expect(performance.now() - start).toBeLessThan(2000);
});

test("clients that keep most lose it when all keep too much, and an honest session returns", async () => {
  const place = await attacked({ unsentTotal: 1_048_576 });
  place.honest.send("honest");
  await place.honest.until(() => place.honest.received === 1);
  const greedy: LineClient[] = [];
  for (let at = 0; at < 8; at += 1) {
    const client = await attacker(place);
    for (let part = 0; part < 4; part += 1) client.send(String(part).repeat(60_000));
    await client.until(() => client.received === 4);
    greedy.push(client);
  }
  const kept = async (): Promise<number> => {
    const metrics = await (await fetch(`http://127.0.0.1:${place.server.port}/_parlor/metrics`)).text();
    return Number(/^parlor_resume_kept_bytes (\d+)$/m.exec(metrics)?.[1]);
  };
  expect(await kept()).toBeLessThanOrEqual(1_048_576);
  place.honest.received = 0;
  place.honest.messages = [];
  place.honest.cut();
  expect(await place.honest.connect()).toMatchObject({ resumed: true, sent: 0 });
  await place.honest.until(() => place.honest.messages[0] === "honest");
  for (const client of greedy) {
    client.received = 0;
    client.cut();
  }
  const reasons = await Promise.all(greedy.map(async (client) => (await client.connect()).reason));
  expect(reasons).toContain("overflow");
});

test("beyond maxAway, the session ends that has waited longest for its client, and that is counted", async () => {
  const place = await attacked({ maxAway: 10 });
  const clients: LineClient[] = [];
  for (let at = 0; at < 14; at += 1) clients.push(await attacker(place));
  const away = async (): Promise<unknown> => {
    const metrics = await (await fetch(`http://127.0.0.1:${place.server.port}/_parlor/metrics`)).text();
    return /^parlor_sessions_away(?:\{.*\})? (\d+)$/m.exec(metrics)?.[1];
  };
  for (const [at, client] of clients.entries()) {
    client.cut();
    await expect.poll(away, { timeout: PATIENCE_MS }).toBe(String(Math.min(at + 1, 10)));
  }
  await expect.poll(() => place.closed.length, { timeout: PATIENCE_MS }).toBe(4);
  expect(place.server.health.limits).toMatchObject({ maxAway: 4 });
  const welcomes = await Promise.all(clients.map(async (client) => client.connect()));
  expect(welcomes.map(({ resumed }) => resumed)).toEqual(clients.map((_, at) => at >= 4));
  await expectUndisturbed(place);
});
