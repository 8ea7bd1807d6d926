import { describe, expect, test } from "vitest";
import { readAttributes } from "../../support/read-attributes.ts";
import { methodsOf } from "../../support/methods-of.ts";
import type { Client } from "./client.ts";
import { Front, type Published } from "./stage.ts";

describe("the exports of a WebSocket script", () => {
  test("are called with the session, and the message", async () => {
    const calls: unknown[][] = [];
    const front = new Front();
    const host = front.host({
      onOpen: (...args: unknown[]) => void calls.push(["open", args.length]),
      onMessage: (...args: unknown[]) => void calls.push(["message", args.length, args[1]]),
      onClose: (...args: unknown[]) => void calls.push(["close", args.length]),
    });
    const client = await host.connect();
    await client.say("");
    await client.say("hi");
    await client.leave();
    expect(calls).toEqual([
      ["open", 1],
      ["message", 2, ""],
      ["message", 2, "hi"],
      ["close", 2],
    ]);
  });

  test("may all be missing", async () => {
    const host = new Front().host({});
    const client = await host.connect();
    await client.say("hi");
    await host.program.pong?.(client.session);
    await client.leave();
    expect(host.faults).toEqual([]);
    expect(client.ended).toEqual({ code: 1000, reason: "" });
  });

  test("find diesel, and no Results", async () => {
    const host = new Front().host({});
    await host.connect();
    expect(host.instances[0]!.names).toEqual(["diesel"]);
  });

  test("a promise is handed to the host", async () => {
    const host = new Front().host({ onMessage: async () => Promise.reject(new Error("later")) });
    const client = await host.connect();
    const result = host.program.message?.(client.session, "x");
    expect(result).toBeInstanceOf(Promise);
    await expect(result).rejects.toThrow("later");
  });

  test("a fault reaches onError with the same session; the session stays open", async () => {
    const told: Published[][] = [];
    const opened: Published[] = [];
    const front = new Front();
    const host = front.host({
      onOpen: (session: Published) => void opened.push(session),
      onMessage: (_session: unknown, text: string) => {
        if (text === "sync") throw new Error("sync");
        return Promise.reject(new Error("async"));
      },
      onError: (...args: Published[]) => void told.push(args),
    });
    const client = await host.connect();
    await client.say("sync");
    await client.say("async");
    expect(told.map(([session, error]) => [session === opened[0], error.message])).toEqual([
      [true, "sync"],
      [true, "async"],
    ]);
    expect(client.ended).toBeNull();
    expect(opened[0].isOpen()).toBe(true);
  });

  test("an onError that throws is let through, once", async () => {
    const host = new Front().host({
      onMessage: () => {
        throw new Error("first");
      },
      onError: () => {
        throw new Error("second");
      },
    });
    const client = await host.connect();
    await client.say("x");
    expect(host.faults.map(({ where, error }) => [where, (error as Error).message])).toEqual([
      ["onMessage", "first"],
      ["onError", "second"],
    ]);
  });
});

describe("onBinary", () => {
  test("gets the bytes", async () => {
    const seen: unknown[] = [];
    const host = new Front().host({ onBinary: (_session: unknown, bytes: unknown) => void seen.push(bytes) });
    const client = await host.connect();
    await client.say(new Uint8Array([1, 2]));
    expect(seen).toEqual([new Uint8Array([1, 2])]);
    expect(client.ended).toBeNull();
  });

  test("without it the client is closed with 1003", async () => {
    const seen: unknown[] = [];
    const host = new Front().host({ onMessage: (...args: unknown[]) => void seen.push(args) });
    const client = await host.connect();
    await client.say(new Uint8Array([1, 2]));
    expect(seen).toEqual([]);
    expect(client.ended).toEqual({ code: 1003, reason: "this route takes text, not bytes" });
  });
});

