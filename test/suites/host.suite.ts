import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { readAttributes } from "../support/read-attributes.ts";
import { Stage, type Place } from "./stage.ts";
import { skips } from "../support/require.ts";

const ECHO = `
export function onMessage(session, text) { session.send(text); }
`;

/** What every host does, wherever its scripts run. */
export function hostSuite(place: Place): void {
  describe("commits", () => {
    test("the handlers of a batch and the microtasks that they left have one effect, together", async () => {
      const stage = new Stage(place);
      const route = await stage.route(`
        export function onMessage(session, text) {
          session.send(text);
          Promise.resolve()
            .then(() => session.send(text + "'s microtask"))
            .then(() => queueMicrotask(() => session.send(text + "'s last")));
        }
      `);
      const guest = route.connect();
      await route.idle();
      guest.says("a", "b");
      await stage.sees(() => guest.inbox.length === 6);

      expect(guest.inbox.slice(0, 2)).toEqual(["a", "b"]);
      expect(guest.inbox.slice(4).sort()).toEqual(["a's last", "b's last"]);
      expect(route.commits.filter(({ commands }) => commands.length > 0)).toHaveLength(1);
    });

    test("nothing of a batch has an effect before its handlers have run", async () => {
      const stage = new Stage(place);
      const route = await stage.route(`
        export function onMessage(session, text) {
          session.room("all").join();
          session.send(text);
        }
      `);
      const guest = route.connect();
      await route.idle();
      const seen: unknown[] = [];
      stage.afterDeliver = () => void seen.push(guest.inbox.length, guest.session.rooms?.size ?? 0);
      guest.says("a");
      await stage.sees(() => guest.inbox.length === 1);
      expect(seen).toEqual([0, 0]);
    });

    test("commands of a timer, and those after an await, are committed at the end of their own turn", async () => {
      const stage = new Stage(place);
      const route = await stage.route(`
        const later = () => new Promise((resolve) => setTimeout(resolve, 1));
        export async function onMessage(session, text) {
          if (text === "timer") {
            setTimeout(() => {
              session.send("timer");
              Promise.resolve().then(() => session.send("its microtask"));
            }, 1);
          } else {
            session.send("before");
            await later();
            session.send("after");
            session.send("after too");
          }
        }
      `);
      const guest = route.connect();
      await route.idle();
      guest.says("timer");
      await stage.sees(() => guest.inbox.length === 2);
      guest.says("await");
      await stage.sees(() => guest.inbox.length === 5);
      expect(guest.inbox).toEqual(["timer", "its microtask", "before", "after", "after too"]);
      const sizes = route.commits.map(({ commands }) => commands.length / 3).filter((size) => size > 0);
      expect(sizes).toEqual([2, 1, 2]);
    });

    test("a tick's effects, and a close, are not held", async () => {
      const stage = new Stage(place);
      const route = await stage.route(
        `export function onTick(room, deltaMs, tick) { room.broadcast(String(tick)); }`,
        { tickRate: 100 },
      );
      const guest = route.connect();
      await stage.sees(() => guest.inbox.length >= 3);
      expect(guest.inbox.slice(0, 3)).toEqual(["1", "2", "3"]);
      expect(route.commits.filter(({ urgent }) => urgent).length).toBeGreaterThanOrEqual(3);
      guest.leaves();
      await stage.sees(() => guest.isGone);
      // No session is connected: while others tick, here it is at most the tick that was under way.
      const { length } = route.commits;
      const other = await stage.route(`export function onTick(room, deltaMs, tick) { room.broadcast(""); }`, {
        tickRate: 100,
      });
      const watcher = other.connect();
      await stage.sees(() => watcher.inbox.length >= 5);
      expect(route.commits.length - length).toBeLessThanOrEqual(1);
    });
  });

  describe("the calls of one event", () => {
    const turnLimit = { commands: 1000, bytes: 100_000 };

    test("the call beyond turnLimit throws at the script's line, and what was called before takes effect", async () => {
      const stage = new Stage(place);
      const route = await stage.route(
        `
        export function onMessage(session, text) {
          if (text === "bytes") for (;;) session.send("x".repeat(10_000));
          for (;;) session.send("x");
        }
      `,
        { turnLimit },
      );
      const guest = route.connect();
      await route.idle();
      guest.says("calls");
      const line = await stage.logged(
        /^onMessage: RangeError: one event, timer or tick calls more than turnLimit/,
      );
      expect(line.at).toBe("ws/r1.js:4:28");
      await stage.sees(() => guest.inbox.length === 1000);
      guest.says("bytes");
      await stage.sees(() => guest.inbox.length === 1010);
      await route.idle();
      expect(guest.inbox).toHaveLength(1010);
    });

    test("an event is not refused for what others of its batch have sent", async () => {
      const stage = new Stage(place);
      const route = await stage.route(
        `export function onMessage(session, text) { for (let at = 0; at < 900; at += 1) session.send(text); }`,
        { turnLimit },
      );
      const guest = route.connect();
      await route.idle();
      guest.says(...Array.from({ length: 50 }, (_, at) => String(at)));
      await stage.sees(() => guest.inbox.length === 45_000);
      expect(stage.log).toEqual([]);
      expect(route.commits.filter(({ commands }) => commands.length > 3 * 20_000)).toEqual([]);
    });

    test("a join that is refused is not seen by the script, and it can still close the session", async () => {
      const stage = new Stage(place);
      const route = await stage.route(
        `
        export function onMessage(session) {
          let at = 0;
          try { for (;;) session.room("room" + at++).join(); } catch {}
          console.log(session.room("room" + (at - 1)).members(), session.room("room" + (at - 2)).members());
          session.close(4000, "enough");
        }
      `,
        { turnLimit },
      );
      const guest = route.connect();
      await route.idle();
      guest.says("join");
      await stage.sees(() => guest.isGone);
      expect(stage.log).toEqual(["0 1"]);
    });
  });

  describe("large commits", () => {
    test("are applied as a whole and in order, and another route is served meanwhile", async () => {
      const stage = new Stage(place);
      const [big, small] = [
        await stage.route(`
          export function onMessage(session, text) {
            for (let at = 0; at < 30000; at += 1) session.send(text + at);
            session.room("room").join();
          }
        `),
        await stage.route(ECHO),
      ];
      const [a, b] = [big.connect(), small.connect()];
      await big.idle();
      await small.idle();
      a.says("x", "y");
      b.says("hello");
      await stage.sees(() => a.inbox.length === 60_000 && b.inbox.length === 1);
      expect(a.inbox).toEqual(
        ["x", "y"].flatMap((text) => Array.from({ length: 30_000 }, (_, at) => `${text}${at}`)),
      );
      await big.idle();
      expect(a.session.rooms?.size).toBe(1);
    });

    test("count before a read of the directory that follows them", async () => {
      const stage = new Stage(place);
      const route = await stage.route(`
        const service = diesel.getWebSocketService();
        export function onMessage(session, text) {
          if (text === "read") return session.send(String(service.room("last").members()));
          for (let at = 0; at < 5000; at += 1) session.room("other").broadcast("");
          session.room("last").join();
        }
      `);
      const guest = route.connect();
      await route.idle();
      guest.says("join");
      guest.says("read");
      await stage.sees(() => guest.inbox.length === 1);
      expect(guest.inbox).toEqual(["1"]);
    });

    test.skipIf(skips(!place.isBeside, `${place.name}: not beside its front`))(
      "a host that is ahead of a front that stands still waits for it",
      async () => {
        const stage = new Stage(place);
        const route = await stage.route(`
        let [last, longest] = [Date.now(), 0];
        export function onMessage(session, text) {
          const measure = () => {
            longest = Math.max(longest, Date.now() - last);
            last = Date.now();
          };
          if (text === "report") {
            measure();
            return session.send(longest >= 500 ? "has waited" : "has not waited: " + longest);
          }
          const again = () => {
            measure();
            session.room("none").broadcast("");
            setImmediate(again);
          };
          last = Date.now();
          again();
        }
      `);
        const guest = route.connect();
        await route.idle();
        guest.says("go");
        await stage.sees(() => route.commits.length > 5);
        // The front stands still: no commit is applied.
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1000);
        guest.says("report");
        await stage.sees(() => guest.inbox.length === 1);
        expect(guest.inbox).toEqual(["has waited"]);
      },
    );
  });

  describe("log lines", () => {
    test("are bounded in a loop; the others are counted in one line, and a fault is still reported", async () => {
      const stage = new Stage(place);
      const route = await stage.route(`
        export function onMessage(session) {
          for (let at = 0; at < 20000; at += 1) console.log("x");
          throw new Error("at the end");
        }
      `);
      const guest = route.connect();
      await route.idle();
      guest.says("log");
      await stage.logged(/at the end/);
      const written = (): number => stage.log.filter((line) => line === "x").length;
      const dropped = (): number[] =>
        stage.log.map((line) => Number(/^(\d+) log lines? dropped/.exec(line)?.[1] ?? 0));
      await stage.sees(() => dropped().reduce((sum, count) => sum + count, written()) === 20_000);
      expect(written()).toBeLessThan(15_000);
      expect(stage.lines.at(-1)?.code).toBe("PARLOR_LOG_DROPPED");
    });
  });

  describe("one event of a session at a time", () => {
    const GATE = `
      export const scope = "route";
      let open;
      const gate = new Promise((resolve) => (open = resolve));
      export async function onMessage(session, text) {
        session.send("begin " + text);
        if (text === "open") open();
        if (text === "wait") await gate;
        session.send("end " + text);
      }
      export function onClose(session) { session.room("none").join(); console.log("closed"); }
    `;

    test("others go on while a handler waits for its promise", async () => {
      const stage = new Stage(place);
      const route = await stage.route(GATE, { scope: "route" });
      const [a, b] = [route.connect(), route.connect()];
      await route.idle();
      a.says("wait", "next", "last");
      b.says("hello");
      await stage.sees(() => b.inbox.length === 2);
      expect(a.inbox).toEqual(["begin wait"]);
      expect(route.supervisor.dispatcher.pending).toBe(1);
      expect(route.supervisor.dispatcher.waiting).toBe(2);

      b.says("open");
      await stage.sees(() => a.inbox.length === 6);
      expect(a.inbox).toEqual(["begin wait", "end wait", "begin next", "end next", "begin last", "end last"]);
      await route.idle();
    });

    test("a close runs after the events that wait for a pending one", async () => {
      const stage = new Stage(place);
      const route = await stage.route(GATE, { scope: "route" });
      const [a, b] = [route.connect(), route.connect()];
      await route.idle();
      a.says("wait", "dropped");
      a.leaves();
      b.says("hello");
      await stage.sees(() => b.inbox.length === 2);
      expect(a.isGone).toBe(false);
      expect(stage.log).toEqual([]);
      b.says("open");
      await stage.sees(() => a.isGone);
      // A process sends its log by another way than its commits, so either may be first.
      await stage.logged(/^closed$/);
      expect(stage.log).toEqual(["closed"]);
      expect(stage.front.directory.rooms.values().next().done).toBe(true);
    });

    test("a promise that never settles is given up: logged, counted, and the close comes", async () => {
      const stage = new Stage(place);
      const route = await stage.route(
        `
        export function onMessage(session, text) {
          if (text === "never") return new Promise(() => undefined);
          session.send(text);
        }
        export function onClose() { console.log("closed"); }
        `,
        { handlerTimeout: 50 },
      );
      const guest = route.connect();
      await route.idle();
      guest.says("never", "next");
      await stage.sees(() => guest.inbox.length === 1);
      expect(guest.inbox).toEqual(["next"]);
      // A process says what it logs by a pipe of its own.
      await stage.sees(() => stage.lines.length >= 1);
      expect(stage.lines.map(({ fault, level }) => [fault, level])).toEqual([["interrupted", "error"]]);
      expect(stage.front.counts.faults).toBe(1);

      guest.says("never");
      guest.leaves();
      await stage.sees(() => guest.isGone);
      expect(stage.log.at(-1)).toBe("closed");
    });

    test("messages that waited behind a promise are handled in slices, in order, before later ones", async () => {
      const stage = new Stage(place);
      const route = await stage.route(
        `
        export const scope = "route";
        let open;
        const gate = new Promise((resolve) => (open = resolve));
        const work = (ms) => { const end = performance.now() + ms; while (performance.now() < end); };
        export function onMessage(session, text) {
          if (text === "open") return open();
          if (text === "wait") return gate;
          work(1.5);
          session.send(text);
        }
      `,
        { scope: "route" },
      );
      const [a, b] = [route.connect(), route.connect()];
      await route.idle();
      const texts = Array.from({ length: 24 }, (_, index) => String(index));
      a.says("wait", ...texts);
      b.says("open");
      await stage.sees(() => a.inbox.length > 0);
      a.says("late");
      await stage.sees(() => a.inbox.length === 25);
      expect(a.inbox).toEqual([...texts, "late"]);
      expect(route.commits.filter(({ settled }) => settled.length > 0).length).toBeGreaterThan(3);
    });

    test("a thenable counts as a promise, and a bad one does no harm", async () => {
      const stage = new Stage(place);
      const route = await stage.route(
        `
        const kinds = {
          early: () => ({ then(done) { done(); } }),
          mute: () => ({ then() {} }),
          bad: () => ({ get then() { throw new Error("no promise at all"); } }),
          late: () => ({ then(done) { setTimeout(done, 1); } }),
        };
        export function onMessage(session, text) {
          session.send(text);
          return kinds[text]?.();
        }
      `,
        { handlerTimeout: 30 },
      );
      const guest = route.connect();
      await route.idle();
      const texts = ["early", "bad", "late", "mute", "end"];
      guest.says(...texts);
      await stage.sees(() => guest.inbox.length === 5);
      expect(guest.inbox).toEqual(texts);
      await stage.sees(() => stage.lines.length >= 2);
      expect(stage.lines.map(({ fault }) => fault)).toEqual(["handler", "interrupted"]);
    });

    test("the next event does not wait for a returned function, even if it has a then", async () => {
      const stage = new Stage(place);
      const route = await stage.route(`
        export function onMessage(session, text) {
          session.send(text);
          return Object.assign(() => undefined, { then() {} });
        }
      `);
      const guest = route.connect();
      await route.idle();
      guest.says("first", "second");
      await stage.sees(() => guest.inbox.length === 2);
      expect(guest.inbox).toEqual(["first", "second"]);
    });
  });

  describe("reading", () => {
    test("a script reads its own writes at once", async () => {
      const stage = new Stage(place);
      const route = await stage.route(`
        const value = { deep: [1] };
        export function onMessage(session) {
          const room = session.room("mine");
          const seen = [room.members()];
          room.join();
          seen.push(room.members(), diesel.getWebSocketService().listRooms().includes("mine"));
          room.leave();
          seen.push(room.members());
          session.setAttribute("value", value);
          seen.push(session.getAttribute("value") === value);
          session.setAttribute("value", null);
          seen.push(session.getAttribute("value"));
          session.send(JSON.stringify(seen));
        }
      `);
      const guest = route.connect();
      guest.says("go");
      await stage.sees(() => guest.inbox.length === 1);
      expect(JSON.parse(guest.inbox[0] as string)).toEqual([0, 1, true, 0, true, null]);
    });

    test("a snapshot and joins that are not committed yet count each member once", async () => {
      const stage = new Stage(place);
      const JOINER = `
        export function onOpen(session) { session.room("hall").join(); }
        export function onMessage(session) { session.room("hall").leave(); session.send("left"); }
      `;
      const other = await stage.route(JOINER);
      const [o1, o2] = [other.connect(), other.connect()];
      await other.idle();
      const reader = await stage.route(`
        const ids = () => diesel.getWebSocketService().room("hall").getMemberIds().sort();
        export function onMessage(session, text) {
          if (text === "join") session.room("hall").join();
          if (text === "leave") session.room("hall").leave();
          session.send(JSON.stringify(ids()));
        }
      `);
      const guest = reader.connect();
      await reader.idle();
      const answer = async (text: string): Promise<unknown> => {
        guest.says(text);
        const { length } = guest.inbox;
        await stage.sees(() => guest.inbox.length > length);
        return JSON.parse(guest.inbox.at(-1) as string);
      };
      expect(await answer("join")).toEqual([o1.id, o2.id, guest.id]);
      o1.says("leave");
      await stage.sees(() => o1.inbox.length === 1);
      expect(await answer("look")).toEqual([o2.id, guest.id]);
      o2.leaves();
      await stage.sees(() => o2.isGone);
      expect(await answer("leave")).toEqual([]);
      expect(await answer("join")).toEqual([guest.id]);
    });

    test("a route that only sends gets no changes of the directory; a reader does", async () => {
      const stage = new Stage(place);
      const sender = await stage.route(`
        export function onMessage(session, text) {
          session.room("hall").join();
          session.room("hall").broadcast(text);
          session.room("hall").leave();
          session.send("done");
        }
      `);
      const reader = await stage.route(`
        export function onMessage(session) { session.send(String(session.room("hall").members())); }
      `);
      const eager = reader.connect();
      eager.says("read");
      await stage.sees(() => eager.inbox.length === 1);
      const still = sender.connect();
      for (let round = 0; round < 20; round += 1) {
        const guest = (round % 2 === 0 ? sender : reader).connect();
        still.says("hello");
        guest.says("hello");
        guest.leaves();
      }
      await stage.sees(() => still.inbox.length === 40 && stage.front.directory.size === 2);
      eager.says("read");
      await stage.sees(() => eager.inbox.length === 2);
      const count = (batches: typeof sender.batches): number =>
        batches.reduce((sum, { changes }) => sum + changes.length, 0);
      expect(count(sender.batches)).toBe(0);
      // Ten came and went, and one joined and left twenty times.
      expect(count(reader.batches)).toBeGreaterThanOrEqual(60);
    });
  });

  describe("batches", () => {
    test("they hold 256 events at most, and the next follows an acknowledgement", async () => {
      const stage = new Stage(place);
      const route = await stage.route(ECHO);
      const guest = route.connect();
      const texts = Array.from({ length: 1000 }, (_, index) => String(index));
      guest.says(...texts);
      await stage.sees(() => guest.inbox.length === 1000);
      expect(guest.inbox).toEqual(texts);
      const sizes = route.batches.map(({ events }) => events.length);
      expect(Math.max(...sizes)).toBe(256);

      let through = 0;
      for (const passage of stage.passages) {
        if ("commit" in passage) through = passage.commit.through;
        else expect(passage.batch.first).toBe(through + 1);
      }
    });

    test("they hold 1 MiB at most", async () => {
      const stage = new Stage(place);
      const route = await stage.route(
        `export function onMessage(session, text) { session.send(String(text.length)); }`,
      );
      const guest = route.connect();
      await route.idle();
      guest.says(...Array.from({ length: 7 }, () => "x".repeat(400_000)));
      await stage.sees(() => guest.inbox.length === 7);
      // The one that reaches the bound is the last.
      expect(route.batches.slice(1).map(({ events }) => events.length)).toEqual([3, 3, 1]);
    });

    test("slow handlers are committed in slices of some milliseconds", async () => {
      const stage = new Stage(place);
      const route = await stage.route(`
        export function onMessage(session, text) {
          const end = performance.now() + 2;
          while (performance.now() < end);
          session.send(text);
        }
      `);
      const guest = route.connect();
      await route.idle();
      guest.says(...Array.from({ length: 32 }, (_, index) => String(index)));
      await stage.sees(() => guest.inbox.length === 32);
      expect(route.batches.at(-1)?.events).toHaveLength(32);
      const { first } = route.batches.at(-1) as { first: number };
      const steps = route.commits.map(({ through }) => through).filter((through) => through >= first);
      expect(steps.length).toBeGreaterThanOrEqual(6);
      expect(steps.at(-1)).toBe(first + 31);
    });

    test("the flush is put off for one more batch at most", async () => {
      const stage = new Stage(place, { limits: { batchEvents: 8 } });
      const route = await stage.route(ECHO);
      const guest = route.connect();
      await route.idle();
      const from = stage.flushes.length;
      guest.says(...Array.from({ length: 80 }, (_, index) => String(index)));
      await stage.sees(() => guest.inbox.length === 80);
      const flushes = stage.flushes.slice(from);
      expect(flushes.filter((what) => what === "hold").length).toBeGreaterThan(2);
      expect(flushes.join()).not.toContain("hold,hold");
    });

    test("a session of which more than a tenth of the bound waits is not read, until half of that is done", async () => {
      const stage = new Stage(place, { limits: { waitingEvents: 200, batchEvents: 4 } });
      const route = await stage.route(ECHO);
      const [loud, quiet] = [route.connect(), route.connect()];
      loud.says(...Array.from({ length: 30 }, (_, index) => String(index)));
      expect([...stage.paused]).toEqual([loud.session]);
      await stage.sees(() => stage.paused.size === 0);
      expect(route.supervisor.dispatcher.waiting).toBeLessThanOrEqual(10);
      expect(route.supervisor.dispatcher.waiting).toBeGreaterThan(0);
      await stage.sees(() => loud.inbox.length === 30);
      expect(quiet.inbox).toEqual([]);
    });

    test("a batch may bring changes only, so that timers do not read what is past", async () => {
      const stage = new Stage(place);
      const route = await stage.route(`
        export function onOpen(session) {
          setInterval(() => session.send(String(session.room("hall").members())), 2);
        }
      `);
      const guest = route.connect();
      await stage.sees(() => guest.inbox.length > 0);
      expect(guest.inbox[0]).toBe("0");
      const other = await stage.route(`export function onOpen(session) { session.room("hall").join(); }`);
      other.connect();
      await stage.sees(() => guest.inbox.at(-1) === "1");
    });
  });

  describe("the fence", () => {
    test("commits of an incarnation that was given up have no effect; its events are handled again", async () => {
      const stage = new Stage(place);
      const file = join(mkdtempSync(join(tmpdir(), "parlor-fence-")), "committed");
      onTestFinished(() => rmSync(dirname(file), { recursive: true }));
      const script = (version: number): string => `
        import { writeFileSync } from "node:fs";
        export function onOpen(session) { session.room("hall").join(); }
        export function onMessage(session, text) {
          session.setAttribute("by", ${version});
          session.send("${version} " + text);
          setImmediate(() => writeFileSync(${JSON.stringify(file)}, ""));
        }
      `;
      const route = await stage.route(script(1));
      const [a, b] = [route.connect(), route.connect()];
      await route.idle();
      const replace = await route.prepare(script(2));
      const replaced = new Promise<void>((resolve) => {
        stage.afterDeliver = ({ events }) => {
          if (!events.some((event) => event.kind === "message")) return;
          stage.afterDeliver = () => undefined;
          // This thread does not look until the other has committed.
          const cell = new Int32Array(new SharedArrayBuffer(4));
          while (place.isBeside && !existsSync(file)) Atomics.wait(cell, 0, 0, 1);
          resolve(replace());
        };
      });
      a.says("one", "two");
      b.says("one");
      await replaced;
      b.says("two");
      await stage.sees(() => a.inbox.length + b.inbox.length >= 4);
      await route.idle();
      expect(a.inbox).toEqual(["2 one", "2 two"]);
      expect(b.inbox).toEqual(["2 one", "2 two"]);
      expect(a.session.attributes?.values.get("by")).toBe(2);
      expect(stage.front.directory.rooms.get("hall")?.members.size).toBe(2);
    });
  });

  describe("an event that finds no program or no host", () => {
    test("closes its session with 1011, and is logged once", async () => {
      const stage = new Stage(place);
      const route = await stage.route("export function onMessage(session, text) { session.send(text); }");
      const [lost, known] = [route.connect("ws /ws/elsewhere"), route.connect()];
      lost.says("a", "b");
      known.says("c");
      await stage.sees(() => known.inbox.length === 1 && lost.isGone);
      expect(lost.closed?.code).toBe(1011);
      const lines = stage.lines.filter(({ code }) => code === "PARLOR_EVENT_UNSERVED");
      expect(lines.map(({ fault }) => fault)).toEqual(["handler"]);
    });

    test("closes the session of a host that is gone", async () => {
      const stage = new Stage(place);
      const route = await stage.route("export function onMessage(session, text) { session.send(text); }");
      const guest = route.connect();
      guest.says("a");
      await stage.sees(() => guest.inbox.length === 1);
      await stage.front.removeHost(route.slot);
      guest.says("b", "c");
      expect([guest.closed?.code, guest.isGone]).toEqual([1011, true]);
      expect(stage.front.counts.faults).toBe(1);
    });
  });

  describe("instances", () => {
    test("a connection has a state of its own", async () => {
      const stage = new Stage(place);
      const route = await stage.route(`
        let count = 0;
        export function onMessage(session) { session.send(String((count += 1))); }
      `);
      const [a, b] = [route.connect(), route.connect()];
      a.says("", "");
      b.says("");
      await stage.sees(() => a.inbox.length === 2 && b.inbox.length === 1);
      expect([a.inbox, b.inbox]).toEqual([["1", "2"], ["1"]]);
    });

    test("with scope route all share one", async () => {
      const stage = new Stage(place);
      const route = await stage.route(
        `
        let count = 0;
        export function onMessage(session) { session.send(String((count += 1))); }
        `,
        { scope: "route" },
      );
      const [a, b] = [route.connect(), route.connect()];
      await route.idle();
      a.says("", "");
      b.says("");
      await stage.sees(() => a.inbox.length === 2 && b.inbox.length === 1);
      expect([a.inbox, b.inbox]).toEqual([["1", "2"], ["3"]]);
    });

    test("files of shared/ are evaluated once for a host", async () => {
      const stage = new Stage(place);
      const route = await stage.route(
        `
        import { next } from "../shared/count.js";
        export function onMessage(session) { session.send(String(next())); }
        `,
        { shared: { "shared/count.js": "let count = 0;\nexport const next = () => (count += 1);" } },
      );
      const [a, b] = [route.connect(), route.connect()];
      await route.idle();
      a.says("");
      b.says("");
      await stage.sees(() => a.inbox.length + b.inbox.length === 2);
      expect([a.inbox, b.inbox]).toEqual([["1"], ["2"]]);
    });

    test("a module may await at its top level; its session's events wait, and keep their order", async () => {
      const stage = new Stage(place);
      const route = await stage.route(`
        const name = await new Promise((resolve) => setTimeout(() => resolve("ready"), 5));
        export function onOpen(session) { session.send(name); }
        export function onMessage(session, text) { session.send(text); }
      `);
      const guest = route.connect();
      guest.says("1", "2");
      await stage.sees(() => guest.inbox.length === 3);
      expect(guest.inbox).toEqual(["ready", "1", "2"]);
    });

    test("when its close is done its timers end, and what it still commands is dropped", async () => {
      const stage = new Stage(place);
      const ghost = await stage.route(`
        import { readFile } from "node:fs/promises";
        export function onOpen(session) { setInterval(() => console.log("interval"), 1); }
        export function onClose(session) {
          setTimeout(() => console.log("timeout"), 1);
          readFile(new URL("file:///dev/null")).then(() => {
            diesel.getWebSocketService().room("hall").broadcast("boo");
            session.room("hall").broadcast("boo");
            session.room("hall").join();
            setTimeout(() => console.log("timeout of a ghost"), 0);
            console.log("tried");
          });
        }
      `);
      const hall = await stage.route(`
        export function onOpen(session) { session.room("hall").join(); }
        export function onMessage(session, text) { session.send(text); }
      `);
      const witness = hall.connect();
      await hall.idle();
      const guest = ghost.connect();
      await stage.logged(/^interval$/);
      guest.leaves();
      await stage.sees(() => guest.isGone);
      await stage.logged(/^tried$/);
      const { length } = stage.log;
      const other = ghost.connect();
      await ghost.idle();
      other.leaves();
      await stage.sees(() => other.isGone && stage.log.filter((line) => line === "tried").length === 2);
      witness.says("anything?");
      await stage.sees(() => witness.inbox.length > 0);
      expect(witness.inbox).toEqual(["anything?"]);
      expect(stage.front.directory.rooms.get("hall")?.members.size).toBe(1);
      expect(stage.log.slice(length).filter((line) => line.startsWith("timeout"))).toEqual([]);
    });
  });

  describe("attributes", () => {
    test("the front holds what they were when they were set", async () => {
      const stage = new Stage(place);
      const route = await stage.route(`
        const list = [1];
        export function onMessage(session) {
          session.setAttribute("list", list);
          list.push(2);
          session.setAttribute("call", () => 1);
          session.setAttribute("__proto__", "plain");
          session.send(JSON.stringify([session.getAttribute("list") === list, typeof session.getAttribute("call")]));
        }
      `);
      const guest = route.connect();
      guest.says("go", "again");
      await stage.sees(() => guest.inbox.length === 2);
      expect(guest.inbox[0]).toBe('[true,"function"]');
      expect(readAttributes(guest.session).get("list")).toEqual([1, 2]);
      expect(guest.session.attributes?.values.get("__proto__")).toBe("plain");
      expect(guest.session.attributes?.values.has("call")).toBe(false);
      await stage.sees(() => stage.lines.length >= 1);
      expect(stage.lines.map(({ level, text }) => [level, /"call"/.test(text)])).toEqual([["warn", true]]);
    });
  });

  describe("bytes", () => {
    test("they leave with exactly their own length", async () => {
      const stage = new Stage(place);
      const route = await stage.route(`
        export function onMessage(session) {
          session.send(Buffer.from("ab"));
          session.send(new Uint8Array(8).subarray(2, 5));
        }
      `);
      const guest = route.connect();
      guest.says("go");
      await stage.sees(() => guest.inbox.length === 2);
      expect(guest.inbox).toEqual(["<6162>", "<000000>"]);
      const sent = route.commits.flatMap(({ commands }) =>
        commands.filter((part) => part instanceof Uint8Array),
      );
      expect(sent.map(({ buffer }) => buffer.byteLength)).toEqual([2, 3]);
    });
  });

  describe("faults that end nothing", () => {
    const FAULTS = `
      export const scope = "route";
      let count = 0;
      export function onMessage(session, text) {
        count += 1;
        if (text === "throw") throw new Error("thrown");
        if (text === "deep") { const deep = () => deep() + 1; deep(); }
        if (text === "odd") throw { get stack() { throw 1; }, get message() { throw 2; } };
        if (text === "reject") return Promise.reject(new Error("rejected"));
        if (text === "timer") setTimeout(() => { throw new Error("in a timer"); }, 0);
        session.send(text + count);
      }
      export function onError(session, error) {
        session?.send("told");
        if (count === 2) throw new Error("onError too");
      }
    `;

    test("a throw is logged with the script's own line, counted and passed to onError; the script goes on", async () => {
      const stage = new Stage(place);
      const route = await stage.route(FAULTS, { scope: "route" });
      const guest = route.connect();
      guest.says("throw", "throw", "deep", "odd", "reject", "ok");
      await stage.sees(() => guest.inbox.at(-1) === "ok6");
      expect(guest.inbox).toEqual(["told", "told", "told", "told", "told", "ok6"]);
      await stage.sees(() => stage.front.counts.faults >= 6);
      expect(stage.front.counts.faults).toBe(6);
      const [thrown] = stage.lines;
      expect(thrown).toMatchObject({ level: "error", fault: "handler", script: route.info.name, event: 2 });
      expect(thrown?.at).toMatch(/^ws\/r1\.js:6:/);
      expect(thrown?.text).toMatch(/onMessage: Error: thrown/);
      expect(stage.log.some((line) => line.includes("onError: Error: onError too"))).toBe(true);
      expect(stage.deaths).toEqual([]);
    });

    test("a throw in a timer is logged and passed to onError", async () => {
      const stage = new Stage(place);
      const route = await stage.route(FAULTS.replace('export const scope = "route";', ""));
      const guest = route.connect();
      guest.says("timer");
      await stage.sees(() => guest.inbox.length === 2);
      guest.says("ok");
      await stage.sees(() => guest.inbox.length === 3);
      expect(guest.inbox).toEqual(["timer1", "told", "ok2"]);
      await stage.sees(() => stage.lines.length >= 1);
      expect(stage.lines.map(({ fault }) => fault)).toEqual(["timer"]);
      expect(stage.lines[0]?.at).toMatch(/^ws\/r1\.js:10:/);
    });

    test.skipIf(skips(!place.seesRejections, `${place.name}: sees no rejections`))(
      "a rejected promise that is not awaited is logged and passed to onError",
      async () => {
        const stage = new Stage(place);
        const route = await stage.route(
          `
        export const scope = "route";
        let count = 0;
        let last = null;
        export function onMessage(session, text) {
          count += 1;
          last = session;
          if (text === "floating") void Promise.reject(new Error("floating"));
          if (text === "odd") void Promise.reject(null);
          session.send(text + count);
        }
        export function onError(session, error) { last.send(session + ": " + error?.message); }
        `,
          { scope: "route" },
        );
        const guest = route.connect();
        await route.idle();
        guest.says("floating");
        await stage.sees(() => guest.inbox.length === 2);
        guest.says("odd");
        await stage.sees(() => guest.inbox.length === 4);
        guest.says("ok");
        await stage.sees(() => guest.inbox.length === 5);
        expect(guest.inbox).toEqual(["floating1", "null: floating", "odd2", "null: undefined", "ok3"]);
        await stage.sees(() => stage.lines.length >= 2);
        expect(stage.lines.map(({ fault }) => fault)).toEqual(["rejection", "rejection"]);
        expect(stage.lines[0]?.at).toMatch(/^ws\/r1\.js:8:/);
        expect(stage.deaths).toEqual([]);
      },
    );
  });

  describe("the life of a session", () => {
    test("a script lets it in with attributes, or refuses; its fault refuses, too", async () => {
      const stage = new Stage(place);
      const route = await stage.route(
        `
        const later = () => new Promise((resolve) => setTimeout(resolve, 1));
        const answers = [{ attributes: { seat: 7 } }, { status: 401, reason: "who are you" }, false];
        let count = 0;
        export async function onUpgrade() {
          const turn = (count += 1);
          if (turn === 4) throw new Error("no idea");
          if (turn === 1) await later();
          return answers[turn - 1];
        }
        export function onOpen(session) { session.send("seat " + session.getAttribute("seat")); }
        export function onClose(session) { console.log("closed " + session.id); }
        `,
        { scope: "route" },
      );
      const guests = [route.connect(), route.connect(), route.connect(), route.connect()];
      await stage.sees(
        () => guests[0]?.inbox.length === 1 && guests.slice(1).every(({ refused }) => refused),
      );
      expect(guests[0]?.inbox).toEqual(["seat 7"]);
      expect(guests.map(({ refused }) => refused?.status)).toEqual([undefined, 401, 403, 503]);
      expect(stage.front.directory.size).toBe(1);
      expect(stage.log.filter((line) => line.startsWith("closed"))).toEqual([]);
    });

    test("messages sent before a close come first; later ones are discarded and counted", async () => {
      const stage = new Stage(place);
      const route = await stage.route(`
        export function onOpen(session) { session.room("hall").join(); }
        export function onMessage(session, text) {
          session.send("got " + text);
          if (text !== "bye") return;
          session.close(4001, "enough");
          session.close(4002, "twice");
          session.send("never");
        }
        export async function onClose(session) {
          const open = session.isOpen();
          await new Promise((resolve) => setTimeout(resolve, 1));
          console.log(open + " " + session.room("hall").members());
          session.room("hall").broadcastExcept("gone");
        }
      `);
      const [guest, other] = [route.connect(), route.connect()];
      await route.idle();
      guest.says("1", "bye", "2", "3");
      await stage.sees(() => guest.closed !== null);
      guest.says("4");
      await stage.sees(() => guest.isGone);
      expect(guest.inbox).toEqual(["got 1", "got bye"]);
      expect(guest.closed).toEqual({ code: 4001, reason: "enough" });
      expect(stage.log).toEqual(["false 2"]);
      await stage.sees(() => other.inbox.length === 1);
      expect(other.inbox).toEqual(["gone"]);
      await route.idle();
      expect(stage.front.counts.discarded).toBe(3);
      expect(stage.front.directory.rooms.get("hall")?.members.size).toBe(1);
    });

    test("a peer's close comes after all messages that the peer sent before it", async () => {
      const stage = new Stage(place);
      const route = await stage.route(`
        export function onMessage(session, text) { console.log(text); }
        export function onClose() { console.log("closed"); }
      `);
      const guest = route.connect();
      guest.says("1", "2");
      guest.leaves(1001);
      await stage.sees(() => guest.isGone);
      await stage.logged(/^closed$/);
      expect(stage.log).toEqual(["1", "2", "closed"]);
    });
  });
}
