import { expect, test } from "vitest";
import { Stage, type Published } from "./stage.ts";

/** A program that serves one path. */
function serving(path: string, handlers: (names: Published) => object): Promise<Stage> {
  return Stage.begun((names) => {
    const server = new names.HttpServer();
    server.registerWebsocket(path, handlers(names));
    server.start();
  });
}

test("every handler may be left out", async () => {
  const stage = await serving("/chat", () => ({}));
  const client = await stage.connect("/chat");
  await client.say("hi");
  await client.say(new Uint8Array([1]));
  await stage.program.pong?.(client.session);
  await client.leave();
  expect(client.session.isAccepted).toBe(true);
  expect(stage.faults).toEqual([]);
});

test("each handler gets its session, the same object every time", async () => {
  const seen: [string, unknown][] = [];
  const note = (name: string) => (session: unknown) => void seen.push([name, session]);
  const names = ["onConnected", "handleText", "handleBinary", "onPong", "onDisconnected"];
  const stage = await serving("/", () => Object.fromEntries(names.map((name) => [name, note(name)])));
  const client = await stage.connect("/");
  await client.say("hi");
  await client.say(new Uint8Array([1]));
  await stage.program.pong?.(client.session);
  await client.leave();
  expect(seen.map(([name]) => name)).toEqual(names);
  expect(new Set(seen.map(([, session]) => session)).size).toBe(1);
  const other = await stage.connect("/");
  await other.leave();
  expect(seen.at(-1)?.[1]).not.toBe(seen[0]?.[1]);
});

test("text comes as text, the empty one too, and bytes come as Data", async () => {
  const seen: unknown[] = [];
  const stage = await serving("/", ({ Data }) => ({
    handleText: (_: unknown, text: string) => seen.push(text),
    handleBinary: (_: unknown, data: Published) => seen.push(data instanceof Data, data.toIntArray()),
  }));
  const client = await stage.connect("/");
  await client.say("");
  await client.say(new Uint8Array([1, 2]));
  await client.say(new Uint8Array());
  expect(seen).toEqual(["", true, [1, 2], true, []]);
});

test("onPong is called for a ping and for a pong, without a payload", async () => {
  const seen: number[] = [];
  const stage = await serving("/", () => ({ onPong: (...args: unknown[]) => seen.push(args.length) }));
  const client = await stage.connect("/");
  await stage.program.ping?.(client.session);
  await stage.program.pong?.(client.session);
  expect(seen).toEqual([1, 1]);
});

test("the last registration of a path wins, before start and after", async () => {
  let server: Published;
  const greet = (text: string) => ({ onConnected: (session: Published) => session.writeText(text) });
  const stage = await Stage.begun((names) => {
    server = new names.HttpServer();
    server.registerWebsocket("/chat", greet("first"));
    server.registerWebsocket("/chat/", greet("second"));
    server.start();
  });
  const early = await stage.connect("/chat");
  expect(early.read()).toEqual(["second"]);
  server.registerWebsocket("/chat", greet("third"));
  server.registerWebsocket("/late", greet("late"));
  expect((await stage.connect("/chat")).read()).toEqual(["third"]);
  expect((await stage.connect("/late")).read()).toEqual(["late"]);
});

test.each(["/rooms/7", "/rooms/7/", "//rooms//7", "/rooms/a b"])("%s leads to /rooms/:room", async (path) => {
  const stage = await serving("rooms/:room/", () => ({}));
  expect((await stage.connect(path)).session.isAccepted).toBe(true);
});

test.each(["/rooms", "/rooms/", "/rooms/7/8", "/", "/Rooms/7"])(
  "the path %s does not lead to /rooms/:room",
  async (path) => {
    const stage = await serving("/rooms/:room", () => ({}));
    expect((await stage.connect(path)).refused).toEqual({ status: 404, reason: "Not Found" });
  },
);

test("a path that was registered percent-encoded is the one that it means", async () => {
  const stage = await serving("/caf%C3%A9", () => ({}));
  expect((await stage.connect("/café")).session.isAccepted).toBe(true);
});

