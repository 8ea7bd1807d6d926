import { describe, expect, it } from "vitest";
import { gate } from "../../support/promise-gate.ts";
import { settled } from "../../support/settled.ts";
import { boltApp, Front, type BoltApp } from "./stage.ts";

/** A program of two routes that does nothing by itself: the tests use its `$bolt`. */
function plain(front = new Front()): Promise<BoltApp> {
  return boltApp(({ ws }) => {
    ws("/chat", () => undefined, "", "");
    ws("/other", "", "", "");
  }, front);
}

const STRANGER = "6d0f6f0e-0000-4000-8000-000000000000";

describe("wsSendTo", () => {
  it("sends to that client and answers 1", async () => {
    const app = await plain();
    const [anna, ben] = [await app.connect("/chat"), await app.connect("/chat")];
    expect(app.bolt.wsSendTo(anna.id, "hello")).toBe(1);
    await settled();
    expect(anna.read()).toEqual(["hello"]);
    expect(ben.read()).toEqual([]);
  });

  it("answers 0 for a client that is unknown, has gone or belongs to another program", async () => {
    const front = new Front();
    const [app, neighbour] = [await plain(front), await plain(front)];
    const anna = await app.connect("/chat");
    const foreign = await neighbour.connect("/chat");
    expect(app.bolt.wsSendTo(STRANGER, "hello")).toBe(0);
    expect(app.bolt.wsSendTo("", "hello")).toBe(0);
    expect(app.bolt.wsSendTo(foreign.id, "hello")).toBe(0);
    await anna.leave();
    expect(app.bolt.wsSendTo(anna.id, "hello")).toBe(0);
  });

  it("leaves the sessions of other scripts on its host alone", async () => {
    const app = await plain();
    const foreign = await app.connect("/other", { script: "program bolt/neighbour" });
    expect(foreign.isOpen).toBe(true);
    expect(app.bolt.wsSendTo(foreign.id, "hello")).toBe(0);
    expect(app.bolt.wsClientList()).toEqual([]);
  });

  it("takes text alone", async () => {
    const app = await plain();
    const call = "$bolt.wsSendTo(cClientId, cMessage) takes";
    expect(() => app.bolt.wsSendTo(STRANGER, 5)).toThrow(
      new TypeError(`${call} a string as cMessage, got a number; did you mean "" + value?`),
    );
    expect(() => app.bolt.wsSendTo(STRANGER, { a: 1 })).toThrow(
      new TypeError(`${call} a string as cMessage, got an object; did you mean $bolt.jsonEncode(value)?`),
    );
    expect(() => app.bolt.wsSendTo(STRANGER, new Uint8Array(1))).toThrow(/wsSendBinaryTo/);
    expect(() => app.bolt.wsSendTo(undefined, "hello")).toThrow(
      new TypeError(`${call} a string as cClientId, got undefined`),
    );
    expect(() => app.bolt.wsSendTo("hello")).toThrow(new TypeError(`${call} 2 arguments, got 1`));
    expect(() => app.bolt.wsSendTo(STRANGER, "a", "b")).toThrow(new TypeError(`${call} 2 arguments, got 3`));
  });
});

describe("wsSendBinaryTo", () => {
  it("decodes base64 into a binary frame", async () => {
    const app = await plain();
    const anna = await app.connect("/chat");
    expect(app.bolt.wsSendBinaryTo(anna.id, "AP8Q")).toBe(1);
    expect(app.bolt.wsSendBinaryTo(anna.id, "/w==")).toBe(1);
    expect(app.bolt.wsSendBinaryTo(anna.id, "")).toBe(1);
    await settled();
    expect(anna.read()).toEqual([new Uint8Array([0, 255, 16]), new Uint8Array([255]), new Uint8Array()]);
  });

  it.each(["AP8", "AP8Q=", "A===", "AP8Q\n", "AP 8", "AP_8", "=AP8", "/x==", "AAB="])(
    "returns 0 for text that is not padded base64: %j",
    async (base64) => {
      const app = await plain();
      const anna = await app.connect("/chat");
      expect(app.bolt.wsSendBinaryTo(anna.id, base64)).toBe(0);
      await settled();
      expect(anna.read()).toEqual([]);
    },
  );

  it("answers 0 for an unknown client", async () => {
    const app = await plain();
    expect(app.bolt.wsSendBinaryTo(STRANGER, "AP8Q")).toBe(0);
  });
});

