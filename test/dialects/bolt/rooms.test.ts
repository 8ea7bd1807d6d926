import { describe, expect, it } from "vitest";
import { settled } from "../../support/settled.ts";
import { boltApp, Front, type BoltApp } from "./stage.ts";

function plain(front = new Front(), path = "/chat"): Promise<BoltApp> {
  return boltApp(({ ws }) => ws(path, () => undefined, "", ""), front);
}

const STRANGER = "6d0f6f0e-0000-4000-8000-000000000000";

describe("wsRoomJoin", () => {
  it("raises an error beyond the rooms that a session may be in, and for a long name", async () => {
    const app = await plain();
    const anna = await app.connect("/chat");
    for (let at = 0; at < 128; at += 1) expect(app.bolt.wsRoomJoin(`r${at}`, anna.id)).toBe(1);
    expect(() => app.bolt.wsRoomJoin("one more", anna.id)).toThrow("up to 128 rooms");
    app.bolt.wsRoomLeave("r0", anna.id);
    expect(() => app.bolt.wsRoomJoin("r".repeat(256), anna.id)).toThrow("255 bytes");
    expect(app.bolt.wsRoomJoin("r".repeat(255), anna.id)).toBe(1);
  });

  it("makes the room and answers 1, for a member too", async () => {
    const app = await plain();
    const anna = await app.connect("/chat");
    expect(app.bolt.wsRoomJoin("lobby", anna.id)).toBe(1);
    expect(app.bolt.wsRoomJoin("lobby", anna.id)).toBe(1);
    expect(app.bolt.wsRoomCount("lobby")).toBe(1);
    expect(app.bolt.wsRoomMembers("lobby")).toEqual([anna.id]);
  });

  it("throws for a client that is unknown, has been closed or has gone", async () => {
    const app = await plain();
    const anna = await app.connect("/chat");
    const error = new Error("WebSocket: client not found");
    expect(() => app.bolt.wsRoomJoin("lobby", STRANGER)).toThrow(error);
    app.bolt.wsCloseClient(anna.id);
    expect(() => app.bolt.wsRoomJoin("lobby", anna.id)).toThrow(error);
    await settled();
    expect(() => app.bolt.wsRoomJoin("lobby", anna.id)).toThrow(error);
    expect(app.bolt.wsRoomCount("lobby")).toBe(0);
  });

  it("takes names such as __proto__ and the empty one", async () => {
    const app = await plain();
    const anna = await app.connect("/chat");
    for (const room of ["__proto__", "constructor", ""]) {
      expect(app.bolt.wsRoomCount(room)).toBe(0);
      expect(app.bolt.wsRoomJoin(room, anna.id)).toBe(1);
      expect(app.bolt.wsRoomMembers(room)).toEqual([anna.id]);
    }
  });
});

describe("wsRoomLeave", () => {
  it("answers 1 always, and an empty room is gone", async () => {
    const app = await plain();
    const anna = await app.connect("/chat");
    expect(app.bolt.wsRoomLeave("nowhere", anna.id)).toBe(1);
    expect(app.bolt.wsRoomLeave("nowhere", STRANGER)).toBe(1);
    app.bolt.wsRoomJoin("lobby", anna.id);
    expect(app.bolt.wsRoomLeave("lobby", anna.id)).toBe(1);
    expect(app.bolt.wsRoomCount("lobby")).toBe(0);
    await settled();
    expect(app.front.directory.rooms.get("lobby")).toBeUndefined();
  });
});