test("a literal segment goes before a parameter, whichever came first", async () => {
  const stage = await Stage.begun((names) => {
    const server = new names.HttpServer();
    for (const path of ["/a/:x", "/a/b", "/:y/c"]) {
      server.registerWebsocket(path, { onConnected: (session: Published) => session.writeText(path) });
    }
    server.start();
  });
  expect((await stage.connect("/a/b")).read()).toEqual(["/a/b"]);
  expect((await stage.connect("/a/z")).read()).toEqual(["/a/:x"]);
  expect((await stage.connect("/q/c")).read()).toEqual(["/:y/c"]);
});

test("messages before close come first; messages after it are lost without a report", async () => {
  let session: Published;
  const stage = await serving("/", ({ Data }) => ({
    onConnected: (own: Published) => {
      session = own;
      session.writeText("Goodbye!");
      session.close();
      session.writeText("lost");
      session.writeData(Data.fromIntArray([1]));
      session.close();
    },
    onDisconnected: (own: Published) => own.writeText("lost too"),
  }));
  const client = await stage.connect("/");
  expect(client.ended).toEqual({ code: 1000, reason: "" });
  await client.leave();
  session.writeText("long gone");
  expect(client.inbox).toEqual(["Goodbye!"]);
});

test("bytes that change after they were written are sent as they were", async () => {
  const stage = await serving("/", ({ Data }) => ({
    onConnected: (session: Published) => {
      const data = Data.fromIntArray([1, 2]);
      session.writeData(data);
      data.resetBytes(0, 2);
    },
  }));
  expect((await stage.connect("/")).read()).toEqual([new Uint8Array([1, 2])]);
});

test("Parlor adds that JavaScript's own bytes are taken too", async () => {
  const stage = await serving("/", () => ({
    onConnected: (session: Published) => {
      session.writeData(new Uint8Array([1]));
      session.writeData(new Uint8Array([2]).buffer);
    },
  }));
  expect((await stage.connect("/")).read()).toEqual([new Uint8Array([1]), new Uint8Array([2])]);
});

test.each([
  ["writeText", 7, "WebSocketSession.writeText takes a string as text, got a number"],
  ["writeText", { a: 1 }, "WebSocketSession.writeText takes a string as text, got an object"],
  [
    "writeData",
    "text",
    "WebSocketSession.writeData takes Data, got a string; did you mean Data.fromRawString(text)?",
  ],
  [
    "writeData",
    null,
    "WebSocketSession.writeData takes Data, got null; Data.fromRawString returns null for a text that is empty or cannot be encoded",
  ],
])("%s(%j) is a TypeError that names the call, after close too", async (call, value, message) => {
  let session: Published;
  const stage = await serving("/", () => ({ onConnected: (own: Published) => void (session = own) }));
  await stage.connect("/");
  expect(() => session[call](value)).toThrow(new TypeError(message));
  session.close();
  expect(() => session[call](value)).toThrow(TypeError);
});

test("a session cannot be made, and shows what it is", async () => {
  let session: Published;
  const stage = await serving("/", () => ({ onConnected: (own: Published) => void (session = own) }));
  await stage.connect("/");
  const { WebSocketSession } = stage.names;
  expect(session).toBeInstanceOf(WebSocketSession);
  expect(() => new WebSocketSession()).toThrow(
    "WebSocketSession has no constructor; the server hands you one",
  );
});

test("a client that left before it was accepted is not a connection", async () => {
  const seen: string[] = [];
  const stage = await serving("/", () => ({
    onConnected: () => seen.push("connected"),
    onDisconnected: () => seen.push("disconnected"),
  }));
  const client = stage.arrive("/");
  await stage.program.upgrade?.(client.session);
  await client.leave();
  expect(seen).toEqual([]);
});

test("a handler's promise is handed on, so that the session's next event waits", async () => {
  const stage = await serving("/", () => ({ handleText: async () => "done" }));
  const client = await stage.connect("/");
  expect(stage.program.message?.(client.session, "x")).toBeInstanceOf(Promise);
});