describe("wsCloseClient", () => {
  it("takes the client out of list and rooms at once; its disconnect callback comes later", async () => {
    const log: string[] = [];
    const app = await boltApp(({ ws, $bolt }) => {
      ws(
        "/chat",
        () => $bolt.wsRoomJoin("lobby", $bolt.wsClientId()),
        () => {
          const id = $bolt.wsClientId();
          $bolt.wsSendTo(id, "bye");
          const closed = [$bolt.wsCloseClient(id), $bolt.wsCloseClient(id)];
          const counts = [$bolt.wsConnectionCount(), $bolt.wsRoomCount("lobby"), $bolt.wsSendTo(id, "late")];
          log.push(JSON.stringify([...closed, ...counts, $bolt.wsClientList()]));
        },
        () => log.push(`disconnect ${$bolt.wsClientId()}`),
      );
    });
    const anna = await app.connect("/chat");
    await anna.say("close me", "too late");
    expect(log).toEqual(["[1,0,0,0,0,[]]", `disconnect ${anna.id}`]);
    expect(anna.read()).toEqual(["bye"]);
    expect(anna.ended).toEqual({ code: 1000, reason: "" });
  });

  it("is the end of the messages that wait", async () => {
    const held = gate();
    const log: string[] = [];
    const app = await boltApp(({ ws, $bolt }) => {
      const onMessage = async (): Promise<void> => {
        log.push($bolt.wsEventMessage());
        await held.passed;
      };
      ws("/chat", "", onMessage, () => log.push("disconnect"));
    });
    const anna = await app.connect("/chat");
    await anna.say("begun", "waits");
    expect(app.bolt.wsCloseClient(anna.id)).toBe(1);
    held.open();
    await settled();
    expect(log).toEqual(["begun", "disconnect"]);
  });

  it("answers 0 for an unknown client", async () => {
    const app = await plain();
    expect(app.bolt.wsCloseClient(STRANGER)).toBe(0);
  });

  it("in the connect callback lets the client in, with what it was sent, and closes it", async () => {
    const log: string[] = [];
    const app = await boltApp(({ ws, $bolt }) => {
      const reject = (): void => {
        $bolt.wsSendTo($bolt.wsClientId(), "full");
        log.push(`close ${$bolt.wsCloseClient($bolt.wsClientId())} ${$bolt.wsConnectionCount()}`);
      };
      ws("/chat", reject, "", () => void log.push("disconnect"));
    });
    const anna = await app.connect("/chat");
    expect(anna.isOpen).toBe(true);
    expect(anna.read()).toEqual(["full"]);
    expect(anna.ended).toEqual({ code: 1000, reason: "" });
    expect(log).toEqual(["close 1 0", "disconnect"]);
  });
});

describe("wsClientList and wsConnectionCount", () => {
  it("count the clients of all routes, a connecting one included, a leaving one not", async () => {
    const seen: unknown[] = [];
    const app = await boltApp(({ ws, $bolt }) => {
      const note = (): void => void seen.push([$bolt.wsConnectionCount(), $bolt.wsClientList()]);
      ws("/chat", note, "", note);
      ws("/other", "", "", "");
    });
    expect([app.bolt.wsConnectionCount(), app.bolt.wsClientList()]).toEqual([0, []]);
    const other = await app.connect("/other");
    const anna = await app.connect("/chat");
    await anna.leave();
    expect(seen).toEqual([
      [2, [other.id, anna.id]],
      [1, [other.id]],
    ]);
    expect(app.bolt.wsConnectionCount()).toBe(1);
  });
});

