import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { CommandLog } from "../../../src/host/runtime/command-log.ts";
import { playCommands } from "../../../src/boundary/play/play-commands.ts";
import { Directory } from "../../../src/front/directory/directory.ts";
import { HostSession } from "../../../src/host/api/host-session.ts";
import { Hub, type HubPorts } from "../../../src/front/directory/hub.ts";
import { Replica } from "../../../src/host/api/replica.ts";
import { Session } from "../../../src/front/directory/session.ts";
import { anyHandshake } from "../../support/any-session.ts";
import { sessionsOnly } from "../../support/receivers.ts";

/** A front without sockets, and hosts that follow its directory as they do by batches and commits. */
class Network {
  readonly woken: number[] = [];
  readonly directory = new Directory((host) => void this.woken.push(host));
  readonly hub = new Hub(this.directory, quiet());
  readonly hosts = new Map<number, HostSide>();
  #refs = 0;

  host(number: number): HostSide {
    const known = this.hosts.get(number);
    if (known !== undefined) return known;
    const made = new HostSide(this, number);
    this.hosts.set(number, made);
    return made;
  }

  come(host: number): Session {
    this.#refs += 1;
    const handshake = { ...anyHandshake(`id-${this.#refs}`), route: `/ws/${host}` };
    const session = new Session(this.#refs, handshake, {
      host,
      route: this.directory.route(handshake.route),
    });
    this.hub.admit(session);
    this.directory.setState(session, "open");
    const own = new HostSession(session.ref, handshake, "open");
    this.host(host).replica.add(own);
    return session;
  }
}

class HostSide {
  readonly log = new CommandLog(() => undefined);
  readonly replica: Replica;
  follows = 0;
  readonly #network: Network;
  readonly #number: number;

  constructor(network: Network, number: number) {
    this.#network = network;
    this.#number = number;
    this.replica = new Replica(this.log, () => {
      this.follows += 1;
      return network.directory.follow(number);
    });
  }

