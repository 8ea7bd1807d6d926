import { expect } from "vitest";
import { attacksOn } from "./faults.ts";
import { within } from "./figures.ts";
import { unaccounted } from "./conservation.ts";
import { History } from "./history.ts";
import { Injector } from "./injector.ts";
import { Random } from "./random.ts";
import { Reloader } from "./reloader.ts";
import { ServedApp } from "./served-app.ts";
import type { SoakSettings } from "./settings.ts";
import type { Target } from "./soak-table.ts";
import { sumOf, type Wrongs } from "./stream-check.ts";
import { TalkGroup } from "./talk-group.ts";
import { talkRoutes, talkScript } from "./talk-scripts.ts";

/** Long enough that a host which waits for a core is not reported as a hang, ms. */
const HANG_LIMIT = 1000;
const MEMORY_LIMIT = 128 * 1024 * 1024;
const SAY_EVERY = 20;
const ODD = /^(ODD|CUT|GONE)/;

const sum = (numbers: readonly number[]): number => numbers.reduce((total, one) => total + one, 0);

/** Failures: all of these must be zero, null or empty. */
interface Found extends Wrongs {
  /** How the server ended, if it did. */
  readonly server: string | null;
  readonly closed: number;
  /** Messages sent after a promise that only some clients have received. */
  readonly partlyReceived: number;
  /** Routes and reloads that were not back in time. */
  readonly gone: string;
}

const nothing: Found = {
  ...{ server: null, closed: 0, lost: 0, doubled: 0, disordered: 0 },
  ...{ partlyReceived: 0, gone: "" },
};

/** Faults and reloads at random under load; the stream of each client is checked against the model. */
export async function randomPart(settings: SoakSettings): Promise<Target[]> {
  const { seed, seconds, isLong } = settings;
  const history = new History();
  const app = await start();
  const groups: TalkGroup[] = [];
  for (const route of talkRoutes)
    groups.push(await TalkGroup.join(app, route, { count: isLong ? 8 : 4, history }));
  expect(await Promise.all(groups.map((group) => group.gather()))).not.toContain(false);
  const injectors = groups.map((group, index) => {
    const attacks = attacksOf(group, settings.faults);
    return new Injector(app, group, { random: new Random(seed + index), history, attacks });
  });
  const reloader = new Reloader(app, { random: new Random(seed - 1), history, every: isLong ? 600 : 300 });
  await play(groups, [...injectors, reloader], performance.now() + seconds * 1000);

  const found = judge(app, groups, [...injectors, reloader]);
  const [faults, said] = [sum(injectors.map(({ count }) => count)), sum(groups.map((group) => group.said))];
  const [done, all] = [sum(injectors.map((one) => one.done.size)), sum(injectors.map((one) => one.all))];
  settings.print(
    [
      `random: ${seconds} s, seed ${seed}; ${said} messages, each to all in its room`,
      `  faults ${faults} (${done} of ${all} different ones), reloads ${reloader.count}, versions that do not load ${reloader.broken}`,
      `  messages in flight that were given up at a signal from outside: ${sum(groups.map((group) => group.inFlight))}`,
      `  instances that started without the previous state: ${sum(groups.map((group) => group.withoutState))}`,
    ].join("\n"),
  );
  if (JSON.stringify(found) !== JSON.stringify(nothing)) console.log(howToRepeat(settings, history, app));
  expect(found).toEqual(nothing);
  await checkInterrupted(app, groups);
  expect(await unaccounted(app)).toBeNull();
  return [
    {
      target: `${faults} faults and ${reloader.count} reloads at random in ${seconds} s, seed ${seed}`,
      wanted: "0 closed, lost, doubled, disordered",
      measured: `${found.closed}, ${found.lost}, ${found.doubled}, ${found.disordered} of ${said}`,
      isReached: true,
    },
  ];
}

function start(): Promise<ServedApp> {
  const files = talkRoutes.map((route) => [`ws/${route.name}.js`, talkScript(route, 0)] as const);
  return ServedApp.start(Object.fromEntries(files), { hangLimit: HANG_LIMIT, memoryLimit: MEMORY_LIMIT });
}

function attacksOf({ route }: TalkGroup, wanted: RegExp): ReturnType<typeof attacksOn> {
  const all = attacksOn(route.isolation, { ticks: route.ticks });
  return all.filter(({ kind, point }) => wanted.test(`${route.name} ${kind} ${point}`));
}

/** Runs the injectors and the reloader under load, then waits for the last messages. */
async function play(
  groups: readonly TalkGroup[],
  players: readonly (Injector | Reloader)[],
  until: number,
): Promise<void> {
  const talking = setInterval(() => {
    for (const group of groups) group.sayAll();
  }, SAY_EVERY);
  await Promise.all(players.map((player) => player.run(until)));
  clearInterval(talking);
  for (const group of groups) for (let index = 0; index < group.size; index += 1) group.sayCertain(index);
  await within(30_000, () => groups.every((group) => group.isAllReceived()));
}

function judge(
  app: ServedApp,
  groups: readonly TalkGroup[],
  players: readonly (Injector | Reloader)[],
): Found {
  return {
    server: app.end,
    closed: sum(groups.map((group) => group.cut)),
    ...sumOf(groups.map((group) => group.wrongs())),
    partlyReceived: sum(groups.map((group) => group.uncertain().bySome)),
    gone: players.flatMap(({ failures }) => failures).join("; "),
  };
}

function howToRepeat({ seed, seconds }: SoakSettings, history: History, app: ServedApp): string {
  return [
    `the same faults in the same order: PARLOR_SEED=${seed} PARLOR_SOAK=${seconds} npm run soak -- -t random`,
    "(PARLOR_FAULTS='chat-thread exit' leaves only those whose route, kind and point match)",
    history.report(ODD),
    ...app.logged(/ended|gave|given up|failed/).slice(-40),
  ].join("\n");
}

// A message sent after a promise arrives at most once; the server counts each that is lost.
async function checkInterrupted(app: ServedApp, groups: readonly TalkGroup[]): Promise<void> {
  const { interrupted } = await app.health();
  const unreceived = sum(groups.map((group) => group.uncertain().byNone));
  expect(unreceived).toBeLessThanOrEqual(Number(interrupted));
}