describe("state", () => {
  /** A script that counts its events in a variable of its module. */
  const counting = () => {
    let count = 0;
    return { onMessage: (session: Published) => session.send(String(++count)) };
  };

  async function counts(scope: "connection" | "route") {
    const host = new Front().host(counting, { scope });
    const [a, b] = [await host.connect(), await host.connect()];
    await a.say("x");
    await a.say("x");
    await b.say("x");
    return { host, a, b, heard: [a.read(), b.read()] };
  }

  test("is per connection by default, and owned by it", async () => {
    const { host, a, b, heard } = await counts("connection");
    expect(heard).toEqual([["1", "2"], ["1"]]);
    expect(host.instances.map(({ owner }) => owner)).toEqual([a.session, b.session]);
  });

  test("is shared by the route with scope route, and has no session", async () => {
    const { host, heard } = await counts("route");
    expect(heard).toEqual([["1", "2"], ["3"]]);
    expect(host.instances.map(({ owner }) => owner)).toEqual([null]);
  });

  test("a connection's evaluation ends when its close is done, a route's when the program does", async () => {
    const own = await counts("connection");
    await own.a.leave();
    expect(own.host.instances.map(({ isEnded }) => isEnded)).toEqual([true, false]);
    expect(own.a.session.instance).toBeNull();
    own.host.program.dispose();
    expect(own.host.instances.map(({ isEnded }) => isEnded)).toEqual([true, true]);

    const shared = await counts("route");
    await shared.a.leave();
    expect(shared.host.instances[0]!.isEnded).toBe(false);
    shared.host.program.dispose();
    expect(shared.host.instances[0]!.isEnded).toBe(true);
  });

  test("messages that an ended evaluation pushes are dropped", async () => {
    let ghost: Published;
    const front = new Front();
    const host = front.host((names) => {
      const ws = (names["diesel"] as Published).getWebSocketService();
      return {
        onOpen: (session: Published) => session.room("r").join(),
        onClose: () => void (ghost = ws),
      };
    });
    const [a, b] = [await host.connect(), await host.connect()];
    await a.leave();
    ghost.room("r").broadcast("ghost");
    ghost.getSession(b.id).send("ghost");
    front.settle();
    expect(b.read()).toEqual([]);
  });

  test("a module that awaits at its top level delays its own session's events only", async () => {
    let ready = (): void => undefined;
    const waited = new Promise<void>((resolve) => (ready = resolve));
    const seen: string[] = [];
    const host = new Front().host(async () => {
      await waited;
      return { onOpen: () => void seen.push("open"), onMessage: () => void seen.push("message") };
    });
    const client = host.arrive("/ws/chat");
    client.session.opened();
    const opening = host.program.open?.(client.session);
    expect(opening).toBeInstanceOf(Promise);
    expect(seen).toEqual([]);
    ready();
    await opening;
    await client.say("x");
    expect(seen).toEqual(["open", "message"]);
    expect(host.instances).toHaveLength(1);
  });

  test("a session that goes before its module is ready leaves no evaluation behind", async () => {
    let ready = (): void => undefined;
    const waited = new Promise<void>((resolve) => (ready = resolve));
    const host = new Front().host(async () => {
      await waited;
      return {};
    });
    const client = host.arrive("/ws/chat");
    const opening = host.program.open?.(client.session);
    client.release();
    ready();
    await opening;
    expect(host.instances[0]!.isEnded).toBe(true);
  });

  test("a module that throws is a fault, and is tried again at the next event", async () => {
    let tries = 0;
    const front = new Front();
    for (const source of [
      () => {
        tries += 1;
        if (tries === 1) throw new Error("not yet");
        return {
          onMessage: (session: Published) => session.send("here"),
          onError: () => void (tries += 100),
        };
      },
      async () => {
        await Promise.resolve();
        tries += 1;
        if (tries === 1) throw new Error("not yet");
        return {
          onMessage: (session: Published) => session.send("here"),
          onError: () => void (tries += 100),
        };
      },
    ]) {
      tries = 0;
      const host = front.host(source);
      const client = await host.connect();
      expect(host.faults.map(({ where }) => where)).toEqual(["onOpen"]);
      expect(tries).toBe(1);
      await client.say("x");
      expect(client.read()).toEqual(["here"]);
    }
  });
});

describe("onReload", () => {
  test("gets the reason before the session's next event, and onOpen is not called again", async () => {
    const calls: unknown[][] = [];
    const host = new Front().host({
      onOpen: () => void calls.push(["open"]),
      onReload: (session: Published, reason: string) => {
        calls.push(["reload", reason, session.getAttribute("name")]);
        session.room("r").join();
      },
      onMessage: (session: Published) => void calls.push(["message", session.room("r").members()]),
    });
    const client = host.arrive("/ws/chat");
    client.session.opened();
    client.session.attributes = new Map([["name", "ada"]]);
    client.session.takenOver("crash");
    await host.run(client, "onReload", () => host.program.takeOver?.(client.session));
    client.session.notified();
    await client.say("x");
    expect(calls).toEqual([
      ["reload", "crash", "ada"],
      ["message", 1],
    ]);
  });

  test("may be missing", async () => {
    const host = new Front().host({});
    const client = host.arrive("/ws/chat");
    client.session.takenOver("reload");
    await host.run(client, "onReload", () => host.program.takeOver?.(client.session));
    expect(host.faults).toEqual([]);
  });
});

