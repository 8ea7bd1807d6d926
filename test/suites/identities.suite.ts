import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ParlorConfig } from "../../src/config.ts";
import type { Client } from "../support/client.ts";
import { serve } from "../../src/server/serve.ts";
import { LogRecorder } from "../support/log-recorder.ts";
import { folderOf } from "../support/running-app.ts";
import { ServedApp, serveForAll, type Place } from "../support/served-app.ts";

/** One saved state of a route: its file, and what its script says of itself. */
interface Saved {
  /** `NAME` is the row's own name. */
  readonly file?: string;
  /** More lines of the script. */
  readonly lines?: string;
  readonly scope?: "connection" | "route";
  readonly isolation?: "thread" | "process";
  readonly ticks?: number;
  readonly threads?: number;
}

/** A change that a save can make. It is made, and then taken back. */
interface Change {
  readonly what: string;
  readonly from?: Saved;
  readonly to: Saved | null;
  /** Whether the sessions are closed, with a code and a line. */
  readonly closes?: true;
  /** Whether it is made in processes, too: they take long to start. */
  readonly everywhere?: true;
}

const CHANGES: readonly Change[] = [
  { everywhere: true, what: "another ending, .js to .ts", to: { file: "ws/NAME.ts" } },
  { what: "another ending, .ts to .mjs", from: { file: "ws/NAME.ts" }, to: { file: "ws/NAME.mjs" } },
  { everywhere: true, what: "a file into a folder of its name", to: { file: "ws/NAME/index.js" } },
  {
    what: "another ending and a folder, scope route",
    from: { scope: "route" },
    to: { scope: "route", file: "ws/NAME/index.ts" },
  },
  { what: "only its code", to: { lines: "// saved" } },
  { everywhere: true, what: "scope connection to route", to: { scope: "route" } },
  { what: "threads", to: { threads: 3 } },
  { what: "fewer threads", from: { threads: 3 }, to: { threads: 2 } },
  { everywhere: true, what: "isolation", to: { isolation: "process" } },
  { what: "a tickRate", to: { ticks: 50 } },
  { everywhere: true, what: "a slower tickRate", from: { ticks: 100 }, to: { ticks: 20 } },
  {
    what: "handlers",
    to: {
      lines: "export function onBinary(session, data) { session.send(data); }\nexport function onPong() {}",
    },
  },
  { what: "isolation and threads", to: { isolation: "process", threads: 2 } },
  { what: "another ending and the scope", to: { file: "ws/NAME.ts", scope: "route" } },
  { everywhere: true, what: "another ending and threads", to: { file: "ws/NAME.ts", threads: 2 } },
  { what: "a folder and a tickRate", from: { ticks: 40 }, to: { file: "ws/NAME/index.js", ticks: 80 } },
  { what: "threads and the scope, by its ticks", from: { threads: 2 }, to: { ticks: 50 } },
  { everywhere: true, what: "nothing is left of it", to: null, closes: true },
];

const CLIENTS = 3;

/** On a busy machine a thread may wait long for its first turn. */
const PATIENT: ParlorConfig = { hangLimit: 60_000 };

