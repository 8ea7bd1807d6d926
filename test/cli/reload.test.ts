import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openControl } from "../../src/cli/control/control-server.ts";
import { main } from "../../src/cli/main.ts";
import { RunningApp, folderOf } from "../support/running-app.ts";
import { recordingTerminal } from "./support/recording-terminal.ts";

const script = (name: string) => `
  export const tickRate = 20;
  export function onMessage(session) { session.send("${name}"); }
`;

test("parlor reload and parlor top speak to the running server", async () => {
  const dir = folderOf({ "ws/game.js": script("a") });
  const app = await RunningApp.serve(dir);
  const control = await openControl(dir, app.server);
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
  control.close();
});

test("without a server they say how to start one", async () => {
  const dir = folderOf({ "ws/game.js": script("a") });
  for (const args of [["reload", "--dir"], ["reload", "/ws/game", "--dir"], ["top"]]) {
    const terminal = recordingTerminal();
    expect(await main([...args, dir], terminal)).toBe(1);
    expect(terminal.errLines).toEqual([
      `parlor: no server of this app is running: start one with "parlor serve ${dir}"`,
    ]);
  }
});

test("parlor reload of a route begins it anew, and says which route was probably meant", async () => {
  const dir = folderOf({ "ws/game.js": script("a") });
  const app = await RunningApp.serve(dir);
  const control = await openControl(dir, app.server);
  const client = app.connect("/ws/game");
  client.send("");
  await client.next();
  const terminal = recordingTerminal();
  expect(await main(["reload", "/ws/game", "--dir", dir], terminal)).toBe(0);
  expect(terminal.outLines).toEqual([
    "/ws/game reloaded; the server's log tells of what has changed and what is wrong",
  ]);
  expect(app.server.status.scripts[0]).toMatchObject({ reloads: 1, sessions: 1 });
  expect(await main(["reload", "/ws/gane", "--dir", dir], terminal)).toBe(1);
  expect(terminal.errLines).toEqual([
    'parlor: there is no route or script "/ws/gane"; did you mean "/ws/game"?',
  ]);
  control.close();
});

test("parlor reload takes the folder as an option, and says so", async () => {
  const dir = folderOf({ "ws/game.js": script("a") });
  const terminal = recordingTerminal();
  expect(await main(["reload", dir], terminal)).toBe(1);
  expect(terminal.errLines).toEqual([
    `parlor: no server of this app is running: for that of ${dir}, "parlor reload --dir ${dir}"`,
  ]);
});
