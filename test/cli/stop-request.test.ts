import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { stopRequest } from "../../src/cli/stop-request.ts";
import type { StopRequest } from "../../src/cli/stop-request.ts";

describe("a request to stop", () => {
  let exits: number[];
  let stop: StopRequest;

  beforeEach(() => {
    vi.useFakeTimers({ toFake: ["performance"] });
    exits = [];
    stop = stopRequest((code) => void exits.push(code));
  });
  afterEach(() => {
    stop.dispose();
    vi.useRealTimers();
  });

  test.each(["SIGINT", "SIGTERM", "SIGHUP"] as const)("is made by %s", async (signal) => {
    process.emit(signal, signal);
    expect(await stop.requested).toBe(signal);
    expect(exits).toEqual([]);
  });

  test("made twice by one Ctrl-C, as under npm, is made once", async () => {
    process.emit("SIGINT", "SIGINT");
    vi.advanceTimersByTime(50);
    process.emit("SIGINT", "SIGINT");
    await stop.requested;
    expect(exits).toEqual([]);
  });

  test("made again ends the process at once", () => {
    process.emit("SIGINT", "SIGINT");
    vi.advanceTimersByTime(1000);
    process.emit("SIGINT", "SIGINT");
    expect(exits).toEqual([130]);
  });

  test("leaves no listener behind", () => {
    stop.dispose();
    expect(process.listenerCount("SIGHUP")).toBe(0);
  });
});
