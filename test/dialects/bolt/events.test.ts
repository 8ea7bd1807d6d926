import { describe, expect, it } from "vitest";
import { gate } from "../../support/promise-gate.ts";
import { settled } from "../../support/settled.ts";
import { boltApp, type Names } from "./stage.ts";

/** All that the calls of the event context answer. */
function contextOf($bolt: Names): unknown[] {
  return [
    $bolt.wsClientId(),
    $bolt.wsEventType(),
    $bolt.wsEventMessage(),
    $bolt.wsEventIsBinary(),
    $bolt.wsEventBinary(),
    $bolt.wsEventPath(),
    $bolt.wsParam("roomId"),
  ];
}

const NOTHING = ["", "", "", 0, "", "", ""];

describe("the event context", () => {
  async function contexts(): Promise<{ seen: unknown[][]; app: Awaited<ReturnType<typeof boltApp>> }> {
    const seen: unknown[][] = [];
    const app = await boltApp(({ ws, $bolt }) => {
      const note = (): void => void seen.push(contextOf($bolt));
      ws("/ws/context/:roomId", note, note, note);
      seen.push(contextOf($bolt));
    });
    return { seen, app };
  }

  it("has the kind of each event, and the path as it was registered", async () => {
    const { seen, app } = await contexts();
    const client = await app.connect("/ws/context/:roomId", {
      path: "/ws/context/room1",
      params: { roomId: "room1" },
    });
    await client.say(" hello ", new Uint8Array([0, 255, 16]));
    await client.leave();
    const pattern = "/ws/context/:roomId";
    expect(seen).toEqual([
      NOTHING,
      [client.id, "connect", "", 0, "", pattern, "room1"],
      [client.id, "message", " hello ", 0, "", pattern, "room1"],
      [client.id, "message", "", 1, "AP8Q", pattern, "room1"],
      [client.id, "disconnect", "", 0, "", pattern, "room1"],
    ]);
    expect(client.id).toMatch(/^[0-9a-f-]{36}$/);
  });

  it("is empty outside of an event, after the last one too", async () => {
    const { app } = await contexts();
    const client = await app.connect("/ws/context/:roomId", { params: { roomId: "room1" } });
    await client.say("hello");
    expect(contextOf(app.bolt)).toEqual(NOTHING);
  });

  it("is held until the callback's promise settles", async () => {
    const held = gate();
    const seen: unknown[] = [];
    const app = await boltApp(({ ws, $bolt }) => {
      const onMessage = async (): Promise<void> => {
        await held.passed;
        seen.push($bolt.wsClientId(), $bolt.wsEventMessage());
      };
      ws("/chat", "", onMessage, "");
    });
    const client = await app.connect("/chat");
    await client.say("hello");
    expect(app.bolt.wsEventMessage()).toBe("hello");
    held.open();
    await settled();
    expect(seen).toEqual([client.id, "hello"]);
    expect(app.bolt.wsEventMessage()).toBe("");
  });

  it("returns an empty text for an unknown parameter, the names of Object.prototype included", async () => {
    const seen: unknown[] = [];
    const app = await boltApp(({ ws, $bolt }) => {
      const note = (): void => void seen.push($bolt.wsParam("nope"), $bolt.wsParam("toString"));
      ws("/chat/:room", note, "", "");
    });
    await app.connect("/chat/:room", { params: { room: "a" } });
    expect(seen).toEqual(["", ""]);
  });

  it("gives empty messages as such", async () => {
    const seen: unknown[] = [];
    const app = await boltApp(({ ws, $bolt }) => {
      const note = (): void =>
        void seen.push([$bolt.wsEventMessage(), $bolt.wsEventIsBinary(), $bolt.wsEventBinary()]);
      ws("/chat", "", note, "");
    });
    const client = await app.connect("/chat");
    await client.say("", new Uint8Array());
    expect(seen).toEqual([
      ["", 0, ""],
      ["", 1, ""],
    ]);
  });

  it("encodes large binary messages whole", async () => {
    const seen: string[] = [];
    const app = await boltApp(({ ws, $bolt }) => {
      ws("/chat", "", () => void seen.push($bolt.wsEventBinary()), "");
    });
    const client = await app.connect("/chat");
    const bytes = Uint8Array.from({ length: 60_001 }, (_, at) => at % 251);
    await client.say(bytes);
    expect(seen).toEqual([Buffer.from(bytes).toString("base64")]);
  });
});

