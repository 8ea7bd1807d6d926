import { describe, expect, test } from "vitest";
import { methodsOf } from "../../support/methods-of.ts";
import type { Client } from "./client.ts";
import { Front, type Published } from "./stage.ts";

/** Three clients of one script, whose sessions the test holds. */
async function three() {
  const front = new Front();
  const sessions: Published[] = [];
  const closing: (() => unknown)[] = [];
  const host = front.host({
    onOpen: (session: Published) => void sessions.push(session),
    onClose: () => closing.map((act) => act()),
  });
  const clients: Client[] = [];
  for (let n = 0; n < 3; n += 1) clients.push(await host.connect());
  return { front, host, sessions, closing, clients };
}

function heard(clients: readonly Client[]) {
  return clients.map((client) => client.read());
}

describe("WebSocketRoom", () => {
  test("has the published calls and nothing else", async () => {
    const { sessions } = await three();
    expect(methodsOf(sessions[0].room("r"))).toEqual(
      [
        "broadcast",
        "broadcastExcept",
        "emit",
        "emitExcept",
        "getName",
        "join",
        "leave",
        "members",
        "presence",
      ].sort(),
    );
  });

  test("a handle joins nothing; a script reads its own joins at once", async () => {
    const { front, sessions } = await three();
    const [a, b] = sessions;
    const room = a.room("lobby");
    expect(room.members()).toBe(0);
    expect(room.join()).toBeUndefined();
    expect(room.members()).toBe(1);
    expect(b.room("lobby").members()).toBe(1);
    front.settle();
    expect(front.directory.rooms.get("lobby")?.members.size).toBe(1);
  });

  test("join twice, leave twice and leave of an unknown room do nothing", async () => {
    const { front, host, sessions } = await three();
    const [a] = sessions;
    a.room("unknown").leave();
    a.room("lobby").join();
    a.room("lobby").join();
    expect(a.room("lobby").members()).toBe(1);
    a.room("lobby").leave();
    expect(a.room("lobby").leave()).toBeUndefined();
    expect(a.room("lobby").members()).toBe(0);
    front.settle();
    expect(front.directory.rooms.get("lobby")).toBeUndefined();
    expect(host.faults).toEqual([]);
  });

  test("broadcast reaches all members, the sender included; broadcastExcept the others", async () => {
    const { front, sessions, clients } = await three();
    const [a, b, c] = sessions;
    a.room("chat").join();
    b.room("chat").join();
    expect(a.room("chat").broadcast("all")).toBeUndefined();
    expect(a.room("chat").broadcastExcept("others")).toBeUndefined();
    front.settle();
    expect(heard(clients)).toEqual([["all"], ["all", "others"], []]);

    c.room("chat").broadcast("from outside");
    c.room("chat").broadcastExcept(new Uint8Array([7]));
    front.settle();
    const both = ["from outside", new Uint8Array([7])];
    expect(heard(clients)).toEqual([both, both, []]);
  });

  test("messages to a room that does not exist are lost in silence", async () => {
    const { front, host, sessions, clients } = await three();
    sessions[0].room("nowhere").broadcast("x");
    sessions[0].room("nowhere").broadcastExcept("x");
    front.settle();
    expect(heard(clients)).toEqual([[], [], []]);
    expect(host.faults).toEqual([]);
    expect(front.directory.rooms.get("nowhere")).toBeUndefined();
  });

  test("a message that is neither text nor bytes names the call", async () => {
    const { sessions } = await three();
    const room = sessions[0].room("r");
    expect(() => room.broadcast({})).toThrow(/^room\.broadcast takes .*JSON\.stringify/);
    expect(() => room.broadcastExcept("id", "text")).not.toThrow();
    expect(() => room.broadcastExcept(null)).toThrow(/^room\.broadcastExcept takes/);
  });

  test("one session can be in several rooms, also strangely named ones", async () => {
    const { front, sessions, clients } = await three();
    const [a, b] = sessions;
    for (const name of ["", "__proto__", "constructor"]) {
      a.room(name).join();
      expect(a.room(name).getName()).toBe(name);
      expect(a.room(name).members()).toBe(1);
      b.room(name).broadcast(`to <${name}>`);
    }
    front.settle();
    expect(clients[0]!.read()).toEqual(["to <>", "to <__proto__>", "to <constructor>"]);
    expect(() => a.room(undefined)).toThrow("session.room takes a string as roomName, got undefined");
    expect(() => a.room(["x"])).toThrow("session.room takes a string as roomName, got an array");
  });

  test("in onClose the leaver is still a member, and hears nothing", async () => {
    const { front, sessions, closing, clients } = await three();
    for (const session of sessions) session.room("chat").join();
    front.settle();
    const counts: number[] = [];
    closing.push(() => {
      const room = sessions[1].room("chat");
      counts.push(room.members());
      room.broadcast("to all");
      room.broadcastExcept("left");
    });
    await clients[1]!.leave();
    expect(counts).toEqual([3]);
    expect(heard(clients)).toEqual([["to all", "left"], [], ["to all", "left"]]);
    expect(sessions[0].room("chat").members()).toBe(2);
  });

  test("the last leaver takes the room along", async () => {
    const { front, sessions, clients } = await three();
    sessions[0].room("chat").join();
    front.settle();
    await clients[0]!.leave();
    expect(sessions[1].room("chat").members()).toBe(0);
    expect(front.directory.rooms.get("chat")).toBeUndefined();
  });

  test("a session that is gone has no effect any more", async () => {
    const { front, sessions, clients } = await three();
    const [a, b] = sessions;
    for (const session of sessions) session.room("chat").join();
    front.settle();
    const room = a.room("chat");
    await clients[0]!.leave();
    room.broadcast("ghost");
    room.broadcastExcept("ghost");
    room.join();
    a.room("haunted").join();
    a.setAttribute("ghost", 1);
    a.close(4000);
    front.settle();
    expect(heard(clients)).toEqual([[], [], []]);
    expect(b.room("haunted").members()).toBe(0);
    expect(room.members()).toBe(2);
    expect(a.getAttribute("ghost")).toBeNull();
  });
});

