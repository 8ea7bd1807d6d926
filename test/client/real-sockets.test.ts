import { expect, it, onTestFinished } from "vitest";
import { WebSocket } from "ws";
import { connect, type Client } from "../../src/client/connect.ts";
import { settled } from "../support/settled.ts";
import { serveOn, type ServedApp } from "../support/served-app.ts";
import { CuttingProxy, type Cut } from "./support/cutting-proxy.ts";

const ECHO = `
  export const onOpen = (session) => session.room("all").join();
  export const onMessage = (session, text) => session.send("echo " + text);
  export const onBinary = (session, bytes) => session.send(bytes);
`;
const RESUMING = `export const resume = 30; ${ECHO}`;
const MESSAGES = 400;

async function proxied(app: ServedApp): Promise<CuttingProxy> {
  const proxy = await CuttingProxy.before(app.server.port);
  onTestFinished(() => proxy.close());
  return proxy;
}

function open(port: number, path: string): Client {
  const client = connect(`ws://127.0.0.1:${port}${path}`, { WebSocket, pauses: { first: 20, longest: 50 } });
  onTestFinished(() => client.close());
  return client;
}

it.each<Cut>(["reset", "end"])(
  "a client of a route that resumes gets each message once and in order, over lines that %s",
  async (how) => {
    const app = await serveOn("thread", { "ws/a.js": RESUMING });
    const proxy = await proxied(app);
    const client = open(proxy.port, "/ws/a");
    const got: unknown[] = [];
    const opens: boolean[] = [];
    client.on("message", (message) => got.push(message));
    client.on("open", ({ resumed }) => opens.push(resumed));
    for (let number = 0; number < MESSAGES; number += 1) {
      client.send(String(number));
      if (number % 7 === 0) await settled();
      if (number % 40 !== 39) continue;
      // Cut while messages are on their way, each time on another line.
      await expect.poll(() => client.state, { interval: 1 }).toBe("open");
      proxy.cut(how);
    }
    await expect.poll(() => got.length, { timeout: 15_000 }).toBe(MESSAGES);
    expect(got).toEqual(Array.from({ length: MESSAGES }, (_, number) => `echo ${number}`));
    expect(opens.length).toBeGreaterThan(3);
    expect(opens.slice(1)).not.toContain(false);
    expect(app.server.sessionCount).toBe(1);
  },
);

it("a client comes back over a new line while the server still holds the old one", async () => {
  const app = await serveOn("inline", { "ws/a.js": RESUMING });
  const proxy = await proxied(app);
  let online: (event: "online") => void = () => undefined;
  const page = { isHidden: () => false, watch: (back: typeof online) => ((online = back), () => undefined) };
  const client = connect(`ws://127.0.0.1:${proxy.port}/ws/a`, { WebSocket, page });
  onTestFinished(() => client.close());
  const got: unknown[] = [];
  client.on("message", (message) => got.push(message));
  client.send("one");
  await expect.poll(() => got).toEqual(["echo one"]);
  proxy.cut("drop");
  client.send("two");
  online("online");
  await expect.poll(() => got, { timeout: 10_000 }).toEqual(["echo one", "echo two"]);
  expect(client.resumed).toBe(true);
  expect(app.server.sessionCount).toBe(1);
});

it("bytes arrive as they were sent, whatever their first byte is", async () => {
  const app = await serveOn("inline", { "ws/a.js": RESUMING });
  const client = open(app.server.port, "/ws/a");
  const got: unknown[] = [];
  client.on("message", (message) => got.push(message));
  for (const first of [0, 1, 2, 255]) client.send(Uint8Array.of(first, 7));
  await expect.poll(() => got).toEqual([0, 1, 2, 255].map((first) => Uint8Array.of(first, 7)));
});

it("a client of a server that has started again is fresh, and learns why", async () => {
  const first = await serveOn("inline", { "ws/a.js": RESUMING });
  const second = await serveOn("inline", { "ws/a.js": RESUMING });
  const ports = [first.server.port];
  const url = (): string => `ws://127.0.0.1:${ports.at(-1)}/ws/a`;
  const client = connect(url, { WebSocket, pauses: { first: 20, longest: 50 } });
  onTestFinished(() => client.close());
  const opens: (string | null)[] = [];
  client.on("open", ({ reason }) => opens.push(reason));
  await expect.poll(() => opens).toEqual([null]);
  ports.push(second.server.port);
  await first.server.close();
  await expect.poll(() => opens).toEqual([null, "server-restarted"]);
});

it("a client of a route that does not resume is fresh after a lost line", async () => {
  const app = await serveOn("inline", { "ws/a.js": ECHO });
  const proxy = await proxied(app);
  const client = open(proxy.port, "/ws/a");
  const opens: boolean[] = [];
  client.on("open", ({ resumed }) => opens.push(resumed));
  await expect.poll(() => opens).toEqual([false]);
  proxy.cut("end");
  await expect.poll(() => opens).toEqual([false, false]);
  await expect.poll(() => app.server.sessionCount).toBe(1);
});

it("a client that is closed ends its session at once", async () => {
  const app = await serveOn("inline", { "ws/a.js": RESUMING });
  const client = open(app.server.port, "/ws/a");
  await new Promise((resolve) => client.on("open", resolve));
  client.close();
  await expect.poll(() => app.server.sessionCount).toBe(0);
});

it("a client falls back to a route that does not speak parlor.v1", async () => {
  const app = await serveOn("inline", {
    "bolt/echo.js": `ws("/echo", "open"); export const on_message = () => $bolt.wsSend("heard " + $bolt.wsMessage());`,
  });
  const client = open(app.server.port, "/ws/none");
  await new Promise((resolve) => client.on("away", resolve));
  expect(client.session).toBeNull();
});

it("a token reaches onUpgrade, and is fetched again for each line", async () => {
  const app = await serveOn("inline", {
    "ws/a.js": `export const onUpgrade = ({ token }) => ({ attributes: { token } });
      export const onOpen = (session) => session.send(session.getAttribute("token"));`,
  });
  const proxy = await proxied(app);
  let count = 0;
  const options = { WebSocket, pauses: { first: 20, longest: 50 }, token: async () => `t${++count}` };
  const client = connect(`ws://127.0.0.1:${proxy.port}/ws/a`, options);
  onTestFinished(() => client.close());
  const got: unknown[] = [];
  client.on("message", (message) => got.push(message));
  await expect.poll(() => got).toEqual(["t1"]);
  proxy.cut("reset");
  await expect.poll(() => got).toEqual(["t1", "t2"]);
});
