import { describe, expect, test } from "vitest";
import type { Client } from "../support/client.ts";
import { RunningApp, folderOf } from "../support/running-app.ts";

const SCRIPT = (isolation: string) => `
${isolation}
const loop = () => { for (;;); };
export function onOpen(session) {
  session.setAttribute("name", session.getParameter("name"));
  session.room("all").join();
  session.send("welcome");
}
export function onReload(session, reason) {
  session.send("reloaded " + reason + " " + session.getAttribute("name"));
}
export function onMessage(session, text) {
  const all = session.room("all");
  if (text === "loop") loop();
  if (text === "exit") process.exit(3);
  if (text === "overflow") (function deeper() { deeper(); })();
  if (text === "emitter") return void process.nextTick(() => new EventEmitter().emit("error", new Error("alone")));
  if (text === "timer loop") return void setTimeout(loop, 1);
  if (text === "late loop") return Promise.resolve().then(loop);
  if (text === "timer throw") return void setTimeout(() => { throw new Error("in a timer"); }, 1);
  if (text === "forgotten") return void Promise.reject(new Error("forgotten"));
  all.broadcast(session.getAttribute("name") + ": " + text);
}
export function onClose(session) {
  if (session.getParameter("last") === "loop") loop();
}
import { EventEmitter } from "node:events";
`;

const BESIDE = `export function onMessage(session, text) { session.send(text); }`;

/** A process that exits makes no progress while it does, which takes its time on a busy machine. */
const HANG_LIMITS = { thread: 300, process: 1000 } as const;

/** The texts that a client gets until it has this many of other clients, and one of a reload. */
async function heard(client: Client, count: number) {
  const said: unknown[] = [];
  const reloads: unknown[] = [];
  while (said.length < count || reloads.length === 0) {
    const text = await client.next();
    (String(text).startsWith("reloaded") ? reloads : said).push(text);
  }
  expect(client.unread).toBe(0);
  return { said, reloads };
}

/** Everything that a script can do to its host, on one kind of host. */
export function faultSuite(kind: "thread" | "process"): void {
  const isolation = kind === "process" ? `export const isolation = "process";` : "";

  async function start() {
    const dir = folderOf({ "ws/chat.js": SCRIPT(isolation), "ws/beside.js": BESIDE });
    const app = await RunningApp.serve(dir, { hangLimit: HANG_LIMITS[kind] });
    const [ada, bob] = [app.connect("/ws/chat?name=ada"), app.connect("/ws/chat?name=bob")];
    for (const client of [ada, bob]) expect(await client.next()).toBe("welcome");
    return { app, ada, bob };
  }

  describe(`a script in a ${kind}`, () => {
    test.each([
      ["loop", "hang"],
      ["timer loop", "hang"],
      ["late loop", "hang"],
      ["exit", "crash"],
      ["emitter", "crash"],
    ])(
      "%s in a handler restarts the host, and all other messages are handled once",
      async (fault, reason) => {
        const { app, ada, bob } = await start();
        const beside = app.connect("/ws/beside");
        beside.send("still here?");
        ada.send(fault);
        bob.send("after");
        expect(await beside.next()).toBe("still here?");
        ada.send("again");
        for (const [client, name] of [
          [bob, "bob"],
          [ada, "ada"],
        ] as const) {
          const { said, reloads } = await heard(client, 2);
          expect(said).toEqual(expect.arrayContaining(["bob: after", "ada: again"]));
          expect(reloads).toContain(`reloaded ${reason} ${name}`);
        }
        expect((await app.logged(/ws\/chat (crashed|was stopped)/)).text).toMatch(/sessions stay connected/);
      },
    );

    test("the log names the event that loops", async () => {
      const { app, ada } = await start();
      ada.send("loop");
      const { text } = await app.logged(/was stopped on a message from session/);
      expect(text).toMatch(/no progress for [01]\.\d s/);
    });

    test.each(["timer throw", "forgotten", "overflow"])(
      "%s is logged and restarts nothing",
      async (fault) => {
        const { app, ada } = await start();
        ada.send(fault);
        ada.send("after");
        expect(await ada.next()).toBe("ada: after");
        await app.logged(/in a timer|forgotten|call stack/);
        expect((await app.health()).faults).toBe(1);
      },
    );

    test("a loop in onClose closes only the session that left", async () => {
      const { app, ada, bob } = await start();
      const last = app.connect("/ws/chat?name=cy&last=loop");
      expect(await last.next()).toBe("welcome");
      last.close();
      expect(await bob.next()).toBe("reloaded hang bob");
      expect(await ada.next()).toBe("reloaded hang ada");
      expect((await app.health()).sessions).toBe(2);
    });
  });
}
