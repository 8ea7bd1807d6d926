import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer, type AddressInfo } from "node:net";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, onTestFinished, test } from "vitest";
import { ServedProcess } from "../cli/lifetime/served-process.ts";
import { startRedis } from "../cluster/support/cluster-servers.ts";
import { readPages } from "../docs/blocks.ts";
import { connect, type Client } from "../support/client.ts";
import { PATIENCE_MS } from "../support/patience.ts";
import { needs } from "../support/require.ts";

const FILES = {
  "ws/chat.js": `
    export function onOpen(session) { session.room("lobby").join(); session.send(String(process.pid)); }
    export function onMessage(session, text) {
      if (text === "members") session.send(String(session.room("lobby").members()));
      else session.room("lobby").broadcast(text);
    }`,
  "parlor.config.js": "export default { shutdownGrace: 300, logLevel: 'warn' };",
};
const patience = { timeout: PATIENCE_MS, interval: 50 };

const { blocks } = readPages().find(({ name }) => name === "docs/deploy/compose.md")!;
const textOf = (language: string): string => blocks.find((block) => block.language === language)?.text ?? "";

const redis = needs("redis-server");
const haproxy = needs("haproxy");
const isMissing = redis.skip || haproxy.skip;
const started = isMissing ? null : startRedis();
afterAll(async () => (await started)?.stop());

/** The arguments of `parlor` in the page's compose file, with the test's own Redis. */
function argsOf(url: string): string[] {
  const [, list = ""] = /command:\s*(\[\s*"node"[^\]]*\])/.exec(textOf("yaml")) ?? [];
  const [, , command, ...args] = Array.from(list.matchAll(/"([^"]*)"/g), ([, text = ""]) => text);
  expect(command).toBe("serve");
  return args.map((each) => each.replace("redis://redis:6379", url).replace("0.0.0.0", "127.0.0.1"));
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** HAProxy with the page's configuration. Returns its address. */
async function balancer(dir: string, servers: readonly ServedProcess[]): Promise<string> {
  const port = await freePort();
  let text = textOf("haproxy").replace("bind :8080", `bind 127.0.0.1:${port}`);
  for (const [at, server] of servers.entries())
    text = text.replace(`tea${at + 1}:8080`, (await server.url()).replace("http://", ""));
  expect(text).not.toContain(":8080");
  const file = join(dir, "haproxy.cfg");
  writeFileSync(file, `${text}\n`);
  const child = spawn(haproxy.path, ["-db", "-f", file], { stdio: "ignore" });
  onTestFinished(() => void child.kill("SIGKILL"));
  return `127.0.0.1:${port}`;
}

describe.skipIf(isMissing)("two nodes, Redis and HAProxy, as docs/deploy/compose.md has them", () => {
  test("serve one room to clients of one address, and go on with one node when the other is killed", async () => {
    const { url } = await started!;
    const servers = [1, 2].map(() => new ServedProcess(FILES, { args: argsOf(url) }));
    const address = await balancer(servers[0]!.dir, servers);
    await expect
      .poll(async () => (await fetch(`http://${address}/_parlor/ready`).catch(() => null))?.status, patience)
      .toBe(200);
    const clients: Client[] = [];
    const pids = new Set<string>();
    const open = async (): Promise<Client> => {
      const client = connect(`ws://${address}/ws/chat`);
      onTestFinished(() => client.terminate());
      await client.opened;
      pids.add(String(await client.next()));
      return client;
    };
    // The checks of HAProxy may not have seen both nodes yet.
    await expect
      .poll(async () => {
        clients.push(await open());
        return pids.size;
      }, patience)
      .toBe(2);
    const [first, last] = [clients[0]!, clients.at(-1)!];
    const members = async (client: Client): Promise<number> => {
      client.send("members");
      return Number(await client.next());
    };
    await expect.poll(async () => members(first), patience).toBe(clients.length);
    first.send("to all");
    for (const client of clients) expect(await client.next()).toBe("to all");

    servers[0]!.process.signal("SIGKILL");
    const killed = String(servers[0]!.process.pid);
    pids.delete(killed);
    const [rest] = pids;
    await expect
      .poll(async () => (await fetch(`http://${address}/_parlor/ready`)).status, patience)
      .toBe(200);
    // A client gets 502 until HAProxy has noticed that the node is gone, and tries again, as clients do.
    const returned: Client[] = [];
    const tryAgain = async (): Promise<number> => {
      const client = await open().catch(() => null);
      return client === null ? 0 : returned.push(client);
    };
    await expect.poll(tryAgain, patience).toBe(1);
    expect([...pids]).toEqual([rest]);
    const remaining = last.socket.readyState === last.socket.OPEN ? last : first;
    remaining.send("still here");
    expect(await returned[0]?.next()).toBe("still here");
  });
});
