import { describe, expect, test } from "vitest";
import { ServedProcess } from "../../cli/lifetime/served-process.ts";
import { connect } from "../../support/client.ts";
import { Gate } from "../../support/gate.ts";
import { RunningApp, folderOf } from "../../support/running-app.ts";

const SESSIONS = 2000;

test("2,000 sessions are closed in waves at SIGTERM, and no onClose is lost", async () => {
  const served = new ServedProcess({
    "ws/a.js": `
      let closes = 0;
      export const scope = "route";
      export const onOpen = (session) => session.send("hello");
      export async function onClose() {
        await null;
        closes += 1;
      }
      export const onStop = () => console.log("closes: " + closes);`,
  });
  const url = `${(await served.url()).replace("http", "ws")}/ws/a`;
  const clients = [];
  while (clients.length < SESSIONS) {
    const some = Array.from({ length: 100 }, () => connect(url));
    await Promise.all(some.map((client) => client.next()));
    clients.push(...some);
  }
  const times: number[] = [];
  const hints = new Set<string>();
  const ends = clients.map(async ({ closed }) => {
    const { code, reason } = await closed;
    times.push(performance.now());
    hints.add(reason);
    return code;
  });
  const { code, ms, err } = await served.stop();
  expect(code).toBe(0);
  expect(new Set(await Promise.all(ends))).toEqual(new Set([1001]));
  expect(err).toContain(`closes: ${SESSIONS}`);
  expect(err).toMatch(/2000 sessions were closed in \d+ waves, and each onClose has run/);
  // Clients that follow the hints come back at different times, and not before the waves are over.
  expect([...hints].every((hint) => /^retry-after=\d{1,2}\.\d$/.test(hint))).toBe(true);
  expect(hints.size).toBeGreaterThan(40);
  expect(Math.max(...times) - Math.min(...times)).toBeGreaterThan(4000);
  // Before the grace is over.
  expect(ms).toBeLessThan(8000);
});

describe("the onClose of a session that closes late in the grace runs", () => {
  // The close waits behind the first message, until most of the grace has passed: then scripts without sessions stop.
  const late = (gate: Gate, rest: string): Record<string, string> => ({
    "ws/a.js": `
      export async function onMessage(session) {
        session.send("begun");
        ${gate.wait}
      }
      export const onClose = () => console.log("closed late");
      ${rest}`,
    "ws/b.js": `
      export const scope = "route";
      export const onMessage = (session) => session.send("here");
      export const onStop = () => console.log("others stop");`,
  });

  test.each([
    ["on a host without onStop", ""],
    [
      "on a host with onStop",
      'export const scope = "route"; export const onStop = () => console.log("stopped");',
    ],
  ])("%s", async (_where, rest) => {
    const gate = await Gate.create();
    const app = await RunningApp.serve(folderOf(late(gate, rest)), { shutdownGrace: 4000 });
    const [client, other] = [await app.open("/ws/a"), await app.open("/ws/b")];
    other.send("");
    expect(await other.next()).toBe("here");
    client.send("");
    expect(await client.next()).toBe("begun");
    const closing = app.server.close();
    await app.log.find(/others stop/);
    gate.open();
    await closing;
    expect(app.log.texts).toContain("closed late");
    if (rest !== "") expect(app.log.texts).toContain("stopped");
    expect(await app.log.find(/each onClose has run/)).toBeDefined();
  });
});
