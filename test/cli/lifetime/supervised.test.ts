import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { expect, test } from "vitest";
import { PATIENCE_MS } from "../../support/patience.ts";
import { kill, ServedProcess } from "./served-process.ts";

const files = {
  "ws/a.js": "export const onMessage = (session, text) => session.send(text + process.pid);",
  "parlor.config.js": "export default { shutdownGrace: 300 };",
};

async function freePort(): Promise<string> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  return String(port);
}

test("a server whose supervisor is killed stops, and the next supervisor serves on its port", async () => {
  const args = ["--supervise", "--port", await freePort()];
  const first = new ServedProcess(files, { args });
  const client = await first.open("/ws/a");
  const [server = 0] = first.children();
  first.process.signal("SIGKILL");
  const second = new ServedProcess(files, { args });
  expect((await client.closed).code).toBe(1001);
  const next = await second.open("/ws/a");
  next.send("hi ");
  expect(await next.next()).toBe(`hi ${second.children()[0]}`);
  expect(hasEnded(server)).toBe(true);
});

test("a server that is killed is started again, and SIGTERM to its supervisor ends both with 0", async () => {
  const served = new ServedProcess(files, { args: ["--supervise"] });
  await served.url();
  const [server = 0] = served.children();
  kill(server, "SIGKILL");
  await served.process.prints(/SIGKILL; restarting it[^]*/);
  await expect.poll(() => served.process.out.match(/open http/g)?.length, { timeout: PATIENCE_MS }).toBe(2);
  const [next = 0] = served.children();
  const { code } = await served.stop();
  expect(code).toBe(0);
  expect(() => process.kill(next, 0)).toThrow("ESRCH");
});

/** Whether a process has ended. If its new parent does not wait for it, its entry stays. */
function hasEnded(pid: number): boolean {
  try {
    return / Z /.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    return true;
  }
}
