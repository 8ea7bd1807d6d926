import { holdsSoon, repeated } from "../support/moves.ts";
import type { Figures } from "../support/row.ts";
import { ParlorTarget, type Target } from "../support/target.ts";
import type { AbuseRow } from "./row-table.ts";

const CLIENTS = 10;
// With `npm run abuse`, which writes its figures to a file, as many as the matrix says.
const RELOADS = process.env["PARLOR_ABUSE"] === undefined ? 8 : 20;

const ticking = (version: number): string => `
export const tickRate = 50;
export const onMessage = (session, text) => session.send("${version} " + text);
export const onTick = (room, _delta, tick) => room.broadcast("${version} tick " + tick);`;
const asked = (version: number): string => `export const GET = () => new Response("${version}");`;

/** Reloads under load, which its peers do not have. */
export const reloadRows: readonly AbuseRow[] = [
  {
    no: 40,
    title: `${RELOADS} reloads of a route that ticks and of one for HTTP, then one with a syntax error`,
    expects: "no message or request is lost; the last good version serves",
    unfit: ["ws", "socket-io", "colyseus"],
    // Two versions of each thread at a time, and their bundles.
    peak: 192,
    files: { "ws/ticking.js": ticking(0), "http/asked.js": asked(0) },
    attack: reloads,
    holds: ({ cut, lost, doubled, backwards, failedRequests, goodAfterBad, seenBad, gap }) =>
      [cut, lost, doubled, backwards, failedRequests].every((count) => count === 0) &&
      goodAfterBad === true &&
      seenBad === true &&
      Number(gap) < 2000,
  },
];

async function reloads(target: Target): Promise<Figures> {
  if (!(target instanceof ParlorTarget)) throw new Error("only Parlor reloads");
  const { app } = target;
  const load = await Load.start(target);
  const save = async (version: number): Promise<void> => {
    app.write("ws/ticking.js", ticking(version));
    app.write("http/asked.js", asked(version));
    await app.reload();
  };
  for (let version = 1; version <= RELOADS; version += 1) await save(version);
  app.write("ws/ticking.js", "export const onTick = (;");
  app.write("http/asked.js", "export const GET = (;");
  await app.reload();
  const seenBad = (await app.health())["status"] === "degraded";
  const goodAfterBad = await load.isServedBy(RELOADS);
  await save(RELOADS + 1);
  const isBack = await load.isServedBy(RELOADS + 1);
  return { ...(await load.end()), seenBad, goodAfterBad: goodAfterBad && isBack };
}

interface TickClient {
  /** The number that it has sent last. */
  said: number;
  readonly heard: number[];
  version: number;
  say(): void;
  cut(): boolean;
}

/** Clients of the route that ticks, each of which sends numbers, and requests one after the other. */
class Load {
  readonly #target: ParlorTarget;
  readonly #timer: NodeJS.Timeout;
  readonly #clients: TickClient[] = [];
  readonly #requests: Promise<void>;
  #isOver = false;
  #failedRequests = 0;
  #httpVersion = 0;
  #backwards = 0;
  #gap = 0;
  #lastTick = performance.now();

  private constructor(target: ParlorTarget) {
    this.#target = target;
    this.#timer = setInterval(() => this.#say(), 5);
    this.#requests = this.#ask();
  }

  static async start(target: ParlorTarget): Promise<Load> {
    const load = new Load(target);
    await repeated(CLIENTS, () => load.#join());
    load.#lastTick = performance.now();
    return load;
  }

  /** Whether all clients, and requests, soon get replies of this version. */
  isServedBy(version: number): Promise<boolean> {
    return holdsSoon(
      () => this.#httpVersion === version && this.#clients.every((client) => client.version === version),
    );
  }

  async end(): Promise<Figures> {
    clearInterval(this.#timer);
    this.#isOver = true;
    await this.#requests;
    await holdsSoon(() => this.#clients.every(({ said, heard }) => heard.length >= said), 10_000);
    const sum = (of: (client: TickClient) => number): number =>
      this.#clients.reduce((total, client) => total + of(client), 0);
    return {
      cut: sum(({ cut }) => (cut() ? 1 : 0)),
      lost: sum(({ said, heard }) => said - new Set(heard).size),
      doubled: sum(({ heard }) => heard.length - new Set(heard).size),
      backwards: this.#backwards,
      failedRequests: this.#failedRequests,
      gap: Math.round(this.#gap),
    };
  }

  #say(): void {
    for (const client of this.#clients) {
      client.said += 1;
      client.say();
    }
  }

  async #ask(): Promise<void> {
    while (!this.#isOver) {
      const response = await fetch(`http://127.0.0.1:${this.#target.port}/asked`).catch(() => null);
      const text = (await response?.text().catch(() => null)) ?? null;
      if (response?.status !== 200 || text === null) this.#failedRequests += 1;
      else this.#note(Number(text), this.#httpVersion, (version) => (this.#httpVersion = version));
    }
  }

  async #join(): Promise<void> {
    const raw = await this.#target.app.open("/ws/ticking");
    const client: TickClient = {
      said: 0,
      heard: [],
      version: 0,
      say: () => raw.send(String(client.said)),
      cut: () => raw.cut !== null,
    };
    raw.onText = (text) => {
      const [version, what] = text.split(" ");
      this.#note(Number(version), client.version, (newer) => (client.version = newer));
      if (what !== "tick") return void client.heard.push(Number(what));
      if (client !== this.#clients[0]) return;
      this.#gap = Math.max(this.#gap, performance.now() - this.#lastTick);
      this.#lastTick = performance.now();
    };
    this.#clients.push(client);
  }

  #note(version: number, before: number, set: (version: number) => void): void {
    if (version < before) this.#backwards += 1;
    set(version);
  }
}
