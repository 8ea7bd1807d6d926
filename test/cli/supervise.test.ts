import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { supervise } from "../../src/cli/commands/supervise.ts";
import type { ServerExit, ServerProcess } from "../../src/cli/lifetime/server-process.ts";
import { ServeLog } from "../../src/cli/print/serve-log.ts";
import { recordingTerminal } from "./support/recording-terminal.ts";

beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout", "performance"] }));
afterEach(() => void vi.useRealTimers());

const quiet = () => {
  const terminal = recordingTerminal();
  return { terminal, log: new ServeLog(terminal, "pretty") };
};

/** Servers that end as given, one after the other; `lives` is in ms. */
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

test("a server that crashes after it has served is restarted, and one that exits with 0 is not", async () => {
  const { start, count } = servers([
    { code: null, signal: "SIGABRT", lives: 2050 },
    { code: 1, signal: null, lives: 0 },
    { code: 0, signal: null, lives: 0 },
  ]);
  const terminal = recordingTerminal();
  const code = supervise([], { terminal, log: new ServeLog(terminal, "pretty"), start });
  await vi.advanceTimersByTimeAsync(5000);
  expect(await code).toBe(0);
  expect(count()).toBe(3);
  expect(terminal.errLines).toEqual([
    expect.stringMatching(/error the server process ended: SIGABRT; restarting it \[PARLOR_SERVER_ENDED\]$/),
    expect.stringMatching(
      /error the server process ended: exit code 1; restarting it \[PARLOR_SERVER_ENDED\]$/,
    ),
  ]);
});

test("a server that never served is not restarted", async () => {
  const { start, count } = servers([{ code: 1, signal: null, lives: 0 }]);
  const code = supervise([], { ...quiet(), start });
  await vi.advanceTimersByTimeAsync(0);
  expect(await code).toBe(1);
  expect(count()).toBe(1);
});

test("SIGHUP is passed to the server, and after SIGTERM it is not restarted", async () => {
  const { start, signals, count } = servers([{ code: null, signal: "SIGTERM", lives: 2050 }]);
  const code = supervise([], { ...quiet(), start });
  await vi.advanceTimersByTimeAsync(2000);
  process.emit("SIGHUP", "SIGHUP");
  process.emit("SIGTERM", "SIGTERM");
  await vi.advanceTimersByTimeAsync(50);
  expect(await code).toBe(1);
  expect(signals).toEqual(["SIGHUP", "SIGTERM"]);
  expect(count()).toBe(1);
});

test.each([
  ["SIGHUP", 2],
  ["SIGTERM", 1],
] as const)(
  "%s in the pause between two servers does not end the supervisor by itself",
  async (signal, starts) => {
    const { start, count } = servers([
      { code: null, signal: "SIGKILL", lives: 2050 },
      { code: 0, signal: null, lives: 50 },
    ]);
    const code = supervise([], { ...quiet(), start });
    await vi.advanceTimersByTimeAsync(2060);
    expect(process.listenerCount(signal)).toBeGreaterThan(0);
    process.emit(signal, signal);
    await vi.advanceTimersByTimeAsync(5000);
    expect(await code).toBe(0);
    expect(count()).toBe(starts);
  },
);

test.each(["SIGTERM", "SIGINT"] as const)(
  "a server that %s ends before it has served, the first or the next one, leaves exit code 0",
  async (signal) => {
    const early = { code: null, signal, lives: 50 };
    for (const before of [[], [{ code: null, signal: "SIGABRT", lives: 2050 } as const]]) {
      const code = supervise([], { ...quiet(), start: servers([...before, early]).start });
      if (before.length > 0) await vi.advanceTimersByTimeAsync(2110);
      process.emit(signal, signal);
      await vi.advanceTimersByTimeAsync(50);
      expect(await code).toBe(0);
    }
  },
);

test("a server that exceeds its grace is killed", async () => {
  const signals: string[] = [];
  let end: (exit: ServerExit) => void = () => {};
  const server: ServerProcess = {
    ended: new Promise((resolve) => (end = resolve)),
    grace: 3000,
    kill: (signal) => {
      signals.push(signal);
      if (signal === "SIGKILL") end({ code: null, signal });
    },
  };
  const code = supervise([], { ...quiet(), start: () => server });
  process.emit("SIGTERM", "SIGTERM");
  await vi.advanceTimersByTimeAsync(3999);
  expect(signals).toEqual(["SIGTERM"]);
  await vi.advanceTimersByTimeAsync(1);
  expect(await code).toBe(1);
  expect(signals).toEqual(["SIGTERM", "SIGKILL"]);
});
