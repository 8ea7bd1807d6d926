import { expect } from "vitest";
import { unaccounted } from "../conservation.ts";
import { sleep } from "../figures.ts";
import { History } from "../history.ts";
import { Random } from "../random.ts";
import { ServedApp } from "../served-app.ts";
import type { SoakSettings } from "../settings.ts";
import { sumOf, type Wrongs } from "../stream-check.ts";
import { TalkGroup } from "../talk-group.ts";
import { Attacker } from "./attacker.ts";
import { Forger } from "./forger.ts";
import { MemoryLine } from "./memory-line.ts";
import { Saver } from "./saver.ts";
import { Weather } from "./weather.ts";
import { findZombie } from "./zombies.ts";

/** `calm` is never saved and never attacked: all others must leave it alone. */
const ROUTES = ["one", "two", "three", "calm"] as const;
const ATTACKED = ROUTES.slice(0, 3);

const HANG_LIMIT = 1000;
const MEMORY_LIMIT = 128 * 1024 * 1024;
const SAY_EVERY = 25;
const FORGED = /a message that no host sends|PARLOR_COMMAND_REFUSED/;
const ODD = /^(ODD|CUT|GONE|NO STATE)/;

/** Failures: all of these must be zero, null or empty. */
interface Found extends Wrongs {
  readonly server: string | null;
  readonly closed: number;
  readonly wrongAttributes: number;
  /** Routes that do not answer, that answer with an old version, or whose `onClose` does not run. */
  readonly zombies: string;
  /** Counts of messages that do not add up. */
  readonly unaccounted: string | null;
}

const nothing: Found = {
  ...{ server: null, closed: 0, lost: 0, doubled: 0, disordered: 0 },
  ...{ wrongAttributes: 0, zombies: "", unaccounted: null },
};

/** Saves of every kind, attacks of every kind and bad weather, from outside; each client's stream is checked. */
export async function outsidePart(settings: SoakSettings, command: "dev" | "serve"): Promise<void> {
  const history = new History();
  const app = await start(command, settings.seed);
  const groups = await Promise.all(ROUTES.map((name) => join(app, name, { settings, history })));
  expect(await Promise.all(groups.map((group) => group.gather()))).not.toContain(false);
  const cast = new Cast(app, { settings, history });
  await talkWhile(app, groups, cast.run(command));
  for (const saver of cast.savers) await saver.save();
  const zombies = app.end === null ? await findZombies(app, { command, groups, savers: cast.savers }) : [];
  const counts = app.end === null ? await unaccounted(app) : null;
  const found = { ...judge(app, groups, zombies), unaccounted: counts };
  settings.print(`outside, ${command}: ${cast.report(groups)}\n  found: ${JSON.stringify(found)}`);
  if (JSON.stringify(found) !== JSON.stringify(nothing)) console.log(howToRepeat(settings, history, app));
  expect(found).toEqual(nothing);
}

/** All that happens to the server. */
class Cast {
  readonly savers: readonly Saver[];
  readonly #app: ServedApp;
  readonly #settings: SoakSettings;
  readonly #attackers: readonly Attacker[];
  readonly #forger: Forger;
  readonly #weather: Weather;
  readonly #memory: MemoryLine;

