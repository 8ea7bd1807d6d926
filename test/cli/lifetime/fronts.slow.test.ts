import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { Client } from "../../support/client.ts";
import { PATIENCE_MS } from "../../support/patience.ts";
import { kill, ServedProcess } from "./served-process.ts";

const files = {
  "ws/chat.js": `
    export function onOpen(session) { session.room("lobby").join(); session.send(String(process.pid)); }
    export function onMessage(session, text) {
      if (text === "members") session.send("members " + session.room("lobby").members());
      else session.room("lobby").broadcast(text);
    }`,
  "ws/state.js": 'export const scope = "route"; export function onMessage() {}',
  "tasks/greet.js": 'export default function () { console.log("hello from a task"); }',
  "parlor.config.js": "export default { shutdownGrace: 300, logLevel: 'warn' };",
};
const patience = { timeout: 2 * PATIENCE_MS, interval: 20 };

interface Health {
  readonly status: string;
  readonly fronts?: { readonly serving: number; readonly restarts: number };
}

async function healthOf(served: ServedProcess): Promise<Health> {
  return (await (await fetch(`${await served.url()}/_parlor/health`)).json()) as Health;
}

async function serving(served: ServedProcess, count: number): Promise<void> {
  await expect
    .poll(async () => (await healthOf(served)).fronts?.serving, { ...patience, timeout: 4 * PATIENCE_MS })
    .toBe(count);
}

/** One client on each of two fronts. */
async function onBoth(served: ServedProcess): Promise<[Client, Client, number, number]> {
  const [a, b] = [await served.open("/ws/chat"), await served.open("/ws/chat")];
  const [one, other] = [Number(await a.next()), Number(await b.next())];
  expect(one).not.toBe(other);
  return [a, b, one, other];
}

function command(served: ServedProcess, ...args: string[]): string {
  const binary = join(import.meta.dirname, "../../../bin/parlor.js");
  const env = { ...process.env, TMPDIR: served.tmp };
  const { status, stdout, stderr } = spawnSync(process.execPath, [binary, ...args], {
    env,
    encoding: "utf8",
  });
  return `${status} ${stdout}${stderr}`;
}

test("the metrics of any front are those of all: sums, and the front's number where a sum says nothing", async () => {
  const served = new ServedProcess(files, { args: ["--fronts", "2"] });
  await serving(served, 2);
  const clients = [...(await onBoth(served)).slice(0, 2), await served.open("/ws/chat")] as Client[];
  for (const client of clients) client.send("members");
  const url = await served.url();
  const scrape = async (): Promise<string> => {
    // Each request comes by a connection of its own, and so to the next front.
    const response = await fetch(`${url}/_parlor/metrics`, { headers: { connection: "close" } });
    return response.text();
  };
  await expect.poll(scrape, patience).toContain('parlor_messages_sent_total{route="/ws/chat"} 6');
  for (let at = 0; at < 4; at += 1) {
    const text = await scrape();
    expect(text).toContain('parlor_sessions{route="/ws/chat"} 3\n');
    expect(text).toContain('parlor_messages_received_total{route="/ws/chat"} 3\n');
    expect(text).toMatch(/parlor_event_handling_seconds_count\{[^}]*\} 6\n/);
    expect(text.match(/process_resident_memory_bytes\{front="[12]"\} \d+/g)).toHaveLength(2);
    expect(text.match(/parlor_health\{status="ok",front="[12]"\} 1/g)).toHaveLength(2);
    expect(text.match(/^process_cpu_seconds_total [\d.]+$/gm)).toHaveLength(1);
  }
});

test("two fronts share one port, one room, one control socket, and end together", async () => {
  const served = new ServedProcess(files, { args: ["--fronts", "2"] });
  await serving(served, 2);
  const [a, b] = await onBoth(served);
  await expect
    .poll(async () => {
      a.send("members");
      return a.next();
    }, patience)
    .toBe("members 2");
  a.send("to both ✓");
  expect([await a.next(), await b.next()]).toEqual(["to both ✓", "to both ✓"]);
  expect(served.process.out.match(/open http/g)).toHaveLength(1);
  expect(served.process.err.match(/PARLOR_STATE_PER_NODE/g)).toHaveLength(1);

  expect(command(served, "run", "greet", "--dir", served.dir)).toBe("0 hello from a task\n");
  expect(command(served, "top", served.dir)).toMatch(/^0 up \d+ s, 2 sessions/);
  writeFileSync(join(served.dir, "ws/chat.js"), "export function onMessage(s) { s.send('new'); }");
  expect(command(served, "reload", "--dir", served.dir)).toMatch(/^0 reloaded: 1 script changed/);
  for (const client of [a, b]) client.send("hi");
  expect([await a.next(), await b.next()]).toEqual(["new", "new"]);
  writeFileSync(join(served.dir, "ws/chat.js"), "export function onMessage( {");
  expect(command(served, "reload", "--dir", served.dir)).toMatch(/^1 reloaded: 1 failed/);

  const { code } = await served.stop();
  expect(code).toBe(0);
  expect([(await a.closed).code, (await b.closed).code]).toEqual([1001, 1001]);
});

test("a front that is killed is gone for the others at once, and is started again", async () => {
  const served = new ServedProcess(files, { args: ["--fronts", "2"] });
  await serving(served, 2);
  const [a, b, first] = await onBoth(served);
  kill(first, "SIGKILL");
  expect((await a.closed).code).toBe(1006);
  await served.process.prints(/front [12] ended: SIGKILL; restarting it/);
  await expect
    .poll(async () => {
      b.send("members");
      return b.next();
    }, patience)
    .toBe("members 1");
  const next = await served.open("/ws/chat");
  await next.next();
  await expect.poll(async () => (await healthOf(served)).fronts?.restarts, patience).toBe(1);
  await serving(served, 2);
  expect((await healthOf(served)).status).toBe("ok");
});

test("fronts whose parent is killed close their sessions and end", async () => {
  const served = new ServedProcess(files, { args: ["--fronts", "2"] });
  await serving(served, 2);
  const [a, b, ...pids] = await onBoth(served);
  kill(served.process.pid, "SIGKILL");
  expect([(await a.closed).code, (await b.closed).code]).toEqual([1001, 1001]);
  await expect.poll(() => pids.filter(isAlive), patience).toEqual([]);
});

test.each([[[]], [["--supervise"]]])(
  "fronts of the app's configuration are started with %j",
  async (args) => {
    const config = "export default { shutdownGrace: 300, logLevel: 'warn', fronts: 2 };";
    const served = new ServedProcess({ ...files, "parlor.config.js": config, ".env": "A=1" }, { args });
    await serving(served, 2);
    await onBoth(served);
    expect((await served.stop()).code).toBe(0);
  },
);

test("fronts of an app that cannot be served print the reason once", async () => {
  const served = new ServedProcess(
    { "ws/bad.js": "export function onMessage( {" },
    { args: ["--fronts", "3"] },
  );
  const { code, err, out } = await served.process.ended;
  expect(code).toBe(1);
  expect((err + out).match(/no script can be served/g)).toHaveLength(1);
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
