import { onTestFinished, expect, test } from "vitest";
import { createServer, type ParlorServer } from "../../../src/index.ts";
import type { RouteHandlers } from "../../../types/diesel.d.ts";
import { Client, type Refused } from "../../support/client.ts";
import { LineClient } from "../../support/line-client.ts";
import { LogRecorder } from "../../support/log-recorder.ts";

interface Place {
  readonly server: ParlorServer;
  readonly url: string;
  readonly events: string[];
  /** Resolves when the event has happened. */
  seen(event: string): Promise<void>;
}

/** A route that notes what happens to its sessions, joins them to a room and broadcasts what they send. */
async function serve(more: RouteHandlers = {}, config: object = {}): Promise<Place> {
  const events: string[] = [];
  const watchers = new Set<() => void>();
  const note = (event: string): void => {
    events.push(event);
    for (const look of watchers) look();
  };
  const route: RouteHandlers = {
    resume: 30,
    onOpen: (session) => {
      note("open");
      session.room("all").join();
    },
    onAway: () => note("away"),
    onReturn: () => note("return"),
    onClose: (_session, { code }) => note(`close ${code}`),
    onMessage: (session, text) => {
      note(`message ${text}`);
      session.room("all").broadcast(text);
    },
    onBinary: (session, bytes) => session.room("all").broadcast(bytes),
    ...more,
  };
  const server = createServer({ port: 0, log: new LogRecorder().log, routes: { "/ws": route }, ...config });
  await server.listen();
  onTestFinished(() => server.close());
  const seen = (event: string): Promise<void> =>
    new Promise((resolve) => {
      const look = (): void => {
        if (!events.includes(event)) return;
        watchers.delete(look);
        resolve();
      };
      watchers.add(look);
      look();
    });
  return { server, url: `ws://127.0.0.1:${server.port}/ws`, events, seen };
}

async function connected(place: Place): Promise<LineClient> {
  const client = new LineClient(place.url);
  await client.connect();
  onTestFinished(() => client.socket?.terminate());
  return client;
}

test("a client of parlor.v1 is welcomed, and gets text as it is and bytes behind a byte 0", async () => {
  const place = await serve();
  const client = await connected(place);
  const plain = new Client(place.url);
  onTestFinished(() => plain.terminate());
  expect(client.socket?.protocol).toBe("parlor.v1");
  expect(client.welcome).toMatchObject({ resumed: false, reason: null, resume: 30, sent: 0, received: 0 });
  expect(client.token).toMatch(/^[\w-]+\.[\da-f-]{36}\.[\w-]{22}$/);
  await plain.opened;
  client.send("text");
  client.send(Buffer.from([1, 2, 3]));
  expect(await plain.next()).toBe("text");
  expect(await plain.next()).toEqual(Uint8Array.from([1, 2, 3]));
  await client.until(() => client.received === 2);
  expect(client.messages).toEqual(["text", Buffer.from([1, 2, 3])]);
});

test("a session whose connection is lost stays, and its client misses nothing when it returns", async () => {
  const place = await serve();
  const [client, other] = [await connected(place), await connected(place)];
  client.send("before");
  await client.until(() => client.received === 1);
  client.cut();
  await place.seen("away");
  other.send("while it is away");
  other.send(Buffer.from("bytes"));
  await other.until(() => other.received === 3);
  const { session } = other.welcome ?? {};
  const welcome = await client.connect();
  expect(welcome).toMatchObject({ resumed: true, reason: null, sent: 1, received: 1 });
  expect(welcome.session).not.toBe(session);
  await client.until(() => client.received === 3);
  expect(client.messages).toEqual(["before", "while it is away", Buffer.from("bytes")]);
  client.send("after");
  await client.until(() => client.received === 4);
  await place.seen("return");
  expect(place.events.filter((event) => /open|close/.test(event))).toEqual(["open", "open"]);
});

test("messages that the server does not have are sent again, and none twice", async () => {
  const place = await serve();
  const client = await connected(place);
  client.send("one");
  await client.until(() => client.received === 1);
  client.cut();
  client.send("two");
  client.send("three");
  await client.connect();
  await client.until(() => client.received === 3);
  expect(place.events.filter((event) => event.startsWith("message"))).toEqual([
    "message one",
    "message two",
    "message three",
  ]);
});

test("the newer of two connections has the session, and the older is closed with 3901", async () => {
  const place = await serve();
  const client = await connected(place);
  const { socket, closed } = client;
  const welcome = await client.connect();
  expect(welcome.resumed).toBe(true);
  expect(await closed).toBe(3901);
  expect(socket).not.toBe(client.socket);
  client.send("hello");
  await client.until(() => client.received === 1);
  expect(place.events).toEqual(["open", "away", "return", "message hello"]);
});

