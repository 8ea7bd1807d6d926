import { connect } from "node:net";
import { readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import type { LoggedError } from "../../src/boundary/log-line.ts";
import { folderOf, RunningApp, type Files } from "../support/running-app.ts";

const root = resolve(import.meta.dirname, "../..");

const files = {
  "ws/chat.ts": `
    import type { Session } from "parlor/diesel";
    export const onOpen = () => {};
    export function onMessage(session: { send(text: string): void; close(code: number): void }, text: string) {
      if (text === "cause") throw new Error("outer", { cause: Object.assign(new TypeError("inner"), { code: "EINNER" }) });
      if (text === "several") throw new AggregateError([new Error("one"), new RangeError("two")], "both");
      if (text === "string") throw "just a text";
      if (text === "close") return session.close(4001);
      session.send(text);
    }`.replace(/import type.*\n/, "\n"),
  "ws/decides.js": `
    export const onUpgrade = () => false;
    export const onMessage = () => {};`,
  "http/tea.js": `
    export function GET() { throw new Error("no tea"); }
    export const POST = async (request) => new Response("tea");`,
};

function serve(settings: object = {}, own: Files = files): Promise<RunningApp> {
  return RunningApp.serve(folderOf(own), settings);
}

function errOf({ fields }: { readonly fields: Readonly<Record<string, unknown>> }): LoggedError {
  return fields["err"] as LoggedError;
}

describe("the entry of a fault", () => {
  test("has route, script, session and event as fields, and the error with its causes", async () => {
    const app = await serve();
    const client = await app.open("/ws/chat");
    client.send("cause");
    const entry = await app.logged(/outer/);
    expect(entry.fields).toMatchObject({
      code: "PARLOR_SCRIPT_FAULT",
      route: "/ws/chat",
      script: "ws/chat.ts",
      version: expect.stringMatching(/^\w{8}$/) as string,
      session: expect.stringMatching(/^[\w-]{20,}$/) as string,
      event: expect.any(Number) as number,
      fault: "handler",
    });
    expect(entry.text.split("\n")[0]).toBe("onMessage: Error: outer");
    const { stack, ...err } = errOf(entry);
    expect(stack).toMatch(/^Error: outer\n {4}at onMessage \(ws\/chat\.ts:5:35\)/);
    expect(err).toMatchObject({ type: "Error", message: "outer" });
    expect(err.cause).toMatchObject({ type: "TypeError", message: "inner", code: "EINNER" });
    expect(err.cause?.stack).toMatch(/at onMessage \(ws\/chat\.ts:5:/);
  });

  test("has the parts of an AggregateError, and the type of a value that is not an Error", async () => {
    const app = await serve();
    const client = await app.open("/ws/chat");
    client.send("several");
    const several = errOf(await app.logged(/both/));
    expect(several.errors?.map(({ type, message }) => `${type}: ${message}`)).toEqual([
      "Error: one",
      "RangeError: two",
    ]);
    client.send("string");
    expect(errOf(await app.logged(/just a text/))).toMatchObject({
      type: "string",
      stack: expect.any(String),
    });
  });

  test("names the method and path of a request, without the query", async () => {
    const app = await serve();
    expect((await app.fetch("/tea?token=secret")).status).toBe(500);
    const { fields, text } = await app.logged(/no tea/);
    expect(fields).toMatchObject({ method: "GET", path: "/tea", route: "/tea", script: "http/tea.js" });
    expect(text.split("\n")[0]).toBe("GET /tea: Error: no tea");
    expect(JSON.stringify(fields)).not.toContain("secret");
  });
});

/** Uses all that a server logs at its most talkative. */
async function talkative(settings: object): Promise<RunningApp> {
  const app = await serve(settings);
  const client = await app.open("/ws/chat");
  client.send("hi");
  await client.next();
  client.send("cause");
  await app.logged(/outer/);
  client.send("close");
  await client.closed;
  await app.client(`${app.server.url.replace("http", "ws")}/ws/none`).opened.catch(() => undefined);
  await app.client(`${app.server.url.replace("http", "ws")}/ws/decides`).opened.catch(() => undefined);
  await app.fetch("/tea");
  await app.fetch("/tea", { method: "POST", body: "x" });
  return app;
}

describe("at the level debug", () => {
  test("connects, closes, refusals and requests are entries", async () => {
    const app = await talkative({ logLevel: "debug" });
    const kinds = new Map(app.log.entries.map((entry) => [entry.fields["kind"], entry]));
    expect(kinds.get("connect")?.fields).toMatchObject({ route: "/ws/chat", address: "127.0.0.1" });
    const closed = await app.logged(/^closed with 4001/);
    expect(closed.fields).toMatchObject({ kind: "close", closeCode: 4001, duration: expect.any(Number) });
    expect((await app.logged(/\/ws\/none refused with 404/)).fields).toMatchObject({ status: 404 });
    expect((await app.logged(/\/ws\/decides refused with 403/)).fields).toMatchObject({
      kind: "refusal",
      session: expect.any(String) as string,
    });
    expect((await app.logged(/^POST \/tea 200/)).fields).toMatchObject({
      ...{ kind: "request", method: "POST", path: "/tea", status: 200, duration: expect.any(Number) },
    });
    expect((await app.logged(/^host started/)).fields).toMatchObject({ script: "ws/chat.ts" });
    expect(app.log.texts).not.toContain("message of 2 bytes");
  });

  test("a handshake that is not one is refused with an entry, too", async () => {
    const app = await serve({ logLevel: "debug" });
    const socket = connect(app.server.port, "127.0.0.1");
    onTestFinished(() => void socket.destroy());
    socket.write("GET /ws/chat HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n");
    expect((await app.logged(/\/ws\/chat refused/)).fields).toMatchObject({ kind: "refusal" });
  });

  test("each step of a reload is an entry", async () => {
    const app = await serve({ logLevel: "debug" });
    await app.server.reload();
    for (const line of [/^reload: reading/, /^reload: read 3 scripts in \d+ ms/, /^reload: replacing/])
      expect((await app.logged(line)).level).toBe("debug");
  });
});

test("the entry of a reload names the hosts that it replaces, and no others", async () => {
  const dir = folderOf({
    "ws/a.js": "export function onMessage() {}",
    "ws/b.js": "export function onMessage() {}",
  });
  const app = await RunningApp.serve(dir, { logLevel: "debug" });
  writeFileSync(join(dir, "ws/a.js"), 'export function onMessage(session) { session.send("two"); }');
  await app.server.reload();
  expect((await app.logged(/^reload: replacing/)).fields).toMatchObject({ hosts: ["/ws/a"] });
});

test("at the level info there are listening and stopped with numbers, and no entry for a client", async () => {
  const app = await talkative({});
  expect((await app.logged(/^listening on /)).fields).toMatchObject({ kind: "server", routes: 3, failed: 0 });
  await app.server.close();
  expect((await app.logged(/^stopped in \d+ ms/)).fields).toMatchObject({
    ...{ kind: "server", uptime: expect.any(Number), faults: 2, delivered: 1, left: 0 },
  });
  const kinds = new Set(app.log.entries.map(({ fields }) => fields["kind"]));
  expect(kinds).toEqual(new Set(["server", undefined]));
});

test("at the level trace each message is an entry, without its content", async () => {
  const app = await talkative({ logLevel: "trace" });
  expect((await app.logged(/^message of 2 bytes/)).fields).toMatchObject({ bytes: 2, isBinary: false });
});

test("the access log has all requests and handshakes at the level info, and counts none together", async () => {
  const app = await serve({ accessLog: true });
  await app.open("/ws/chat");
  await Promise.all(Array.from({ length: 40 }, () => app.fetch("/tea", { method: "POST", body: "x" })));
  await app.fetch("/nothing?a=b");
  await app.logged(/^GET \/nothing 404/);
  const access = app.log.entries.filter(({ fields }) => fields["kind"] === "access");
  expect(access).toHaveLength(42);
  expect(access[0]).toMatchObject({ level: "info", fields: { status: 101, path: "/ws/chat" } });
});

describe("a script that does not load", () => {
  test("is an entry with file, line and code at the start and at a reload, and health names it", async () => {
    const app = await serve({}, { ...files, "ws/bad.js": "export const onOpen = (\n" });
    const entry = await app.logged(/^ws\/bad\.js:2/);
    expect(entry).toMatchObject({
      level: "error",
      fields: { code: "PARLOR_SCRIPT_SYNTAX", file: "ws/bad.js", line: 2 },
    });
    expect(app.server.health).toMatchObject({ status: "degraded", failedRoutes: ["/ws/bad"] });
  });

  test("while its previous version serves makes health degraded until it loads again", async () => {
    const dir = folderOf(files);
    const app = await RunningApp.serve(dir);
    const good = readFileSync(join(dir, "http/tea.js"), "utf8");
    writeFileSync(join(dir, "http/tea.js"), "export const GET = (\n");
    await app.server.reload();
    const { fields } = await app.logged(/^http\/tea\.js:2.*; the previous version keeps serving$/);
    expect(fields).toMatchObject({ code: "PARLOR_SCRIPT_SYNTAX", line: 2 });
    const summary = await app.logged(/^reloaded: 1 failed$/);
    expect(summary).toMatchObject({
      level: "warn",
      fields: { code: "PARLOR_RELOAD_PARTLY", failed: ["http/tea.js"] },
    });
    expect(app.server.health).toMatchObject({
      status: "degraded",
      failedRoutes: [],
      problems: [{ at: expect.stringMatching(/^http\/tea\.js:2:/) as string, code: "PARLOR_SCRIPT_SYNTAX" }],
    });
    writeFileSync(join(dir, "http/tea.js"), good);
    await app.server.reload();
    expect(app.server.health).toMatchObject({ status: "ok", problems: [] });
  });
});

test("docs/operations.md lists every field, and no other", async () => {
  const app = await talkative({ logLevel: "trace", accessLog: true });
  await app.server.reload();
  await app.server.close();
  const seen = new Set(app.log.entries.flatMap(({ fields }) => Object.keys(fields)));
  const page = readFileSync(join(root, "docs/operations.md"), "utf8");
  const table = page.slice(page.indexOf("| field", page.indexOf("## The log")));
  const rows = table.slice(0, table.indexOf("\n\n")).split("\n").slice(2);
  const listed = new Set(
    rows.flatMap((row) =>
      Array.from(/^\|(.*?)\|/.exec(row)?.[1]?.matchAll(/`(\w+)`/g) ?? [], ([, name]) => name),
    ),
  );
  expect([...seen].filter((name) => !listed.has(name))).toEqual([]);
  const elsewhere = "level time msg scripts file line column isCut repeated lost".split(" ");
  expect(
    [...listed].filter((name) => name !== undefined && !seen.has(name) && !elsewhere.includes(name)),
  ).toEqual([]);
});
