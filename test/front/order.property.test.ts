import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { serveForAll, type Place, type ServedApp } from "../support/served-app.ts";
import { type Client } from "../support/client.ts";

const CLIENTS = 50;
/** How many steps the first script is given in one run: each client gets about a thousand messages from them. */
const STEPS = 6000;
/** Few, so that the commit of a round is too large to be played at once. */
const ROUNDS = 5;
const ROOMS = ["red", "green", "blue", "amber"] as const;
const ALL = "all";

// Two routes, each with a host of its own. A driver sends each a list of steps, one at a time, so that the order in which
// the scripts send is known; clients are on the first.
const FIRST = `
export const scope = "route";
const people = new Map();
let driver = null;
const act = {
  send: (session, room, text) => session.send(text),
  join: (session, room) => session.room(room).join(),
  leave: (session, room) => session.room(room).leave(),
  broadcast: (session, room, text) => session.room(room).broadcast(text),
  except: (session, room, text) => session.room(room).broadcastExcept(text),
  close: (session, room, text) => session.close(4000, "enough"),
};
export function onOpen(session) {
  const name = session.getParameter("name");
  if (name === "driver") return void (driver = session);
  people.set(Number(name), session);
  session.room("${ALL}").join();
  session.send(session.id);
}
export function onMessage(session, text) {
  if (session !== driver) return;
  for (const [what, who, room, message, size] of JSON.parse(text)) {
    const person = people.get(who);
    if (person?.isOpen()) act[what](person, room, message.padEnd(size, "x"));
  }
  driver.send("done");
}
export function onClose(session) {
  const name = session.getParameter("name");
  if (name === "driver") return;
  people.delete(Number(name));
  driver.send("left " + name);
}`;

const SECOND = `
const service = diesel.getWebSocketService();
export function onMessage(driver, text) {
  for (const [id, room, message, size] of JSON.parse(text)) {
    const padded = message.padEnd(size, "x");
    if (id === null) service.room(room).broadcast(padded);
    else service.getSession(id)?.send(padded);
  }
  driver.send("done");
}`;

type Act = "send" | "join" | "leave" | "broadcast" | "except" | "close";

interface Step {
  readonly act: Act;
  readonly who: number;
  readonly room: string;
  readonly size: number;
}

/** What the second host does while the first is at work: what it sends has an order of its own. */
interface Push {
  readonly who: number | null;
  readonly size: number;
}

interface Round {
  readonly steps: readonly Step[];
  readonly pushes: readonly Push[];
  /** What the second host sends into the rooms when the first is done. */
  readonly alone: readonly { readonly room: string; readonly size: number }[];
  readonly stalls: readonly number[];
  readonly goes: readonly number[];
}

const who = fc.nat(CLIENTS - 1);
const room = fc.constantFrom(...ROOMS);
const size = fc.oneof(
  { weight: 30, arbitrary: fc.nat(40) },
  { weight: 2, arbitrary: fc.constantFrom(125, 126, 127, 4096) },
  { weight: 1, arbitrary: fc.constantFrom(65_535, 65_536) },
);
const acts: readonly Act[] = [
  ...(["send", "send", "send", "join", "join", "join", "join", "leave", "leave"] as const),
  ...(["broadcast", "broadcast", "broadcast", "broadcast", "except", "except", "except"] as const),
];
const act = fc.oneof(
  { weight: 300, arbitrary: fc.constantFrom(...acts) },
  { weight: 1, arbitrary: fc.constant<Act>("close") },
);
const some = <T>(arbitrary: fc.Arbitrary<T>, maxLength: number): fc.Arbitrary<T[]> =>
  fc.array(arbitrary, { maxLength, size: "max" });
const round: fc.Arbitrary<Round> = fc.record({
  steps: fc.array(fc.record({ act, who, room, size }), {
    minLength: STEPS / ROUNDS,
    maxLength: STEPS / ROUNDS,
  }),
  pushes: some(fc.record({ who: fc.option(who, { freq: 3 }), size: fc.nat(40) }), 20),
  alone: some(fc.record({ room, size }), 5),
  stalls: some(who, 4),
  goes: fc.oneof({ weight: 3, arbitrary: fc.constant([]) }, { weight: 1, arbitrary: fc.tuple(who) }),
});
const rounds = fc.array(round, { minLength: ROUNDS, maxLength: ROUNDS });

interface Person {
  readonly client: Client;
  readonly id: string;
  readonly rooms: Set<string>;
  /** What it is to get from the first host, and from the second when that works alone. */
  readonly due: string[];
  /** What it is to get from the second while both work. */
  readonly pushed: string[];
  readonly got: string[];
  /** Closed by the script: it gets all that was sent before, and nothing after. */
  isClosed: boolean;
  /** Left by itself: what it got is a beginning of what it was to get. */
  hasGone: boolean;
}

/** The model: a message is appended to the expected messages of each client that it is addressed to. */
class Play {
  readonly #app: ServedApp;
  readonly #people: Person[] = [];
  readonly #first: Client;
  readonly #second: Client;
  #number = 0;

  constructor(app: ServedApp) {
    this.#app = app;
    this.#first = app.connect("/ws/first?name=driver", { patience: 15_000 });
    this.#second = app.connect("/ws/second", { patience: 15_000 });
  }

