import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { Client } from "../support/client.ts";
import { Gate } from "../support/gate.ts";
import { RunningApp, folderOf } from "../support/running-app.ts";

type Kind = "thread" | "process";

/** An app of one script that can be saved again. */
async function start(kind: Kind, text: string) {
  const script = (body: string) => `export const isolation = "${kind}";\n${body}`;
  const dir = folderOf({ "ws/chat.js": script(text) });
  const app = await RunningApp.serve(dir, { hangLimit: 2000 });
  return {
    app,
    reload: async (body: string) => {
      writeFileSync(join(dir, "ws/chat.js"), script(body));
      await app.server.reload();
    },
  };
}

async function all(client: Client, count: number): Promise<unknown[]> {
  const messages = [];
  while (messages.length < count) messages.push(await client.next());
  return messages;
}

const version = (name: string, more = "") => `
${more}
export function onOpen(session) { session.send("open ${name}"); session.room("all").join(); }
export function onMessage(session, text) { session.send("${name} " + text); }
export function onReload(session, reason) { session.send("${name} has taken over: " + reason); }
`;

/** Reloads of a script in one kind of host. */
export function reloadSuite(kind: Kind): void {
  describe(`a reload in a ${kind}`, () => {
    test("onReload runs before the session's first event, and onOpen does not run", async () => {
      const { app, reload } = await start(kind, version("a"));
      const client = app.connect("/ws/chat");
      client.send("1");
      expect(await all(client, 2)).toEqual(["open a", "a 1"]);
      await reload(version("b"));
      client.send("2");
      expect(await all(client, 2)).toEqual(["b has taken over: reload", "b 2"]);
    });

    test("messages sent during reloads are handled once, in order", async () => {
      const { app, reload } = await start(kind, version("a"));
      const clients = Array.from({ length: 20 }, () => app.connect("/ws/chat"));
      const received = clients.map(() => [] as string[]);
      const echo = (index: number) => received[index]!.filter((text) => !/open|taken/.test(text));
      clients.forEach((client, index) =>
        client.socket.on("message", (data) => received[index]!.push((data as Buffer).toString())),
      );
      for (const client of clients) client.send("hello");
      for (const index of clients.keys()) while (echo(index).length === 0) await clients[index]!.next();
      let sent = 0;
      const sending = setInterval(() => {
        for (const client of clients) client.send(String(sent));
        sent += 1;
      }, 1);
      for (const name of ["b", "c", "d", "e", "f"]) await reload(version(name));
      clearInterval(sending);
      for (const [index, client] of clients.entries()) {
        while (echo(index).length <= sent) await client.next();
        const answers = echo(index).slice(1);
        expect(answers.map((text) => text.split(" ")[1])).toEqual(
          Array.from({ length: sent }, (_, n) => String(n)),
        );
        const names = answers.map((text) => text[0]);
        expect(names.join("")).toMatch(/^a*b*c*d*e*f*$/);
        expect(new Set(names).size).toBeGreaterThan(2);
      }
      expect((await app.health()).sessions).toBe(20);
    });

    test("a reload hands over the state of each connection, and of a route", async () => {
      const counting = (step: number, scope: string) => `
        export const scope = "${scope}";
        let count = 0;
        export const saveState = () => ({ count });
        export const restoreState = (state) => { count = state.count; };
        export function onMessage(session) { session.send(String(count += ${step})); }`;
      for (const [scope, expected] of [
        ["connection", ["11", "11"]],
        ["route", ["12", "22"]],
      ] as const) {
        const { app, reload } = await start(kind, counting(1, scope));
        const [a, b] = [app.connect("/ws/chat"), app.connect("/ws/chat")];
        a.send("");
        await a.next();
        b.send("");
        await b.next();
        await reload(counting(10, scope));
        a.send("");
        const first = await a.next();
        b.send("");
        expect([first, await b.next()]).toEqual(expected);
      }
    });

    test("a reload keeps the live values of attributes, and the rooms", async () => {
      const text = (name: string) => `
        export function onOpen(session) { session.setAttribute("list", [1]); session.room("all").join(); }
        export function onMessage(session, text) {
          session.getAttribute("list").push(text);
          session.room("all").broadcast("${name} " + JSON.stringify(session.getAttribute("list")));
        }`;
      const { app, reload } = await start(kind, text("a"));
      const client = app.connect("/ws/chat");
      client.send("x");
      expect(await client.next()).toBe('a [1,"x"]');
      await reload(text("b"));
      client.send("y");
      expect(await client.next()).toBe('b [1,"x","y"]');
    });

    test("a session stays with the previous version until its promise has settled", async () => {
      const gate = await Gate.create();
      const slow = (name: string) => `
        export async function onMessage(session, text) {
          if (text === "wait") { ${gate.wait} }
          session.send("${name} " + text);
        }`;
      const { app, reload } = await start(kind, slow("a"));
      const [waiting, other] = [app.connect("/ws/chat"), app.connect("/ws/chat")];
      waiting.send("hello");
      expect(await waiting.next()).toBe("a hello");
      for (const text of ["wait", "behind", "behind too"]) waiting.send(text);
      other.send("first");
      expect(await other.next()).toBe("a first");
      await reload(slow("b"));
      other.send("second");
      expect(await other.next()).toBe("b second");
      waiting.send("last");
      gate.open();
      expect(await all(waiting, 4)).toEqual(["a wait", "b behind", "b behind too", "b last"]);
    });

    test.each([
      ["does not parse", "export function ("],
      ["throws while loading", `throw new Error("not today"); export function onMessage() {}`],
      ["breaks the contract", "export const onMessage = 5;"],
    ])("a version that %s never replaces a good one", async (_what, broken) => {
      const { app, reload } = await start(kind, version("a"));
      const client = app.connect("/ws/chat");
      client.send("1");
      expect(await all(client, 2)).toEqual(["open a", "a 1"]);
      await reload(broken);
      client.send("2");
      expect(await client.next()).toBe("a 2");
      await reload(version("b"));
      client.send("3");
      expect(await all(client, 2)).toEqual(["b has taken over: reload", "b 3"]);
    });

    test("a state that cannot be cloned is left behind with one line, and the new version serves", async () => {
      const { app, reload } = await start(
        kind,
        version("a", "export const saveState = () => ({ no: () => 1 });"),
      );
      const [client, other] = [app.connect("/ws/chat"), app.connect("/ws/chat")];
      for (const each of [client, other]) {
        each.send("1");
        expect(await all(each, 2)).toEqual(["open a", "a 1"]);
      }
      await reload(version("b"));
      for (const each of [client, other]) {
        each.send("2");
        expect(await all(each, 2)).toEqual(["b has taken over: reload", "b 2"]);
      }
      const lost = app.log.entries.filter(({ fields }) => fields["code"] === "PARLOR_STATE_LOST");
      expect(lost.map(({ text }) => text)).toEqual([
        expect.stringMatching(
          /^ws\/chat\.js: the state that saveState returned is left behind, because .*; return plain data$/,
        ),
      ]);
    });

    test("a saveState that throws is logged in one line, and the previous version stays", async () => {
      const { app, reload } = await start(
        kind,
        version("a", `export const saveState = () => { throw new Error("none"); };`),
      );
      const client = app.connect("/ws/chat");
      client.send("1");
      expect(await all(client, 2)).toEqual(["open a", "a 1"]);
      const before = app.server.routes[0]?.version;
      await reload(version("b"));
      client.send("2");
      expect(await client.next()).toBe("a 2");
      expect((await app.logged(/saveState/)).text).toBe(
        "ws/chat.js: saveState throws: none; the previous version stays",
      );
      expect(app.server.routes[0]?.version).toBe(before);
    });

    test("a reload ends the intervals of the previous version", async () => {
      const ticking = (name: string) => `
        export const scope = "route";
        setInterval(() => diesel.getWebSocketService().room("all").broadcast("${name}"), 5);
        export function onOpen(session) { session.room("all").join(); }`;
      const { app, reload } = await start(kind, ticking("a"));
      const client = app.connect("/ws/chat");
      expect(await client.next()).toBe("a");
      await reload(ticking("b"));
      while ((await client.next()) !== "b");
      expect(new Set(await all(client, 20))).toEqual(new Set(["b"]));
    });

    test("ticks continue after a reload with the next number", async () => {
      const ticks = (name: string) => `
        export const tickRate = 50;
        export function onTick(room, deltaMs, tick) { room.broadcast("${name} " + tick + " " + deltaMs); }`;
      const { app, reload } = await start(kind, ticks("a"));
      const client = app.connect("/ws/chat");
      expect(await client.next()).toMatch(/^a 1 20$/);
      await reload(ticks("b"));
      let last = 1;
      for (let left = 40; left > 0; left -= 1) {
        const [, tick, delta] = String(await client.next()).split(" ");
        expect(Number(tick)).toBe(last + 1);
        expect(Number(delta)).toBeGreaterThan(0);
        last = Number(tick);
      }
    });
  });
}
