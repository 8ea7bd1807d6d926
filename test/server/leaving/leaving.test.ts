import { describe, expect, test } from "vitest";
import { Gate } from "../../support/gate.ts";
import { RunningApp, folderOf } from "../../support/running-app.ts";

const HINT = /^retry-after=\d+\.\d$/;

/** A script that writes each of its closes to the log. */
const counted = {
  "ws/a.js": "export const onOpen = () => {}; export const onClose = () => console.log('closed');",
};

async function open(
  app: RunningApp,
  count: number,
): Promise<{ readonly closed: Promise<unknown>; close(): void }[]> {
  return await Promise.all(Array.from({ length: count }, () => app.open("/ws/a")));
}

describe("a server that closes", () => {
  test("closes its sessions in waves, each with a hint, and runs each onClose", async () => {
    const app = await RunningApp.serve(folderOf(counted), { drainTime: 600 });
    const clients = await open(app, 12);
    await app.server.close();
    for (const client of clients)
      expect(await client.closed).toMatchObject({
        code: 1001,
        reason: expect.stringMatching(HINT) as string,
      });
    expect(app.log.texts.filter((text) => text === "closed")).toHaveLength(12);
    const { fields } = await app.log.find(/12 sessions were closed in [2-6] waves, and each onClose has run/);
    expect(fields).toMatchObject({ code: "PARLOR_DRAINED", sessions: 12 });
  });

  test.each([
    [0, [/^stopping: no session is open$/]],
    [1, [/^the server stops: 1 session is closed within 0 s$/, /^1 session was closed in 1 wave, /]],
    [2, [/^the server stops: 2 sessions are closed within 0 s$/, /^2 sessions were closed in 1 wave, /]],
  ])("with %i sessions logs its start and its drain in a line each", async (count, lines) => {
    const app = await RunningApp.serve(folderOf(counted));
    await open(app, count);
    await app.server.close();
    const logged = app.log.texts.filter((text) => /^stopping|server stops|wave/.test(text));
    expect(logged).toEqual(lines.map((line) => expect.stringMatching(line) as string));
  });

  test("says from the start on that it drains, and serves those that are left", async () => {
    const app = await RunningApp.serve(
      folderOf({ "ws/a.js": "export const onMessage = (session, text) => session.send(text);" }),
      { drainTime: 60_000, shutdownGrace: 120_000 },
    );
    const [first, last] = [await app.open("/ws/a"), await app.open("/ws/a")];
    expect(app.server.isDraining).toBe(false);
    const closing = app.server.close();
    expect(await first.closed).toMatchObject({ code: 1001 });
    expect(app.server.isDraining).toBe(true);
    last.send("still here");
    expect(await last.next()).toBe("still here");
    void app.server.close({ atOnce: true });
    expect(await last.closed).toMatchObject({ code: 1001 });
    await closing;
  });

  test("shows on the port of admin that it drains, to the end", async () => {
    const times = { drainTime: 60_000, shutdownGrace: 120_000 };
    const app = await RunningApp.serve(folderOf(counted), { ...times, admin: { port: 0 } });
    const [first] = await open(app, 2);
    const closing = app.server.close();
    await first?.closed;
    const at = (path: string) => fetch(`http://127.0.0.1:${app.server.adminPort}/_parlor/${path}`);
    expect((await at("ready")).status).toBe(503);
    expect(await (await at("metrics")).text()).toMatch(/^parlor_sessions\{route="\/ws\/a"\} [12]$/m);
    void app.server.close({ atOnce: true });
    await closing;
    await expect(at("ready")).rejects.toThrow("fetch failed");
  });

  test("closes all sessions in one wave when it is asked to", async () => {
    const app = await RunningApp.serve(folderOf(counted), { drainTime: 60_000, shutdownGrace: 120_000 });
    await open(app, 3);
    await app.server.close({ atOnce: true });
    expect(await app.log.find(/3 sessions were closed in 1 wave/)).toBeDefined();
  });

  test("does not wait without sessions, and logs nothing", async () => {
    const app = await RunningApp.serve(folderOf(counted), { drainTime: 60_000, shutdownGrace: 120_000 });
    await app.server.close();
    expect(app.log.entries.filter(({ fields }) => String(fields["code"]).includes("DRAIN"))).toEqual([]);
  });

  test("waits for the response to a request before it runs onStop", async () => {
    const gate = await Gate.create();
    const app = await RunningApp.serve(
      folderOf({
        "http/slow.js": `
          export async function GET() { ${gate.wait} return new Response("late but whole"); }
          export const onStop = () => console.log("stopped");`,
      }),
    );
    const response = app.fetch("/slow");
    await gate.reached();
    const closing = app.server.close();
    gate.open();
    expect((await response).status).toBe(200);
    expect(await (await response).text()).toBe("late but whole");
    await closing;
    expect(app.log.texts).toContain("stopped");
  });
});

test("each onClose that has not ended when the grace is over is counted", async () => {
  const app = await RunningApp.serve(
    folderOf({
      "ws/a.js": "export const onOpen = () => {}; export const onClose = () => new Promise(() => {});",
    }),
    { shutdownGrace: 300 },
  );
  await open(app, 2);
  await app.server.close();
  const { fields, level } = await app.log.find(/2 of 2 sessions had not finished onClose/);
  expect([level, fields]).toMatchObject(["warn", { code: "PARLOR_CLOSES_CUT", unawaited: 2, waves: 1 }]);
});

test("an onClose that still waits for a session that left before is counted, too", async () => {
  const app = await RunningApp.serve(
    folderOf({
      "ws/a.js": "export const onOpen = () => {}; export const onClose = () => new Promise(() => {});",
    }),
    { shutdownGrace: 300 },
  );
  const [client] = await open(app, 2);
  client?.close();
  await client?.closed;
  await app.server.close();
  const { fields } = await app.log.find(/2 of 2 sessions had not finished onClose/);
  expect(fields).toMatchObject({ code: "PARLOR_CLOSES_CUT", sessions: 2, unawaited: 2, waves: 1 });
});

test("an onClose that still waits is counted when no session is open any more", async () => {
  const app = await RunningApp.serve(
    folderOf({
      "ws/a.js": "export const onOpen = () => {}; export const onClose = () => new Promise(() => {});",
    }),
    { shutdownGrace: 300 },
  );
  const [client] = await open(app, 1);
  client?.close();
  await client?.closed;
  await app.server.close();
  await app.log.find(/1 of 1 session had not finished onClose/);
});
