import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { folderOf, RunningApp } from "../support/running-app.ts";

/** Values that can be handed over, and what the next version reads. */
const FIT: Readonly<Record<string, readonly [make: string, read: string]>> = {
  text: [`"text"`, `'text'`],
  number: [`-0`, `-0`],
  bigint: [`10n ** 30n`, `1000000000000000000000000000000n`],
  list: [`[1, [2, undefined]]`, `[ 1, [ 2, undefined ] ]`],
  object: [`({ a: { b: null } })`, `{ a: { b: null } }`],
  instance: [`new (class Point { x = 1; })()`, `{ x: 1 }`],
  date: [`new Date(0)`, `1970-01-01T00:00:00.000Z`],
  pattern: [`/x/gi`, `/x/gi`],
  map: [`new Map([[1, { deep: new Set([2]) }]])`, `Map(1) { 1 => { deep: Set(1) { 2 } } }`],
  bytes: [`new Uint8Array([1, 2])`, `Uint8Array(2) [ 1, 2 ]`],
  buffer: [`Buffer.from("hi")`, `Uint8Array(2) [ 104, 105 ]`],
  floats: [`new Float64Array([1.5])`, `Float64Array(1) [ 1.5 ]`],
  url: [`new URL("http://x/")`, `{}`],
};

/** Values that are left behind. */
const UNFIT: Readonly<Record<string, string>> = {
  shared: `new SharedArrayBuffer(8)`,
  sharedView: `({ deep: [new Uint8Array(new SharedArrayBuffer(8))] })`,
  module: `new WebAssembly.Module(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0]))`,
  moduleDeep: `({ deep: new Map([[1, [new WebAssembly.Module(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0]))]]]) })`,
  memory: `new WebAssembly.Memory({ initial: 1 })`,
  port: `new MessageChannel().port1`,
  function: `() => 1`,
  symbol: `Symbol("x")`,
  promise: `Promise.resolve()`,
  weak: `new WeakMap()`,
  blob: `new Blob(["x"])`,
  proxy: `new Proxy({}, {})`,
  getter: `({ get a() { throw new Error("no"); } })`,
  deep: `nested(501)`,
};

const ENTRIES = { ...Object.fromEntries(Object.entries(FIT).map(([key, [make]]) => [key, make])), ...UNFIT };

// Set, and changed after they were set: the live value is handed over.
const script = (isolation: string, version: number): string => `
import { inspect } from "node:util";
export const scope = "route";
export const isolation = ${JSON.stringify(isolation)};
const nested = (levels) => levels === 0 ? 1 : [nested(levels - 1)];
const make = { ${Object.entries(ENTRIES)
  .map(([key, value]) => `${key}: () => (${value})`)
  .join(",\n")} };
export function onMessage(session, text) {
  if (text === "set") for (const [key, value] of Object.entries(make)) session.setAttribute(key, value());
  if (text === "set late") for (const [key, value] of Object.entries(make)) session.setAttribute(key + "Late", {});
  if (text === "set late") for (const [key, value] of Object.entries(make)) session.getAttribute(key + "Late").in = value();
  const read = Object.fromEntries(Object.entries(session.getAttributes()).map(([key, value]) => [key, inspect(value, { depth: 9, breakLength: Infinity, compact: true })]));
  session.send(JSON.stringify({ version: ${version}, read }));
}`;

interface Reply {
  readonly version: number;
  readonly read: Readonly<Record<string, string>>;
}

describe.each([
  ["thread", "thread"],
  ["thread", "process"],
  ["process", "thread"],
  ["process", "process"],
])("from a %s to a %s", (from, to) => {
  test("the same values are handed over, and each other one is left behind with one line", async () => {
    const dir = folderOf({ "ws/values.js": script(from, 1) });
    const app = await RunningApp.serve(dir);
    const [client, other] = [await app.open("/ws/values"), await app.open("/ws/values")];
    const ask = async (who: typeof client, text: string): Promise<Reply> => {
      who.send(text);
      return JSON.parse((await who.next()) as string) as Reply;
    };
    for (const who of [client, other]) for (const text of ["set", "set late"]) await ask(who, text);
    writeFileSync(join(dir, "ws/values.js"), script(to, 2));
    await app.server.reload();

    const { version, read } = await ask(client, "get");
    expect(version).toBe(2);
    for (const [key, [, text]] of Object.entries(FIT)) {
      expect(read[key], key).toBe(text);
      expect(read[`${key}Late`], key).toBe(`{ in: ${text} }`);
    }
    for (const key of Object.keys(UNFIT)) {
      expect(read[key], key).toBeUndefined();
      // As it was when it was set.
      expect(read[`${key}Late`], key).toBe("{}");
    }
    const lost = app.log.entries.filter(({ fields }) => fields["code"] === "PARLOR_ATTRIBUTE_LOST");
    const keys = lost.map(({ text }) => /attribute "(\w+)"/.exec(text)?.[1]);
    expect(keys).toHaveLength(2 * Object.keys(UNFIT).length);
    expect(new Set(keys)).toEqual(new Set(Object.keys(UNFIT).flatMap((key) => [key, `${key}Late`])));
  });
});

/** Each session keeps one value by its key; the next version reports what it got. */
const saving = (isolation: string): string => `
import { inspect } from "node:util";
export const isolation = ${JSON.stringify(isolation)};
const nested = (levels) => levels === 0 ? 1 : [nested(levels - 1)];
const make = { ${Object.entries(ENTRIES)
  .map(([key, value]) => `${key}: () => (${value})`)
  .join(",\n")} };
let key = "";
let got = "nothing";
export const saveState = () => ({ in: make[key]() });
export const restoreState = (saved) => { got = inspect(saved.in, { depth: 9, breakLength: Infinity, compact: true }); };
export function onMessage(session, text) { key = text === "get" ? key : text; session.send(got); }`;

test("each state that fits is handed over, and those that do not cost no other session its own", async () => {
  const dir = folderOf({ "ws/values.js": saving("thread") });
  const app = await RunningApp.serve(dir);
  const keys = Object.keys(ENTRIES);
  const clients = await Promise.all(keys.map(() => app.open("/ws/values")));
  for (const [at, client] of clients.entries()) {
    client.send(keys[at] as string);
    await client.next();
  }
  writeFileSync(join(dir, "ws/values.js"), saving("process"));
  await app.server.reload();
  const got: Record<string, unknown> = {};
  for (const [at, client] of clients.entries()) {
    client.send("get");
    got[keys[at] as string] = await client.next();
  }
  const unfit = Object.fromEntries(Object.keys(UNFIT).map((key) => [key, "nothing"]));
  const fit = Object.fromEntries(Object.entries(FIT).map(([key, [, text]]) => [key, text]));
  expect(got).toEqual({ ...fit, ...unfit });
  expect(app.log.entries.filter(({ fields }) => fields["code"] === "PARLOR_STATE_LOST")).toHaveLength(1);
});
