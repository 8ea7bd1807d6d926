import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { openControl } from "../../src/cli/control/open-control.ts";
import { controlledServer } from "../../src/cli/control/controlled-server.ts";
import { LastReport } from "../../src/cli/control/last-report.ts";
import { main } from "../../src/cli/main.ts";
import { serve } from "../../src/server/serve.ts";
import { LogRecorder } from "../support/log-recorder.ts";
import { folderOf, RunningApp } from "../support/running-app.ts";
import { parlor } from "./support/parlor.ts";
import { recordingTerminal } from "./support/recording-terminal.ts";

const script = (name: string) => `
  export const tickRate = 20;
  export function onMessage(session) { session.send("${name}"); }
`;

/** Serves a folder with a control socket, as `parlor serve` does. */
async function controlledApp(dir: string): Promise<RunningApp> {
  const log = new LogRecorder();
  const reports = new LastReport();
  const server = await serve({ dir, port: 0, log: log.log, onReload: (report) => reports.set(report) });
  const app = new RunningApp(server, log);
  onTestFinished(() => app.close());
  const control = await openControl(dir, controlledServer(server, dir, { reports, systemd: null }));
  onTestFinished(() => control.close());
  return app;
}

test("parlor reload and parlor top use the running server", async () => {
  const dir = folderOf({ "ws/game.js": script("a") });
  const app = await controlledApp(dir);
  const client = app.connect("/ws/game");
  client.send("");
  expect(await client.next()).toBe("a");
  writeFileSync(join(dir, "ws/game.js"), script("b"));
  const terminal = recordingTerminal();
  expect(await main(["reload", "--dir", dir], terminal)).toBe(0);
  client.send("");
  expect(await client.next()).toBe("b");
  expect(await main(["top", dir, "--json"], terminal)).toBe(0);
  const status = JSON.parse(terminal.outLines.slice(1).join("\n")) as {
    sessions: number;
    scripts: unknown[];
  };
  expect(status).toMatchObject({ sessions: 1, faults: 0 });
  expect(status.scripts[0]).toMatchObject({
    route: "/ws/game",
    state: "serving",
    sessions: 1,
    received: 2,
    sent: 2,
    reloads: 1,
    restarts: 0,
  });
  expect(await main(["top", dir], terminal)).toBe(0);
  expect(terminal.outLines.join("\n")).toMatch(
    /ROUTE +VERSION +STATE +SESSIONS[^]*\/ws\/game +\w{8} +serving +1/,
  );
});

test("parlor reload and parlor run find the server from a folder of the app", async () => {
  const dir = folderOf({
    "ws/game.js": script("a"),
    "tasks/shout.js": "console.log('shouted');",
    "lib/deep/x.js": "",
  });
  await controlledApp(dir);
  for (const cwd of [join(dir, "ws"), join(dir, "lib/deep")]) {
    const { code, out, err } = await parlor(["reload", "ws/game.js"], { cwd }).ended;
    expect({ code, out, err }).toEqual({
      code: 0,
      out: "ws/game.js reloaded: 1 script changed (ws/game.js)\n",
      err: "",
    });
  }
  expect(await parlor(["run", "shout"], { cwd: join(dir, "ws") }).ended).toMatchObject({
    code: 0,
    out: "shouted\n",
  });
});

test.each(["./ws/game.js", "ws\\game.js", ".\\ws\\game.js"])(
  "parlor reload takes a script as a shell writes it: %s",
  async (name) => {
    const dir = folderOf({ "ws/game.js": script("a") });
    await controlledApp(dir);
    const terminal = recordingTerminal();
    expect(await main(["reload", name, "--dir", dir], terminal)).toBe(0);
    expect(terminal.outLines).toEqual(["ws/game.js reloaded: 1 script changed (ws/game.js)"]);
  },
);

test("parlor reload of an app that cannot be read prints why", async () => {
  const dir = folderOf({ "ws/game.js": script("a") });
  await controlledApp(dir);
  mkdirSync(join(dir, ".env"));
  const terminal = recordingTerminal();
  expect(await main(["reload", "--dir", dir], terminal)).toBe(1);
  expect(terminal.errLines[0]).toBe(
    `error ${join(dir, ".env")}: cannot be read (EISDIR); make it a readable file, or remove it [PARLOR_ENV_FILE]`,
  );
});

test("parlor reload prints one line for a file that is wrong for every script", async () => {
  const dir = folderOf({ "ws/a.ts": script("a"), "ws/b.ts": script("b"), "tsconfig.json": "{}" });
  await controlledApp(dir);
  writeFileSync(join(dir, "tsconfig.json"), "{ x");
  const terminal = recordingTerminal();
  expect(await main(["reload", "--dir", dir], terminal)).toBe(1);
  expect(terminal.outLines).toEqual(["reloaded: 1 failed"]);
  expect(terminal.errLines.filter((line) => line.includes("tsconfig.json"))).toHaveLength(1);
});

