import { describe, expect, it } from "vitest";
import type { Client } from "../support/client.ts";
import { upgradeRequest } from "../support/raw-socket.ts";
import { folderOf, RunningApp } from "../support/running-app.ts";
import { decodeFrames, describeFrame } from "../support/server-frames.ts";

/** Names that every object seems to know, and some that are hard to print. */
const names = [
  "__proto__",
  "constructor",
  "prototype",
  "toString",
  "hasOwnProperty",
  "valueOf",
  "then",
  "",
  " ",
  "\u0000",
  "a/b",
  "💥",
];

// Does what its client asks, with the names that it asks for.
const script = `
const service = diesel.getWebSocketService();
const does = {
  join: (session, { name }) => session.room(name).join(),
  leave: (session, { name }) => session.room(name).leave(),
  members: (session, { name }) => service.room(name).members(),
  exists: (session, { name }) => service.roomExists(name),
  rooms: () => service.listRooms().sort(),
  name: (session, { name }) => session.room(name).getName(),
  broadcast: (session, { name, value }) => service.room(name).broadcast(value),
  set: (session, { name, value }) => session.setAttribute(name, value),
  get: (session, { name }) => session.getAttribute(name),
  all: (session) => Object.entries(session.getAttributes()),
  inherits: (session) => Object.getPrototypeOf(session.getAttributes()) === Object.prototype,
  parameter: (session, { name }) => session.getParameter(name),
  header: (session, { name }) => session.getHeader(name),
  path: (session, { name }) => session.getPathParameter(name),
  find: (session, { name }) => service.getSession(name),
  bare: () => [({}).x, ({}).polluted, Object.keys(Object.prototype).length],
};
export function onMessage(session, text) {
  const { ask, ...about } = JSON.parse(text);
  session.send(JSON.stringify({ answer: does[ask](session, about) ?? null }));
}
`;

/** Asks the script, and unwraps its answer. */
async function ask(client: Client, what: string, about: object = {}): Promise<unknown> {
  client.send(JSON.stringify({ ask: what, ...about }));
  return ((await client.nextJson()) as { answer: unknown }).answer;
}

const serveNames = (): Promise<RunningApp> =>
  RunningApp.serve(folderOf({ "ws/names.js": script, "ws/at/[id].js": script }));

async function staysClean(client: Client): Promise<void> {
  expect(await ask(client, "bare")).toEqual([null, null, 0]);
  // The front is in this thread.
  expect(Object.keys(Object.prototype)).toEqual([]);
  expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
}