describe("diesel.getWebSocketService()", () => {
  /** A chat on one host, and the service as an HTTP script on another sees it. */
  async function both() {
    const world = await three();
    let diesel: Published;
    const http = world.front.host(
      (names) => {
        diesel = names["diesel"];
        return { GET: () => new Response("ok") };
      },
      { kind: "http", name: "http/push.ts", route: "/push", exports: ["GET"] },
    );
    await http.request("GET", "/push");
    return { ...world, http, ws: diesel.getWebSocketService() as Published, diesel };
  }

  test("is one object with the published calls, and cluster, which Parlor adds", async () => {
    const { ws, diesel } = await both();
    expect(diesel.getWebSocketService()).toBe(ws);
    expect(methodsOf(ws)).toEqual(
      [
        "room",
        "listRooms",
        "roomExists",
        "getSession",
        "getActiveSessionIds",
        "getActiveSessionCount",
        "cluster",
      ].sort(),
    );
  });

  test("pushes into a room from another host; without the room it does nothing", async () => {
    const { front, http, ws, sessions, clients } = await both();
    ws.room("stock-updates").broadcast("nobody");
    front.settle();
    sessions[1].room("stock-updates").join();
    front.settle();
    ws.room("stock-updates").broadcast('{"type":"price"}');
    front.settle();
    expect(heard(clients)).toEqual([[], ['{"type":"price"}'], []]);
    expect(http.follows).toBe(0);
    expect(http.faults).toEqual([]);
  });

  test("lists rooms and their members", async () => {
    const { front, ws, sessions, clients } = await both();
    expect(ws.listRooms()).toEqual([]);
    expect(ws.roomExists("a")).toBe(false);
    sessions[0].room("a").join();
    sessions[0].room("b").join();
    sessions[2].room("b").join();
    front.settle();
    expect(ws.listRooms().sort()).toEqual(["a", "b"]);
    expect([ws.roomExists("a"), ws.roomExists("c"), ws.roomExists("__proto__")]).toEqual([
      true,
      false,
      false,
    ]);
    const room = ws.room("b");
    expect([room.getName(), room.exists(), room.members()]).toEqual(["b", true, 2]);
    expect(room.getMemberIds().sort()).toEqual([clients[0]!.id, clients[2]!.id].sort());
    const empty = ws.room("c");
    expect([empty.getName(), empty.exists(), empty.members(), empty.getMemberIds()]).toEqual([
      "c",
      false,
      0,
      [],
    ]);
    sessions[0].room("a").leave();
    front.settle();
    expect(ws.listRooms()).toEqual(["b"]);
  });

  test("the rooms of a service have no join, leave and broadcastExcept", async () => {
    const { ws } = await both();
    const room = ws.room("a");
    expect(methodsOf(room)).toEqual(
      ["broadcast", "emit", "members", "presence", "getMemberIds", "getName", "exists"].sort(),
    );
    for (const call of ["join", "leave", "broadcastExcept"]) expect(() => room[call]("x")).toThrow(TypeError);
    expect(() => room.broadcast(7)).toThrow(/^room\.broadcast takes .*String\(value\)/);
    expect(() => ws.room(7)).toThrow("WebSocketService.room takes a string as roomName, got a number");
  });

  test("counts connected sessions of all routes, and not those before their 101", async () => {
    const { front, ws, clients } = await both();
    const game = front.host({}, { name: "ws/game.ts", route: "/ws/game" });
    const player = await game.connect("/ws/game");
    const early = game.arrive("/ws/game");
    front.settle();
    const ids = [...clients, player].map((client) => client.id).sort();
    expect(ws.getActiveSessionIds().sort()).toEqual(ids);
    expect(ws.getActiveSessionCount()).toBe(4);
    expect(ws.getSession(early.id)).toBeNull();
    await player.leave();
    expect(ws.getActiveSessionCount()).toBe(3);
    expect(ws.getActiveSessionIds()).not.toContain(player.id);
  });

  test("getSession finds a session on another host, to send to and to ask", async () => {
    const { front, ws, sessions, clients } = await both();
    const info = ws.getSession(clients[1]!.id);
    expect([info.id, info.isOpen(), info.getRequestPath(), info.getRemoteAddr()]).toEqual([
      sessions[1].id,
      true,
      "/ws/chat",
      "192.0.2.7",
    ]);
    expect(info.send('{"type":"hello"}')).toBeUndefined();
    info.send(new Uint8Array([1]));
    front.settle();
    expect(heard(clients)).toEqual([[], ['{"type":"hello"}', new Uint8Array([1])], []]);
    expect(() => info.send({})).toThrow(/JSON\.stringify/);
    expect(() => {
      info.id = "x";
    }).toThrow(TypeError);
  });

  test("the sessions of a service have neither rooms nor attributes, parameters, headers or close", async () => {
    const { ws, clients } = await both();
    const info = ws.getSession(clients[0]!.id);
    expect(methodsOf(info)).toEqual(
      ["id", "send", "emit", "isOpen", "getRequestPath", "getRemoteAddr"].sort(),
    );
    for (const call of ["room", "close", "setAttribute", "getAttribute", "getParameter", "getHeader"]) {
      expect(info[call]).toBeUndefined();
    }
  });

  test("an unknown id is null, and a session that has gone answers without a fault", async () => {
    const { front, ws, clients } = await both();
    for (const id of ["abc-123", "", "__proto__"]) expect(ws.getSession(id)).toBeNull();
    const info = ws.getSession(clients[0]!.id);
    await clients[0]!.leave();
    info.send("late");
    front.settle();
    expect([info.isOpen(), info.getRequestPath(), info.getRemoteAddr()]).toEqual([false, null, null]);
    expect(clients[0]!.read()).toEqual([]);
    expect(ws.getSession(clients[0]!.id)).toBeNull();
  });

  test("messages to a session that is closing never leave the host", async () => {
    const { front, http, ws, sessions, clients } = await both();
    const info = ws.getSession(clients[0]!.id);
    sessions[0].close();
    front.settle();
    expect(info.isOpen()).toBe(false);
    info.send("late");
    expect(http.log.take()).toEqual([]);
  });

  test("a script that has only sent has read nothing of the directory", async () => {
    const { http, ws } = await both();
    ws.room("a").broadcast("x");
    expect(http.follows).toBe(0);
    ws.listRooms();
    ws.getActiveSessionCount();
    expect(http.follows).toBe(1);
  });
});