  constructor(app: ServedApp, how: { readonly settings: SoakSettings; readonly history: History }) {
    const { seed, faults } = how.settings;
    const { history } = how;
    const random = (offset: number): Random => new Random(seed + offset);
    this.#app = app;
    this.#settings = how.settings;
    this.savers = ATTACKED.map((route, at) => new Saver(app, route, { random: random(at), history }));
    this.#attackers = ATTACKED.map(
      (route, at) => new Attacker(app, route, { random: random(10 + at), history, faults }),
    );
    this.#weather = new Weather(app, { random: random(20), history });
    this.#forger = new Forger(app, { random: random(30), history });
    this.#memory = new MemoryLine(app);
  }

  run(command: "dev" | "serve"): Promise<void>[] {
    const { seconds, isLong, players } = this.#settings;
    const until = performance.now() + seconds * 1000;
    const play = (name: string, run: () => Promise<void>): Promise<void> =>
      players.test(name) ? run() : Promise.resolve();
    return [
      ...this.savers.map((saver) => play("save", () => saver.run(until, isLong ? 3000 : 800))),
      ...this.#attackers.map((one) => play("attack", () => one.run(until, isLong ? 1500 : 500))),
      play("weather", () => this.#weather.run(until, isLong ? 10_000 : 1500)),
      play("forge", () => this.#forger.run(until, isLong ? 1000 : 200)),
      this.#reload(command, until),
      this.#memory.run(until),
      sleep(seconds * 1000),
    ];
  }

  report(groups: readonly TalkGroup[]): string {
    const { seconds, seed } = this.#settings;
    const attacks = new Set(this.#attackers.flatMap(({ done }) => [...done])).size;
    return [
      `${seconds} s, seed ${seed}; ${sum(groups, ({ said }) => said)} messages, each to all in its room`,
      `  saves ${sum(this.savers, ({ count }) => count)}, bad ones ${sum(this.savers, ({ bad }) => bad)}`,
      `  attacks ${sum(this.#attackers, ({ count }) => count)} (${attacks} different), forged messages ${this.#forger.count}, of which the log names ${this.#app.logged(FORGED).length}`,
      `  weather: ${[...this.#weather.done].map(([name, count]) => `${name} ${count}`).join(", ")}`,
      `  memory: at least ${this.#memory.floors.map((floor) => floor.toFixed(0)).join(", ")} MiB in each third`,
    ].join("\n");
  }

  // `dev` sees saves by itself.
  async #reload(command: "dev" | "serve", until: number): Promise<void> {
    while (command === "serve" && performance.now() < until) {
      await this.#app.reload().catch(() => undefined);
      await sleep(500);
    }
  }
}

function sum<T>(all: readonly T[], numberOf: (one: T) => number): number {
  return all.reduce((total, one) => total + numberOf(one), 0);
}

function start(command: "dev" | "serve", seed: number): Promise<ServedApp> {
  const files = Object.assign({}, ...ROUTES.map((route) => Saver.files(route))) as Record<string, string>;
  const settings = { hangLimit: HANG_LIMIT, memoryLimit: MEMORY_LIMIT };
  return ServedApp.start({ ...files, ...Forger.files(seed, ROUTES) }, settings, { command });
}

function join(
  app: ServedApp,
  name: string,
  { settings, history }: { readonly settings: SoakSettings; readonly history: History },
): Promise<TalkGroup> {
  const route = { name, isolation: "thread", threads: 1, ticks: false } as const;
  return TalkGroup.join(app, route, { count: settings.isLong ? 12 : 4, history });
}

async function talkWhile(
  app: ServedApp,
  groups: readonly TalkGroup[],
  players: readonly Promise<void>[],
): Promise<void> {
  const talking = setInterval(() => {
    for (const group of groups) group.sayAll();
  }, SAY_EVERY);
  await Promise.race([Promise.all(players), ended(app)]).finally(() => clearInterval(talking));
}

async function ended(app: ServedApp): Promise<void> {
  while (app.end === null) await sleep(100);
}

async function findZombies(
  app: ServedApp,
  how: {
    readonly command: "dev" | "serve";
    readonly groups: readonly TalkGroup[];
    readonly savers: readonly Saver[];
  },
): Promise<string[]> {
  if (how.command === "serve") await app.reload().catch(() => undefined);
  const zombies = how.groups.map((group) =>
    findZombie(group, how.savers.find(({ route }) => route === group.route.name)?.version ?? 0),
  );
  return (await Promise.all(zombies)).filter(Boolean);
}

function judge(
  app: ServedApp,
  groups: readonly TalkGroup[],
  zombies: readonly string[],
): Omit<Found, "unaccounted"> {
  return {
    server: app.end,
    closed: sum(groups, (group) => group.cut),
    ...sumOf(groups.map((group) => group.wrongs())),
    wrongAttributes: sum(groups, (group) => group.withoutState),
    zombies: zombies.join("; "),
  };
}

function howToRepeat({ seed, seconds }: SoakSettings, history: History, app: ServedApp): string {
  return [
    `the same again: PARLOR_SEED=${seed} PARLOR_OUTSIDE=${seconds} npm run soak:outside`,
    "(PARLOR_PLAYERS='save|weather' leaves those, PARLOR_FAULTS='loop sync' the attacks whose kind and point match)",
    history.report(ODD),
    ...app.logged(/ended|crashed|did not|failed|closed/).slice(-40),
    app.printed.slice(-3000),
  ].join("\n");
}
