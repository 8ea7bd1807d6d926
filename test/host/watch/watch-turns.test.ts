import { beforeEach, describe, expect, test } from "vitest";
import { ProgressRecord, PROGRESS_BYTES } from "../../../src/host/runtime/progress-record.ts";
import {
  PLACE,
  PLACE_BYTES,
  SIGNAL_BYTES,
  SIGNALS,
  type WatchReport,
} from "../../../src/host/watch/watch-messages.ts";
import { WatchTurns } from "../../../src/host/watch/watch-turns.ts";

const HANG_LIMIT = 300;
const MEMORY_LIMIT = 1000;

let signals: Int32Array;
let cells: Int32Array;
let record: ProgressRecord;
let turns: WatchTurns;
let reports: WatchReport[];
let ends: number;

beforeEach(() => {
  signals = new Int32Array(new SharedArrayBuffer(SIGNAL_BYTES));
  const memory = new SharedArrayBuffer(PROGRESS_BYTES);
  const place = new SharedArrayBuffer(PLACE_BYTES);
  cells = new Int32Array(place);
  record = new ProgressRecord(memory);
  record.phase("idle");
  [reports, ends] = [[], 0];
  turns = new WatchTurns(signals, {
    onReport: (report) => reports.push(report),
    onServerStands: () => (ends += 1),
  });
  const limits = { hangLimit: HANG_LIMIT, memoryLimit: MEMORY_LIMIT };
  turns.add({ id: 7, cells: place, source: { progress: memory }, ...limits });
});

/** Turns of 50 ms, in each of which the server shows that its loop turns. */
function pass(count: number): WatchReport[] {
  for (let turn = 0; turn < count; turn += 1) {
    signals[SIGNALS.serverTurns]! += 1;
    turns.turn(50);
  }
  return reports.splice(0);
}

/** Turns of 50 ms while the server stands still. */
function passAlone(count: number): WatchReport[] {
  for (let turn = 0; turn < count; turn += 1) turns.turn(50);
  return reports.splice(0);
}

describe("a watched host", () => {
  test("a host in a handler that stands still for its limit is reported, and again until it moves", () => {
    record.event(1);
    expect(pass(6)).toEqual([]);
    expect(pass(2).map(({ id, kind, value }) => [id, kind, value])).toEqual([
      [7, "stands", 300],
      [7, "stands", 350],
    ]);
    record.phase("idle");
    expect(pass(20)).toEqual([]);
  });

  test("a host that makes progress is not reported, however busy it is", () => {
    for (let event = 1; event < 100; event += 1) {
      record.event(event);
      expect(pass(5)).toEqual([]);
    }
  });

  test("an idle host is reported only while the front waits for it", () => {
    expect(pass(50)).toEqual([]);
    cells[PLACE.awaited] = 1;
    expect(pass(5)).toEqual([]);
    expect(pass(1)).toHaveLength(1);
    cells[PLACE.awaited] = 0;
    expect(pass(50)).toEqual([]);
  });

  test("a host whose code does not run yet waits for the machine, and is not reported", () => {
    const memory = new SharedArrayBuffer(PROGRESS_BYTES);
    const place = new SharedArrayBuffer(PLACE_BYTES);
    new Int32Array(place)[PLACE.awaited] = 1;
    const limits = { hangLimit: HANG_LIMIT, memoryLimit: MEMORY_LIMIT };
    turns.add({ id: 8, cells: place, source: { progress: memory }, ...limits });
    expect(pass(100)).toEqual([]);
    new ProgressRecord(memory).phase("idle");
    expect(pass(7).map(({ id }) => id)).toEqual([8]);
  });

  test("while the loop of the server stands still, a host is not blamed: it may wait for the server", () => {
    record.event(1);
    pass(3);
    // A busy server turns now and then; a second of it counts.
    expect(passAlone(200).length).toBeGreaterThan(0);
    const before = passAlone(1)[0]!.value;
    expect(passAlone(200).at(-1)!.value).toBe(before);
  });

  test("while a debugger is attached, nothing counts", () => {
    signals[SIGNALS.debugged] = 1;
    record.event(1);
    expect(pass(100)).toEqual([]);
  });

  test("a host over its memory limit is reported", () => {
    record.used(MEMORY_LIMIT);
    expect(pass(3)).toEqual([]);
    record.used(MEMORY_LIMIT + 1);
    expect(pass(1)).toEqual([{ id: 7, kind: "memory", value: MEMORY_LIMIT + 1 }]);
  });

  test("a host that has left its place is not reported", () => {
    record.event(1);
    record.used(MEMORY_LIMIT + 1);
    cells[PLACE.left] = 1;
    expect(pass(20)).toEqual([]);
    turns.remove(7);
    cells[PLACE.left] = 0;
    expect(pass(20)).toEqual([]);
  });
});

describe("the server", () => {
  test("a server whose loop stands still for the limit is ended, and not before", () => {
    signals[SIGNALS.standLimit] = 10_000;
    pass(1);
    passAlone(199);
    expect(ends).toBe(0);
    passAlone(1);
    expect(ends).toBe(1);
  });

  test("a server that turns seldom is not ended, and one without a guard never", () => {
    passAlone(1000);
    signals[SIGNALS.standLimit] = 10_000;
    pass(1);
    for (let turn = 0; turn < 20; turn += 1) {
      passAlone(190);
      pass(1);
    }
    expect(ends).toBe(0);
  });

  test("a server with a debugger attached may stand still", () => {
    signals[SIGNALS.standLimit] = 10_000;
    signals[SIGNALS.debugged] = 1;
    passAlone(1000);
    signals[SIGNALS.debugged] = 0;
    passAlone(199);
    expect(ends).toBe(0);
  });
});

test("the watch is at rest while no host has anything to do", () => {
  pass(1);
  expect(turns.isAtRest).toBe(true);
  record.event(1);
  pass(1);
  expect(turns.isAtRest).toBe(false);
  record.phase("idle");
  pass(1);
  expect(turns.isAtRest).toBe(true);
});