  commit(): void {
    playCommands(this.log.take(), sessionsOnly(this.#network.hub));
  }

  hear(): number {
    const changes = this.#network.directory.takeChanges(this.#number);
    this.replica.apply(changes);
    return changes.length;
  }
}

function quiet(): HubPorts {
  const nothing = (): void => undefined;
  const outbox = {
    ...{ send: nothing, broadcast: nothing, joining: nothing, leaving: nothing, close: nothing },
    ...{ flush: nothing, hold: nothing, hasClose: false },
  };
  const rest = { accept: nothing, refuse: nothing, push: nothing };
  return { outbox, ...rest } as unknown as HubPorts;
}

const byNumber = (a: number, b: number): number => a - b;

const ROOMS = ["a", "b", "__proto__"];

describe("the directory and its replicas", () => {
  test("a host gets no changes before its first read beyond its own sessions", () => {
    const network = new Network();
    network.come(1);
    network.come(2);
    expect(network.woken).toEqual([]);
    expect(network.directory.takeChanges(1)).toEqual([]);
    network.host(1).replica.ownSessions("/ws/1");
    expect(network.host(1).follows).toBe(0);
    expect(network.host(1).replica.sessionCount()).toBe(2);
    expect(network.host(1).follows).toBe(1);
    network.come(2);
    expect(network.woken).toEqual([1]);
    expect(network.host(1).hear()).toBe(2);
    expect(network.host(1).replica.sessionCount()).toBe(3);
  });

  test("a host gets no changes of its own sessions", () => {
    const network = new Network();
    const session = network.come(1);
    network.host(1).replica.sessions();
    network.come(1);
    const own = network.host(1).replica.own(session.ref) as HostSession;
    network.host(1).replica.join(own, "a");
    network.host(1).commit();
    expect(network.host(1).hear()).toBe(0);
    expect(network.host(1).replica.memberCount("a")).toBe(1);
    expect(network.directory.rooms.get("a")?.members.size).toBe(1);
  });

  test("a session that closes stays in its rooms until its close event is done", () => {
    const network = new Network();
    const session = network.come(1);
    network.hub.join(session.ref, "a");
    const { replica } = network.host(2);
    expect(replica.memberCount("a")).toBe(1);
    network.hub.closed(session, 1000, "");
    network.host(2).hear();
    expect(replica.memberCount("a")).toBe(1);
    expect(replica.sessionById(session.handshake.id)?.state).toBe("closing");
    network.hub.finish(session);
    network.host(2).hear();
    expect([replica.memberCount("a"), replica.sessionById(session.handshake.id)]).toEqual([0, null]);
    expect(replica.roomNames()).toEqual([]);
    network.hub.finish(session);
    expect(network.host(2).hear()).toBe(0);
  });

  test("a host that has stopped following gets no changes, and starts with a whole snapshot again", () => {
    const network = new Network();
    network.host(1).replica.sessions();
    network.directory.unfollow(1);
    network.come(2);
    expect(network.directory.takeChanges(1)).toEqual([]);
    expect(network.directory.follow(1)).toHaveLength(1);
  });

  test("commands that name who has gone have no effect", () => {
    const network = new Network();
    const session = network.come(1);
    network.hub.join(session.ref, "a");
    network.hub.finish(session);
    network.hub.join(session.ref, "a");
    network.hub.leave(session.ref, "a");
    network.hub.setAttribute(session.ref, "key", 1);
    network.hub.close(session.ref, 1000, "");
    network.hub.send(session.ref, "text");
    expect(network.directory.rooms.get("a")).toBeUndefined();
    expect(session.attributes).toBeNull();
  });

  test("each replica that has heard everything is as the directory, and each read has its own writes", () => {
    const step = fc.record({
      do: fc.constantFrom(
        "come",
        "join",
        "join",
        "join",
        "leave",
        "close",
        "finish",
        "commit",
        "hear",
        "read",
      ),
      host: fc.integer({ min: 1, max: 3 }),
      who: fc.nat(20),
      room: fc.constantFrom(...ROOMS),
    });
    const property = fc.property(fc.array(step, { maxLength: 120 }), (steps) => {
      const network = new Network();
      const sessions: Session[] = [];
      for (const { do: what, host, who, room } of steps) {
        const side = network.host(host);
        const session = sessions[who % (sessions.length || 1)];
        if (what === "come") sessions.push(network.come(host));
        else if (what === "commit") side.commit();
        else if (what === "hear") side.hear();
        else if (what === "read") side.replica.sessions();
        else if (session === undefined) continue;
        else if (what === "join" || what === "leave") {
          const { replica } = network.host(session.host);
          const own = replica.own(session.ref);
          if (own === undefined) continue;
          replica[what](own, room);
          expect(own.rooms?.has(room) ?? false).toBe(what === "join");
          if (what === "join") expect(replica.members(room)).toContain(own);
        } else if (what === "close") network.hub.closed(session, 1000, "");
        else {
          // The close event is done: at the host, and then at the front.
          const owner = network.host(session.host);
          const own = owner.replica.own(session.ref);
          if (own === undefined) continue;
          owner.replica.remove(own);
          owner.commit();
          network.hub.finish(session);
        }
      }
      for (const side of network.hosts.values()) side.commit();
      for (const side of network.hosts.values()) {
        side.hear();
        for (const room of ROOMS) {
          const truth = [...(network.directory.rooms.get(room)?.members ?? [])].map(({ ref }) => ref);
          expect(
            side.replica
              .members(room)
              .map(({ ref }) => ref)
              .sort(byNumber),
          ).toEqual(truth.sort(byNumber));
          expect(side.replica.memberCount(room)).toBe(truth.length);
        }
        const names = [...network.directory.rooms.values()].map(({ name }) => name);
        expect(side.replica.roomNames().sort()).toEqual(names.sort());
      }
    });
    fc.assert(property, { numRuns: 300 });
  });
});
