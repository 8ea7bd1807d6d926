import { describe, expect, test } from "vitest";
import { RunningApp } from "../../support/running-app.ts";
import { PLACES, serveOn, type ServedApp } from "../../support/served-app.ts";
import type { ParlorConfig } from "../../../src/config.ts";

const SCRIPT = `
  export function onMessage(session, text) {
    if (text === "close") session.close(4002, "enough");
  }
  export function onClose(session, details, ...more) {
    console.log("closed", JSON.stringify(details), more.length, session.isOpen());
  }`;

/** What `onClose` was given, as it has logged it. */
async function details(app: RunningApp): Promise<unknown> {
  const { text } = await app.logged(/^closed /);
  expect(text).toMatch(/ 0 false$/);
  return JSON.parse(/^closed (.*) 0 false$/.exec(text)?.[1] ?? "");
}

describe.each(PLACES)("onClose on a host of kind %s gets how the connection ended", (place) => {
  const serve = (settings: ParlorConfig = {}): Promise<ServedApp> =>
    serveOn(place, { "ws/tea.js": SCRIPT }, settings);

  test.each([
    [1000, "", { code: 1000, reason: "", wasClean: true }],
    [4001, "späte Tasse", { code: 4001, reason: "späte Tasse", wasClean: true }],
  ])("by the client with %i", async (code, reason, expected) => {
    const app = await serve();
    const client = await app.open("/ws/tea");
    client.close(code, reason);
    expect(await details(app)).toEqual(expected);
  });

  test("by the client without a code", async () => {
    const app = await serve();
    const client = await app.open("/ws/tea");
    client.socket.close();
    expect(await details(app)).toEqual({ code: 1005, reason: "", wasClean: true });
  });

  test("by a line that was cut", async () => {
    const app = await serve();
    const client = await app.open("/ws/tea");
    client.terminate();
    expect(await details(app)).toEqual({ code: 1006, reason: "", wasClean: false });
  });

  test("by the script", async () => {
    const app = await serve();
    const client = await app.open("/ws/tea");
    client.send("close");
    expect(await details(app)).toEqual({ code: 4002, reason: "enough", wasClean: true });
  });

  test("by a message that is too large", async () => {
    const app = await serve({ maxPayload: 1024 });
    const client = await app.open("/ws/tea");
    client.send("x".repeat(2000));
    expect(await details(app)).toEqual({ code: 1009, reason: "", wasClean: true });
  });

  test("by bytes that the script does not take", async () => {
    const app = await serve();
    const client = await app.open("/ws/tea");
    client.send(new Uint8Array([1]));
    expect(await details(app)).toMatchObject({ code: 1003, wasClean: true });
  });

  test("by a client that does not answer pings", async () => {
    const app = await serve({ heartbeat: { interval: 100, timeout: 100 } });
    await app.open("/ws/tea", { autoPong: false });
    expect(await details(app)).toEqual({ code: 1006, reason: "", wasClean: false });
  });

  test("by the end of the server", async () => {
    const app = await serve();
    await app.open("/ws/tea");
    await app.server.close();
    expect(await details(app)).toEqual({
      code: 1001,
      reason: expect.stringMatching(/^retry-after=\d\.\d$/) as string,
      wasClean: true,
    });
  });
});

test("the handlers of createServer get it, too", async () => {
  const seen: unknown[] = [];
  const app = await RunningApp.embed({
    routes: { "/ws/tea": { onClose: (_session, how) => void seen.push(how) } },
  });
  const client = await app.open("/ws/tea");
  client.close(4001, "bye");
  await client.closed;
  expect(seen).toEqual([{ code: 4001, reason: "bye", wasClean: true }]);
});