describe("wsBroadcast", () => {
  it("reaches the clients of all routes, the current one too, and answers how many", async () => {
    const answers: number[] = [];
    const app = await boltApp(({ ws, $bolt }) => {
      ws("/chat", "", () => void answers.push($bolt.wsBroadcast($bolt.wsEventMessage())), "");
      ws("/other", "", "", "");
    });
    const [anna, ben] = [await app.connect("/chat"), await app.connect("/other")];
    await anna.say("hello");
    expect([anna.read(), ben.read()]).toEqual([["hello"], ["hello"]]);
    expect(answers).toEqual([2]);
  });

  it("reaches a client whose connect callback runs, after its opening", async () => {
    const app = await boltApp(({ ws, $bolt }) => {
      ws("/chat", () => $bolt.wsBroadcast("welcome all"), "", "");
    });
    const anna = await app.connect("/chat");
    expect(anna.read()).toEqual(["welcome all"]);
  });

  it("returns -1 without connected clients, in the disconnect callback of the last client too", async () => {
    const answers: number[] = [];
    const app = await boltApp(({ ws, $bolt }) => {
      ws("/chat", "", "", () => void answers.push($bolt.wsBroadcast("gone")));
    });
    expect(app.bolt.wsBroadcast("hello")).toBe(-1);
    const anna = await app.connect("/chat");
    await anna.leave();
    expect(answers).toEqual([-1]);
  });

  it("leaves the clients of other programs alone", async () => {
    const front = new Front();
    const [app, neighbour] = [await plain(front), await boltApp(({ ws }) => ws("/third", "", "", ""), front)];
    const [anna, foreign] = [await app.connect("/chat"), await neighbour.connect("/third")];
    expect(app.bolt.wsBroadcast("hello")).toBe(1);
    await settled();
    expect([anna.read(), foreign.read()]).toEqual([["hello"], []]);
  });

  it("takes text alone", async () => {
    const app = await plain();
    expect(() => app.bolt.wsBroadcast(1)).toThrow(
      /^\$bolt\.wsBroadcast\(cMessage\) takes a string as cMessage/,
    );
  });
});

describe("argument checks", () => {
  it.each([
    ...["wsClientId", "wsEventType", "wsEventMessage", "wsEventIsBinary", "wsEventBinary", "wsEventPath"],
    ...["wsClientList", "wsConnectionCount", "wsDroppedCount", "wsEventAbort"],
  ])("%s takes none", async (name) => {
    const app = await plain();
    expect(() => app.bolt[name]("x")).toThrow(new TypeError(`$bolt.${name}() takes no argument, got 1`));
  });

  it.each([
    ["wsParam", 1],
    ["wsSendTo", 2],
    ["wsSendBinaryTo", 2],
    ["wsCloseClient", 1],
    ["wsRoomJoin", 2],
    ["wsRoomLeave", 2],
    ["wsRoomBroadcast", 2],
    ["wsRoomBroadcastBinary", 2],
    ["wsRoomMembers", 1],
    ["wsRoomCount", 1],
    ["wsBroadcast", 1],
  ])("%s takes %i texts", async (name, count) => {
    const app = await plain();
    const texts = Array.from({ length: count }, () => "x");
    expect(() => app.bolt[name](...texts, "x")).toThrow(`takes ${count} argument`);
    for (let at = 0; at < count; at += 1) {
      const args = texts.map((text, index) => (index === at ? 7 : text));
      expect(() => app.bolt[name](...args)).toThrow(TypeError);
      expect(() => app.bolt[name](...args)).toThrow(
        new RegExp(`^\\$bolt\\.${name}\\(.* takes a string as c\\w+, got a number`),
      );
    }
  });
});