test("parlor reload prints how many scripts changed and which do not load", async () => {
  const dir = folderOf({ "ws/game.js": script("a"), "ws/bad.js": script("a") });
  await controlledApp(dir);
  const terminal = recordingTerminal();
  expect(await main(["reload", "--dir", dir], terminal)).toBe(0);
  writeFileSync(join(dir, "ws/game.js"), script("b"));
  writeFileSync(join(dir, "ws/bad.js"), "export const onOpen = (\n");
  expect(await main(["reload", "--dir", dir], terminal)).toBe(1);
  expect(terminal.outLines).toEqual([
    "reloaded: nothing changed",
    "reloaded: 1 script changed (ws/game.js), 1 failed",
  ]);
  expect(terminal.errLines).toEqual([
    expect.stringMatching(/^error .*\/ws\/bad\.js:\d+:\d+: .* \[PARLOR_SCRIPT_SYNTAX\]$/),
    "the previous versions of what failed keep serving",
  ]);
});

// Its first evaluation, by the loader, goes well; the next one, on the thread of the route, ends the thread.
const dying = (name: string, dir: string) => `
  import { appendFileSync, readFileSync } from "node:fs";
  appendFileSync("${dir}/evaluations", "x");
  if (readFileSync("${dir}/evaluations", "utf8").length > 1) process.exit(3);
  export const scope = "route";
  export function onMessage(session) { session.send("${name}"); }
`;

test.each([
  ["of a route that serves", true, ["/ws/game"]],
  ["of a route that has no client", false, ["/ws/game"]],
  ["of all routes", true, []],
])(
  "parlor reload %s to a version that dies while loading prints the reason and exits with 1",
  async (_what, isUsed, names) => {
    const dir = folderOf({ "ws/game.js": script("a").replace(/export const tickRate.*/, "") });
    const app = await controlledApp(dir);
    const client = isUsed ? app.connect("/ws/game") : null;
    client?.send("");
    expect(await client?.next()).toBe(isUsed ? "a" : undefined);
    writeFileSync(join(dir, "ws/game.js"), dying("b", dir));
    const terminal = recordingTerminal();
    expect(await main(["reload", ...names, "--dir", dir], terminal)).toBe(1);
    expect(terminal.errLines.join("\n")).toMatch(
      /ws\/game\.js: .*exited with code 3.*; the previous version stays/,
    );
    const later = client ?? app.connect("/ws/game");
    later.send("");
    expect(await later.next()).toBe("a");
  },
);

test("parlor reload and parlor top without a server print how to start one", async () => {
  const dir = folderOf({ "ws/game.js": script("a") });
  for (const args of [["reload", "--dir"], ["reload", "/ws/game", "--dir"], ["top"]]) {
    const terminal = recordingTerminal();
    expect(await main([...args, dir], terminal)).toBe(1);
    expect(terminal.errLines).toEqual([
      `parlor: no server of this app is running: ${dir}; start one with: parlor serve ${dir}`,
    ]);
  }
});

test("parlor reload of a route restarts it, and suggests the nearest name for an unknown one", async () => {
  const dir = folderOf({ "ws/game.js": script("a") });
  const app = await controlledApp(dir);
  const client = app.connect("/ws/game");
  client.send("");
  await client.next();
  const terminal = recordingTerminal();
  expect(await main(["reload", "/ws/game", "--dir", dir], terminal)).toBe(0);
  expect(terminal.outLines).toEqual(["/ws/game reloaded: 1 script changed (ws/game.js)"]);
  expect(app.server.status.scripts[0]).toMatchObject({ reloads: 1, sessions: 1 });
  expect(await main(["reload", "/ws/gane", "--dir", dir], terminal)).toBe(1);
  expect(terminal.errLines).toEqual([
    'parlor: there is no route or script "/ws/gane"; did you mean "/ws/game"? [PARLOR_ROUTE_UNKNOWN]',
  ]);
});

test("parlor reload of a folder prints that the folder is an option", async () => {
  const dir = folderOf({ "ws/game.js": script("a") });
  const terminal = recordingTerminal();
  expect(await main(["reload", dir], terminal)).toBe(1);
  expect(terminal.errLines).toEqual([
    `parlor: no server of this app is running: .; to reload the app in ${dir}, use: parlor reload --dir ${dir}`,
  ]);
});

/** A contract in a few lines, as zod and others make them. */
const contract = (names: readonly string[]) => `
  const schema = { "~standard": { version: 1, vendor: "test", validate: (value) => ({ value }) } };
  export const messages = { in: { ${names.map((name) => `${name}: schema`).join(", ")} } };
  export const on = { ${names.map((name) => `${name}(session) { session.emit("ok", { has: "${names.join(" ")}" }); }`).join(", ")} };
`;

test("parlor reload keeps a version whose contract connected clients hold, and --force serves the next one", async () => {
  const dir = folderOf({ "ws/chat.js": contract(["say", "wave"]) });
  const app = await controlledApp(dir);
  const client = app.connect("/ws/chat");
  const said = async (): Promise<unknown> => (client.send('{"type":"say"}'), client.nextJson());
  expect(await said()).toEqual({ type: "ok", has: "say wave" });
  writeFileSync(join(dir, "ws/chat.js"), contract(["say"]));
  const terminal = recordingTerminal();
  expect(await main(["reload", "--dir", dir], terminal)).toBe(1);
  const lines = [...terminal.outLines, ...terminal.errLines].join("\n");
  expect(lines).toMatch(/ws\/chat\.js: .*wave.*1 session.*--force/);
  expect(await said()).toEqual({ type: "ok", has: "say wave" });
  expect(await main(["reload", "--dir", dir, "--force"], terminal)).toBe(0);
  expect(await said()).toEqual({ type: "ok", has: "say" });
});
