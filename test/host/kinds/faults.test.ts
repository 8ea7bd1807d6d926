import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Worker } from "node:worker_threads";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { watch } from "../../../src/host/watch/watch.ts";
import type { Guest } from "../../suites/guest.ts";
import { THREAD } from "../../suites/places.ts";
import { Stage, type Route } from "../../suites/stage.ts";

/** What ends a thread. `stuck` never ends by itself: it is ended from outside. */
const FAULTS = {
  exit: `process.exit(3)`,
  emitter: `process.nextTick(() => new EventEmitter().emit("error", new Error("nobody listens")))`,
  stuck: `(console.log("stuck"), (() => { for (;;); })())`,
};

/** Where it strikes, and whether the event that brought it had been done by then. */
const POINTS = {
  "sync in a handler": { code: `return die();`, isDone: false },
  "after an await": { code: `return later().then(die);`, isDone: false },
  "in the microtasks": { code: `return void queueMicrotask(die);`, isDone: false },
  "in a promise's microtasks": { code: `return Promise.resolve().then(die);`, isDone: false },
  "in a timer": { code: `setTimeout(die, 1);`, isDone: true },
  "in an immediate": { code: `setImmediate(die);`, isDone: true },
  "in a tick": { code: `doomed = true;`, isDone: true },
};

// Counts for each session in an attribute, so that what is lost or done twice shows.
const script = (fault: string, code: string): string => `
import { EventEmitter } from "node:events";
const die = () => ${fault};
const later = () => new Promise((resolve) => setTimeout(resolve, 1));
let doomed = false;
export const scope = "route";
export function onTick() { if (doomed) die(); }
export function onOpen(session) {
  session.room("hall").join();
  session.setAttribute("count", 0);
  session.send("open");
}
export function onReload(session, reason) { session.send("reload " + reason); }
export function onMessage(session, text) {
  if (text === "die") { ${code} }
  if (text === "members") return session.send("members " + session.room("hall").members());
  const count = session.getAttribute("count") + 1;
  session.setAttribute("count", count);
  session.send(count + " " + text);
}
export function onClose(session) {
  if (session.getAttribute("fatal")) die();
  session.room("hall").broadcastExcept("gone");
}`;

/** The threads that are started while a test runs. */
const workers: Worker[] = [];
const keep = (worker: Worker): void => void workers.push(worker);
const FOLDER = mkdtempSync(join(tmpdir(), "parlor-faults-"));
let files = 0;

// The watch over the hosts is a thread, too: it is started before the first host.
const release = watch.hold();

beforeAll(() => void process.on("worker", keep));
afterAll(() => {
  release();
  process.off("worker", keep);
  rmSync(FOLDER, { recursive: true, force: true });
});

async function endStuck(stage: Stage): Promise<void> {
  let ended = 0;
  const look = setInterval(() => {
    const stuck = stage.log.filter((line) => line === "stuck").length;
    if (stuck <= ended) return;
    ended = stuck;
    void workers.at(-1)?.terminate();
  }, 2);
  onTestFinished(() => clearInterval(look));
}

async function people(route: Route, stage: Stage): Promise<[Guest, Guest]> {
  const guests: [Guest, Guest] = [route.connect(), route.connect()];
  await stage.sees(() => guests.every(({ inbox }) => inbox.length === 1));
  return guests;
}

/** Everything but the news of the reload, whose place among the others is free. */
const withoutReload = (guest: Guest): string[] => guest.inbox.filter((text) => text !== "reload crash");

