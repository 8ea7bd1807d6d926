import { expect, test } from "vitest";
import { supervise, type ServerExit, type ServerProcess } from "../../src/cli/commands/supervise.ts";
import { recordingTerminal } from "./support/recording-terminal.ts";

/** Servers that end as they are told to, one after the other; each lives for so long, ms. */
function servers(exits: readonly (ServerExit & { lives: number })[]) {
  const signals: string[] = [];
  let started = 0;
  const start = (): ServerProcess => {
    const { lives, ...exit } = exits[started++]!;
    return {
      ended: new Promise((resolve) => setTimeout(() => resolve(exit), lives)),
      kill: (signal) => void signals.push(signal),
    };
  };
  return { start, signals, count: () => started };
}

test("a server that dies after it has served is started again; one that ends by itself is not", async () => {
  const { start, count } = servers([
    { code: null, signal: "SIGABRT", lives: 2050 },
    { code: 1, signal: null, lives: 0 },
    { code: 0, signal: null, lives: 0 },
  ]);
  const terminal = recordingTerminal();
  expect(await supervise([], terminal, start)).toBe(0);
  expect(count()).toBe(3);
  expect(terminal.errLines).toEqual([
    "parlor: the server ended (SIGABRT); it starts again",
    "parlor: the server ended (exit code 1); it starts again",
  ]);
});

test("one that never came to serve has said why, and is not started again", async () => {
  const { start, count } = servers([{ code: 1, signal: null, lives: 0 }]);
  expect(await supervise([], recordingTerminal(), start)).toBe(1);
  expect(count()).toBe(1);
});

test("a reload is passed on; who is asked to stop starts nothing again", async () => {
  const { start, signals, count } = servers([{ code: null, signal: "SIGTERM", lives: 50 }]);
  const over = supervise([], recordingTerminal(), start);
  process.emit("SIGHUP", "SIGHUP");
  process.emit("SIGTERM", "SIGTERM");
  expect(await over).toBe(1);
  expect(signals).toEqual(["SIGHUP", "SIGTERM"]);
  expect(count()).toBe(1);
});
