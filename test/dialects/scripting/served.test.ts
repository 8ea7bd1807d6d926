import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { Refused } from "../../support/client.ts";
import { PLACES, serveOn, type Place } from "../../support/served-app.ts";

const MAIN = "scripting/main.ts";

/** A program that starts one server, after what the test says. */
function program(text: string, options = ""): { readonly [MAIN]: string } {
  return {
    [MAIN]: `
      const server = new HttpServer();
      ${text}
      const problem = server.start({ port: 0, ${options} });
      console.log("port", server.port, problem);
    `,
  };
}

/** A port that something else has. */
async function takenPort(): Promise<number> {
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, resolve));
  onTestFinished(() => void other.close());
  return (other.address() as AddressInfo).port;
}

describe.each(PLACES)("a program's server, %s", (place) => {
  test("start returns at once that its port is taken", async () => {
    const port = await takenPort();
    const app = await serveOn(place, {
      [MAIN]: `
        const server = new HttpServer();
        console.log("told", server.start({ port: ${port} }), server.state);
      `,
    });
    const { text } = await app.log.find(/^told/);
    // In the server's own thread the reason comes too late to be known.
    const reason = place === "inline" ? "is in use, or may not be opened" : "is in use";
    expect(text).toBe(`told port ${port} ${reason} stopped`);
  });

  test("start returns at once that an address is not its own", async () => {
    const app = await serveOn(place, {
      [MAIN]: `
        const server = new HttpServer();
        server.listenAddressIPv4 = "192.0.2.1";
        console.log("told", server.start({ port: 0 }), server.state);
      `,
    });
    const { text } = await app.log.find(/^told/);
    const reason =
      place === "inline"
        ? "a program in the server's own thread cannot wait for 192.0.2.1 to be opened; leave the address out"
        : "192.0.2.1 is not an address of this machine";
    expect(text).toBe(`told ${reason} stopped`);
  });

  test("stops and starts again on the same port, and its sessions end", async () => {
    const app = await serveOn(
      place,
      program(`
        server.registerWebsocket("/", {
          handleText: (session, text) => {
            const { port } = server;
            server.stop();
            console.log("then", server.start({ port }), server.port === port);
            session.writeText("lost");
          },
          onDisconnected: () => console.log("gone"),
        });
      `),
    );
    const client = await app.ownPort.connect("/");
    client.send("stop");
    expect((await client.closed).code).toBe(1006);
    const { text } = await app.log.find(/^then/);
    expect(text).toBe("then null true");
    await app.log.find(/^gone$/);
    const again = await app.ownPort.connect("/");
    await again.opened;
  });

  test("keeps its port and its sessions over a reload, if they are to be kept", async () => {
    const versioned = (version: number): string =>
      program(`
        const hello = (what) => (session) => session.writeText(what + " ${version}");
        server.registerWebsocket("/keep", { onConnected: hello("open"), onReload: hello("reload"), handleText: hello("text") });
        server.registerWebsocket("/lose", { onConnected: hello("open"), onDisconnected: () => console.log("told of the end") });
      `)[MAIN];
    const app = await serveOn(place, { [MAIN]: versioned(1) });
    const [kept, lost] = [await app.ownPort.connect("/keep"), await app.ownPort.connect("/lose")];
    expect([await kept.next(), await lost.next()]).toEqual(["open 1", "open 1"]);
    writeFileSync(join(app.dir, MAIN), versioned(2));
    await app.server.reload();
    expect(await lost.closed).toEqual({ code: 1012, reason: "the program was reloaded" });
    expect(await kept.next()).toBe("reload 2");
    kept.send("?");
    expect(await kept.next()).toBe("text 2");
    expect(await (await app.ownPort.connect("/keep")).next()).toBe("open 2");
    expect(app.log.texts.filter((text) => text.startsWith("told of"))).toEqual([]);
  });

  test("hears pings and pongs", async () => {
    const app = await serveOn(
      place,
      program(`server.registerWebsocket("/", { onPong: (session) => session.writeText("heard") });`),
    );
    const client = await app.ownPort.connect("/");
    await client.opened;
    client.socket.ping("payload");
    expect(await client.next()).toBe("heard");
    client.socket.pong();
    expect(await client.next()).toBe("heard");
  });

  test("hears the answers to Parlor's own pings", async () => {
    const app = await serveOn(
      place,
      program(`server.registerWebsocket("/", { onPong: (session) => session.writeText("heard") });`),
      { heartbeat: { interval: 20 } },
    );
    expect(await (await app.ownPort.connect("/")).next()).toBe("heard");
  });

  test("answers requests of all methods, and clients that it lets in", async () => {
    const app = await serveOn(
      place,
      program(`
        server.registerMiddleware(async (request) => {
          return request.headers["x-key"] === "tea" ? null : HttpResponse.unauthorized("no key");
        });
        server.registerAsyncHandler("/echo/:name", async (request) => {
          await new Promise((resolve) => setTimeout(resolve, 1));
          return HttpResponse.raw(201, "Created", { headers: { "x-name": request.params.name }, body: request.body });
        });
        server.registerWebsocket("/rooms/:room", { onConnected: (session) => session.writeText("in") });
      `),
    );
    const headers = { "x-key": "tea" };
    expect((await app.ownPort.fetch("/echo/x")).status).toBe(401);
    const answer = await app.ownPort.fetch("/echo//b%C3%A9/?q=1", {
      method: "PUT",
      body: "hello",
      headers: { ...headers },
    });
    expect([answer.status, answer.headers.get("content-type"), await answer.text()]).toEqual([
      201,
      "application/octet-stream",
      "hello",
    ]);
    expect((await app.ownPort.fetch("/nowhere", { headers })).status).toBe(404);
    expect(await (await app.ownPort.fetch("/rooms/7", { headers })).text()).toBe(
      "Invalid value of 'Upgrade' header: unknown\n".trim(),
    );
    await expect((await app.ownPort.connect("/rooms/7")).opened).rejects.toMatchObject({
      status: 401,
      body: "no key\n",
    });
    await expect((await app.ownPort.connect("/nowhere", { headers })).opened).rejects.toBeInstanceOf(Refused);
    expect(await (await app.ownPort.connect("//rooms///a%20b/", { headers })).next()).toBe("in");
  });

  test("holds requests and messages to its limits", async () => {
    const app = await serveOn(
      place,
      program(
        `
          server.registerHandler("/", (request) => HttpResponse.ok(String(request.body.size)));
          server.registerWebsocket("/ws", { handleBinary: (session, data) => session.writeText(String(data.size)) });
        `,
        "maxRequestBodySize: 100, maxWebSocketPayloadSize: 100",
      ),
    );
    expect(await (await app.ownPort.fetch("/", { method: "POST", body: "x".repeat(100) })).text()).toBe(
      "100",
    );
    expect((await app.ownPort.fetch("/", { method: "POST", body: "x".repeat(101) })).status).toBe(413);
    const client = await app.ownPort.connect("/ws");
    client.send(new Uint8Array(100));
    expect(await client.next()).toBe("100");
    client.send(new Uint8Array(101));
    expect((await client.closed).code).toBe(1009);
  });

  test("reads and writes in a folder that the config allows, and in no other one", async () => {
    const outside = mkdtempSync(join(tmpdir(), "parlor-media-"));
    onTestFinished(() => rmSync(outside, { recursive: true }));
    const app = await serveOn(
      place,
      program(`
        const tried = (path) => {
          try {
            FileManager.writeAsStringSync(path, "tea");
            return FileManager.readAsStringSync(path);
          } catch (error) {
            return error.message;
          }
        };
        console.log("tried", tried(${JSON.stringify(`${outside}/a.txt`)}), tried("../b.txt"), tried("data.txt"));
      `),
      { allowedFolders: [outside] },
    );
    expect((await app.log.find(/^tried/)).text).toMatch(
      /^tried tea FileManager.writeAsString: "..\/b.txt" is outside of the app's folder; .* tea$/,
    );
    expect(readFileSync(join(outside, "a.txt"), "utf8")).toBe("tea");
  });

  test("takes messages larger than the server's own limit, up to the published one", async () => {
    const app = await serveOn(
      place,
      program(
        `server.registerWebsocket("/", { handleText: (session, text) => session.writeText(String(text.length)) });`,
      ),
    );
    const client = await app.ownPort.connect("/");
    client.send("x".repeat(15 * 1024 * 1024));
    expect(await client.next()).toBe(String(15 * 1024 * 1024));
  });

  test("serves files of the app, and none outside of what it shows", async () => {
    const app = await serveOn(place, {
      ...program(`server.registerFilesFromDirectory("/", "site");`),
      "site/index.html": "<h1>home",
      "secret.txt": "secret",
    });
    const home = await app.ownPort.fetch("/");
    expect([home.headers.get("content-type"), await home.text()]).toEqual([
      "text/html; charset=utf-8",
      "<h1>home",
    ]);
    expect((await app.ownPort.fetch("/..%2fsecret.txt")).status).toBe(404);
  });

  test("logs what a handler throws with its line, and goes on", async () => {
    const app = await serveOn(
      place,
      program(`
        server.registerWebsocket("/", {
          handleText: (session, text) => {
            if (text === "bad") throw new Error("spilt");
            session.writeText(text);
          },
        });
      `),
    );
    const client = await app.ownPort.connect("/");
    client.send("bad");
    client.send("good");
    expect(await client.next()).toBe("good");
    expect((await app.log.find(/spilt/)).text).toContain("scripting/main.ts:6");
  });

  test("imports of the module are the globals, at a top level that awaits too", async () => {
    const app = await serveOn(place, {
      [MAIN]: `
        import { Data as Bytes, HttpServer as Server, UUID as Id, fetch as get, type WebSocketSession as S } from "scripting";
        await Promise.resolve();
        const server: HttpServer = new Server();
        server.registerWebsocket("/", {
          onConnected: (session: S) => session.writeText([Server === HttpServer, Bytes === Data, Id === UUID, get === fetch, session instanceof WebSocketSession].join()),
        });
        server.start({ port: 0, forceIPv4: true });
        console.log("port", server.port);
      `,
    });
    expect(await (await app.ownPort.connect("/")).next()).toBe("true,true,true,true,true");
  });

  test("an outbound connection that is refused says so and closes", async () => {
    const app = await serveOn(place, {
      [MAIN]: `
        const socket = new WebSocket("ws://127.0.0.1:1/");
        socket.onopen = () => console.log("outbound open");
        socket.onerror = (error) => console.log("outbound error", error.message);
        socket.onclose = () => console.log("outbound closed");
      `,
    });
    await app.log.find(/^outbound closed$/);
    const lines = app.log.texts.filter((text) => text.startsWith("outbound"));
    expect(lines).toEqual([expect.stringMatching(/^outbound error .*ECONNREFUSED/), "outbound closed"]);
  });
});

describe.each<Place>(["thread", "process"])("a program that dies, %s", (place) => {
  test("loses only the sessions that do not want to be kept, and keeps its port", async () => {
    const app = await serveOn(
      place,
      program(`
        let count = 0;
        const handlers = {
          handleText: (session, text) => {
            if (text === "die") process.exit(1);
            session.writeText(text + " " + ++count);
          },
        };
        server.registerWebsocket("/lose", handlers);
        server.registerWebsocket("/keep", { ...handlers, onReload: (session) => session.writeText("again") });
      `),
    );
    const [kept, lost] = [await app.ownPort.connect("/keep"), await app.ownPort.connect("/lose")];
    kept.send("tea");
    expect(await kept.next()).toBe("tea 1");
    await lost.opened;
    kept.send("die");
    expect((await lost.closed).code).toBe(1012);
    expect(await kept.next()).toBe("again");
    kept.send("tea");
    expect(await kept.next()).toBe("tea 1");
    const fresh = await app.ownPort.connect("/lose");
    fresh.send("x");
    expect(await fresh.next()).toBe("x 2");
  });
});
