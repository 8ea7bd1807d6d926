import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { ServedProcess } from "../cli/lifetime/served-process.ts";
import { PATIENCE_MS } from "../support/patience.ts";
import { needs } from "../support/require.ts";
import { startRedis } from "./support/cluster-servers.ts";

const SECRET = "s3cr3t-of-redis";
const redis = needs("redis-server");
const started = redis.skip ? null : startRedis(["--requirepass", SECRET]);
afterAll(async () => (await started)?.stop());

const SHOW = `
  const atStart = JSON.stringify(process.env) + process.argv;
  export const onMessage = (session) => session.send(atStart + JSON.stringify(process.env) + process.title);`;
const FILES = {
  "ws/thread.js": SHOW,
  "ws/process.js": `export const isolation = "process";${SHOW}`,
  "http/env.js": "export const GET = () => Response.json({ ...process.env, argv: process.argv });",
  "scripting/env.js": 'console.log("program " + JSON.stringify(process.env));',
  "tasks/env.js": "export default () => console.log(JSON.stringify(process.env));",
  "parlor.config.js": `
    export default { shutdownGrace: 300, logLevel: "debug", cluster: { url: "redis://127.0.0.1:1", heartbeat: 100, lease: 1000 } };`,
};

/** Where the URL comes from, and how many processes serve. */
const ways = [
  { name: "the environment", args: [], asOption: false, processes: 1 },
  { name: "the command line", args: [], asOption: true, processes: 1 },
  { name: "the command line, with --supervise", args: ["--supervise"], asOption: true, processes: 1 },
  { name: "the command line, with --fronts", args: ["--fronts", "2"], asOption: true, processes: 2 },
  { name: "the environment, with --fronts", args: ["--fronts", "2"], asOption: false, processes: 2 },
];

describe.skipIf(redis.skip)("the password of a cluster from", () => {
  test.each(ways)(
    "$name is seen by no script of any kind of host, and is in no output",
    async ({ args, asOption, processes }) => {
      const url = (await started!).url.replace("//", `//:${SECRET}@`);
      const served = new ServedProcess(
        FILES,
        asOption
          ? { args: [...args, "--cluster", url] }
          : { args, shell: `PARLOR_CLUSTER='${url}' exec "$@"` },
      );
      const address = await served.url();
      const nodes = (): string => command(served, "nodes", served.dir);
      await expect
        .poll(nodes, { timeout: 2 * PATIENCE_MS })
        .toMatch(new RegExp(`( up .*){${processes}}`, "s"));
      const seen: string[] = [];
      // Two of each, so that each of two fronts is asked.
      for (const path of ["/ws/thread", "/ws/process", "/ws/thread", "/ws/process"]) {
        const client = await served.open(path);
        client.send("show");
        seen.push(String(await client.next()));
        client.terminate();
      }
      for (const path of ["/env", "/env"]) seen.push(await (await fetch(`${address}${path}`)).text());
      seen.push(command(served, "run", "env", "--dir", served.dir));
      // Each has shown its environment.
      for (const each of seen) expect(each).toContain("NO_COLOR");

      for (const path of ["/_parlor/health", "/_parlor/metrics"])
        seen.push(await (await fetch(`${address}${path}`)).text());
      for (const each of [["top"], ["top", "--json"], ["top", "--cluster"], ["nodes", "--json"], ["routes"]])
        seen.push(command(served, ...each, served.dir));
      seen.push(command(served, "reload", "--cluster", "--dir", served.dir));
      await served.stop();
      seen.push(served.process.out, served.process.err);
      for (const text of ["joined as node", "program {"])
        expect(served.process.err + served.process.out).toContain(text);
      for (const each of seen) expect(each).not.toContain(SECRET);
    },
    6 * PATIENCE_MS,
  );
});

function command(served: ServedProcess, ...args: string[]): string {
  const binary = join(import.meta.dirname, "../../bin/parlor.js");
  const env = { ...process.env, TMPDIR: served.tmp, NO_COLOR: "1" };
  const { stdout, stderr } = spawnSync(process.execPath, [binary, ...args], { env, encoding: "utf8" });
  return stdout + stderr;
}
