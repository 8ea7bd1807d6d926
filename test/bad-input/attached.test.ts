import { once } from "node:events";
import { createServer as createHttpServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, it, onTestFinished } from "vitest";
import { WebSocketServer } from "ws";
import { silentLog } from "../../src/log.ts";
import { createServer, type ParlorServer } from "../../src/server/serve.ts";
import { connect } from "../support/client.ts";
import { RawSocket, upgradeRequest } from "../support/raw-socket.ts";

const routes = {
  "/ws/echo": { onMessage: (session: { send(m: unknown): void }, text: string) => session.send(text) },
};

interface Attached {
  readonly http: Server;
  readonly parlor: ParlorServer;
  readonly port: number;
}

/** An embedder's server, which handles its own requests, with Parlor attached. */
async function attached(): Promise<Attached> {
  const http = createHttpServer((_request, response) => response.end("mine"));
  const parlor = createServer({ server: http, routes, log: silentLog });
  await parlor.listen();
  expect(http.listening).toBe(false);
  http.listen(0, "127.0.0.1");
  await once(http, "listening");
  onTestFinished(async () => {
    await parlor.close();
    http.closeAllConnections();
    http.close();
  });
  return { http, parlor, port: (http.address() as AddressInfo).port };
}

/** Another who takes upgrades of the same server, as the `ws` package does it. */
function alsoListens(http: Server, path: string): WebSocketServer {
  const other = new WebSocketServer({ noServer: true });
  http.on("upgrade", (request, socket, head) => {
    if (request.url !== path) return;
    other.handleUpgrade(request, socket, head, (socket) => socket.send("the other one"));
  });
  onTestFinished(() => {
    for (const client of other.clients) client.terminate();
  });
  return other;
}

async function echoes(port: number): Promise<void> {
  const client = connect(`ws://127.0.0.1:${port}/ws/echo`);
  client.send("hi");
  expect(await client.next()).toBe("hi");
  client.terminate();
}

describe("attached to an embedder's server", () => {
  it("serves its routes and leaves requests alone", async () => {
    const { port, parlor } = await attached();
    await echoes(port);
    for (const path of ["/", "/ws/echo", "/_parlor/health"]) {
      expect(await (await fetch(`http://127.0.0.1:${port}${path}`)).text()).toBe("mine");
    }
    expect(parlor.port).toBe(port);
  });

  it("answers 404 for paths that it does not know, when no other listener could", async () => {
    const { port } = await attached();
    for (const path of ["/ws/other", "/", "/ws/../ws/echo", "/ws/%00"]) {
      const raw = await RawSocket.open(port);
      raw.write(upgradeRequest(path));
      expect(await raw.toEnd(), path).toMatch(/^HTTP\/1\.1 404 /);
    }
    await echoes(port);
  });

  it("leaves such paths to others who listen", async () => {
    const { http, port } = await attached();
    alsoListens(http, "/theirs");
    const theirs = connect(`ws://127.0.0.1:${port}/theirs`);
    expect(await theirs.next()).toBe("the other one");
    theirs.terminate();
    await echoes(port);
  });

  it("leaves them alone also where the others came first", async () => {
    const http = createHttpServer();
    alsoListens(http, "/theirs");
    const parlor = createServer({ server: http, routes, log: silentLog });
    http.listen(0, "127.0.0.1");
    await once(http, "listening");
    const { port } = http.address() as AddressInfo;
    const theirs = connect(`ws://127.0.0.1:${port}/theirs`);
    expect(await theirs.next()).toBe("the other one");
    await echoes(port);
    theirs.terminate();
    await parlor.close();
    http.close();
  });

  it("answers improper upgrades on its own paths", async () => {
    const { http, port } = await attached();
    alsoListens(http, "/theirs");
    const raw = await RawSocket.open(port);
    raw.write(upgradeRequest("/ws/echo", { "Sec-WebSocket-Key": "short" }));
    expect(await raw.toEnd()).toMatch(/^HTTP\/1\.1 400 /);
    await echoes(port);
  });

  it("goes without a trace: the server stays with its owner", async () => {
    const { http, parlor, port } = await attached();
    const client = connect(`ws://127.0.0.1:${port}/ws/echo`);
    await client.opened;
    await parlor.close();
    expect((await client.closed).code).toBe(1001);
    expect(http.listening).toBe(true);
    expect(http.listenerCount("upgrade")).toBe(0);
    expect(await (await fetch(`http://127.0.0.1:${port}/`)).text()).toBe("mine");
  });

  it("twice on one server, each with its own routes", async () => {
    const { http, port } = await attached();
    const more = { "/ws/more": { onOpen: (session: { send(m: unknown): void }) => session.send("more") } };
    const second = createServer({ server: http, routes: more, log: silentLog });
    const client = connect(`ws://127.0.0.1:${port}/ws/more`);
    expect(await client.next()).toBe("more");
    await echoes(port);
    client.terminate();
    await second.close();
  });
});
