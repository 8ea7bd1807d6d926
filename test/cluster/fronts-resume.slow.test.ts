// Clients of `parlor.v1` that return to another front of the machine than the one that has their session.
import { expect, onTestFinished, test } from "vitest";
import { LineClient, type LineWelcome } from "../support/line-client.ts";
import { PATIENCE_MS } from "../support/patience.ts";
import { kill, ServedProcess } from "../cli/lifetime/served-process.ts";

const files = {
  "ws/chat.js": `
    export const resume = 60;
    let count = 0;
    export function onOpen(session) { session.send("pid " + process.pid); }
    export function onMessage(session, text) {
      if (text === "burst") for (let at = 0; at < 5; at++) session.send("late " + at);
      else session.send(text + " " + count++);
    }`,
  "parlor.config.js": "export default { shutdownGrace: 300, logLevel: 'warn' };",
};

interface Served {
  readonly url: string;
  /** A client, and the process that has its session. */
  opened(): Promise<{ client: LineClient; pid: number }>;
  /** Makes the next connection go to the other front. */
  skipOne(): Promise<unknown>;
}

async function twoFronts(): Promise<Served> {
  const served = new ServedProcess(files, { args: ["--fronts", "2"] });
  const url = await served.url();
  const health = async (): Promise<unknown> =>
    (await fetch(`${url}/_parlor/health`, { headers: { connection: "close" } })).json();
  const serving = async (): Promise<unknown> =>
    ((await health()) as { fronts?: { serving: number } }).fronts?.serving;
  await expect.poll(serving, { timeout: 2 * PATIENCE_MS, interval: 20 }).toBe(2);
  const opened = async (): Promise<{ client: LineClient; pid: number }> => {
    const client = new LineClient(`${url.replace("http", "ws")}/ws/chat`);
    onTestFinished(() => client.socket?.terminate());
    await client.connect();
    await client.until(() => client.messages.length === 1);
    return { client, pid: Number(String(client.messages[0]).slice(4)) };
  };
  return { url, opened, skipOne: health };
}

test(
  "a client that comes back to any front is always resumed, and nothing is lost or doubled",
  async () => {
    const { opened, skipOne } = await twoFronts();
    const { client } = await opened();
    for (let round = 0; round < 20; round += 1) {
      client.send(`a${round}`);
      if (round % 3 === 0) await client.until(() => client.messages.length === 1 + 2 * round + 1);
      client.cut();
      client.send(`b${round}`);
      // Each connection goes to the next front: every second return is to the other one, or so.
      if (round % 2 === 0) await skipOne();
      const { resumed, reason } = await client.connect();
      expect({ round, resumed, reason }).toEqual({ round, resumed: true, reason: null });
      await client.until(() => client.messages.length === 1 + 2 * (round + 1));
    }
    const expected = Array.from({ length: 20 }, (_, at) => [
      `a${at} ${2 * at}`,
      `b${at} ${2 * at + 1}`,
    ]).flat();
    expect(client.messages.slice(1)).toEqual(expected);
    client.close();
  },
  3 * PATIENCE_MS,
);

test(
  "a client whose front was killed gets a fresh session, and one with a wrong secret another one",
  async () => {
    const { opened, skipOne } = await twoFronts();
    const { client: stranger } = await opened();
    await skipOne();
    stranger.token = stranger.token!.replace(/.$/, (last) => (last === "A" ? "B" : "A"));
    stranger.cut();
    expect(await stranger.connect()).toMatchObject({ resumed: false, reason: "unknown" });
    const { client, pid } = await opened();
    const { client: other } = await opened();
    kill(pid, "SIGKILL");
    expect(await client.closed).toBe(1006);
    // Its place is taken by another process at some time; its life is over at once.
    const back = async (): Promise<LineWelcome | null> => client.connect().catch(() => null);
    let welcome = await back();
    while (welcome === null) welcome = await back();
    expect(welcome).toMatchObject({ resumed: false, reason: "server-restarted" });
    for (const each of [other, client]) {
      each.send("still");
      await each.until(() => each.messages.some((text) => String(text).startsWith("still")));
    }
  },
  3 * PATIENCE_MS,
);