test("an error of a handler goes to the host, which logs it", async () => {
  const stage = await serving("/", () => ({
    handleText: () => {
      throw new Error("tea");
    },
  }));
  const client = await stage.connect("/");
  expect(() => stage.program.message?.(client.session, "x")).toThrow("tea");
});

test("handlers are called as methods, and looked up when they are needed", async () => {
  class Chat {
    greeting = "hello";
    onConnected(session: Published): void {
      session.writeText(this.greeting);
    }
  }
  const chat = new Chat();
  const stage = await serving("/", () => chat);
  expect((await stage.connect("/")).read()).toEqual(["hello"]);
  chat.greeting = "hi";
  expect((await stage.connect("/")).read()).toEqual(["hi"]);
});

test("wrong handlers are refused by name, and one that nothing calls is named with what was meant", async () => {
  const stage = await Stage.begun(() => undefined);
  const server = new stage.names.HttpServer();
  expect(() => server.registerWebsocket("/", null)).toThrow(
    "HttpServer.registerWebsocket takes an object of handlers, got null",
  );
  expect(() => server.registerWebsocket("/", { handleText: "x" })).toThrow(
    "HttpServer.registerWebsocket: handleText is a string, a function was expected",
  );
  expect(() => server.registerWebsocket(1, {})).toThrow(
    "HttpServer.registerWebsocket takes a string as path, got a number",
  );
  server.registerWebsocket("/", { handleTxt: () => undefined, note: "fine" });
  expect(stage.warnings).toEqual([
    "HttpServer.registerWebsocket: nothing calls handleTxt; did you mean handleText?",
  ]);
});

test("a session of the previous version gets onReload, or is closed with 1012", async () => {
  const seen: unknown[] = [];
  const stage = await Stage.begun((names) => {
    const server = new names.HttpServer();
    server.registerWebsocket("/keep", {
      onReload: (session: Published) => {
        seen.push("reload");
        session.writeText("still here");
      },
      onDisconnected: () => seen.push("disconnected"),
    });
    server.registerWebsocket("/forget", { onDisconnected: () => seen.push("never") });
    server.start();
  });
  const kept = stage.arrive("/keep");
  const forgotten = stage.arrive("/forget");
  const lost = stage.arrive("/elsewhere");
  for (const { session } of [kept, forgotten, lost]) {
    session.opened();
    await stage.program.takeOver?.(session);
  }
  const restart = { code: 1012, reason: "the program was reloaded" };
  expect([kept.ended, forgotten.ended, lost.ended]).toEqual([null, restart, restart]);
  expect(kept.read()).toEqual(["still here"]);
  for (const visitor of [kept, forgotten, lost]) await visitor.leave();
  expect(seen).toEqual(["reload", "disconnected"]);
});

test("a session that comes over waits for the server that knows its path", async () => {
  let goOn = (): void => undefined;
  const seen: string[] = [];
  const stage = new Stage(async (names) => {
    await new Promise<void>((resolve) => (goOn = resolve));
    const server = new names.HttpServer();
    server.registerWebsocket("/", { onReload: () => void seen.push("reload") });
    server.start();
  });
  const started = stage.program.start?.();
  const client = stage.arrive("/");
  client.session.opened();
  const adopted = stage.program.takeOver?.(client.session);
  expect(seen).toEqual([]);
  goOn();
  await Promise.all([started, adopted]);
  expect(seen).toEqual(["reload"]);
});

test("a session that the previous version accepted gets onConnected", async () => {
  const stage = await serving("/", () => ({
    onConnected: (session: Published) => session.writeText("hello"),
  }));
  const client = stage.arrive("/");
  await client.opened();
  expect(client.read()).toEqual(["hello"]);
});

test("a session whose port had another number in the previous version is found by its path", async () => {
  const stage = await serving("/keep", () => ({
    onReload: (session: Published) => session.writeText("still here"),
  }));
  const client = stage.arrive("/keep", { listener: 5 });
  client.session.opened();
  await stage.program.takeOver?.(client.session);
  expect([client.read(), client.ended]).toEqual([["still here"], null]);
});
