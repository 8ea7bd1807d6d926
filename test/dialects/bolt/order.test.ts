import { describe, expect, it } from "vitest";
import { gate } from "../../support/promise-gate.ts";
import { settled } from "../../support/settled.ts";
import { boltApp, Front, type Names } from "./stage.ts";

describe("one callback at a time", () => {
  it("in the whole program: routes, clients and requests wait for a promise", async () => {
    const held = gate();
    const log: string[] = [];
    const app = await boltApp(({ ws, get, $bolt }) => {
      const slow = async (): Promise<void> => {
        log.push("slow begins");
        await held.passed;
        log.push("slow ends");
      };
      ws("/chat", "", slow, "");
      ws(
        "/other",
        () => log.push("connect"),
        () => log.push($bolt.wsEventMessage()),
        "",
      );
      get("/now", () => void log.push("request"));
    });
    const [anna, ben] = [await app.connect("/chat"), await app.connect("/other")];
    log.length = 0;
    await anna.say("hello");
    await ben.say("one", "two");
    const carl = await app.connect("/other");
    const answer = await app.request("GET", "/now");
    expect(log).toEqual(["slow begins"]);
    expect([carl.isOpen, answer.status]).toEqual([false, undefined]);
    held.open();
    await settled();
    // Requests go before WebSocket events.
    expect(log).toEqual(["slow begins", "slow ends", "request", "one", "two", "connect"]);
    expect([carl.isOpen, answer.status]).toEqual([true, 200]);
  });

  it("keeps a client's order: connect, its messages, disconnect", async () => {
    const log: string[] = [];
    const app = await boltApp(({ ws, $bolt }) => {
      const slow = async (): Promise<void> => {
        const text = `${$bolt.wsEventType()} ${$bolt.wsEventMessage()}`;
        await Promise.resolve();
        log.push(text.trim());
      };
      ws("/chat", slow, slow, slow);
    });
    const anna = await app.connect("/chat");
    anna.post("1", "2", "3");
    await anna.leave();
    expect(log).toEqual(["connect", "message 1", "message 2", "message 3", "disconnect"]);
  });

  it("hands out what waited before the program had been evaluated", async () => {
    const held = gate();
    const log: string[] = [];
    const front = new Front();
    const app = await boltApp(async ({ ws }) => {
      await held.passed;
      ws("/chat", () => log.push("connect"), "", "");
      return {};
    }, front);
    app.claims = [{ kind: "ws", pattern: "/chat", awaitsDecision: true, wantsPings: false, limits: {} }];
    const anna = await app.connect("/chat");
    expect([log, anna.isOpen]).toEqual([[], false]);
    held.open();
    await settled();
    expect([log, anna.isOpen]).toEqual([["connect"], true]);
  });
});

describe("the connect callback", () => {
  it("ends before the client is let in; what it sends arrives after that, in order", async () => {
    const held = gate();
    const app = await boltApp(({ ws, $bolt }) => {
      const onConnect = async (): Promise<void> => {
        const id = $bolt.wsClientId();
        $bolt.wsRoomJoin("lobby", id);
        $bolt.wsSendTo(id, "1");
        $bolt.wsRoomBroadcast("lobby", "2");
        $bolt.wsBroadcast("3");
        await held.passed;
        $bolt.wsSendTo(id, "4");
      };
      ws("/chat", onConnect, "", "");
    });
    const anna = await app.connect("/chat");
    expect([anna.isOpen, anna.read(), app.bolt.wsClientList()]).toEqual([false, [], [anna.id]]);
    held.open();
    await settled();
    expect([anna.isOpen, anna.read()]).toEqual([true, ["1", "2", "3", "4"]]);
  });

  it.each([
    ["throws", (): void => fail()],
    ["rejects", async (): Promise<void> => Promise.reject(new Error("broken"))],
  ])("lets the client in when it %s, and the fault is logged", async (_, onConnect) => {
    const app = await boltApp(({ ws }) => ws("/chat", onConnect, "", ""));
    const anna = await app.connect("/chat");
    expect([anna.isOpen, anna.ended, app.faultTexts]).toEqual([true, null, ["broken"]]);
    expect(app.faults[0]?.where).toBe(`ws("/chat"): onConnect (client ${anna.id})`);
  });

  it("a pending callback of a client that leaves is followed by its disconnect callback", async () => {
    const held = gate();
    const log: string[] = [];
    const app = await boltApp(({ ws }) => {
      const onConnect = async (): Promise<void> => {
        await held.passed;
        log.push("connect");
      };
      ws("/chat", onConnect, "", () => void log.push("disconnect"));
    });
    const anna = await app.connect("/chat");
    await anna.leave();
    expect(log).toEqual([]);
    held.open();
    await settled();
    expect(log).toEqual(["connect", "disconnect"]);
    expect(app.bolt.wsConnectionCount()).toBe(0);
  });
});

describe("a callback that fails", () => {
  it("ends the callback of its event, and no connection", async () => {
    const log: string[] = [];
    const app = await boltApp(({ ws, before, after, $bolt }) => {
      const check = (): void => {
        if ($bolt.wsEventMessage() === "bad") fail();
      };
      ws("/chat", "", () => void log.push($bolt.wsEventMessage()), "");
      before(check);
      after(() => void log.push("after"));
    });
    const anna = await app.connect("/chat");
    await anna.say("bad", "good");
    expect(log).toEqual(["good", "after"]);
    expect([app.faultTexts, anna.ended]).toEqual([["broken"], null]);
  });

  it("in disconnect still lets the session end", async () => {
    const app = await boltApp(({ ws }) => ws("/chat", "", "", fail));
    const anna = await app.connect("/chat");
    await anna.leave();
    expect(app.faultTexts).toEqual(["broken"]);
    expect(app.front.directory.size).toBe(0);
  });
});