describe("onUpgrade", () => {
  async function upgrade(
    answer: unknown,
  ): Promise<{ client: Client; faults: readonly { error: unknown }[]; opened: number }> {
    let opened = 0;
    const onUpgrade = typeof answer === "function" ? answer : () => answer;
    const front = new Front();
    const source = { onUpgrade, onOpen: () => void (opened += 1) };
    const host = front.host(source, { exports: ["onUpgrade", "onOpen"] });
    const client = await host.connect("/ws/chat?token=a%20b", {
      headers: "cookie: c=1",
      params: { id: "7" },
    });
    return { client, faults: host.faults, opened };
  }

  test.each([[undefined], [true]])("%j lets in", async (answer) => {
    const { client, faults, opened } = await upgrade(answer);
    expect([client.isAccepted, client.refused, opened]).toEqual([true, null, 1]);
    expect(faults).toEqual([]);
  });

  test("is asked with the handshake, and may wait", async () => {
    const seen: unknown[] = [];
    const { client } = await upgrade(async (request: Published) => {
      await Promise.resolve();
      seen.push(methodsOf(request), request.path, request.url, request.getParameter("token"));
      seen.push(request.getHeader("Cookie"), request.getPathParameter("id"), request.getRemoteAddr());
      return true;
    });
    expect(client.isAccepted).toBe(true);
    const calls = [
      "path",
      "url",
      "protocol",
      "protocols",
      "token",
      "getParameter",
      "getPathParameter",
      "getHeader",
      "getRemoteAddr",
    ].sort();
    expect(seen).toEqual([calls, "/ws/chat", "/ws/chat?token=a%20b", "a b", "c=1", "7", "192.0.2.7"]);
  });

  test.each([
    [false, { status: 403, reason: "Forbidden" }],
    [
      { status: 401, reason: "log in" },
      { status: 401, reason: "log in" },
    ],
    [{ status: 429 }, { status: 429, reason: "" }],
  ])("%j refuses", async (answer, refused) => {
    for (const given of [answer, () => Promise.resolve(answer)]) {
      const { client, faults, opened } = await upgrade(given);
      expect([client.isAccepted, client.refused, opened]).toEqual([false, refused, 0]);
      expect(faults).toEqual([]);
      expect(client.session.state).toBe("closed");
    }
  });

  test("attributes are there when the session opens", async () => {
    const { client } = await upgrade({ attributes: { user: { id: 7 }, none: null } });
    expect(client.isAccepted).toBe(true);
    expect(client.session.attributes).toEqual(new Map([["user", { id: 7 }]]));
    expect(readAttributes(client.place)).toEqual(new Map([["user", { id: 7 }]]));
  });

  test.each([
    [null, /returned null/],
    ["yes", /returned a string/],
    [1, /returned a number/],
    [{}, /without status and attributes/],
    [[], /returned an array/],
    [{ status: 200 }, /200 as status.*400 to 599/],
    [{ status: "403" }, /a string as status/],
    [{ status: 403, reason: 5 }, /a number as reason/],
    [{ attributes: 5 }, /a number as attributes/],
    [{ status: 403, attributes: {} }, /together/],
  ])("%j lets nobody in and says what to return", async (answer, text) => {
    const { client, faults, opened } = await upgrade(answer);
    expect([client.isAccepted, opened]).toEqual([false, 0]);
    expect(faults).toHaveLength(1);
    expect(String(faults[0]!.error)).toMatch(/onUpgrade/);
    expect(String(faults[0]!.error)).toMatch(text);
  });

  test("a throw or a rejection refuses the client", async () => {
    for (const broken of [() => Promise.reject(new Error("no")), () => JSON.parse("{")]) {
      const { client, faults, opened } = await upgrade(broken);
      expect([client.isAccepted, opened, faults.length]).toEqual([false, 0, 1]);
    }
  });

  test("a script without onUpgrade accepts every client", async () => {
    const host = new Front().host({}, { exports: ["onUpgrade"] });
    expect((await host.connect()).isAccepted).toBe(true);
  });
});
