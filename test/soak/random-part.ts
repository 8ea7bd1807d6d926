import { expect } from "vitest";
import { attacksOn } from "./faults.ts";
import { within } from "./figures.ts";
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

/** Long enough that a host which only waits for a core is not taken for one that hangs, ms. */
const HANG_LIMIT = 1000;
const MEMORY_LIMIT = 128 * 1024 * 1024;
const SAY_EVERY = 20;
const ODD = /^(ODD|CUT|GONE)/;

const sum = (numbers: readonly number[]): number => numbers.reduce((total, one) => total + one, 0);

/** What must not have happened, with what a person needs to see it happen again. */
interface Found extends Wrongs {
  /** How the server ended, if it did. */
  readonly server: string | null;
  readonly closed: number;
  /** Messages behind a promise that some have heard and others have not. */
  readonly partlyTold: number;
  /** Routes and reloads that were not back in time. */
  readonly gone: string;
}

const nothing: Found = {
  ...{ server: null, closed: 0, lost: 0, doubled: 0, disordered: 0 },
  ...{ partlyTold: 0, gone: "" },
};

/** Faults and reloads at random, while everybody talks; each client's stream is held against the model. */
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
  settings.tell(
    [
      `random: ${seconds} s, seed ${seed}; ${said} messages, each to everybody in its room`,
      `  faults ${faults} (${done} of ${all} different ones), reloads ${reloader.count}, versions that do not load ${reloader.broken}`,
      `  messages that were in hand when a signal from outside came, and given up: ${sum(groups.map((group) => group.inHand))}`,
      `  instances that had to do without the state before them: ${sum(groups.map((group) => group.withoutState))}`,
    ].join("\n"),
  );
  if (JSON.stringify(found) !== JSON.stringify(nothing)) console.log(howToSee(settings, history, app));
  expect(found).toEqual(nothing);
  await checkInterrupted(app, groups);
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

/** Everybody talks while it is played, and is then waited for. */
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
  for (const group of groups) for (let index = 0; index < group.size; index += 1) group.saySurely(index);
  await within(30_000, () => groups.every((group) => group.isAllHeard()));
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
    partlyTold: sum(groups.map((group) => group.unsure().bySome)),
    gone: players.flatMap(({ failures }) => failures).join("; "),
  };
}

function howToSee({ seed, seconds }: SoakSettings, history: History, app: ServedApp): string {
  return [
    `the same faults in the same order: PARLOR_SEED=${seed} PARLOR_SOAK=${seconds} npm run soak -- -t random`,
    "(PARLOR_FAULTS='chat-thread exit' leaves only those whose route, kind and point match)",
    history.tell(ODD),
    ...app.logged(/ended|gave|given up|failed/).slice(-40),
  ].join("\n");
}

// What waits for a promise is told at most once, and each that is not told is counted by the server.
async function checkInterrupted(app: ServedApp, groups: readonly TalkGroup[]): Promise<void> {
  const { interrupted } = await app.health();
  const untold = sum(groups.map((group) => group.unsure().byNobody));
  expect(untold).toBeLessThanOrEqual(Number(interrupted));
}
