import { expect } from "vitest";
import { least, most, quantile, sleep, within } from "./figures.ts";
import { Load, NumberedClient } from "./numbered-client.ts";
import { collectable, ServedApp } from "./served-app.ts";
import type { SoakSettings } from "./settings.ts";
import { loads, type Target } from "./soak-table.ts";
import { sumOf } from "./stream-check.ts";

/** The pause after each reload, ms. */
const SETTLING = 100;
/** How many periods without a reload are measured, for comparison. */
const QUIET = 10;
const ROUTE = "/ws/count";

/** How many messages a connection has sent is counted in its module's state and in an attribute: they must agree. */
const script = (version: number): string => `
export const version = ${version};
let count = 0;
export const saveState = () => count;
export const restoreState = (saved) => { count = saved; };
export function onMessage(session, text) {
  count += 1;
  const seen = (session.getAttribute("seen")?.[0] ?? 0) + 1;
  session.setAttribute("seen", [seen]);
  session.send(count === seen ? text : text + " without state: " + count + " of " + seen);
}
`;

type Kind = "quiet" | "reload" | "collection";

/** The longest wait of any message, by the period that it was sent in. */
class Waits {
  readonly #stretches: { readonly start: number; readonly kind: Kind; longest: number }[] = [];

  /** Starts a period. */
  start(kind: Kind): void {
    this.#stretches.push({ start: performance.now(), kind, longest: 0 });
  }

  add(sentAt: number, now: number): void {
    const stretch = this.#stretches.findLast(({ start }) => start <= sentAt);
    if (stretch !== undefined) stretch.longest = Math.max(stretch.longest, now - sentAt);
  }

  longest(of: Kind): number[] {
    return this.#stretches.filter(({ kind }) => kind === of).map(({ longest }) => longest);
  }
}

const ratio = (values: readonly number[]): string => {
  const [from = 0, to = 0] = [values[0], values.at(-1)];
  return `${(to / from).toFixed(2)}× (${from.toFixed(0)} to ${to.toFixed(0)} MiB)`;
};

/** The least of the last five values at each multiple of `step`: memory not collected yet does not count as growth. */
function every(values: readonly number[], step: number): string[] {
  const ends = Array.from({ length: Math.floor(values.length / step) }, (_, index) => (index + 1) * step);
  return ends.map((end) => least(values.slice(end - 5, end)).toFixed(0));
}

/** Many sockets under load while their script is replaced again and again by other code. */
export async function manyReloadsPart(settings: SoakSettings): Promise<Target[]> {
  const { sockets, reloads, rate } = settings;
  const app = await ServedApp.start({ "ws/count.js": script(0) }, {}, { env: collectable });
  const clients = (await app.openMany(sockets, () => ROUTE)).map((client) => new NumberedClient(client));
  const waits = new Waits();
  const notices: string[] = [];
  for (const client of clients) {
    client.onAnswer = (sentAt, now) => waits.add(sentAt, now);
    client.onNotice = (text) => notices.push(text);
  }
  const load = new Load(clients, rate);
  // Each client has been answered, so that each connection has a state to hand over.
  expect(await within(60_000, () => clients.every((client) => client.sent > 0 && client.isAnswered))).toBe(
    true,
  );
  for (let left = QUIET; left > 0; left -= 1) {
    waits.start("quiet");
    await sleep(settings.isLong ? 500 : 50);
  }
  const pauses: number[] = [];
  const memory: number[] = [];
  const collected: number[] = [];
  const start = performance.now();
  for (let version = 1; version <= reloads; version += 1) {
    app.write("ws/count.js", script(version));
    waits.start("reload");
    await app.reload();
    const { scripts } = await app.status();
    pauses.push(...scripts.map(({ lastPause }) => lastPause));
    await sleep(SETTLING);
    memory.push(app.residentMebibytes());
    if (!settings.isLong || (version !== 10 && version !== reloads)) continue;
    waits.start("collection");
    collected.push(await app.collectedMebibytes());
  }
  const seconds = (performance.now() - start) / 1000;
  load.end();
  await within(30_000, () => clients.every((client) => client.isAnswered));

  const { scripts } = await app.status();
  const wrongs = sumOf(clients.map((client) => client.wrongs()));
  const closed = clients.filter(({ client }) => client.cut !== null).length;
  const said = clients.reduce((sum, { sent }) => sum + sent, 0);
  const [early, late] = [least(memory.slice(5, 10)), least(memory.slice(-5))];
  const [quiet, waited] = [waits.longest("quiet"), waits.longest("reload")];
  const three = (values: readonly number[]): string =>
    [quantile(values, 0.5), quantile(values, 0.99), most(values)].map((ms) => ms.toFixed(1)).join(" / ");
  settings.print(
    [
      `reloads: ${reloads} under ${sockets} sockets in ${seconds.toFixed(0)} s, ${rate} messages/s asked for, ${said} sent, load ${loads()}`,
      `  pause by the server's own figures, p50 / p99 / max: ${three(pauses)} ms`,
      `  longest wait of a message around each reload: ${three(waited)} ms; without reloads, in periods of 0.5 s: ${three(quiet)} ms`,
      `  resident memory, least of 5 reloads, MiB: ${every(memory, 10).join(" ")}`,
      `  answers without the state of the previous version: ${notices.length} ${notices.slice(0, 3).join("; ")}`,
    ].join("\n"),
  );
  expect({ server: app.end, closed, ...wrongs, withoutState: notices.length }).toEqual({
    server: null,
    closed: 0,
    lost: 0,
    doubled: 0,
    disordered: 0,
    withoutState: 0,
  });
  expect(scripts.map((one) => one.reloads)).toEqual([reloads]);
  const p99 = quantile(pauses, 0.99);
  const clientP99 = quantile(waited, 0.99);
  return [
    {
      target: `${sockets} sockets, ${rate} messages/s, ${reloads} reloads of changed code: sockets and messages`,
      wanted: "0 closed, lost, doubled, disordered",
      measured: `${closed}, ${wrongs.lost}, ${wrongs.doubled}, ${wrongs.disordered} of ${said}`,
      isReached: true,
    },
    {
      target: "pause per reload, p50 / p99 / max, by the server's own figures",
      wanted: "p99 ≤ 50 ms",
      measured: `${three(pauses)} ms`,
      isReached: p99 <= 50,
    },
    {
      target: "the same as clients see it: longest wait of any message around each reload",
      wanted: "p99 ≤ 50 ms",
      measured: `${three(waited)} ms (quiet: ${three(quiet)} ms)`,
      isReached: clientP99 <= 50,
    },
    {
      target: `resident memory of the server, its garbage collected, after ${reloads} reloads against after 10`,
      wanted: "≤ 1.1×",
      measured: `${ratio(collected)}; as it comes (least of 5 reloads) ${ratio([early, late])}`,
      isReached: (collected.at(-1) ?? 0) <= (collected[0] ?? 0) * 1.1,
    },
  ];
}
