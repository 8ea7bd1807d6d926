import { describe, expect, test } from "vitest";
import { AT_ONCE, ServedProcess } from "./served-process.ts";

const files = {
  "ws/a.js": `
    export function onMessage(session, text) {
      if (text === "throw") throw new Error("thrown on purpose");
      if (text === "long") console.log("x".repeat(100_000));
      session.send(text);
    }`,
  "parlor.config.js": "export default { shutdownGrace: 3000 };",
};

const STOPPED = { code: 0, signal: null };

/** A hundred faults of each of fifty sessions; resolves when all have been handled. */
async function makeFaults(served: ServedProcess): Promise<void> {
  const clients = await Promise.all(Array.from({ length: 50 }, () => served.open("/ws/a")));
  for (const client of clients) {
    for (let message = 0; message < 100; message++) client.send("throw");
    client.send("done");
  }
  for (const client of clients) expect(await client.next()).toBe("done");
}

describe("a log that cannot be written", () => {
  test.each([
    ["to a disk that is full", 'exec "$@" 2>/dev/full'],
    ["to a pipe whose reader has gone", 'exec "$@" 2>&1 >&3 3>&- | true'],
  ])("%s costs lines, and the server serves and stops in time", async (_where, shell) => {
    const served = new ServedProcess(files, { shell: shell.includes("3>&-") ? `{ ${shell}; } 3>&1` : shell });
    await makeFaults(served);
    const client = await served.open("/ws/a");
    client.send("hi");
    expect(await client.next()).toBe("hi");
    if (shell.includes("/dev/full")) {
      const { ms, ...ended } = await served.stop();
      expect(ended).toMatchObject(STOPPED);
      expect(ms).toBeLessThan(3000 + AT_ONCE);
    }
  });

  test("because no reader takes it holds up neither the server nor its stop", async () => {
    const served = new ServedProcess(files);
    await served.url();
    served.process.leaveErrUnread();
    const client = await served.open("/ws/a");
    for (let line = 0; line < 200; line++) client.send("long");
    client.send("done");
    while ((await client.next()) !== "done");
    const { ms, ...ended } = await served.stop();
    expect(ended).toMatchObject(STOPPED);
    expect(ms).toBeLessThan(3000 + AT_ONCE);
  });
});

test("five thousand faults of fifty clients are a handful of lines, and all are counted", async () => {
  const served = new ServedProcess(files);
  await makeFaults(served);
  await served.process.prints(/repeated \d+ times/);
  const health = async (): Promise<unknown> => (await fetch(`${await served.url()}/_parlor/health`)).json();
  // Those whose lines the host has dropped are reported once a second.
  await expect.poll(health).toMatchObject({ faults: 5000 });
  expect(served.process.err.trimEnd().split("\n").length).toBeLessThan(20);
});
