import { expect, onTestFinished, test } from "vitest";
import { childrenOf, kill } from "../cli/lifetime/served-process.ts";
import { PATIENCE_MS } from "../support/patience.ts";
import { RealCluster } from "./support/real-cluster.ts";

const patience = { timeout: 4 * PATIENCE_MS, interval: 50 };
const FRONTS = 3;
const CLIENTS = 12;

test("a front that is killed takes its members with it at once, and the others agree all along", async () => {
  const cluster = new RealCluster(null);
  onTestFinished(async () => cluster.stop());
  const [server] = await cluster.start(1, { args: ["--fronts", String(FRONTS)] });
  // Connections are handed out in turn, so these replies come from all fronts.
  const states = async (): Promise<string[]> => {
    const replies = await Promise.all(Array.from({ length: 2 * FRONTS }, async () => server!.state()));
    return [
      ...new Set(replies.map(({ digest, members, cluster: { nodes } }) => `${digest} ${members} ${nodes}`)),
    ];
  };
  await expect.poll(states, patience).toEqual([expect.stringMatching(/ 0 3$/)]);
  await server!.fill(CLIENTS);
  await expect.poll(states, patience).toEqual([expect.stringMatching(/ 12 3$/)]);
  const [front] = childrenOf(server!.pid);
  kill(front!, "SIGKILL");
  await expect.poll(() => server!.connected, patience).toBeLessThan(CLIENTS);
  const counts = async (): Promise<boolean[]> => {
    const some = await states();
    return some.map((state) => state.endsWith(` ${server!.connected} 3`));
  };
  await expect.poll(counts, patience).toEqual([true]);
  const [receiver] = await server!.fill(1, "news");
  receiver!.send("say news hello");
  expect(await receiver!.next()).toMatch(/^hello/);
});

test("health does not count a front that stands still, until it goes on", async () => {
  const cluster = new RealCluster(null);
  onTestFinished(async () => cluster.stop());
  const [server] = await cluster.start(1, { args: ["--fronts", "2"] });
  const health = async (): Promise<string> => {
    const get = { headers: { connection: "close" }, signal: AbortSignal.timeout(1000) };
    // A request may come to the one that stands still.
    const reply = await fetch(`${server!.url}/_parlor/health`, get).catch(() => null);
    const { status, fronts } = ((await reply?.json()) ?? {}) as {
      status?: string;
      fronts?: { serving: number };
    };
    return `${status} ${fronts?.serving}`;
  };
  await expect.poll(health, patience).toBe("ok 2");
  const [front] = childrenOf(server!.pid);
  kill(front!, "SIGSTOP");
  onTestFinished(() => kill(front!, "SIGCONT"));
  await expect.poll(health, patience).toBe("degraded 1");
  kill(front!, "SIGCONT");
  await expect.poll(health, patience).toBe("ok 2");
});
