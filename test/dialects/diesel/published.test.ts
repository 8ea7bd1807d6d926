import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { Client } from "../../support/client.ts";
import { serveForAll, type ServedApp } from "../../support/served-app.ts";

// What the published texts show, in our own words and names; each file is one of their examples, typed in.
const FILES = {
  "ws/log.js": `
export function onOpen(session) {
  console.log("Here comes:", session.id);
  session.send(session.id);
}`,
  "ws/welcome.js": `
export function onOpen(session) {
  session.send(JSON.stringify({ type: "welcome", id: session.id }));
}`,
  "ws/kick.js": `
export function onMessage(session, message) {
  const isUnwanted = message === "spam";
  if (isUnwanted) {
    session.send(JSON.stringify({ type: "kicked", reason: "timeout" }));
    session.close();
    session.send("never");
  }
}`,
  "ws/query.js": `
export function onOpen(session) {
  const room = session.getParameter("room");
  const user = session.getParameter("user");
  const path = session.getRequestPath();
  session.send(JSON.stringify([room, user, session.getParameter("none"), path, session.getRemoteAddr()]));
}`,
  "ws/header.js": `
export function onOpen(session) {
  const token = session.getHeader("Authorization");
  session.send(JSON.stringify({ token }));
}`,
  "ws/named.js": `
export function onOpen(session) {
  session.setAttribute("username", session.getParameter("user"));
  session.room("named").join();
  session.send("ready");
}
export function onMessage(session, message) {
  const username = session.getAttribute("username");
  const payload = JSON.stringify({ from: username, text: message });
  session.room("named").broadcastExcept(payload);
}`,
  "ws/lobby.js": `
const tell = (session) =>
  session.send(JSON.stringify([session.room("lobby").members(), diesel.getWebSocketService().listRooms().includes("lobby")]));
export function onMessage(session, message) {
  const lobby = session.room("lobby");
  if (message === "join") lobby.join();
  if (message === "leave") lobby.leave();
  tell(session);
}`,
  "ws/announce.js": `
export function onOpen(session) {
  session.room("hall").join();
  session.send("ready");
}
export function onMessage(session, message) {
  if (message === "all") {
    session.room("hall").broadcast(JSON.stringify({ type: "announcement", text: "Back in 5 minutes" }));
  } else if (message === "count") {
    session.send(JSON.stringify({ type: "roster", online: session.room("hall").members() }));
  } else {
    session.room("hall").broadcastExcept(JSON.stringify({
      type: "message",
      from: session.getAttribute("username"),
      text: message
    }));
  }
}`,
  "ws/stock.js": `
export function onOpen(session) {
  if (session.getParameter("quiet") === null) session.room("stock-updates").join();
  session.send(session.id);
}`,
  "http/price.js": `
export function handleRequest(context) {
  const ws = diesel.getWebSocketService();
  const stockData = { symbol: context.getParameter("symbol") };
  ws.room("stock-updates").broadcast(JSON.stringify({ type: "price", data: stockData }));
  return Results.ok().json({ members: ws.room("stock-updates").members() });
}`,
  "http/hello.js": `
export function handleRequest(context) {
  const session = diesel.getWebSocketService().getSession(context.getParameter("id"));
  if (session && session.isOpen()) {
    session.send(JSON.stringify({ type: "hello" }));
  }
  return Results.json({ found: session !== null });
}`,
  "cron/quote.js": `
export const schedule = "* * * * * *";
diesel.getWebSocketService().room("quotes").broadcast(JSON.stringify({ type: "price", data: 42 }));`,
  "ws/quotes.js": `
export function onOpen(session) {
  session.room("quotes").join();
}`,
  "ws/ticking.js": `
export const tickRate = 50;
export function onTick(room, deltaMs) {
  room.broadcast(JSON.stringify({ type: "tick", time: Date.now() }));
}`,
  "ws/personal.js": `
export const tickRate = 50;
export function onOpen(session) {
  session.send(session.id);
}
export function onTick(room, deltaMs) {
  for (const id of room.getSessionIds()) {
    room.send(id, JSON.stringify({ type: "your-data", id }));
  }
}`,
  "ws/chat.js": `
const chat = "chat";
export function onOpen(session) {
  const username = session.getParameter("user") || "anonymous";
  session.setAttribute("username", username);
  session.room(chat).join();

  session.send(JSON.stringify({ type: "welcome", id: session.id }));
  session.room(chat).broadcastExcept(JSON.stringify({ type: "join", user: username }));
}

export function onMessage(session, message) {
  const username = session.getAttribute("username");
  session.room(chat).broadcastExcept(JSON.stringify({
    type: "message",
    from: username,
    text: message,
    timestamp: Date.now()
  }));
}

export function onClose(session) {
  const user = session.getAttribute("username");
  session.room(chat).broadcastExcept(JSON.stringify({ type: "leave", user }));
}`,
  "http/online.js": `
export function handleRequest() {
  const ws = diesel.getWebSocketService();
  return Results.json([ws.room("chat").members(), ws.room("chat").getMemberIds().length, ws.roomExists("chat")]);
}`,
};

