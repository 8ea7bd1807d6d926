import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { shapeOf } from "../../src/boundary/shape.ts";
import { diesel } from "../../src/dialects/diesel/index.ts";
import { loadApp } from "../../src/load/load-app.ts";
import { folderOf, RunningApp } from "../support/running-app.ts";

const f = (): void => undefined;
const CODE = "PARLOR_EXPORT_UNUSED";

/** The hints for exports of a kind of script: `name>meant`. */
function hints(kind: "ws" | "http" | "cron" | "task" | "shared", exported: object): string[] {
  const all = diesel.hints?.(kind, shapeOf(exported as Record<string, unknown>)) ?? [];
  return all.map(({ name, meant }) => `${name}>${meant}`);
}

describe("an export that resembles a handler or a setting is hinted at", () => {
  test.each([
    ["ws", { onOpen: f, onShutdown: f }, "onShutdown>onStop"],
    ["ws", { onMessage: f, onConnect: f }, "onConnect>onOpen"],
    ["ws", { onOpen: f, onmessage: f }, "onmessage>onMessage"],
    ["ws", { onMessage: f, onOpened: f }, "onOpened>onOpen"],
    ["ws", { onOpen: f, on_message: f }, "on_message>onMessage"],
    ["ws", { onOpen: f, onMesage: f }, "onMesage>onMessage"],
    ["ws", { onMessage: f, onDisconnect: f }, "onDisconnect>onClose"],
    ["ws", { onMessage: f, onInit: f }, "onInit>onStart"],
    ["ws", { onMessage: f, tickrate: 5 }, "tickrate>tickRate"],
    ["ws", { onMessage: f, TICK_RATE: 5 }, "TICK_RATE>tickRate"],
    ["ws", { onMessage: f, subprotocols: ["a"] }, "subprotocols>protocols"],
    ["ws", { onMessage: f, default: { onOpen: f } }, "default>onOpen"],
    ["http", { GET: f, post: f }, "post>POST"],
    ["http", { GET: f, onShutdown: f }, "onShutdown>onStop"],
    ["http", { GET: f, Delete: f }, "Delete>DELETE"],
    ["cron", { schedule: "@daily", timeZone: "UTC" }, "timeZone>timezone"],
    ["cron", { schedule: "@daily", onRun: f }, "onRun>run"],
    ["task", { Run: f }, "Run>run"],
    ["shared", { onShutdown: f }, "onShutdown>onStop"],
    ["shared", { onstart: f }, "onstart>onStart"],
  ] as const)("%s %j", (kind, exported, hint) => {
    expect(hints(kind, exported)).toEqual([hint]);
  });

  test.each([
    ["ws", { onMessage: f, onTime: f, reset: f, rates: [], messages: f, open: f, close: f, got: f }],
    ["ws", { onMessage: f, onMessages: f, onmessage: f }],
    ["ws", { onOpen: f, onConnect: f, OnOpen: class {} }],
    ["ws", { onMessage: f, tickRates: f, shutdown: f, stop: f, start: f, fps: 60 }],
    ["http", { GET: f, get: f, handler: f, helper: f, target: "x" }],
    ["cron", { schedule: "@daily", run: f, runs: f, main: f }],
    ["task", { main: f, seed: f }],
    ["shared", { onReady: f, onMessage: f, onConnect: f, onUpdate: f, stop: f, start: f, pool: f }],
  ] as const)("a helper of %s is not: %j", (kind, exported) => {
    expect(hints(kind, exported)).toEqual([]);
  });
});

const FILES = {
  "ws/tea.js": `import "../shared/db.js";\nexport function onMessage() {}\nexport function onShutdown() {}\n`,
  "shared/db.js": `export function onDestroy() {}`,
  "http/menu.js": `export const GET = () => new Response();\nexport const onInit = () => {};`,
  "ws/fine.js": `export function onMessage() { helper(); }\nexport function helper() {}`,
};

test("an app's warnings have their places, and its scripts are served", async () => {
  const { warnings, problems, scripts } = await loadApp(folderOf(FILES));
  expect(problems).toEqual([]);
  expect(scripts).toHaveLength(3);
  const lines = warnings.map(({ code, file, line, message }) => `${code} ${file}:${line} ${message}`).sort();
  expect(lines).toEqual([
    `${CODE} http/menu.js:2 exports "onInit", which has no effect; did you mean "onStart"?`,
    `${CODE} shared/db.js:null exports "onDestroy", which has no effect; did you mean "onStop"?`,
    `${CODE} ws/tea.js:3 exports "onShutdown", which has no effect; did you mean "onStop"?`,
  ]);
});

test.each([
  ["ws/tea.js", `export const onMesage = () => {};`, 'did you mean "onMessage" by "onMesage"?'],
  ["http/tea.js", `export const get = () => {};`, 'did you mean "GET" by "get"?'],
  ["ws/tea.js", `export default { onOpen() {} };`, "as in: export function onOpen"],
])("%s: %s is one line, an error", async (file, text, line) => {
  const { problems, warnings } = await loadApp(folderOf({ [file]: text }));
  expect(problems.map(({ message }) => message)).toEqual([expect.stringContaining(line)]);
  expect(warnings).toEqual([]);
});

test("each of two names that are misspelt is in one line", async () => {
  const text = `export const onMesage = () => {};\nexport const onOpn = () => {};`;
  const { problems, warnings } = await loadApp(folderOf({ "ws/tea.js": text }));
  const lines = [...problems, ...warnings].map(({ message }) => message);
  expect(lines).toHaveLength(2);
  expect(lines.filter((line) => line.includes('"onMesage"'))).toHaveLength(1);
  expect(lines.filter((line) => line.includes('"onOpn"'))).toHaveLength(1);
});

test("serve logs each warning once per version", async () => {
  const dir = folderOf(FILES);
  const reports: string[][] = [];
  const app = await RunningApp.serve(dir, {
    onReload: ({ warnings }) => void reports.push(warnings.map(({ file }) => file)),
  });
  const logged = app.log.entries.filter(({ fields }) => fields["code"] === CODE);
  expect(logged.map(({ level }) => level)).toEqual(["warn", "warn", "warn"]);
  expect(logged.map(({ text }) => text).join()).toContain('ws/tea.js:3:17: exports "onShutdown"');
  await app.server.reload();
  expect(reports).toEqual([[]]);
  rmSync(join(dir, "shared/db.js"));
  writeFileSync(join(dir, "ws/tea.js"), `export function onMessage() {}\nexport function onExit() {}\n`);
  await app.server.reload();
  expect(reports[1]).toEqual(["ws/tea.js"]);
});

test("createServer logs the handlers that have no effect", async () => {
  const routes = { "/ws/tea": { onMessage: f, onConnect: f } };
  const app = await RunningApp.embed({ routes });
  const line = await app.logged(/onConnect/);
  expect(line).toMatchObject({ level: "warn", fields: { code: CODE } });
  expect(line.text).toBe('/ws/tea: exports "onConnect", which has no effect; did you mean "onOpen"?');
});
