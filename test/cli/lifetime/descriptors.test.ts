import { connect, type Socket } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { ServedProcess } from "./served-process.ts";

const echo = "export const onMessage = (session, text) => session.send(text);";
const files = { "ws/a.js": echo, "ws/b.js": echo, "ws/c.js": echo, "public/page.txt": "a page" };

/** Idle connections; `opened` resolves when each has been accepted, or refused. */
async function dial(url: string, count: number): Promise<Socket[]> {
  const sockets = Array.from({ length: count }, () => {
    const socket = connect(Number(new URL(url).port), "127.0.0.1");
    socket.on("error", () => undefined);
    onTestFinished(() => void socket.destroy());
    return socket;
  });
  await Promise.all(sockets.map((socket) => new Promise((resolve) => socket.once("connect", resolve))));
  return sockets;
}

/** How much the server sends to one more connection before it closes it. `fetch` would connect again and again. */
async function bytesUntilClosed(url: string): Promise<number> {
  const [socket] = (await dial(url, 1)) as [Socket];
  let bytes = 0;
  socket.on("data", (chunk: Buffer) => (bytes += chunk.length));
  await new Promise((resolve) => socket.once("close", resolve));
  return bytes;
}

test("idle connections leave enough descriptors for sessions, threads and files, and all is back when they go", async () => {
  const served = new ServedProcess(files, { shell: 'ulimit -n 256; exec "$@"' });
  const url = await served.url();
  const [first, second] = [await served.open("/ws/a"), await served.open("/ws/b")];
  first.send("one");
  expect(await first.next()).toBe("one");
  const idle = await dial(url, 300);
  await served.process.prints(/PARLOR_CONNECTIONS/);
  // The thread of the second route starts now.
  for (const client of [first, second]) {
    client.send("two");
    expect(await client.next()).toBe("two");
  }
  expect(await bytesUntilClosed(url)).toBe(0);
  for (const socket of idle) socket.destroy();
  await expect
    .poll(() => fetch(`${url}/page.txt`).then((response) => response.text(), String))
    .toBe("a page");
  const third = await served.open("/ws/c");
  third.send("three");
  expect(await third.next()).toBe("three");
  expect(served.process.err.match(/PARLOR_CONNECTIONS/g)).toHaveLength(1);
});

test("maxConnections bounds the connections", async () => {
  const served = new ServedProcess({ ...files, "parlor.config.js": "export default { maxConnections: 3 };" });
  const clients = [await served.open("/ws/a"), await served.open("/ws/a"), await served.open("/ws/a")];
  await expect(served.open("/ws/a")).rejects.toThrow();
  clients[0]?.terminate();
  await expect.poll(() => served.open("/ws/a").then(() => "open", String)).toBe("open");
});