const UUID = /^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/;

describe.each(["inline", "thread"] as const)("the published examples, %s", (place) => {
  let app: ServedApp;

  beforeAll(async () => {
    app = await serveForAll(place, FILES);
  });
  afterAll(() => app.close());
  afterEach(() => app.clear());

  /** Connects clients one after the other, each after the last one's first message. */
  async function inOrder(...paths: string[]): Promise<Client[]> {
    const clients: Client[] = [];
    for (const path of paths) {
      const client = app.connect(path);
      await client.skip();
      clients.push(client);
    }
    return clients;
  }

  async function json(path: string): Promise<unknown> {
    return (await app.fetch(path)).json();
  }

  test("1: a client that connects is logged with its id", async () => {
    const id = await app.connect("/ws/log").next();
    expect(id).toMatch(UUID);
    expect((await app.logged(new RegExp(`Here comes: ${String(id)}`))).text).toBe(
      `Here comes: ${String(id)}`,
    );
  });

  test("2: each is welcomed with an id of its own", async () => {
    const [a, b] = [app.connect("/ws/welcome"), app.connect("/ws/welcome")];
    const welcomes = [await a.nextJson(), await b.nextJson()] as { type: string; id: string }[];
    for (const welcome of welcomes)
      expect(welcome).toEqual({ type: "welcome", id: expect.stringMatching(UUID) });
    expect(welcomes[0]!.id).not.toBe(welcomes[1]!.id);
  });

  test("3: what is sent before close arrives before the close", async () => {
    const [a, b] = [app.connect("/ws/kick"), app.connect("/ws/kick")];
    await b.opened;
    a.send("spam");
    expect(await a.nextJson()).toEqual({ type: "kicked", reason: "timeout" });
    expect(await a.closed).toEqual({ code: 1000, reason: "" });
    expect([a.unread, b.unread]).toEqual([0, 0]);
  });

  test("4: query parameters, path and address", async () => {
    const a = app.connect("/ws/query?room=general&user=al+ice%21");
    expect(await a.nextJson()).toEqual(["general", "al ice!", null, "/ws/query", "127.0.0.1"]);
  });

  test("5: a header, or null", async () => {
    const a = app.connect("/ws/header", { headers: { authorization: "Bearer x" } });
    const b = app.connect("/ws/header");
    expect([await a.nextJson(), await b.nextJson()]).toEqual([{ token: "Bearer x" }, { token: null }]);
  });

  test("6 and 7: attributes name the sender, to all others", async () => {
    const [a, b, c] = await inOrder("/ws/named?user=alice", "/ws/named?user=bob", "/ws/named?user=carol");
    a!.send("hi");
    expect([await b!.nextJson(), await c!.nextJson()]).toEqual(Array(2).fill({ from: "alice", text: "hi" }));
    b!.send("ho");
    expect([await a!.nextJson(), await c!.nextJson()]).toEqual(Array(2).fill({ from: "bob", text: "ho" }));
    expect([a!.unread, b!.unread, c!.unread]).toEqual([0, 0, 0]);
  });

  test("8 and 9: the first to join makes the room, the last to leave takes it along", async () => {
    const [a, b] = [app.connect("/ws/lobby"), app.connect("/ws/lobby")];
    const say = async (client: Client, text: string) => {
      client.send(text);
      return client.nextJson();
    };
    expect(await say(a, "look")).toEqual([0, false]);
    expect(await say(a, "join")).toEqual([1, true]);
    expect(await say(a, "join")).toEqual([1, true]);
    expect(await say(b, "join")).toEqual([2, true]);
    expect(await say(a, "leave")).toEqual([1, true]);
    expect(await say(a, "leave")).toEqual([1, true]);
    expect(await say(b, "leave")).toEqual([0, false]);
  });

  test("10 to 12: to all, to all others, and how many they are", async () => {
    const [a, b, c] = await inOrder("/ws/announce", "/ws/announce", "/ws/announce");
    a!.send("all");
    const announcement = { type: "announcement", text: "Back in 5 minutes" };
    for (const client of [a!, b!, c!]) expect(await client.nextJson()).toEqual(announcement);
    a!.send("hello");
    for (const client of [b!, c!]) {
      expect(await client.nextJson()).toEqual({ type: "message", from: null, text: "hello" });
    }
    a!.send("count");
    expect(await a!.nextJson()).toEqual({ type: "roster", online: 3 });
  });

  test("13: an HTTP script pushes into a room, and into none", async () => {
    expect(await json("/price?symbol=x")).toEqual({ members: 0 });
    const [a, b, c] = await inOrder("/ws/stock", "/ws/stock", "/ws/stock?quiet=1");
    expect(await json("/price?symbol=y")).toEqual({ members: 2 });
    for (const client of [a!, b!])
      expect(await client.nextJson()).toEqual({ type: "price", data: { symbol: "y" } });
    expect(c!.unread).toBe(0);
  });

  test("13: a cron script pushes into a room", async () => {
    const [a, b] = [app.connect("/ws/quotes"), app.connect("/ws/quotes")];
    for (const client of [a, b]) expect(await client.nextJson()).toEqual({ type: "price", data: 42 });
  });

  test("14: a session is found by its id, an unknown one is null", async () => {
    expect(await json("/hello?id=abc-123")).toEqual({ found: false });
    const [a, b] = [app.connect("/ws/stock?quiet=1"), app.connect("/ws/stock?quiet=1")];
    const [id] = [await a.next(), await b.next()];
    expect(await json(`/hello?id=${String(id)}`)).toEqual({ found: true });
    expect(await a.nextJson()).toEqual({ type: "hello" });
    expect(b.unread).toBe(0);
  });

  test("15: every session of the route hears every tick", async () => {
    const [a, b] = [app.connect("/ws/ticking"), app.connect("/ws/ticking")];
    await b.skip();
    const ticks = [];
    for (const client of [a, a, a, b, b, b])
      ticks.push((await client.nextJson()) as { type: string; time: number });
    expect(ticks).toEqual(Array(6).fill({ type: "tick", time: expect.any(Number) }));
    expect(ticks[2]!.time).toBeGreaterThan(ticks[0]!.time);
  });

  test("16: each player gets what is its own", async () => {
    const players = [app.connect("/ws/personal"), app.connect("/ws/personal"), app.connect("/ws/personal")];
    for (const player of players) {
      const id = await player.next();
      for (let n = 0; n < 2; n += 1) expect(await player.nextJson()).toEqual({ type: "your-data", id });
    }
  });

  test("17: the whole chat, in the order in which people come and go", async () => {
    const a = app.connect("/ws/chat?user=alice");
    expect(await a.nextJson()).toEqual({ type: "welcome", id: expect.stringMatching(UUID) });
    const b = app.connect("/ws/chat?user=bob");
    expect(await b.nextJson()).toMatchObject({ type: "welcome" });
    expect(await a.nextJson()).toEqual({ type: "join", user: "bob" });
    const c = app.connect("/ws/chat");
    expect(await c.nextJson()).toMatchObject({ type: "welcome" });
    for (const client of [a, b]) expect(await client.nextJson()).toEqual({ type: "join", user: "anonymous" });
    expect(await json("/online")).toEqual([3, 3, true]);

    a.send("hi");
    const message = { type: "message", from: "alice", text: "hi", timestamp: expect.any(Number) };
    for (const client of [b, c]) expect(await client.nextJson()).toEqual(message);

    b.close();
    for (const client of [a, c]) expect(await client.nextJson()).toEqual({ type: "leave", user: "bob" });
    expect(await json("/online")).toEqual([2, 2, true]);
    expect([a.unread, c.unread]).toEqual([0, 0]);
  });
});
