import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { ServedProcess } from "../cli/lifetime/served-process.ts";
import { PATIENCE_MS } from "../support/patience.ts";
import { needs } from "../support/require.ts";
import { startRedis } from "./support/cluster-servers.ts";

const SCRIPT = (text: string): string => `
  export const onOpen = (session) => session.send("open");
  export const onReload = () => {};
  export const onMessage = (session) => session.send("${text}");`;
const redis = needs("redis-server");
const started = redis.skip ? null : startRedis();
afterAll(async () => (await started)?.stop());

test.skipIf(redis.skip)(
  "a rolling reload names the node that stands still, stops there, and that node does not reload when it goes on",
  async () => {
    const files = {
      "ws/a.js": SCRIPT("old"),
      // A lease that outlasts the test: the node that stands still stays in the cluster.
      "parlor.config.js": `export default { logLevel: "info", cluster: { url: "${(await started)!.url}", heartbeat: 100, lease: 120000 } };`,
    };
    const all = [1, 2, 3].map(() => new ServedProcess(files));
    const ids = await Promise.all(all.map(idOf));
    const [a] = all as [ServedProcess];
    await expect
      .poll(async () => (await run(a, "nodes", a.dir)).out, { timeout: PATIENCE_MS, interval: 50 })
      .toMatch(new RegExp(ids.toSorted().join("[^]*")));
    // After the node that is asked come the others in the order of their ids.
    const [hung, last] = all
      .slice(1)
      .toSorted((one, other) => (ids[all.indexOf(one)]! < ids[all.indexOf(other)]! ? -1 : 1)) as [
      ServedProcess,
      ServedProcess,
    ];
    const clients = await Promise.all([a, hung, last].map(async (each) => each.open("/ws/a")));
    for (const client of clients) expect(await client.next()).toBe("open");
    for (const { dir } of all) writeFileSync(join(dir, "ws/a.js"), SCRIPT("new"));

    hung.process.signal("SIGSTOP");
    const reload = await run(a, "reload", "--cluster", "--dir", a.dir);
    const id = ids[all.indexOf(hung)]!;
    expect(reload.out).toMatch(new RegExp(`^node ${ids[0]}: 1 script changed[^\\n]*\\n$`));
    expect(reload.err).toContain(`error node ${id}: no reply within 2000 ms`);
    expect(reload.err).toContain(`stopped at node ${id}, which has failed; ${ids[0]} has the new version`);
    expect(reload.code).toBe(1);

    hung.process.signal("SIGCONT");
    const texts = ["new", "old", "old"];
    // Once the node replies to the other one, it has got all that was sent to it before.
    await expect.poll(async () => (await run(a, "nodes", a.dir)).code, { timeout: PATIENCE_MS }).toBe(0);
    for (const [at, client] of clients.entries()) {
      client.send("which");
      expect(await client.next()).toBe(texts[at]);
    }
  },
  6 * PATIENCE_MS,
);

test(
  "a command gives up on a server that stands still, and says so in one line",
  async () => {
    const served = new ServedProcess({
      "ws/a.js": SCRIPT("old"),
      "tasks/count.js": "export default () => undefined;",
    });
    await served.url();
    served.process.signal("SIGSTOP");
    const { dir } = served;
    const commands = [
      ["run", "count", "--dir", dir],
      ["reload", "--cluster", "--dir", dir],
      ["reload", "--dir", dir],
      ["top", dir],
    ];
    const ended = await Promise.all(commands.map(async (args) => run(served, ...args)));
    for (const { code, out, err } of ended) {
      expect(err).toMatch(/^parlor: the server of this app has not replied within 10 s: [^\n]+\n$/);
      expect({ code, out }).toEqual({ code: 1, out: "" });
    }
  },
  4 * PATIENCE_MS,
);

async function idOf(served: ServedProcess): Promise<string> {
  const [, id = ""] = await served.process.prints(/joined as node (\w+)/);
  return id;
}

async function run(
  served: ServedProcess,
  ...args: string[]
): Promise<Record<"out" | "err", string> & { code: number }> {
  const binary = join(import.meta.dirname, "../../bin/parlor.js");
  const env = { ...process.env, TMPDIR: served.tmp, NO_COLOR: "1" };
  const child = spawn(process.execPath, [binary, ...args], { env, stdio: ["ignore", "pipe", "pipe"] });
  const texts = { out: "", err: "" };
  child.stdout.setEncoding("utf8").on("data", (text: string) => (texts.out += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (texts.err += text));
  const [code] = (await once(child, "close")) as [number];
  return { code, ...texts };
}
