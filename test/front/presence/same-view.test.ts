import { writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { expect, onTestFinished, test } from "vitest";
import { WebSocket } from "ws";
import { connect, type Client } from "../../../src/client/connect.ts";
import { CuttingProxy } from "../../client/support/cutting-proxy.ts";
import { serveOn, type ServedApp } from "../../support/served-app.ts";

const SCRIPT = `
  export const resume = 60;
  export const calls = {
    join: (session, { room, ...options }) => void session.room(room).join(options),
    leave: (session, room) => void session.room(room).leave(),
    show: (session, room) => session.room(room).presence(),
    crash: () => process.exit(1),
  };
`;
const HTTP = `export const GET = ({ url }) =>
  Response.json(diesel.getWebSocketService().room(new URL(url).searchParams.get("room")).presence());`;
const CLIENTS = 4;

type Step =
  | { do: "join"; who: number; data: number }
  | { do: "watch" | "leave" | "away" | "return"; who: number }
  | { do: "crash" | "reload" };

const who = fc.nat(CLIENTS - 1);
const kinds = fc.constantFrom("watch" as const, "leave" as const, "away" as const, "return" as const);
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant("join" as const), who, data: fc.nat(9) }) },
  { weight: 10, arbitrary: fc.record({ do: kinds, who }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom("crash" as const, "reload" as const) }) },
);

/** A client, its line, and what it must show by the model. */
class Person {
  readonly client: Client;
  readonly proxy: CuttingProxy;
  /** What it shows; undefined if it is in the room without, null if it is not in it. */
  shown: number | undefined | null = null;
  isAway = false;

  constructor(proxy: CuttingProxy) {
    this.proxy = proxy;
    const pauses = { first: 600_000, longest: 600_000 };
    this.client = connect(`ws://127.0.0.1:${proxy.port}/ws/a`, { WebSocket, pauses });
  }
}

class World {
  readonly app: ServedApp;
  readonly people: Person[];
  room = "";
  #version = 0;

  constructor(app: ServedApp, people: Person[]) {
    this.app = app;
    this.people = people;
  }

  async run(one: Step): Promise<void> {
    if (!("who" in one)) return one.do === "crash" ? this.#crash() : this.#reload();
    const person = this.people[one.who]!;
    const { client, isAway } = person;
    if (one.do === "away" && !isAway) {
      person.isAway = true;
      person.proxy.cut("reset");
      await expect.poll(() => client.state, { interval: 2 }).toBe("away");
    } else if (one.do === "return" && isAway) await this.back(person);
    else if (one.do !== "away" && one.do !== "return" && !isAway) await this.#act(one, person);
  }

  async back(person: Person): Promise<void> {
    person.client.retry();
    person.isAway = false;
    await expect.poll(() => person.client.state, { interval: 2 }).toBe("open");
    expect(person.client.resumed).toBe(true);
  }

  async #act(one: Extract<Step, { who: number }>, person: Person): Promise<void> {
    const { room } = this;
    if (one.do === "leave") {
      person.shown = null;
      return void (await person.client.request("leave", room));
    }
    if (one.do === "join") {
      person.shown = one.data;
      const options = { presence: { data: one.data }, key: `key ${one.who}` };
      return void (await person.client.request("join", { room, ...options }));
    }
    person.shown ??= undefined;
    await person.client.request("join", { room });
  }

  async #reload(): Promise<void> {
    writeFileSync(join(this.app.dir, "ws/a.js"), `${SCRIPT} // ${(this.#version += 1)}`);
    await this.app.server.reload();
  }

  async #crash(): Promise<void> {
    const { restarts } = this.app.server.health;
    const person = this.people.find(({ isAway }) => !isAway);
    if (person === undefined) return;
    void person.client.request("crash", null, { timeout: 1 }).catch(() => undefined);
    await expect.poll(() => this.app.server.health.restarts, { timeout: 15_000 }).toBe(restarts + 1);
  }

  /** What every reader must see. */
  get expected(): Record<string, unknown> {
    const entries = this.people.flatMap(({ client, shown, isAway }, at) => {
      if (shown === null || shown === undefined) return [];
      const away = isAway ? { away: true } : {};
      return [
        [client.session!, { id: client.session, key: `key ${at}`, data: { data: shown }, ...away }] as const,
      ];
    });
    return Object.fromEntries(entries);
  }

  async check(): Promise<void> {
    const { room, app, people, expected } = this;
    const timeout = 10_000;
    await expect.poll(() => byId(app.server.service.room(room).presence()), { timeout }).toEqual(expected);
    const seenByHttp = async (): Promise<unknown> =>
      byId((await (await app.fetch(`/seen?room=${room}`)).json()) as Entry[]);
    await expect.poll(seenByHttp, { timeout }).toEqual(expected);
    for (const { client, shown, isAway } of people) {
      if (isAway) continue;
      const seen = shown === null ? {} : expected;
      await expect.poll(() => byId(client.presence(room)), { timeout }).toEqual(seen);
      expect(byId((await client.request("show", room)) as Entry[])).toEqual(expected);
    }
  }
}

interface Entry {
  readonly id: string;
}

function byId(entries: readonly Entry[]): Record<string, unknown> {
  return Object.fromEntries(entries.map((entry) => [entry.id, entry]));
}

test("clients, and scripts on all threads, see who is present, whatever leaves, is away, crashes and is reloaded", async () => {
  const app = await serveOn("thread", { "ws/a.js": SCRIPT, "http/seen.js": HTTP });
  const people: Person[] = [];
  for (let at = 0; at < CLIENTS; at += 1) {
    const proxy = await CuttingProxy.before(app.server.port);
    people.push(new Person(proxy));
    onTestFinished(() => (people[at]!.client.close(), proxy.close()));
  }
  await expect
    .poll(() => people.every(({ client }) => client.state === "open"), { timeout: 10_000 })
    .toBe(true);
  const world = new World(app, people);
  let runs = 0;
  const property = fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 25 }), async (steps) => {
    world.room = `room ${(runs += 1)}`;
    for (const person of people) person.shown = null;
    for (const one of steps) await world.run(one);
    await world.check();
    for (const person of people) if (person.isAway) await world.back(person);
    await world.check();
  });
  await fc.assert(property, { numRuns: 12, endOnFailure: true });
}, 90_000);