/** The changes of the saved files, all at once, on one kind of host. */
export function identitiesSuite(title: string, place: Place, settings: ParlorConfig = {}): void {
  describe(`a save on ${title}`, () => {
    const rows = CHANGES.filter((change) => isPossible(change, place)).map(
      (change, at) => new Row(change, `r${at}`, place),
    );
    let app: ServedApp;

    beforeAll(async () => {
      const files = Object.fromEntries(rows.map((row) => [row.fileOf("a"), row.text("a")]));
      app = await serveOn(
        place,
        { "ws/bystander.js": "export function onMessage(s, t) { s.send(t); }", ...files },
        settings,
      );
      for (const row of rows) await row.connect(app);
      const talking = setInterval(() => rows.forEach((row) => row.say()), 20);
      for (const [before, version] of [
        ["a", "b"],
        ["b", "c"],
      ] as const) {
        for (const row of rows) row.save(app.dir, before, version);
        await app.server.reload();
        for (const row of rows) await row.settled(version);
      }
      clearInterval(talking);
      for (const row of rows) await row.finish(app);
    }, 120_000);
    afterAll(() => app.close());

    test.each(rows.filter(({ change }) => change.closes !== true))(
      "$change.what: its sessions go on, and back",
      (row) => {
        for (const [index, answers] of row.answers.entries()) {
          expect(answers.map(({ text }) => Number(text))).toEqual(Array.from(answers, (_, at) => at + 1));
          expect(answers).toHaveLength(row.sent[index] ?? 0);
          // The live values of its attributes, and its rooms.
          expect(answers.map(({ seen }) => seen)).toEqual(Array.from(answers, (_, at) => at + 1));
          expect(answers.at(-1)?.members).toBe(CLIENTS);
          expect(answers.map(({ version }) => version).join("")).toMatch(/^a+b+c+$/);
          expect(answers.at(-1)?.reloads).toBe(2);
          const ticks = answers.map(({ tick }) => tick);
          if (row.ticksThroughout) expect(ticks).toEqual(ticks.toSorted((a, b) => a - b));
        }
        expect(row.closed).toHaveLength(CLIENTS);
      },
    );

    test.each(rows.filter(({ change }) => change.to !== null && scopeOf(change.from) === scopeOf(change.to)))(
      "$change.what: saved state is carried over",
      (row) => {
        for (const answers of row.answers) {
          const counts = answers.map(({ count }) => count);
          expect(counts).toEqual(counts.toSorted((a, b) => a - b));
          expect(counts.at(-1)).toBeGreaterThanOrEqual(answers.length);
        }
      },
    );

    test.each(rows.filter(({ change }) => change.to !== null && scopeOf(change.from) !== scopeOf(change.to)))(
      "$change.what: state of another scope is left behind, and a line says so",
      (row) => {
        expect(app.log.texts.filter((text) => text.includes("scope")).join("\n")).toContain(`ws/${row.name}`);
      },
    );

    test.each(rows.filter(({ change }) => change.closes === true))(
      "$change.what: its sessions are closed with a code, and a line says so",
      async (row) => {
        expect(await Promise.all(row.clients.map(({ closed }) => closed))).toEqual(
          Array.from({ length: CLIENTS }, () => ({ code: 1001, reason: "route has gone" })),
        );
        expect(app.log.texts).toContain(`${row.fileOf("a")}: removed`);
        expect(row.closed).toHaveLength(CLIENTS);
      },
    );

    test("no event was without a script, and no handler failed", () => {
      expect(app.log.entries.filter(({ level }) => level === "error")).toEqual([]);
      expect(app.server.health.faults).toBe(0);
    });
  });
}

interface Answer {
  readonly version: string;
  readonly text: string;
  readonly seen: number;
  readonly members: number;
  readonly count: number;
  readonly reloads: number;
  readonly tick: number;
}

/** One route that changes, with its clients. */
class Row {
  readonly change: Change;
  readonly name: string;
  readonly #place: Place;
  clients: Client[] = [];
  readonly sent: number[] = [];
  readonly answers: Answer[][] = [];
  closed: string[] = [];

  constructor(change: Change, name: string, place: Place) {
    this.change = change;
    this.name = name;
    this.#place = place;
  }

  /** Whether its ticks must be counted on. */
  get ticksThroughout(): boolean {
    return this.change.from?.ticks !== undefined && this.change.to?.ticks !== undefined;
  }

  fileOf(version: string): string {
    const { file = "ws/NAME.js" } = this.#savedAs(version) ?? {};
    return file.replace("NAME", this.name);
  }

