import { beforeEach, expect, test } from "vitest";
import { Directory } from "../../src/front/directory/directory.ts";
import type { Session } from "../../src/front/directory/session.ts";
import { CommandOwner, slotCommands } from "../../src/front/slot-commands.ts";
import { anySession } from "../support/any-session.ts";
import { hostSpec } from "../suites/stage.ts";

const SLOT = 1;

let directory: Directory;
let session: Session;
let done: string[];
let reports: string[];
let commands: ReturnType<typeof slotCommands>;
beforeEach(async () => {
  [directory, session, done, reports] = [new Directory(() => undefined), anySession(), [], []];
  directory.add(session);
  const spec = await hostSpec("ws/a.js", "export function onMessage() {}");
  const note = new Proxy({}, { get: (_, name) => () => void done.push(String(name)) });
  const on = { sessions: note, http: note, programs: note } as Parameters<typeof slotCommands>[0];
  const parts = {
    reports: { onReport: ({ text }: { text: string }) => void reports.push(text), onLog() {} },
  };
  commands = slotCommands(on, new CommandOwner({ slot: SLOT, directory, spec: () => spec, parts }));
});

function commandAll(): void {
  const { sessions } = commands;
  sessions.join(session.ref, "hall");
  sessions.leave(session.ref, "hall");
  sessions.setAttribute(session.ref, "name", "x");
  sessions.close(session.ref, 4000, "");
}

test("a host commands its own sessions", () => {
  commandAll();
  expect(done).toEqual(["join", "leave", "setAttribute", "close"]);
});

test("a session that has moved away is no longer commanded by its previous host, which is not reported", () => {
  directory.move(session, 2);
  commandAll();
  expect(done).toEqual([]);
  expect(reports).toEqual([]);
});

test("a session of another host is not commanded, and the attempt is reported once", () => {
  directory.move(session, 2);
  directory.move(session, 3);
  commandAll();
  expect(done).toEqual([]);
  expect(reports).toEqual([expect.stringContaining("asked for join")]);
});

test("a session on another node is commanded by the host of its route only", () => {
  directory.joinCluster({
    peers: {
      refs: new Map([
        [71, { route: "/ws/a" }],
        [72, { route: "/ws/b" }],
      ]),
      routes: new Map([["/ws/b", new Map()]]),
    },
  } as unknown as Parameters<Directory["joinCluster"]>[0]);
  commands.sessions.close(71, 4000, "");
  commands.sessions.join(71, "hall");
  expect(done).toEqual(["close", "join"]);
  commands.sessions.close(72, 4000, "");
  commands.sessions.publish("/ws/b", "x", 0);
  expect(done).toEqual(["close", "join"]);
  expect(reports).toEqual([expect.stringContaining("asked for close")]);
  commands.sessions.send(72, "x");
  expect(done).toEqual(["close", "join", "send"]);
});