describe("wsRoomBroadcast and wsRoomBroadcastBinary", () => {
  it("reach all members, the current client too, and answer how many", async () => {
    const answers: number[] = [];
    const app = await boltApp(({ ws, $bolt }) => {
      const onConnect = (): void => $bolt.wsRoomJoin("lobby", $bolt.wsClientId());
      const onMessage = (): void => {
        answers.push($bolt.wsRoomBroadcast("lobby", `${$bolt.wsClientId()}: ${$bolt.wsEventMessage()}`));
        answers.push($bolt.wsRoomBroadcastBinary("lobby", "AP8Q"));
      };
      ws("/chat", onConnect, onMessage, "");
      ws("/other", "", "", "");
    });
    const [anna, ben] = [await app.connect("/chat"), await app.connect("/chat")];
    const outside = await app.connect("/other");
    await ben.say("hi");
    const all = [`${ben.id}: hi`, new Uint8Array([0, 255, 16])];
    expect([anna.read(), ben.read(), outside.read()]).toEqual([all, all, []]);
    expect(answers).toEqual([2, 2]);
  });

  it("return 0 for an unknown room, and for a text that is not base64", async () => {
    const app = await plain();
    const anna = await app.connect("/chat");
    app.bolt.wsRoomJoin("lobby", anna.id);
    expect(app.bolt.wsRoomBroadcast("nowhere", "hello")).toBe(0);
    expect(app.bolt.wsRoomBroadcastBinary("nowhere", "AP8Q")).toBe(0);
    expect(app.bolt.wsRoomBroadcastBinary("lobby", "no base64")).toBe(0);
    await settled();
    expect(anna.read()).toEqual([]);
  });
});

describe("wsRoomMembers and wsRoomCount", () => {
  it("answer nothing for an unknown room", async () => {
    const app = await plain();
    expect(app.bolt.wsRoomMembers("nowhere")).toEqual([]);
    expect(app.bolt.wsRoomCount("nowhere")).toBe(0);
  });

  it("count two clients in the room as 2", async () => {
    const app = await plain();
    const ids = [(await app.connect("/chat")).id, (await app.connect("/chat")).id];
    for (const id of ids) app.bolt.wsRoomJoin("lobby", id);
    expect(app.bolt.wsRoomCount("lobby")).toBe(2);
    expect(app.bolt.wsRoomMembers("lobby").sort()).toEqual([...ids].sort());
  });

  it("are those of the whole server, so that programs meet in a room", async () => {
    const front = new Front();
    const [app, neighbour] = [await plain(front), await plain(front, "/third")];
    const [anna, foreign] = [await app.connect("/chat"), await neighbour.connect("/third")];
    app.bolt.wsRoomJoin("lobby", anna.id);
    neighbour.bolt.wsRoomJoin("lobby", foreign.id);
    await settled();
    expect(app.bolt.wsRoomCount("lobby")).toBe(2);
    expect(app.bolt.wsRoomMembers("lobby").sort()).toEqual([anna.id, foreign.id].sort());
    expect(app.bolt.wsRoomBroadcast("lobby", "hello")).toBe(2);
    await settled();
    expect([anna.read(), foreign.read()]).toEqual([["hello"], ["hello"]]);
    expect(app.bolt.wsRoomLeave("lobby", foreign.id)).toBe(1);
    expect(app.bolt.wsRoomCount("lobby")).toBe(2);
  });
});

describe("a client that disconnects", () => {
  it("has left rooms and list before its disconnect callback, which still knows who it was", async () => {
    const seen: unknown[] = [];
    const app = await boltApp(({ ws, $bolt }) => {
      const onConnect = (): void => $bolt.wsRoomJoin("lobby", $bolt.wsClientId());
      const onDisconnect = (): void => {
        const id = $bolt.wsClientId();
        seen.push(id, $bolt.wsParam("room"), $bolt.wsSendTo(id, "late"), $bolt.wsRoomLeave("lobby", id));
        seen.push($bolt.wsRoomBroadcast("lobby", "left"), $bolt.wsConnectionCount(), $bolt.wsCloseClient(id));
      };
      ws("/chat/:room", onConnect, "", onDisconnect);
    });
    const anna = await app.connect("/chat/:room", { params: { room: "blue" } });
    const ben = await app.connect("/chat/:room", { params: { room: "blue" } });
    await anna.leave();
    expect(seen).toEqual([anna.id, "blue", 0, 1, 1, 1, 0]);
    expect([anna.read(), ben.read()]).toEqual([[], ["left"]]);
  });
});
