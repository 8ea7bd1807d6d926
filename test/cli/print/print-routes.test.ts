import { describe, expect, test } from "vitest";
import { printRoutes } from "../../../src/cli/print/print-routes.ts";
import type { PrintedRoute } from "../../../src/cli/print/print-routes.ts";
import { recordingTerminal } from "../support/recording-terminal.ts";

const row = (changes: Partial<PrintedRoute>): PrintedRoute => ({
  kind: "ws",
  route: "/ws/chat",
  script: "ws/chat.ts",
  version: "3f2a9c1e",
  state: "connection",
  thread: "own",
  tickRate: null,
  schedule: null,
  status: "ok",
  ...changes,
});

describe("printRoutes", () => {
  test("prints a row for each route, with its tick rate or schedule", () => {
    const terminal = recordingTerminal();
    printRoutes(terminal, [
      row({}),
      row({ route: "/ws/game", script: "ws/game.ts", state: "route", tickRate: 30 }),
      row({
        kind: "cron",
        route: "",
        script: "cron/x.ts",
        version: "",
        state: "-",
        schedule: "*/5 * * * * *",
      }),
    ]);
    expect(terminal.outLines).toEqual([
      "KIND  ROUTE     SCRIPT      VERSION   STATE       THREAD",
      "ws    /ws/chat  ws/chat.ts  3f2a9c1e  connection  own",
      "ws    /ws/game  ws/game.ts  3f2a9c1e  route       own     30 ticks/s",
      "cron            cron/x.ts   -         -           own     at */5 * * * * *",
    ]);
  });

  test("prints a failed route in red", () => {
    const terminal = recordingTerminal({ colors: true });
    printRoutes(terminal, [row({ status: "failed", tickRate: 30 })]);
    expect(terminal.outLines[1]).toBe(
      "<red>ws    /ws/chat  ws/chat.ts  3f2a9c1e  connection  own     failed</red>",
    );
  });
});