describe("a fault costs what did it, and nothing else", () => {
  for (const [fault, die] of Object.entries(FAULTS)) {
    for (const [point, { code, isDone }] of Object.entries(POINTS)) {
      test(`${fault} ${point}`, async () => {
        const stage = new Stage(THREAD);
        const route = await stage.route(script(die, code), {
          scope: "route",
          tickRate: point === "in a tick" ? 50 : null,
        });
        await endStuck(stage);
        const [a, b] = await people(route, stage);
        a.says("one");
        b.says("one");
        a.says("die");
        b.says("two");
        a.says("two", "three");
        b.says("three", "four");
        await stage.sees(() => stage.deaths.length > 0);
        a.says("last");
        b.says("last");
        await stage.sees(() => [a, b].every(({ inbox }) => inbox.at(-1)?.endsWith("last")));
        await route.idle();

        const texts = isDone ? ["one", "die", "two", "three", "last"] : ["one", "two", "three", "last"];
        expect(withoutReload(a)).toEqual(["open", ...texts.map((text, index) => `${index + 1} ${text}`)]);
        expect(withoutReload(b)).toEqual(["open", "1 one", "2 two", "3 three", "4 four", "5 last"]);
        expect(a.session.attributes?.values.get("count")).toBe(texts.length);

        // The sessions are open, in their rooms, and the script was notified once of each crash.
        expect(stage.front.directory.size).toBe(2);
        a.says("members");
        await stage.sees(() => a.inbox.at(-1) === "members 2");
        const reloads = a.inbox.filter((text) => text === "reload crash").length;
        expect(reloads).toBeGreaterThan(0);
        expect(reloads).toBeLessThanOrEqual(stage.deaths.length);
        if (!isDone && (code.startsWith("return die") || code.startsWith("return void")))
          expect(stage.deaths.at(-1)).toContain(`a message from session ${a.id}`);
        if (fault === "emitter") expect(stage.deaths[0]).toMatch(/Error: nobody listens \(ws\/r1\.js:3:/);
        if (fault === "exit") expect(stage.deaths[0]).toContain("exited with code 3");
        for (const line of stage.deaths) expect(line.split("\n")).toHaveLength(1);
      });
    }

    test(`${fault} in onClose: the front finishes the close`, async () => {
      const stage = new Stage(THREAD);
      const text = script(die, `return session.setAttribute("fatal", true);`);
      const route = await stage.route(text, { scope: "route" });
      await endStuck(stage);
      const [a, b] = await people(route, stage);
      a.says("die");
      b.says("one");
      a.leaves();
      b.says("two");
      await stage.sees(() => a.isGone && b.inbox.at(-1) === "2 two");
      expect(withoutReload(b)).toEqual(["open", "1 one", "2 two"]);
      expect(stage.front.directory.rooms.get("hall")?.members.size).toBe(1);
      expect(stage.deaths.at(-1)).toContain(`the close of session ${a.id}`);
    });
  }

  test("between a commit and its acknowledgement: what was committed is not done again", async () => {
    const stage = new Stage(THREAD);
    const file = join(FOLDER, `committed-${(files += 1)}`);
    const route = await stage.route(
      `import { writeFileSync } from "node:fs";
       ${script(`(writeFileSync(${JSON.stringify(file)}, ""), process.exit(3))`, `setImmediate(die);`)}`,
      { scope: "route" },
    );
    const [a, b] = await people(route, stage);
    stage.afterDeliver = ({ events }) => {
      if (!events.some((event) => event.kind === "message")) return;
      stage.afterDeliver = () => undefined;
      // This thread does not look until the other has committed and died.
      const cell = new Int32Array(new SharedArrayBuffer(4));
      while (!existsSync(file)) Atomics.wait(cell, 0, 0, 1);
      Atomics.wait(cell, 0, 0, 20);
    };
    a.says("one", "die", "two");
    b.says("one");
    await stage.sees(() => stage.deaths.length === 1);
    a.says("three");
    b.says("two");
    await stage.sees(() => a.inbox.at(-1) === "4 three" && b.inbox.at(-1) === "2 two");
    expect(withoutReload(a)).toEqual(["open", "1 one", "2 die", "3 two", "4 three"]);
    expect(withoutReload(b)).toEqual(["open", "1 one", "2 two"]);
  });

  test("a script that exhausts its stack goes on", async () => {
    const stage = new Stage(THREAD);
    const route = await stage.route(script(`(function deep() { return deep() + 1; })()`, `return die();`), {
      scope: "route",
    });
    const [a] = await people(route, stage);
    a.says("one", "die", "two");
    await stage.sees(() => a.inbox.length === 3);
    expect(a.inbox).toEqual(["open", "1 one", "2 two"]);
    expect(stage.deaths).toEqual([]);
    expect(stage.lines[0]?.text).toMatch(/RangeError/);
  });
});

describe("promises", () => {
  test("a handler that waited is interrupted, not run again; the events behind it come again", async () => {
    const stage = new Stage(THREAD);
    const route = await stage.route(
      `
      export const scope = "route";
      let runs = 0;
      export function onMessage(session, text) {
        console.log("run " + text);
        if (text === "wait") return new Promise(() => undefined);
        if (text === "die") process.exit(3);
        session.send(text);
      }`,
      { scope: "route" },
    );
    const [a, b] = [route.connect(), route.connect()];
    await route.idle();
    a.says("wait", "behind", "behind too");
    await stage.sees(() => route.supervisor.dispatcher.pending === 1);
    b.says("before", "die", "after");
    await stage.sees(() => b.inbox.length === 2 && a.inbox.length === 2);
    expect(a.inbox).toEqual(["behind", "behind too"]);
    expect(b.inbox).toEqual(["before", "after"]);
    expect(stage.log.filter((line) => line === "run wait")).toHaveLength(1);
    expect(stage.front.counts.interrupted).toBe(1);
    expect(stage.deaths[0]).toContain("1 handler that waited for a promise does not run again");
    await route.idle();
  });
});

describe("a version that dies before it handles an event", () => {
  const GOOD = `export function onMessage(session, text) { session.send(text); }`;
  const BAD = {
    "in onReload": `export function onReload() { process.exit(3); }`,
    "in onReload after an await": `export async function onReload() { await null; process.exit(3); }`,
    "in the microtasks of onReload": `export function onReload() { queueMicrotask(() => process.exit(3)); }`,
    "while it is evaluated": `process.exit(3);`,
  };

  for (const [point, bad] of Object.entries(BAD))
    test(`${point} costs no message, and the good version handles them all`, async () => {
      const stage = new Stage(THREAD);
      const route = await stage.route(GOOD);
      const [a, b] = [route.connect(), route.connect()];
      a.says("first");
      b.says("first");
      await stage.sees(() => a.inbox.length === 1 && b.inbox.length === 1);
      const replace = await route.prepare(`${bad}\n${GOOD}`);
      await replace();
      const texts = Array.from({ length: 100 }, (_, index) => String(index));
      a.says(...texts);
      b.says(...texts);
      await stage.sees(() => a.inbox.length === 101 && b.inbox.length === 101);
      expect([a.inbox, b.inbox]).toEqual([
        ["first", ...texts],
        ["first", ...texts],
      ]);
      // Of a crash in microtasks it is not known at once that the version caused it.
      expect(stage.deaths.length).toBeLessThanOrEqual(6);
      expect(stage.warnings.join()).toContain("the previous version serves again");
      expect(route.supervisor.spec).toBe(route.spec);
    });
});

describe("requests, upgrades and jobs without a session", () => {
  const HTTP = `
    export function GET(request) {
      if (request.url.endsWith("/die")) process.exit(3);
      if (request.url.endsWith("/wait")) return new Promise(() => undefined);
      return new Response("fine");
    }`;

  test("a request that kills its thread is the culprit, one that waited is interrupted, others are answered", async () => {
    const stage = new Stage(THREAD);
    const route = await stage.route(HTTP, { kind: "http" });
    route.request(1, "/wait");
    route.request(2, "/fine");
    await stage.sees(() => stage.answers.get(2)?.body === "fine");
    route.request(3, "/die");
    route.request(4, "/fine");
    await stage.sees(() => stage.answers.get(4)?.body === "fine" && stage.outcomes.length === 4);
    const outcomes = new Map(
      stage.outcomes.map(({ event, outcome }) => [
        event.kind === "request" ? event.head.request : 0,
        outcome,
      ]),
    );
    expect(outcomes.get(3)).toBe("culprit");
    expect(outcomes.get(1)).toBe("interrupted");
    expect(stage.deaths[0]).toContain("crashed on GET /");
  });

  // The first upgrade is done when the second kills the thread. Was its answer committed, it is not asked again: then the
  // count of the fresh thread starts with the third.
  test.each([
    ["asked again, if its answer was not committed", 60_000, 503],
    ["not asked again, if its answer was committed", 0, undefined],
  ])(
    "an upgrade that kills its thread is refused with 503; the previous upgrade is %s",
    async (_, slice, third) => {
      const stage = new Stage(THREAD);
      const route = await stage.route(
        `
      export const scope = "route";
      let count = 0;
      export function onUpgrade() { count += 1; if (count === 2) process.exit(3); return true; }
      export function onOpen(session) { session.send("open"); }
      export function onReload(session) { session.send("reload"); }`,
        { scope: "route", slice },
      );
      const guests = [route.connect(), route.connect(), route.connect()];
      await stage.sees(() => guests[1]?.refused !== null && guests[0]?.inbox.length === 1);
      await stage.sees(() => guests[2]?.refused !== null || guests[2]?.inbox.length === 1);
      expect(guests.map(({ refused }) => refused?.status)).toEqual([undefined, 503, third]);
      expect(guests[0]?.inbox).toEqual(["open"]);
    },
  );
});

describe("the last words", () => {
  test("lines before an exit come, with the event they belong to", async () => {
    const stage = new Stage(THREAD);
    const route = await stage.route(`
      export function onMessage() {
        for (const word of ["one", "two", "three"]) console.log(word);
        process.exit(1);
      }`);
    const guest = route.connect();
    await route.idle();
    guest.says("go");
    await stage.sees(() => stage.deaths.length === 1);
    expect(stage.lines.map(({ text, event }) => [text, event])).toEqual([
      ["one", 2],
      ["two", 2],
      ["three", 2],
    ]);
  });

  test("lines before an endless loop come while it turns", async () => {
    const stage = new Stage(THREAD);
    const route = await stage.route(`
      export function onMessage() {
        for (const word of ["one", "two", "three"]) console.log(word);
        for (;;);
      }`);
    const guest = route.connect();
    guest.says("go");
    await stage.logged(/three/);
    expect(stage.log).toEqual(["one", "two", "three"]);
    await workers.at(-1)?.terminate();
    await stage.sees(() => stage.deaths.length === 1);
    expect(stage.deaths[0]).toContain(`a message from session ${guest.id}`);
  });
});

describe("sessions that come to a fresh thread", () => {
  test("a session whose script got no open event gets that event, and not a reload", async () => {
    const stage = new Stage(THREAD);
    const route = await stage.route(
      `
      export const scope = "route";
      let opened = 0;
      export function onOpen(session) {
        opened += 1;
        if (opened === 3) process.exit(3);
        session.send("open");
      }
      export function onReload(session) { session.send("reload"); }
      export function onMessage(session, text) { session.send(text); }`,
      { scope: "route" },
    );
    const old = route.connect();
    await stage.sees(() => old.inbox.length === 1);
    const [first, culprit, next] = [route.connect(), route.connect(), route.connect()];
    for (const guest of [old, first, culprit, next]) guest.says("hello");
    await stage.sees(() => [old, first, next].every(({ inbox }) => inbox.includes("hello")));
    await stage.sees(() => culprit.inbox.includes("hello"));
    expect(old.inbox).toEqual(["open", "reload", "hello"]);
    expect(first.inbox).toEqual(["open", "hello"]);
    expect(next.inbox).toEqual(["open", "hello"]);
    // What killed the thread is not tried again: it is taken over like one that was open.
    expect(culprit.inbox).toEqual(["reload", "hello"]);
  });

  test("a fault in onReload does not cost the event that it comes before", async () => {
    const stage = new Stage(THREAD);
    const route = await stage.route(`
      export function onReload() { throw new Error("not ready"); }
      export function onMessage(session, text) { if (text === "die") process.exit(3); session.send(text); }`);
    const guest = route.connect();
    await route.idle();
    guest.says("die", "next", "last");
    await stage.sees(() => guest.inbox.length === 2);
    expect(guest.inbox).toEqual(["next", "last"]);
    expect(stage.log.filter((line) => line.includes("onReload: Error: not ready"))).toHaveLength(1);
  });

  test("a script that dies of the take-over is not tried for ever", async () => {
    const stage = new Stage(THREAD);
    const route = await stage.route(`
      export function onReload() { process.exit(4); }
      export function onMessage() { process.exit(3); }`);
    const guest = route.connect();
    await route.idle();
    guest.says("die");
    await stage.sees(() => guest.closed !== null);
    expect(guest.closed).toEqual({ code: 1011, reason: "script failed" });
    expect(guest.isGone).toBe(true);
    expect(stage.deaths).toHaveLength(4);
    expect(route.supervisor.state).toBe("failed");
    expect(stage.failed).toEqual(["/ws/r1"]);
  });
});

describe("a host that does not load", () => {
  test("is given up after three times: its sessions are closed, what waits is let go", async () => {
    const stage = new Stage(THREAD);
    const route = await stage.route(`export function onMessage(session, text) { session.send(text); }`);
    const [script] = route.spec.scripts;
    const broken = { ...route.spec, scripts: [{ ...script, source: { ...script?.source, code: "}" } }] };
    await route.supervisor.replace(broken as typeof route.spec, "reload");
    const guest = route.connect();
    guest.says("lost");
    await stage.sees(() => stage.failed.length === 1);
    expect(guest.closed).toEqual({ code: 1011, reason: "script failed" });
    expect(stage.deaths).toHaveLength(3);
    expect(stage.deaths[0]).toMatch(/SyntaxError/);
    expect(stage.front.directory.size).toBe(0);
    expect(route.supervisor.dispatcher.waiting).toBe(0);

    // A version that loads brings it back.
    await route.supervisor.replace(route.spec, "reload");
    const next = route.connect();
    next.says("hello");
    await stage.sees(() => next.inbox.length === 1);
  });
});
