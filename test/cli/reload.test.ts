import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openControl } from "../../src/cli/control-server.ts";
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
  expect(await main(["reload", dir], terminal)).toBe(0);
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
  for (const command of ["reload", "top"]) {
    const terminal = recordingTerminal();
    expect(await main([command, dir], terminal)).toBe(1);
    expect(terminal.errLines).toEqual([
      `parlor: no server of this app is running: start one with "parlor serve ${dir}"`,
    ]);
  }
});
