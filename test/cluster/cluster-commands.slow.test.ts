import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import type { NodeInfo } from "../../src/index.ts";
import { ServedProcess } from "../cli/lifetime/served-process.ts";
import { PATIENCE_MS } from "../support/patience.ts";
import { needs } from "../support/require.ts";
import { startRedis } from "./support/cluster-servers.ts";

const FILES = {
  "ws/chat.js": `
    export function onOpen(session) { session.room("lobby").join(); session.send("open"); }
    export function onMessage(session, text) {
      if (text === "members") session.send(String(session.room("lobby").members()));
      else session.room("lobby").broadcast(text);
    }`,
  "parlor.config.js": "export default { shutdownGrace: 300, logLevel: 'warn' };",
};
const patience = { timeout: 2 * PATIENCE_MS, interval: 50 };
/** For a look by a command, which is a process of its own: it takes the processor that the servers need. */
const seldom = { ...patience, interval: 400 };

const redis = needs("redis-server");
const started = redis.skip ? null : startRedis();
afterAll(async () => (await started)?.stop());

function run(served: ServedProcess, ...args: string[]): { code: number | null; out: string; err: string } {
  const binary = join(import.meta.dirname, "../../bin/parlor.js");
  const env = { ...process.env, TMPDIR: served.tmp, NO_COLOR: "1" };
  const { status, stdout, stderr } = spawnSync(process.execPath, [binary, ...args], {
    env,
    encoding: "utf8",
  });
  return { code: status, out: stdout, err: stderr };
}

function nodesOf(served: ServedProcess): NodeInfo[] {
  const { out } = run(served, "nodes", served.dir, "--json");
  return out === "" ? [] : (JSON.parse(out) as NodeInfo[]);
}

/** Resolves when these servers serve, and the first one knows this many nodes. */
async function joined(count: number, ...all: [ServedProcess, ...ServedProcess[]]): Promise<void> {
  for (const served of all) await served.url();
  await expect.poll(() => nodesOf(all[0]).filter(({ state }) => state === "up").length, seldom).toBe(count);
}

describe.skipIf(redis.skip)("the commands for a cluster", () => {
  test("list all nodes, show their figures together, and reload them one by one up to a failure", async () => {
    const { url } = await started!;
    const [a, b] = [1, 2].map(() => new ServedProcess(FILES, { args: ["--cluster", url] })) as [
      ServedProcess,
      ServedProcess,
    ];
    await joined(2, a, b);
    const clients = [await a.open("/ws/chat"), await b.open("/ws/chat"), await b.open("/ws/chat")];
    await expect
      .poll(
        () =>
          nodesOf(a)
            .map(({ sessions }) => sessions)
            .toSorted((one, other) => one - other),
        seldom,
      )
      .toEqual([1, 2]);

    const table = run(b, "nodes", b.dir);
    expect(table.code).toBe(0);
    expect(table.out).toMatch(/^NODE +ADDRESS +PID +VERSION +STATE +SESSIONS +ROOMS +AGE +LAST HEARTBEAT\n/);
    expect(table.out.match(/\d+ +\d+\.\d+\.\d+ +up +[12] +1 +\d+ s +\d\.\d s ago/g)).toHaveLength(2);
    const top = run(a, "top", a.dir, "--cluster");
    expect(top.out).toMatch(/^2 nodes\nup \d+ s, 3 sessions/);

    for (const { dir } of [a, b]) writeFileSync(join(dir, "ws/chat.js"), NEW);
    const first = run(a, "reload", "--cluster", "--dir", a.dir);
    expect(first.out).toMatch(
      /^node \w+: 1 script changed.*\nnode \w+: 1 script changed.*\n2 nodes reloaded\n$/,
    );
    for (const client of clients) {
      client.send("hi");
      await expect.poll(async () => client.next(), patience).toBe("new");
    }

    const [own, other] = [ownId(a), ownId(b)];
    writeFileSync(join(a.dir, "ws/chat.js"), NEW.replace("new", "newer"));
    writeFileSync(join(b.dir, "ws/chat.js"), "export function onMessage( {");
    const second = run(a, "reload", "--cluster", "--dir", a.dir);
    expect(second).toMatchObject({ code: 1, out: expect.stringMatching(`^node ${own}: 1 script changed`) });
    expect(second.err).toMatch(new RegExp(`error node ${other}: .*ws/chat.js`));
    expect(second.err).toContain(`stopped at node ${other}, which has failed; ${own} has the new version`);

    // From the node that fails, no other is asked.
    const third = run(b, "reload", "--cluster", "--dir", b.dir);
    expect(third).toMatchObject({ code: 1, out: "" });
    expect(third.err).toContain(`stopped at node ${other}, which has failed; no node has the new version`);

    b.process.signal("SIGSTOP");
    const silent = run(a, "nodes", a.dir);
    b.process.signal("SIGCONT");
    expect(silent.code).toBe(1);
    expect(silent.out).toMatch(new RegExp(`${other} +- .*silent`));
  });

  test("count each front as a node of the larger cluster, with the same rooms", async () => {
    const { url } = await started!;
    const cluster = ["--cluster", url.replace(/$/, "/1")];
    const many = new ServedProcess(FILES, { args: ["--fronts", "2", ...cluster] });
    const one = new ServedProcess(FILES, { args: cluster });
    await joined(3, many, one);
    const clients = [await many.open("/ws/chat"), await many.open("/ws/chat"), await one.open("/ws/chat")];
    for (const client of clients) expect(await client.next()).toBe("open");
    const [, , single] = clients;
    await expect
      .poll(async () => {
        single!.send("members");
        return single!.next();
      }, patience)
      .toBe("3");
    clients[0]!.send("to all");
    for (const client of clients) expect(await client.next()).toBe("to all");
    expect(nodesOf(one).map(({ sessions }) => sessions)).toEqual([1, 1, 1]);
    const reload = run(many, "reload", "--cluster", "--dir", many.dir);
    expect(reload.out).toMatch(/3 nodes reloaded\n$/);
    expect(run(many, "top", many.dir, "--cluster").out).toMatch(/^3 nodes\nup \d+ s, 3 sessions/);
  });
});

test("a server in no cluster is named by one line", async () => {
  const served = new ServedProcess(FILES);
  await served.url();
  for (const args of [["nodes"], ["top", "--cluster"]])
    expect(run(served, ...args, served.dir)).toMatchObject({
      code: 1,
      err: expect.stringMatching(/^parlor: the server of this app is not in a cluster; [^\n]+\n$/),
    });
});

const NEW = `
  export function onReload() {}
  export function onMessage(session) { session.send("new"); }
`;

/** The id of the node that is asked: `top` of one server says nothing of it, its process does. */
function ownId(served: ServedProcess): string {
  const node = nodesOf(served).find(({ pid }) => pid === served.process.pid);
  return node?.id ?? "";
}
