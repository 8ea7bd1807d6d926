import { expect, test } from "vitest";
import type { CommandReceivers } from "../../../src/boundary/commands.ts";
import { CommandLog } from "../../../src/host/runtime/command-log.ts";
import { playCommands } from "../../../src/boundary/play/play-commands.ts";
import { endOfCommand } from "../../../src/boundary/turn/command-places.ts";
import { NO_PROGRAMS } from "../../support/receivers.ts";

const limit = { commands: 10, bytes: 1000 };

function codeOf(call: () => void): unknown {
  try {
    call();
    return null;
  } catch (error) {
    return (error as { code?: unknown }).code;
  }
}

function failed(log: CommandLog): number[] {
  const failures: number[] = [];
  const http = { respond() {}, write() {}, fail: (request: number) => void failures.push(request) };
  playCommands(log.take(), { http, programs: NO_PROGRAMS } as unknown as CommandReceivers);
  return failures;
}

test("a list is cut between its commands", () => {
  const log = new CommandLog(() => undefined);
  const calls: (() => void)[] = [
    () => log.send(1, "x"),
    () => log.close(1, 1000, ""),
    () => log.join(1, "room"),
    () => log.leave(1, "room"),
    () => log.broadcast("room", "x", 0),
    () => log.publish("/", "x", 0),
    () => log.send(1, "x", { key: "k", slow: null }),
    () => log.broadcast("room", "x", 0, { key: null, slow: "latest" }),
    () => log.publish("/", "x", 0, { key: "k", slow: "close" }),
    () => log.setAttribute(1, "key", 1),
    () => log.accept(1, { protocol: null, headers: [] }),
    () => log.refuse(1, 503, "", []),
    () => log.respond(1, { status: 200, headers: [] }),
    () => log.write(1, null, true),
    () => log.fail(1),
    () => log.claim("program a.js", []),
    () => log.connect("program a.js", 1, { url: "ws://a.test", once: "feed" }),
    () => log.sendClient(1, "x"),
    () => log.closeClient(1, 1000, ""),
    () => log.report(1, "invalid", "text is missing", "say"),
    () => log.envelope(1, "{}"),
  ];
  for (const call of calls) {
    call();
    const list = log.take();
    expect(endOfCommand(list, 0)).toBe(list.length);
  }
});

test("a log takes as many commands as its limit, and refuses the next one without recording it", () => {
  const log = new CommandLog(() => undefined, limit);
  for (let at = 0; at < 10; at += 1) log.send(1, "x");
  expect(codeOf(() => log.join(1, "room"))).toBe("PARLOR_TURN_LIMIT");
  expect(log.take()).toHaveLength(30);
  expect(codeOf(() => log.join(1, "room"))).toBe(null);
});

test("payloads, attributes and names count by their size", () => {
  const log = new CommandLog(() => undefined, limit);
  log.send(1, new Uint8Array(400));
  log.setAttribute(1, "key", { bytes: new Uint8Array(400), at: 0, of: 1 });
  expect(codeOf(() => log.broadcast("room", "x".repeat(200), 0))).toBe("PARLOR_TURN_LIMIT");
  expect(codeOf(() => log.setAttribute(1, "key", { bytes: new Uint8Array(200), at: 0, of: 1 }))).toBe(
    "PARLOR_TURN_LIMIT",
  );
  expect(codeOf(() => log.join(1, "r".repeat(200)))).toBe("PARLOR_TURN_LIMIT");
});

test("each event has the whole limit, whatever the log holds of those before it", () => {
  const log = new CommandLog(() => undefined, limit);
  for (let event = 0; event < 5; event += 1) {
    log.startEvent();
    for (let at = 0; at < 10; at += 1) log.send(1, "x");
    expect(codeOf(() => log.send(1, "x"))).toBe("PARLOR_TURN_LIMIT");
  }
});

test("a full log takes what ends something", () => {
  const log = new CommandLog(() => undefined, limit);
  for (let at = 0; at < 10; at += 1) log.send(1, "x");
  log.close(1, 1000, "");
  log.refuse(2, 503, "", []);
  log.closeClient(3, 1000, "");
  expect(log.take()).toHaveLength(30 + 13);
});

test("a response that does not fit fails its request, so that the client does not wait", () => {
  const log = new CommandLog(() => undefined, limit);
  log.respond(7, { status: 200, headers: [] });
  expect(codeOf(() => log.write(7, "x".repeat(2000), true))).toBe("PARLOR_TURN_LIMIT");
  expect(failed(log)).toEqual([7]);
});
