import { describe, expect, test } from "vitest";
import { methodsOf } from "../../support/methods-of.ts";
import { Front, type Published } from "./stage.ts";

const GAME = {
  name: "ws/game.ts",
  route: "/ws/game",
  tickRate: 20,
  exports: ["onOpen", "onMessage", "onClose", "onTick", "tickRate"],
} as const;

/** A real-time route whose ticks do what the test says. */
async function game(players = 2) {
  const front = new Front();
  const ticks: { room: Published; deltaMs: number; tick: number }[] = [];
  const sessions: Published[] = [];
  let act: (room: Published) => unknown = () => undefined;
  const host = front.host(
    () => ({
      tickRate: 20,
      onOpen: (session: Published) => void sessions.push(session),
      onTick: (room: Published, deltaMs: number, tick: number) => {
        ticks.push({ room, deltaMs, tick });
        return act(room);
      },
    }),
    GAME,
  );
  const clients = [];
  for (let n = 0; n < players; n += 1) clients.push(await host.connect("/ws/game"));
  let index = 0;
  const tick = (next: (room: Published) => unknown) => {
    act = next;
    return host.tick(50, ++index);
  };
  return { front, host, clients, sessions, ticks, tick };
}

describe("onTick and RealtimeRoomProxy", () => {
  test("gets the room, the delta and the number of the tick; one evaluation serves all", async () => {
    const { host, ticks, tick } = await game(3);
    await tick(() => undefined);
    await tick(() => undefined);
    expect(ticks.map(({ deltaMs, tick: number }) => [deltaMs, number])).toEqual([
      [50, 1],
      [50, 2],
    ]);
    expect(ticks[0]!.room).toBe(ticks[1]!.room);
    expect(host.instances).toHaveLength(1);
    expect(host.instances[0]!.owner).toBeNull();
  });

  test("has the published calls and nothing else", async () => {
    const { ticks, tick } = await game();
    await tick(() => undefined);
    expect(methodsOf(ticks[0]!.room)).toEqual(
      "broadcast broadcastExcept emit send getSession getSessionIds getSessionCount room getRoute"
        .split(" ")
        .sort(),
    );
  });

  test("broadcast reaches every session of this route, and of no other", async () => {
    const { front, clients, tick } = await game();
    const other = await front.host({}, { name: "ws/b.ts", route: "/ws/b" }).connect("/ws/b");
    await tick((room) => {
      expect(room.broadcast('{"type":"tick"}')).toBeUndefined();
      expect(() => room.broadcast({})).toThrow(/^room\.broadcast takes .*JSON\.stringify/);
    });
    expect(clients.map((client) => client.read())).toEqual([['{"type":"tick"}'], ['{"type":"tick"}']]);
    expect(other.read()).toEqual([]);
  });

  test("broadcastExcept takes an id and a message; an unknown id excludes no session", async () => {
    const { front, host, clients, tick } = await game();
    const other = await front.host({}, { name: "ws/b.ts", route: "/ws/b" }).connect("/ws/b");
    await tick((room) => {
      room.broadcastExcept(clients[0]!.id, "not a");
      room.broadcastExcept("abc-123", "all");
      room.broadcastExcept(other.id, "all again");
    });
    expect(clients.map((client) => client.read())).toEqual([
      ["all", "all again"],
      ["not a", "all", "all again"],
    ]);
    expect(other.read()).toEqual([]);
    await tick((room) => room.broadcastExcept("only the message"));
    expect(String(host.faults[0]!.error)).toMatch(
      /room\.broadcastExcept takes \(excludeSessionId, message\)/,
    );
  });

  test("send returns whether the session was found", async () => {
    const { front, clients, tick } = await game();
    const other = await front.host({}, { name: "ws/b.ts", route: "/ws/b" }).connect("/ws/b");
    const told: boolean[] = [];
    await tick((room) => {
      for (const id of room.getSessionIds()) told.push(room.send(id, `yours, ${id}`));
      told.push(room.send("abc-123", "x"), room.send(other.id, "x"));
      expect(() => room.send(clients[0]!.id, {})).toThrow(/^room\.send takes/);
    });
    expect(told).toEqual([true, true, false, false]);
    for (const client of clients) expect(client.read()).toEqual([`yours, ${client.id}`]);
    expect(other.read()).toEqual([]);
  });

  test("knows open sessions of this route only", async () => {
    const { front, host, clients, sessions, tick } = await game(3);
    const other = await front.host({}, { name: "ws/b.ts", route: "/ws/b" }).connect("/ws/b");
    const early = host.arrive("/ws/game");
    const neighbour = host.arrive("/ws/b", { route: "/ws/b" });
    neighbour.session.opened();
    sessions[1].close(4000);
    await clients[2]!.leave();
    await tick((room) => {
      expect(room.getSessionIds()).toEqual([clients[0]!.id]);
      expect(room.getSessionCount()).toBe(1);
      for (const gone of [clients[1]!, clients[2]!, other, neighbour, early]) {
        expect(room.getSession(gone.id)).toBeNull();
        expect(room.send(gone.id, "x")).toBe(false);
      }
      expect(room.getSession("abc-123")).toBeNull();
    });
    expect(host.faults).toEqual([]);
    expect(host.follows).toBe(0);
  });

  test("getSession is the very session that onOpen was given", async () => {
    const { clients, sessions, tick } = await game();
    await tick((room) => {
      expect(room.getSession(clients[1]!.id)).toBe(sessions[1]);
      room.getSession(clients[1]!.id).setAttribute("x", 1);
      room.getSession(clients[1]!.id).room("red").join();
    });
    expect(sessions[1].getAttribute("x")).toBe(1);
    expect(sessions[1].room("red").members()).toBe(1);
  });

  test("room is the service's room, and getRoute the route", async () => {
    const { front, clients, sessions, tick } = await game();
    sessions[0].room("red").join();
    front.settle();
    await tick((room) => {
      expect(room.getRoute()).toBe("/ws/game");
      const red = room.room("red");
      expect(methodsOf(red)).toEqual([
        "broadcast",
        "emit",
        "exists",
        "getMemberIds",
        "getName",
        "members",
        "presence",
      ]);
      expect([red.members(), red.getMemberIds()]).toEqual([1, [clients[0]!.id]]);
      red.broadcast("to red");
    });
    expect(clients.map((client) => client.read())).toEqual([["to red"], []]);
  });

  test("a tick that throws calls onError without a session, and the next tick comes", async () => {
    const front = new Front();
    const told: unknown[][] = [];
    let count = 0;
    const host = front.host(
      () => ({
        onTick: () => {
          count += 1;
          if (count === 1) throw new Error("first");
        },
        onError: (...args: unknown[]) => void told.push(args),
      }),
      GAME,
    );
    await host.tick(50, 1);
    await host.tick(50, 2);
    expect(count).toBe(2);
    expect(told).toEqual([[null, expect.objectContaining({ message: "first" })]]);
  });

  test("onTick may be missing, and wait", async () => {
    const bare = new Front().host({}, GAME);
    await bare.tick(50, 1);
    expect(bare.faults).toEqual([]);
    const { tick } = await game();
    let done = false;
    await tick(async () => {
      await Promise.resolve();
      done = true;
    });
    expect(done).toBe(true);
  });
});