describe("before and after", () => {
  it("run around the message callback of their route only, in the order of their registration", async () => {
    const log: string[] = [];
    const app = await boltApp(({ ws, before, after, $bolt }) => {
      const note = (name: string) => (): void => void log.push(`${name} ${$bolt.wsEventType()}`);
      ws("/chat", note("on"), note("on"), note("on"));
      before(note("first"));
      before(note("second"));
      after(note("last"));
      ws("/quiet", note("quiet"), note("quiet"), "");
    });
    const client = await app.connect("/chat");
    await client.say("hello");
    await client.leave();
    expect(log).toEqual([
      "on connect",
      ...["first message", "second message", "on message", "last message"],
      "on disconnect",
    ]);
    log.length = 0;
    const quiet = await app.connect("/quiet");
    await quiet.say("hello");
    expect(log).toEqual(["quiet connect", "quiet message"]);
  });

  it("are waited for, one after the other", async () => {
    const log: string[] = [];
    const app = await boltApp(({ ws, before, after }) => {
      const slow = (name: string) => async (): Promise<void> => {
        await Promise.resolve();
        log.push(name);
      };
      ws("/chat", "", slow("on"), "");
      before(slow("before"));
      after(slow("after"));
    });
    const client = await app.connect("/chat");
    await client.say("one", "two");
    expect(log).toEqual(["before", "on", "after", "before", "on", "after"]);
  });

  it("do not run for events that have no callback", async () => {
    const log: string[] = [];
    const app = await boltApp(({ ws, before, $bolt }) => {
      ws("/chat", "", () => undefined, "");
      before(() => void log.push($bolt.wsEventType()));
    });
    const client = await app.connect("/chat");
    await client.say("hello");
    await client.leave();
    expect(log).toEqual(["message"]);
  });

  it("belong to the route before them, and say so when there is none", async () => {
    const app = await boltApp(() => undefined);
    const text = "attaches to the last registered route: none is registered; call ws or get first";
    expect(() => app.names.before(() => undefined)).toThrow(new TypeError(`before ${text}`));
    expect(() => app.names.after("check")).toThrow(new TypeError(`after ${text}`));
  });
});

describe("wsEventAbort", () => {
  async function aborting(where: "before" | "handler"): Promise<{ log: string[]; answers: unknown[] }> {
    const log: string[] = [];
    const answers: unknown[] = [];
    const app = await boltApp(({ ws, before, after, $bolt }) => {
      const abort = (): void => void answers.push($bolt.wsEventAbort());
      ws(
        "/chat",
        () => log.push("connect"),
        () => {
          log.push("message");
          if (where === "handler") abort();
        },
        () => log.push("disconnect"),
      );
      if (where === "before") before(abort);
      before(() => void log.push("second"));
      after(() => void log.push("after"));
    });
    const client = await app.connect("/chat");
    await client.say("hello", "again");
    expect(client.refused).toBeNull();
    expect(client.ended).toBeNull();
    expect(client.isOpen).toBe(true);
    await client.leave();
    return { log, answers };
  }

  it("skips what is left of the event, and closes no connection", async () => {
    const { log, answers } = await aborting("before");
    expect(log).toEqual(["connect", "disconnect"]);
    expect(answers).toEqual([1, 1]);
  });

  it("in the callback itself costs only what comes after it", async () => {
    const { log, answers } = await aborting("handler");
    expect(answers).toEqual([1, 1]);
    expect(log).toEqual(["connect", "second", "message", "second", "message", "disconnect"]);
  });

  it("outside of an event does nothing and answers 1", async () => {
    const log: string[] = [];
    const app = await boltApp(({ ws }) => ws("/chat", "", () => void log.push("message"), ""));
    expect(app.bolt.wsEventAbort()).toBe(1);
    const client = await app.connect("/chat");
    await client.say("hello");
    expect(log).toEqual(["message"]);
  });
});
