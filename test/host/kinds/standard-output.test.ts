import { describe, expect, test } from "vitest";
import { LineBuffer } from "../../../src/host/kinds/common/standard-output.ts";
import { PROCESS, THREAD } from "../../suites/places.ts";
import { Stage } from "../../suites/stage.ts";

describe.each([THREAD, PROCESS])("a script that writes to the standard streams, %s", (place) => {
  test("gets a line of the log for each line that it writes", async () => {
    const stage = new Stage(place);
    const route = await stage.route(`
      export function onMessage(session) {
        process.stdout.write("one\\r\\ntwo\\nthr");
        process.stdout.write(Buffer.from("ee\\n"));
        process.stderr.write("four", () => session.send("written"));
        process.emitWarning("five", "DeprecationWarning");
      }`);
    const guest = route.connect();
    guest.says("write");
    await stage.sees(() => guest.inbox.length === 1 && stage.lines.length === 5);
    expect(new Set(stage.lines.map(({ level, text }) => `${level}: ${text}`))).toEqual(
      new Set(["info: one", "info: two", "info: three", "warn: four", "warn: DeprecationWarning: five"]),
    );
  });

  test("disturbs no other route when it writes without end, and its lost lines are counted", async () => {
    const stage = new Stage(place);
    const route = await stage.route(`
      export function onMessage(session) {
        for (let i = 0; i < 20000; i += 1) process.stdout.write("x".repeat(1000) + "\\n");
        for (let i = 0; i < 2000; i += 1) process.emitWarning("w" + i);
        session.send("written");
      }`);
    const beside = await stage.route(`export function onMessage(session, text) { session.send(text); }`);
    const [guest, neighbour] = [route.connect(), beside.connect()];
    guest.says("write");
    neighbour.says("hello");
    await stage.sees(() => guest.inbox.length === 1 && neighbour.inbox.length === 1);
    await stage.sees(() => stage.lines.some(({ code }) => code === "PARLOR_LOG_DROPPED"));
    expect(stage.lines.length).toBeLessThan(3000);
    expect(stage.deaths).toEqual([]);
  });
});

describe("a process host that writes past its console", () => {
  test("gets lines of the log, as do its children and the report of Node that aborts", async () => {
    const stage = new Stage(PROCESS);
    const route = await stage.route(`
      import { spawnSync } from "node:child_process";
      import { writeSync } from "node:fs";
      export function onMessage(session) {
        writeSync(2, "raw\\n\\n");
        spawnSync("sh", ["-c", "echo out; echo err >&2"], { stdio: "inherit" });
        process.abort();
      }`);
    route.connect().says("write");
    const lines = (): string[] => stage.lines.map(({ level, text }) => `${level}: ${text}`);
    await stage.sees(() => lines().some((line) => line.includes("stack trace")));
    expect(lines()).toEqual(expect.arrayContaining(["warn: raw", "info: out", "warn: err"]));
    expect(lines()).not.toContain("warn: ");
    expect(new Set(stage.lines.map(({ script }) => script))).toEqual(new Set([stage.lines[0]?.script]));
  });

  test("is bounded and counted, and disturbs no other route", async () => {
    const stage = new Stage(PROCESS);
    const route = await stage.route(`
      import { writeSync } from "node:fs";
      // A pipe that is full takes nothing for now.
      function write(line) {
        for (;;)
          try {
            return writeSync(2, line);
          } catch {}
      }
      export function onMessage() {
        for (let i = 0; i < 10000; i += 1) write("x".repeat(1000) + "\\n");
      }`);
    const beside = await stage.route(`export function onMessage(session, text) { session.send(text); }`);
    const neighbour = beside.connect();
    route.connect().says("write");
    neighbour.says("hello");
    await stage.sees(() => neighbour.inbox.length === 1);
    await stage.sees(() => stage.lines.some(({ code }) => code === "PARLOR_LOG_DROPPED"));
    expect(stage.lines.length).toBeLessThan(10_000);
    expect(stage.deaths).toEqual([]);
  });
});

describe("the lines of a stream", () => {
  function buffer(): { readonly lines: string[]; readonly turn: () => void; readonly stream: LineBuffer } {
    const [lines, planned]: [string[], (() => void)[]] = [[], []];
    const stream = new LineBuffer(
      { atTurnEnd: (call) => void planned.push(call), afterMicrotasks: (call) => call() },
      (line) => lines.push(line),
    );
    return { lines, stream, turn: () => planned.splice(0).forEach((call) => call()) };
  }

  test("a character that is cut in two is whole", () => {
    const { lines, stream } = buffer();
    const bytes = Buffer.from("é\n");
    stream.add(bytes.subarray(0, 1), "utf8");
    stream.add(bytes.subarray(1), "utf8");
    expect(lines).toEqual(["é"]);
  });

  test("an unfinished line leaves at the end of the turn, once", () => {
    const { lines, stream, turn } = buffer();
    stream.add("half", "utf8");
    expect(lines).toEqual([]);
    turn();
    turn();
    stream.add(" line\n", "utf8");
    expect(lines).toEqual(["half", " line"]);
  });

  test("a line without an end is cut at 64 KiB", () => {
    const { lines, stream } = buffer();
    for (let part = 0; part < 70; part += 1) stream.add("x".repeat(1024), "utf8");
    expect(lines.map(({ length }) => length)).toEqual([65 * 1024]);
  });

  test("text of another encoding is read as that", () => {
    const { lines, stream } = buffer();
    stream.add("aGkK", "base64");
    expect(lines).toEqual(["hi"]);
  });
});