test("a close frame of the client ends its session", async () => {
  const place = await serve();
  const client = await connected(place);
  client.close();
  await place.seen("close 1000");
  expect(await client.connect()).toMatchObject({ resumed: false, reason: "expired" });
  expect(place.events).not.toContain("away");
});

test("a session that its client does not return to is closed once, with 1006", async () => {
  const place = await serve({ resume: 1 });
  const client = await connected(place);
  client.cut();
  await place.seen("close 1006");
  expect(await client.connect()).toMatchObject({ resumed: false, reason: "expired" });
  expect(place.events).toEqual(["open", "away", "close 1006", "open"]);
});

test("a client that has missed more than is kept gets a fresh session, and its old one ends", async () => {
  const place = await serve({}, { resumeMessages: 10 });
  const [client, other] = [await connected(place), await connected(place)];
  client.cut();
  await place.seen("away");
  for (let i = 0; i < 11; i += 1) other.send(`${i}`);
  await other.until(() => other.received === 11);
  expect(await client.connect()).toMatchObject({ resumed: false, reason: "overflow" });
  await place.seen("close 1006");
});

test("a client that has missed as much as is kept gets all of it", async () => {
  const place = await serve({}, { resumeMessages: 10 });
  const [client, other] = [await connected(place), await connected(place)];
  client.cut();
  await place.seen("away");
  for (let i = 0; i < 10; i += 1) other.send(`${i}`);
  await other.until(() => other.received === 10);
  expect(await client.connect()).toMatchObject({ resumed: true });
  await client.until(() => client.received === 10);
  expect(client.messages).toEqual(other.messages);
});

test("a wrong secret, a foreign boot and nonsense lead to fresh sessions that say why", async () => {
  const place = await serve();
  const client = await connected(place);
  const [boot, id] = (client.token ?? "").split(".");
  const other = new LineClient(place.url);
  onTestFinished(() => other.socket?.terminate());
  const ask = async (entry: string): Promise<string | null> =>
    (await other.connect(["parlor.v1", entry])).reason;
  expect(await ask(`parlor.resume.0.${boot}.${id}.${"A".repeat(22)}`)).toBe("unknown");
  expect(await ask(`parlor.resume.0.else.${id}.${"A".repeat(22)}`)).toBe("server-restarted");
  expect(await ask(`parlor.resume.0.${boot}.${"0".repeat(36)}.${"A".repeat(22)}`)).toBe("expired");
  expect(await ask(`parlor.resume.7.${client.token}`)).toBe("unknown");
  expect(await ask("parlor.resume.x")).toBe("unknown");
  client.send("still here");
  await client.until(() => client.received === 1);
});

test("over thirty wrong secrets in a minute are refused, and the right one is not", async () => {
  const place = await serve();
  const client = await connected(place);
  const [boot, id] = (client.token ?? "").split(".");
  const wrong = ["parlor.v1", `parlor.resume.0.${boot}.${id}.${"A".repeat(22)}`];
  for (let i = 0; i < 30; i += 1) {
    const guess = new LineClient(place.url);
    await guess.connect(wrong);
    guess.cut();
  }
  const refused = new Client(place.url, { protocols: wrong });
  await expect(refused.opened).rejects.toMatchObject({ status: 429 });
  client.cut();
  expect(await client.connect()).toMatchObject({ resumed: true });
});

test("a token is spent when the next one has arrived, and not before", async () => {
  const place = await serve();
  const client = await connected(place);
  const first = client.token;
  client.isReady = false;
  client.cut();
  await client.connect();
  client.cut();
  client.token = first;
  expect(await client.connect()).toMatchObject({ resumed: true });
  client.sendControl({ type: "ready" });
  client.send("x");
  await client.until(() => client.received === 1);
  client.cut();
  const last = client.token;
  client.token = first;
  const other = new LineClient(place.url);
  other.token = first;
  expect(await other.connect()).toMatchObject({ resumed: false, reason: "unknown" });
  client.token = last;
  expect(await client.connect()).toMatchObject({ resumed: true });
});

