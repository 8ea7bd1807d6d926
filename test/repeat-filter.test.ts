import { describe, expect, test } from "vitest";
import { RepeatFilter, type LogEntry } from "../src/repeat-filter.ts";
import { VirtualClock } from "./support/virtual-clock.ts";

function start() {
  const [clock, written] = [new VirtualClock(), [] as LogEntry[]];
  const filter = new RepeatFilter(clock, (entry) => void written.push(entry));
  const fault = (text: string, at = "ws/a.js:3"): void =>
    filter.add({ level: "error", fields: { script: "ws/a.js", fault: "handler", at }, text });
  const print = (text: string): void => filter.add({ level: "info", fields: { script: "ws/a.js" }, text });
  const texts = (): string[] => written.map(({ text }) => text);
  return { clock, written, filter, fault, print, texts };
}

describe("a log that clients can make lines in", () => {
  test("has a fault once, and then its count once a second", () => {
    const { clock, written, fault, texts } = start();
    for (let session = 0; session < 5000; session++) fault(`onMessage: Error: no (session 3f2a-${session})`);
    expect(written).toHaveLength(1);
    clock.advance(1000);
    expect(texts()[1]).toBe("repeated 4999 times: onMessage: Error: no (session 3f2a-4999)");
    expect(written[1]?.fields).toMatchObject({ script: "ws/a.js", at: "ws/a.js:3", repeated: 4999 });
    clock.advance(10_000);
    expect(written).toHaveLength(2);
  });

  test("has a fault in full again after a second without it", () => {
    const { clock, fault, texts } = start();
    fault("no");
    clock.advance(1000);
    fault("no");
    expect(texts()).toEqual(["no", "no"]);
  });

  test("has at most five of the faults of a place whose texts a client chooses", () => {
    const { clock, written, fault } = start();
    for (let text = 0; text < 1000; text++) fault(`bad: ${"xyz".repeat(text)}`);
    expect(written).toHaveLength(5);
    clock.advance(1000);
    expect(written[5]?.fields["repeated"]).toBe(995);
  });

  test("has each place of a script by itself", () => {
    const { fault, texts } = start();
    for (const at of ["ws/a.js:3", "ws/a.js:4", "ws/a.js:3"]) fault("no", at);
    expect(texts()).toEqual(["no", "no"]);
  });

  test.each(["node", "front"])("has each %s by itself: its id is all that differs", (name) => {
    const { filter, texts } = start();
    for (const id of ["3f2a01", "77bc02", "3f2a01"]) {
      filter.add({ level: "info", fields: { code: "PARLOR_X", [name]: id }, text: `${name} ${id} has left` });
    }
    expect(texts()).toEqual([`${name} 3f2a01 has left`, `${name} 77bc02 has left`]);
  });

  test('has a single repeat as "repeated once"', () => {
    const { clock, fault, texts } = start();
    for (const session of [1, 2]) fault(`onMessage: Error: no (session ${session})`);
    clock.advance(1000);
    expect(texts()).toEqual([
      "onMessage: Error: no (session 1)",
      "repeated once: onMessage: Error: no (session 2)",
    ]);
  });

  test("has lines that a script prints, unless one comes more than twenty times a second", () => {
    const { clock, written, print, texts } = start();
    for (let user = 0; user < 100; user++) print(`user ${user} is here`);
    expect(written).toHaveLength(100);
    for (let time = 0; time < 50; time++) print("tick");
    expect(written).toHaveLength(120);
    clock.advance(1000);
    expect(texts().at(-1)).toBe("repeated 30 times: tick");
  });

  test("cuts long texts and long fields, with a mark", () => {
    const { filter, written } = start();
    filter.add({
      level: "info",
      fields: { script: "s".repeat(5000), event: 3 },
      text: "t".repeat(1_000_000),
    });
    expect(written[0]?.text).toHaveLength(16_384 + "… [cut: 1000000 characters]".length);
    expect(written[0]?.fields).toMatchObject({ event: 3 });
    expect(String(written[0]?.fields["script"])).toMatch(/^s{1024}… \[cut: 5000 characters\]$/);
  });

  test("holds a bounded number of places", () => {
    const { clock, fault } = start();
    for (let place = 0; place < 5000; place++) fault("no", `ws/a.js:${place}`);
    expect(clock.waiting).toBeLessThanOrEqual(1001);
    clock.advance(3000);
    expect(clock.waiting).toBe(0);
  });
});
