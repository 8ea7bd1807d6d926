import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Guest } from "./guest.ts";
import { Stage, type Place, type Route } from "./stage.ts";

const ROOMS = ["red", "green", "blue"] as const;
const HOSTS = 3;

const READER = `
  const service = diesel.getWebSocketService();
  export function onOpen(session) { session.send("open"); }
  export function onMessage(session, text) {
    const [what, room] = text.split(" ");
    if (what === "join") session.room(room).join();
    if (what === "leave") session.room(room).leave();
    session.send(what === "read" ? JSON.stringify(view()) : "done");
  }
  const view = () => ({
    ids: service.getActiveSessionIds().sort(),
    count: service.getActiveSessionCount(),
    rooms: service.listRooms().sort().map((name) => [
      name,
      service.room(name).getMemberIds().sort(),
      service.room(name).members(),
    ]),
    ghosts: ${JSON.stringify(ROOMS)}.filter((name) => !service.roomExists(name) && service.room(name).members() > 0),
  });
`;

type Step =
  | { readonly do: "come"; readonly host: number }
  | { readonly do: "join" | "leave"; readonly who: number; readonly room: string }
  | { readonly do: "go"; readonly who: number }
  | { readonly do: "glance"; readonly who: number }
  | { readonly do: "compare" };

const who = fc.nat(30);
const room = fc.constantFrom(...ROOMS);
const steps = fc.array(
  fc.oneof(
    { weight: 3, arbitrary: fc.record({ do: fc.constant("come" as const), host: fc.nat(HOSTS - 1) }) },
    {
      weight: 8,
      arbitrary: fc.record({ do: fc.constantFrom("join" as const, "leave" as const), who, room }),
    },
    { weight: 2, arbitrary: fc.record({ do: fc.constant("go" as const), who }) },
    { weight: 2, arbitrary: fc.record({ do: fc.constant("glance" as const), who }) },
    { weight: 1, arbitrary: fc.constant({ do: "compare" as const }) },
  ),
  { minLength: 30, maxLength: 80 },
);

interface Member {
  readonly guest: Guest;
  readonly rooms: Set<string>;
  answers: number;
}

/** Every reader of the directory, on any host, reads the same; tried on this many random histories. */
export function replicaSuite(place: Place, histories: number): void {
  describe("replicas", () => {
    test(
      "three hosts that read under churn agree with a model",
      { timeout: 10_000 + 10_000 * histories },
      async () => {
        const property = fc.asyncProperty(steps, async (script) => {
          const churn = new Churn(place);
          try {
            await churn.start();
            for (const step of script) await churn.step(step);
            await churn.compare();
          } finally {
            await churn.stage.front.stop();
          }
        });
        await fc.assert(property, { numRuns: histories, endOnFailure: true });
      },
    );
  });
}

class Churn {
  readonly stage: Stage;
  readonly members: Member[] = [];
  #routes: Route[] = [];
  #readers: Member[] = [];

  constructor(place: Place) {
    this.stage = new Stage(place);
  }

  async start(): Promise<void> {
    for (let host = 0; host < HOSTS; host += 1) this.#routes.push(await this.stage.route(READER));
    this.#readers = this.#routes.map((route) => this.#come(route));
  }

  async step(step: Step): Promise<void> {
    if (step.do === "compare") return this.compare();
    if (step.do === "come") return void this.#come(this.#routes[step.host] as Route);
    const member = this.members[step.who % this.members.length] as Member;
    if (step.do === "go") this.#go(member);
    else if (step.do === "glance") this.#say(member, "read");
    else {
      this.#say(member, `${step.do} ${step.room}`);
      if (step.do === "join") member.rooms.add(step.room);
      else member.rooms.delete(step.room);
    }
  }

  async compare(): Promise<void> {
    await this.#settled();
    for (const reader of this.#readers) this.#say(reader, "read");
    await this.#settled();
    const model = this.#model();
    for (const { guest } of this.#readers) expect(JSON.parse(guest.inbox.at(-1) as string)).toEqual(model);
  }

  #model(): unknown {
    const rooms = ROOMS.map((name) => {
      const ids = this.members.filter((member) => member.rooms.has(name)).map(({ guest }) => guest.id);
      return [name, ids.sort(), ids.length] as const;
    });
    const ids = this.members.map(({ guest }) => guest.id).sort();
    const occupied = rooms.filter(([, , count]) => count > 0).sort(([a], [b]) => (a < b ? -1 : 1));
    return { ids, count: ids.length, rooms: occupied, ghosts: [] };
  }

  async #settled(): Promise<void> {
    await this.stage.sees(
      () =>
        this.stage.front.directory.size === this.members.length &&
        this.members.every(({ guest, answers }) => guest.inbox.length === answers),
    );
  }

  #come(route: Route): Member {
    const member: Member = { guest: route.connect(), rooms: new Set(), answers: 1 };
    this.members.push(member);
    return member;
  }

  // The three that compare stay.
  #go(member: Member): void {
    if (this.#readers.includes(member)) return;
    this.members.splice(this.members.indexOf(member), 1);
    member.guest.leaves();
  }

  #say(member: Member, text: string): void {
    member.guest.says(text);
    member.answers += 1;
  }
}
