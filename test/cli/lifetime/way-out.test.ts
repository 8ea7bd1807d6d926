import { describe, expect, test } from "vitest";
import { folderOf } from "../../support/running-app.ts";
import { AT_ONCE, fifoIn, ServedProcess } from "./served-process.ts";

const GRACE = 3000;

/** A script that gets stuck in the next turn after it has sent "stuck". */
const stuck = (statement: string) => ({
  "ws/a.js": `
    import { execSync } from "node:child_process";
    import { readFileSync, promises } from "node:fs";
    export function onMessage(session, where) {
      session.send("stuck");
      setTimeout(() => { ${statement}; }, 20);
    }`,
  "parlor.config.js": `export default { shutdownGrace: ${GRACE}, hangLimit: 100 };`,
});

describe("SIGTERM ends the server in time", () => {
  test.each([
    ["while a thread waits for a command", () => `execSync("sleep 100")`, 0],
    [
      "while a thread reads a pipe that no other process opens",
      (fifo: string) => `readFileSync("${fifo}")`,
      null,
    ],
    [
      "while a thread of Node's pool reads such a pipe",
      (fifo: string) => `promises.readFile("${fifo}")`,
      null,
    ],
    ["while a script loops", () => "for (;;)", 0],
  ])("%s", async (_when, statement, code) => {
    const fifo = fifoIn(folderOf({}));
    const served = new ServedProcess(stuck(statement(fifo)));
    const client = await served.open("/ws/a");
    client.send("");
    expect(await client.next()).toBe("stuck");
    if (statement(fifo) === "for (;;)") await served.process.prints(/PARLOR_HOST_HANGS/);
    else await served.waitsInTheSystem();
    const { ms, ...ended } = await served.stop();
    expect(ended.code).toBe(code);
    if (code === null) expect(ended.signal).toBe("SIGTERM");
    expect(ms).toBeLessThan(GRACE + AT_ONCE);
  });

  test("while a script's top level reads a pipe, and the server has not started", async () => {
    const fifo = fifoIn(folderOf({}));
    const served = new ServedProcess({
      "ws/a.js": `import { readFileSync } from "node:fs"; readFileSync("${fifo}"); export const onOpen = () => {};`,
    });
    await served.waitsInTheSystem();
    const { ms } = await served.stop();
    expect(ms).toBeLessThan(AT_ONCE);
  });
});