test.each([
  ["an unknown first byte", (client: LineClient) => client.socket?.send(Buffer.from([7, 1]))],
  ["an empty binary frame", (client: LineClient) => client.socket?.send(Buffer.alloc(0))],
  ["a control frame without JSON", (client: LineClient) => client.socket?.send(Buffer.from([1, 0x7b]))],
  ["an unknown control frame", (client: LineClient) => client.sendControl({ type: "hello" })],
  ["an ack of what was never sent", (client: LineClient) => client.sendControl({ type: "ack", received: 1 })],
  ["an ack of no number", (client: LineClient) => client.sendControl({ type: "ack", received: "1" })],
])("%s closes the connection with 3902", async (_what, act) => {
  const place = await serve();
  const client = await connected(place);
  act(client);
  expect(await client.closed).toBe(3902);
  await place.seen("close 3902");
});

test("a ping gets a pong, and what was received is acknowledged within a second", async () => {
  const place = await serve();
  const client = await connected(place);
  client.sendControl({ type: "ping" });
  await client.until(() => client.control.some(({ type }) => type === "pong"));
  client.send("x");
  await client.until(() => client.acknowledged === 1);
  client.send("y".repeat(70_000));
  await client.until(() => client.acknowledged === 2);
});

test("a script reads a token that no header, echo or list of protocols has", async () => {
  const tokens: unknown[] = [];
  const place = await serve({
    protocols: ["chat.v1"],
    token: { query: "access", cookie: "sid" },
    onUpgrade: (request) => {
      tokens.push([request.token, request.protocols, request.getHeader("sec-websocket-protocol")]);
    },
  });
  const open = async (
    protocols: string[],
    more: { query?: string; headers?: Record<string, string> } = {},
  ) => {
    const client = new Client(`${place.url}${more.query ?? ""}`, { protocols, headers: more.headers ?? {} });
    await client.opened;
    client.terminate();
    return client.socket.protocol;
  };
  expect(await open(["chat.v1", "parlor.token.se-cret"])).toBe("chat.v1");
  expect(await open(["chat.v1", "parlor.v1", "parlor.token.a.b"])).toBe("parlor.v1");
  await open([], { headers: { Authorization: "Bearer abc" } });
  await open([], { query: "?access=q" });
  await open([], { headers: { Cookie: 'a=b; sid="c"' } });
  await open([]);
  // Logged out, a page may still send an empty token.
  await open(["chat.v1", "parlor.token."], { query: "?access=", headers: { Cookie: "sid=d" } });
  await open([], { query: "?access=", headers: { Cookie: "sid=" } });
  expect(tokens).toEqual([
    ["se-cret", ["chat.v1"], "chat.v1"],
    ["a.b", ["chat.v1", "parlor.v1"], "chat.v1, parlor.v1"],
    ["abc", [], null],
    ["q", [], null],
    ["c", [], null],
    [null, [], null],
    ["d", ["chat.v1"], "chat.v1"],
    [null, [], null],
  ]);
});

test("a list with only a token gets 400 with a sentence", async () => {
  const place = await serve();
  const client = new Client(place.url, { protocols: ["parlor.token.abc"] });
  const refused = (await client.opened.catch((error: unknown) => error)) as Refused;
  expect(refused.status).toBe(400);
  expect(refused.body).toContain("offer parlor.v1");
});

test("a session that its script closes while its client is away is over", async () => {
  const place = await serve({ onAway: (session) => session.close(4000, "gone") });
  const client = await connected(place);
  client.cut();
  await place.seen("close 4000");
  expect(await client.connect()).toMatchObject({ resumed: false, reason: "expired" });
});

test("a server that stops waits for no client that is away", async () => {
  const place = await serve();
  const client = await connected(place);
  client.cut();
  await place.seen("away");
  await place.server.close();
  expect(place.events.at(-1)).toMatch(/^close/);
});

test("each message to a session that was away is delivered, queued or dropped", async () => {
  const place = await serve({}, { resumeMessages: 20 });
  const [client, other] = [await connected(place), await connected(place)];
  for (let round = 0; round < 10; round += 1) {
    client.cut();
    for (let i = 0; i < 5; i += 1) other.send(`${round} ${i}`);
    await other.until(() => other.received === (round + 1) * 5);
    await client.connect();
  }
  client.cut();
  for (let i = 0; i < 50; i += 1) other.send(`${i}`);
  await other.until(() => other.received === 100);
  const { offered, delivered, queued, ...rest } = place.server.health.messages;
  const { droppedClosed, droppedSlow, droppedStalled, droppedSuperseded, droppedShed } = rest;
  expect(offered).toBe(200);
  expect(
    delivered + queued + droppedClosed + droppedSlow + droppedStalled + droppedSuperseded + droppedShed,
  ).toBe(offered);
});