describe("names that objects know already are plain data", () => {
  it.each(names)("a room can be named %j", async (name) => {
    const app = await serveNames();
    const [a, b] = [app.connect("/ws/names"), app.connect("/ws/names")];
    expect(await ask(b, "exists", { name })).toBe(false);
    expect(await ask(b, "members", { name })).toBe(0);
    for (const client of [a, b]) await ask(client, "join", { name });
    expect(await ask(a, "members", { name })).toBe(2);
    expect(await ask(a, "name", { name })).toBe(name);
    expect(await ask(a, "rooms")).toEqual([name]);
    b.send(JSON.stringify({ ask: "broadcast", name, value: "polluted" }));
    expect(await a.next()).toBe("polluted");
    await b.skip(2);
    for (const client of [a, b]) await ask(client, "leave", { name });
    expect(await ask(a, "exists", { name })).toBe(false);
    await staysClean(a);
  });

  it("attributes can have all of them at once", async () => {
    const app = await serveNames();
    const client = app.connect("/ws/names");
    for (const name of names) expect(await ask(client, "get", { name })).toBe(null);
    for (const name of names) await ask(client, "set", { name, value: { polluted: name } });
    for (const name of names) expect(await ask(client, "get", { name })).toEqual({ polluted: name });
    const all = names.map((name) => [name, { polluted: name }]);
    expect(await ask(client, "all")).toEqual(all);
    expect(await ask(client, "inherits")).toBe(true);
    for (const name of names) await ask(client, "set", { name, value: null });
    expect(await ask(client, "all")).toEqual([]);
    await staysClean(client);
  });

  it("parameters of a query can have them", async () => {
    const app = await serveNames();
    const nothing = app.connect("/ws/names");
    for (const name of names) expect(await ask(nothing, "parameter", { name })).toBe(null);
    const query = names
      .map((name) => `${encodeURIComponent(name)}=${encodeURIComponent(`<${name}>`)}`)
      .join("&");
    const client = app.connect(`/ws/names?${query}`);
    for (const name of names) expect(await ask(client, "parameter", { name })).toBe(`<${name}>`);
    const nested = app.connect("/ws/names?__proto__[polluted]=yes&constructor.prototype.polluted=yes");
    expect(await ask(nested, "parameter", { name: "__proto__[polluted]" })).toBe("yes");
    await staysClean(nested);
  });

  it("request headers can have them", async () => {
    const headers = { constructor: "builder", toString: "text", "x-empty": "" };
    const sent = Object.assign(Object.create(null) as Record<string, string>, headers, {
      ["__proto__"]: "p",
    });
    const app = await serveNames();
    const nothing = app.connect("/ws/names");
    for (const name of names) expect(await ask(nothing, "header", { name })).toBe(null);
    const client = app.connect("/ws/names", { headers: sent });
    expect(await ask(client, "header", { name: "Constructor" })).toBe("builder");
    expect(await ask(client, "header", { name: "TOSTRING" })).toBe("text");
    expect(await ask(client, "header", { name: "x-empty" })).toBe("");
    expect(await ask(client, "header", { name: "valueOf" })).toBe(null);
    await staysClean(client);
  });

  it("a raw header line can have __proto__, which no client library would send", async () => {
    const source =
      "export function onOpen(session) { session.send(String(session.getHeader('__proto__'))); }";
    const app = await RunningApp.serve(folderOf({ "ws/header.js": source }));
    // Computed, so that it is a key and not the prototype.
    const raw = await app.dial(upgradeRequest("/ws/header", { ["__proto__"]: "raw" }));
    expect(await raw.status()).toBe(101);
    await raw.until(() => raw.body.length === 5, "a frame");
    expect(decodeFrames(raw.body).map(describeFrame)).toEqual(["raw"]);
  });

  it("parameters of a path can have them", async () => {
    const app = await serveNames();
    for (const name of ["__proto__", "constructor", "toString"]) {
      const client = app.connect(`/ws/at/${name}`);
      expect(await ask(client, "path", { name: "id" })).toBe(name);
      for (const other of names) expect(await ask(client, "path", { name: other })).toBe(null);
      await staysClean(client);
    }
  });

  it("no session is found by them as ids", async () => {
    const client = (await serveNames()).connect("/ws/names");
    for (const name of names) expect(await ask(client, "find", { name })).toBe(null);
  });

  it("scripts can have them as file names", async () => {
    const echo = "export function onMessage(session, text) { session.send(text); }";
    const app = await RunningApp.serve(
      folderOf({
        "ws/__proto__.js": echo,
        "ws/constructor.js": echo,
        "http/toString.js": "export const GET = () => new Response('t');",
      }),
    );
    // A name that begins with an underscore is not a route.
    await expect(app.connect("/ws/__proto__").opened).rejects.toMatchObject({ status: 404 });
    const client = app.connect("/ws/constructor");
    client.send("built");
    expect(await client.next()).toBe("built");
    expect(await (await fetch(`${app.server.url}/toString`)).text()).toBe("t");
    expect((await fetch(`${app.server.url}/valueOf`)).status).toBe(404);
    expect(app.server.routes.map(({ route }) => route).sort()).toEqual(["/toString", "/ws/constructor"]);
  });
});
