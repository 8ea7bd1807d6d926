import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { stopRequest } from "../../../src/cli/common/stop-request.ts";
import type { StopRequest } from "../../../src/cli/common/stop-request.ts";

describe("stopRequest", () => {
  let exits: number[];
  let stop: StopRequest;
  let before: number;

  beforeEach(() => {
    vi.useFakeTimers({ toFake: ["performance"] });
    exits = [];
    before = process.listenerCount("SIGHUP");
    stop = stopRequest((code) => void exits.push(code));
  });
  afterEach(() => {
    stop.dispose();
    vi.useRealTimers();
  });

  test.each(["SIGINT", "SIGTERM", "SIGHUP"] as const)("is requested by %s", async (signal) => {
    process.emit(signal, signal);
    expect(await stop.requested).toBe(signal);
    expect(exits).toEqual([]);
  });

  test("counts the same Ctrl-C from the terminal and from npm once", async () => {
    process.emit("SIGINT", "SIGINT");
    vi.advanceTimersByTime(50);
    process.emit("SIGINT", "SIGINT");
    await stop.requested;
    expect(exits).toEqual([]);
  });

  test("ends the process at once at a second signal", () => {
    process.emit("SIGINT", "SIGINT");
    vi.advanceTimersByTime(1000);
    process.emit("SIGINT", "SIGINT");
    expect(exits).toEqual([130]);
  });

  test("removes its listeners when it is disposed", () => {
    stop.dispose();
    expect(process.listenerCount("SIGHUP")).toBe(before);
  });
});
