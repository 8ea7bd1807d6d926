import { describe, expect, test } from "vitest";
import { BATCH_EVENTS } from "../../../src/boundary/batch.ts";
import { ProgressRecord, PROGRESS_BYTES } from "../../../src/host/runtime/progress-record.ts";
import { PHASES } from "../../../src/boundary/host.ts";

/** The two ends of one memory: who works, and who looks when the other is dead. */
function pair(): [ProgressRecord, ProgressRecord] {
  const memory = new SharedArrayBuffer(PROGRESS_BYTES);
  return [new ProgressRecord(memory), new ProgressRecord(memory)];
}

describe("marks", () => {
  test("a fresh host is idle and at no event", () => {
    const [, reader] = pair();
    expect([reader.currentEvent, reader.currentPhase, reader.readPromised()]).toEqual([0, "idle", []]);
  });

  test("the exit of a host whose code never ran is a start that failed", () => {
    const [writer, reader] = pair();
    expect(reader.exit("EMFILE")).toMatchObject({ phase: "loading", isUnstarted: true });
    writer.phase("idle");
    expect(reader.exit("")).not.toHaveProperty("isUnstarted");
  });

  test("the event and the phase are seen at the other end", () => {
    const [writer, reader] = pair();
    writer.event(2 ** 40 + 1);
    expect([reader.currentEvent, reader.currentPhase]).toEqual([2 ** 40 + 1, "event"]);
    for (const phase of PHASES) {
      writer.phase(phase);
      expect(reader.currentPhase).toBe(phase);
    }
    expect(reader.currentEvent).toBe(2 ** 40 + 1);
  });

  test("each step moves the beat", () => {
    const [writer, reader] = pair();
    const beats = [reader.progress];
    for (const step of [() => writer.event(1), () => writer.event(1), () => writer.phase("tick")]) {
      step();
      beats.push(reader.progress);
    }
    expect(new Set(beats).size).toBe(4);
  });

  test("every one of the events of the longest batch can be marked as promised, alone and with all others", () => {
    const [writer, reader] = pair();
    const first = 1_000_000;
    for (let index = 0; index < BATCH_EVENTS; index += 1) {
      writer.batch(first);
      writer.promised(first + index);
      expect(reader.readPromised()).toEqual([first + index]);
    }
    for (let index = 0; index < BATCH_EVENTS; index += 1) writer.promised(first + index);
    expect(reader.readPromised()).toHaveLength(BATCH_EVENTS);
  });

  test("a batch clears the promises of the previous one; others' numbers are left out", () => {
    const [writer, reader] = pair();
    writer.batch(1);
    writer.promised(7);
    writer.batch(300);
    expect(reader.readPromised()).toEqual([]);
    for (const number of [7, 299, 300 + BATCH_EVENTS]) writer.promised(number);
    expect(reader.readPromised()).toEqual([]);
  });
});