  async run(script: readonly Round[]): Promise<void> {
    await Promise.all([this.#first.opened, this.#second.opened]);
    await this.#comeAll();
    for (const each of script) await this.#round(each);
    for (const { client } of this.#people) client.socket.resume();
    await this.#end();
    for (const person of this.#people) this.#check(person);
  }

  async #comeAll(): Promise<void> {
    const clients = Array.from({ length: CLIENTS }, (_, name) => this.#app.connect(`/ws/first?name=${name}`));
    for (const client of clients) {
      const id = String(await client.next());
      const got: string[] = [];
      client.socket.on("message", (data: Buffer) => void got.push(data.toString()));
      const state = { isClosed: false, hasGone: false };
      this.#people.push({ client, id, got, rooms: new Set([ALL]), due: [], pushed: [], ...state });
    }
  }

  async #round({ steps, pushes, alone, stalls, goes }: Round): Promise<void> {
    for (const stalled of stalls) this.#people[stalled]?.client.socket.pause();
    const list = steps.map((step) => [step.act, step.who, step.room, ...short(this.#apply(step))]);
    // In several messages, so that handlers, batches and turns lie across them.
    const parts = [list.slice(0, 3), list.slice(3, 100), list.slice(100)];
    for (const part of parts) this.#first.send(JSON.stringify(part));
    this.#second.send(JSON.stringify(pushes.map((push) => this.#push(push))));
    for (let done = 0; done < parts.length;) if ((await this.#first.next()) === "done") done += 1;
    await this.#second.next();
    for (const stalled of stalls) this.#people[stalled]?.client.socket.resume();

    // Now that the first host is at rest, the second's messages have their place among its own.
    this.#second.send(
      JSON.stringify(
        alone.map(({ room: name, size: bytes }) => [null, name, ...short(this.#broadcast(name, bytes))]),
      ),
    );
    await this.#second.next();
    for (const goer of goes) await this.#go(goer);
  }

  #apply(step: Step): string {
    const person = this.#people[step.who] as Person;
    const text = this.#text("A", step.size);
    if (person.isClosed || person.hasGone) return text;
    switch (step.act) {
      case "send":
        person.due.push(text);
        break;
      case "join":
        person.rooms.add(step.room);
        break;
      case "leave":
        person.rooms.delete(step.room);
        break;
      case "close":
        person.isClosed = true;
        break;
      default:
        for (const other of this.#in(step.room))
          if (step.act === "broadcast" || other !== person) other.due.push(text);
    }
    return text;
  }

  #push({ who: index, size: bytes }: Push): unknown[] {
    const text = this.#text("B", bytes);
    const person = index === null ? null : (this.#people[index] as Person);
    for (const receiver of person === null ? this.#in(ALL, true) : [person]) receiver.pushed.push(text);
    return [person?.id ?? null, ALL, ...short(text)];
  }

  #broadcast(name: string, bytes: number): string {
    const text = this.#text("A", bytes);
    for (const person of this.#in(name)) person.due.push(text);
    return text;
  }

  // A client that is closed within this round may still get what the second host pushes.
  #in(name: string, isAnyState = false): Person[] {
    return this.#people.filter(
      (person) => person.rooms.has(name) && (isAnyState || (!person.isClosed && !person.hasGone)),
    );
  }

  async #go(index: number): Promise<void> {
    const person = this.#people[index] as Person;
    if (person.isClosed || person.hasGone) return;
    person.hasGone = true;
    person.client.socket.resume();
    person.client.close();
    for (;;) if ((await this.#first.next()) === `left ${index}`) return;
  }

  async #end(): Promise<void> {
    const still = this.#people.filter(({ isClosed, hasGone }) => !isClosed && !hasGone);
    const ends = still.map(
      ({ client }) =>
        new Promise<void>((resolve) => {
          client.socket.on("message", (data: Buffer) => void (data.toString() === "end" && resolve()));
        }),
    );
    this.#first.send(
      JSON.stringify(still.map((person) => ["send", this.#people.indexOf(person), "", "end", 0])),
    );
    for (const person of still) person.due.push("end");
    await Promise.all([
      ...ends,
      ...this.#people.filter((person) => !still.includes(person)).map(({ client }) => client.closed),
    ]);
  }

  #check(person: Person): void {
    const name = `client ${this.#people.indexOf(person)}`;
    const due = person.got.filter((text) => !text.startsWith("B"));
    const pushed = person.got.filter((text) => text.startsWith("B"));
    if (person.hasGone) {
      expect(due, name).toEqual(person.due.slice(0, due.length));
      expect(pushed, name).toEqual(person.pushed.slice(0, pushed.length));
      return;
    }
    expect(due, name).toEqual(person.due);
    expect(pushed, name).toEqual(person.isClosed ? person.pushed.slice(0, pushed.length) : person.pushed);
  }

  #text(host: string, bytes: number): string {
    this.#number += 1;
    return `${host}${this.#number} `.padEnd(bytes, "x");
  }
}

/** A text as a script gets it: it adds the padding itself, so that lists stay small. */
function short(text: string): [string, number] {
  return [text.slice(0, text.indexOf(" ") + 1), text.length];
}

describe.each<Place>(["inline", "thread", "process"])("order, scripts %s", (place) => {
  test("each of 50 clients gets exactly what the model says, in order", { timeout: 120_000 }, async () => {
    const property = fc.asyncProperty(rounds, async (script) => {
      const app = await serveForAll(place, { "ws/first.js": FIRST, "ws/second.js": SECOND });
      try {
        await new Play(app).run(script);
      } finally {
        await app.close();
      }
    });
    // What fails is said with its seed; thousands of steps are not made fewer one by one.
    await fc.assert(property, { numRuns: 3, endOnFailure: true });
  });
});
