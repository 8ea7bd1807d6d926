import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { PLACES, serveOn } from "../../support/served-app.ts";
import { Stage, type Published } from "./stage.ts";

const MAIN = "scripting/main.ts";

describe.each(PLACES)("Script.exit, %s", (place) => {
  test("ends the program: clients get 1001, the port is free, timers stop, and no handler is called", async () => {
    const app = await serveOn(place, {
      [MAIN]: `
        const server = new HttpServer();
        setInterval(() => console.log("tick"), 5);
        server.registerWebsocket("/", {
          onConnected: (session) => session.writeText("hello"),
          handleText: (session) => {
            session.writeText("bye");
            Script.exit("result");
            console.log("after", server.state, server.port, server.start({ port: 0 }));
          },
          onDisconnected: () => console.log("disconnected"),
        });
        console.log("port", (server.start({ port: 0 }), server.port));
      `,
    });
    const [anna, ben] = [await app.ownPort.connect("/"), await app.ownPort.connect("/")];
    expect([await anna.next(), await ben.next()]).toEqual(["hello", "hello"]);
    await app.log.find(/^tick$/);
    anna.send("exit");
    expect(await anna.next()).toBe("bye");
    const end = { code: 1001, reason: "the program has ended" };
    expect([await anna.closed, await ben.closed]).toEqual([end, end]);
    expect((await app.log.find(/^after/)).text).toBe(
      "after stopped null the script has ended itself by Script.exit",
    );
    await expect(app.ownPort.fetch("/")).rejects.toThrow();
    expect(app.server.health["listeners"]).toBe(0);
    const { text } = await app.log.find(/^Script.exit was called/);
    expect(text).toMatch(/so the program and its server have ended; /);
    const { length } = app.log.texts;
    await app.server.reload();
    expect(app.log.texts.slice(length)).not.toContain("tick");
    expect(app.log.texts).not.toContain("disconnected");
  });

  test("in a request's handler lets its response arrive, and a save starts the program again", async () => {
    const program = (text: string): string => `
      const server = new HttpServer();
      server.registerHandler("/", () => (${text}, HttpResponse.ok("${text.length} bytes")));
      const problem = server.start({ port: Number(Script.metadata.port ?? 0) });
      console.log("port", server.port, problem);
    `;
    const app = await serveOn(place, { [MAIN]: program("Script.exit()") });
    expect(await (await app.ownPort.fetch("/")).text()).toBe("13 bytes");
    await expect(app.ownPort.fetch("/")).rejects.toThrow();
    const started = app.log.texts.filter((line) => line.startsWith("port")).length;
    writeFileSync(join(app.dir, MAIN), program("'again'"));
    await app.server.reload();
    const lines = () => app.log.texts.filter((line) => line.startsWith("port"));
    await expect.poll(() => lines().length).toBe(started + 1);
    const port = Number(lines().at(-1)?.split(" ")[1]);
    expect(await (await fetch(`http://127.0.0.1:${port}/`)).text()).toBe("7 bytes");
  });
});

describe("a program that ends itself", () => {
  test("while it is evaluated has no timers and no connections afterwards", async () => {
    const stage = await Stage.begun(({ Script, WebSocket }) => {
      new WebSocket("ws://127.0.0.1:1/");
      Script.exit();
      expect(() => new WebSocket("ws://127.0.0.1:1/")).toThrow(
        "WebSocket: the script has ended itself by Script.exit",
      );
    });
    expect(stage.isEnded).toBe(true);
    expect(stage.outbound.map(([what]) => what)).toEqual(["connect", "close"]);
    expect(stage.warnings).toEqual([]);
  });

  test("ends each of its servers, and a second call has no effect", async () => {
    let servers: Published[] = [];
    const stage = await Stage.begun(({ HttpServer }) => {
      servers = [new HttpServer(), new HttpServer(), new HttpServer()];
      servers.forEach((server, at) => server.start({ port: 9000 + at }));
      servers[1].stop();
    });
    expect([...stage.ports.keys()]).toEqual([1, 3]);
    stage.names["Script"].exit();
    stage.names["Script"].exit();
    expect([...stage.ports.keys()]).toEqual([]);
    expect(servers.map(({ state }) => state)).toEqual(["stopped", "stopped", "stopped"]);
    expect(stage.warnings).toHaveLength(1);
    expect(stage.warnings[0]).toMatch(/its 2 servers have ended/);
  });

  test("refuses who asks to connect meanwhile", async () => {
    const stage = await Stage.begun(({ HttpServer, Script }) => {
      const server = new HttpServer();
      server.registerMiddleware(async () => (Script.exit(), null));
      server.registerWebsocket("/", {});
      server.start();
    });
    const visitor = await stage.connect("/");
    expect(visitor.session.isAccepted).toBe(false);
    expect((await stage.fetch("/")).status).toBe(503);
  });
});