  text(version: string): string {
    const saved = this.#savedAs(version) ?? {};
    // A row that changes the isolation changes to the other one.
    const other = this.#place === "process" ? "thread" : "process";
    const isolation = saved.isolation === undefined ? this.#place : other;
    return `
export const isolation = "${isolation === "inline" ? "thread" : isolation}";
${saved.scope === undefined ? "" : `export const scope = "${saved.scope}";`}
${saved.threads === undefined ? "" : `export const threads = ${saved.threads};`}
${saved.ticks === undefined ? "" : `export const tickRate = ${saved.ticks};\nexport function onTick(room, delta, index) { tick = index; }`}
${saved.lines ?? ""}
let count = 0;
let tick = 0;
export const saveState = () => ({ count, tick });
export const restoreState = (state) => { count = state.count; tick = state.tick; };
export function onOpen(session) { session.setAttribute("seen", { seen: 0, reloads: 0 }); session.room("${this.name}").join(); }
export function onReload(session) { session.getAttribute("seen").reloads += 1; }
export function onMessage(session, text) {
  const known = session.getAttribute("seen");
  known.seen += 1;
  count += 1;
  const members = session.room("${this.name}").members();
  session.send(JSON.stringify({ version: "${version}", text, members, count, tick, ...known }));
}
export function onClose(session) { console.log("closed ${this.name}"); }`;
  }

  save(dir: string, before: string, version: string): void {
    if (this.#savedAs(before) !== null && this.fileOf(before) !== this.fileOf(version))
      rmSync(join(dir, this.fileOf(before)));
    if (this.#savedAs(version) === null) return rmSync(join(dir, this.fileOf("a")), { force: true });
    mkdirSync(dirname(join(dir, this.fileOf(version))), { recursive: true });
    writeFileSync(join(dir, this.fileOf(version)), this.text(version));
  }

  async connect(app: ServedApp): Promise<void> {
    this.clients = Array.from({ length: CLIENTS }, () => app.connect(`/ws/${this.name}`));
    for (const [index, client] of this.clients.entries()) {
      const answers: Answer[] = (this.answers[index] = []);
      this.sent[index] = 0;
      client.socket.on("message", (data: Buffer) => answers.push(JSON.parse(data.toString()) as Answer));
      await client.opened;
    }
    this.say();
    await this.#until(({ length }) => length > 0);
  }

  say(): void {
    for (const [index, client] of this.clients.entries()) {
      if (client.socket.readyState !== client.socket.OPEN) continue;
      client.send(String((this.sent[index] = (this.sent[index] ?? 0) + 1)));
    }
  }

  /** Resolves when this version has responded to each client. */
  async settled(version: string): Promise<void> {
    if (this.change.closes === true) return;
    await this.#until((answers) => answers.at(-1)?.version === version);
  }

  /** Waits for the last answers, closes the clients, and waits for their closes. */
  async finish(app: ServedApp): Promise<void> {
    if (this.change.closes !== true)
      await this.#until((answers, index) => answers.length >= (this.sent[index] ?? 0));
    for (const client of this.clients) client.close();
    const line = new RegExp(`^closed ${this.name}$`);
    await app.log.count(line, CLIENTS);
    this.closed = app.log.texts.filter((text) => line.test(text));
  }

  async #until(isSo: (answers: readonly Answer[], index: number) => boolean): Promise<void> {
    const isOver = Date.now() + 15_000;
    while (!this.answers.every(isSo)) {
      if (Date.now() > isOver)
        throw new Error(
          `${this.change.what}: got ${this.answers.map((answers) => JSON.stringify(answers.at(-1))).join()} of ${this.sent.join()}`,
        );
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
  }

  /** Null when the route has been removed. */
  #savedAs(version: string): Saved | null {
    const { from = {}, to, closes } = this.change;
    return version === "a" || (version === "c" && closes !== true) ? from : to;
  }
}

function scopeOf({ scope, ticks }: Saved = {}): string {
  return ticks === undefined ? (scope ?? "connection") : "route";
}

// In the server's own thread nothing can be isolated or spread.
function isPossible({ from = {}, to, everywhere }: Change, place: Place): boolean {
  if (place === "thread") return true;
  if (place === "process") return everywhere === true;
  return [from, to ?? {}].every(({ isolation, threads }) => isolation === undefined && threads === undefined);
}

async function serveOn(
  place: Place,
  files: Readonly<Record<string, string>>,
  settings: ParlorConfig,
): Promise<ServedApp> {
  if (place === "inline") return await serveForAll(place, files, settings);
  const dir = folderOf(files, () => undefined);
  const log = new LogRecorder();
  return new ServedApp(dir, await serve({ ...PATIENT, ...settings, dir, port: 0, log: log.log }), log);
}