describe("wsDroppedCount", () => {
  async function stuck(limit: number): Promise<{
    app: Awaited<ReturnType<typeof boltApp>>;
    log: string[];
    open(): void;
    /** Later messages wait again. */
    shut(): void;
  }> {
    let held = gate();
    const log: string[] = [];
    const source = ({ ws, $bolt }: Names): void => {
      const onMessage = async (): Promise<void> => {
        log.push($bolt.wsEventMessage());
        await held.passed;
      };
      ws(
        "/chat",
        () => log.push("connect"),
        onMessage,
        () => log.push("disconnect"),
      );
    };
    const app = await boltApp(source, new Front(), { limit });
    return {
      app,
      log,
      open: () => held.open(),
      shut: () => void (held = gate()),
    };
  }

  it("counts the messages that found the queue full, and nothing else", async () => {
    const { app, log, open, shut } = await stuck(3);
    const [anna, ben] = [await app.connect("/chat"), await app.connect("/chat")];
    await anna.say("begun", "1", "2", "3", "4", "5");
    await ben.say("6");
    expect(app.bolt.wsDroppedCount()).toBe(3);
    const late = await app.connect("/chat");
    await ben.leave();
    expect(app.bolt.wsDroppedCount()).toBe(3);
    open();
    await settled();
    expect(log).toEqual([...["connect", "connect", "begun"], ...["1", "2", "3", "connect", "disconnect"]]);
    expect(late.isOpen).toBe(true);
    shut();
    await anna.say("room again", "7", "8", "9");
    expect([log.at(-1), app.bolt.wsDroppedCount()]).toEqual(["room again", 3]);
    await anna.say("10");
    expect(app.bolt.wsDroppedCount()).toBe(4);
  });

  it("is 0 while all find room: 256 may wait", async () => {
    const { app, log, open } = await stuck(256);
    const anna = await app.connect("/chat");
    const texts = Array.from({ length: 257 }, (_, at) => `m${at}`);
    await anna.say(...texts);
    expect(app.bolt.wsDroppedCount()).toBe(0);
    await anna.say("one too many");
    expect(app.bolt.wsDroppedCount()).toBe(1);
    open();
    await settled();
    expect(log.slice(1)).toEqual(texts);
  });
});

describe("a promise that never settles", () => {
  it("is given up after a minute, so that the program goes on", async () => {
    const log: string[] = [];
    const app = await boltApp(({ ws, $bolt }) => {
      const onMessage = (): Promise<void> | void => {
        if ($bolt.wsEventMessage() === "stop") return new Promise(() => undefined);
        log.push($bolt.wsEventMessage());
      };
      ws("/chat", "", onMessage, () => void log.push("disconnect"));
    });
    const anna = await app.connect("/chat");
    await anna.say("stop", "go");
    app.clock.advance(59_999);
    await settled();
    expect(log).toEqual([]);
    app.clock.advance(1);
    await settled();
    expect(log).toEqual(["go"]);
    await anna.say("stop");
    expect(app.bolt.wsEventMessage()).toBe("stop");
    app.clock.advance(60_000);
    expect(app.faults[0]?.where).toBe("onMessage of /chat");
    expect(app.faultTexts[0]).toMatch(/not settled after 60 s; the program/);
    expect(app.bolt.wsEventMessage()).toBe("");
    await anna.leave();
    expect(log).toEqual(["go", "disconnect"]);
  });

  it("leaves no timer behind when it settles", async () => {
    const app = await boltApp(({ ws }) => ws("/chat", "", () => Promise.resolve(), ""));
    const anna = await app.connect("/chat");
    const before = app.clock.waiting;
    await anna.say("hello");
    expect(app.clock.waiting).toBe(before);
  });
});

describe("a reloaded program", () => {
  it("takes over clients and rooms, and closes the clients of a removed route with 1012", async () => {
    const front = new Front();
    const old = await boltApp(({ ws }) => {
      ws("/chat", "", "", "");
      ws("/gone", "", "", "");
    }, front);
    const [anna, ben] = [await old.connect("/chat"), await old.connect("/gone")];
    old.bolt.wsRoomJoin("lobby", anna.id);
    await settled();
    const log: string[] = [];
    const source = ({ ws, $bolt }: Names): void => {
      const onMessage = (): void => void log.push($bolt.wsEventMessage());
      ws("/chat", () => log.push("connect"), onMessage, "");
    };
    const fresh = await boltApp(source, front, { instead: old });
    await fresh.takeOver([anna.snapshot, ben.snapshot]);
    expect(ben.ended?.code).toBe(1012);
    expect(fresh.bolt.wsClientList()).toEqual([anna.id]);
    expect(fresh.bolt.wsRoomMembers("lobby")).toEqual([anna.id]);
    expect(fresh.bolt.wsSendTo(anna.id, "still here")).toBe(1);
    fresh.dispatcher.push({ kind: "message", session: anna.place.ref, data: "hello" });
    await settled();
    expect(log).toEqual(["hello"]);
    expect(anna.read()).toEqual(["still here"]);
  });

  it("ends the earlier evaluation", async () => {
    const app = await boltApp(() => undefined);
    app.program.dispose();
    expect(app.isInstanceEnded).toBe(true);
  });
});

function fail(): never {
  throw new Error("broken");
}
