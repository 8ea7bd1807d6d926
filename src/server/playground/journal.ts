// Server: what has happened to the scripts of an app: faults, and reloads that end them.
import type { Clock } from "../../boundary/clock.ts";
import type { HostReport } from "../../front/supervise/host-report.ts";
import type { LogLine } from "../../boundary/log-line.ts";
import { wholeText } from "../../logged-error.ts";
import { formatProblem, type AppProblem } from "../../load/files/app-problem.ts";
import type { LogObserver } from "../engine/engine.ts";
import type { ReloadReport } from "../app/reload-report.ts";
import {
  LONGEST,
  SHOWN,
  shortened,
  type Excerpt,
  type FaultPlace,
  type FaultState,
  type ReloadState,
} from "./snapshot.ts";

/** Keeps the last faults and reloads. Equal faults are counted: a handler that throws for each message is one entry. */
export class Journal implements LogObserver {
  readonly #parts: JournalParts;
  readonly #faults: Entry[] = [];
  readonly #reloads: ReloadState[] = [];
  readonly #counts = { faults: 0, reloads: 0 };

  constructor(parts: JournalParts) {
    this.#parts = parts;
  }

  /** The faults, newest first. */
  get faults(): readonly FaultState[] {
    return this.#faults.map(({ state }) => state).sort((a, b) => b.lastAt - a.lastAt || b.number - a.number);
  }

  /** The reloads, newest first. */
  get reloads(): readonly ReloadState[] {
    return this.#reloads;
  }

  /** How many there were since the server started. */
  get totals(): Readonly<Record<"faults" | "reloads", number>> {
    return this.#counts;
  }

  /** A script or its host has logged a line; those that report a fault are kept. */
  line(line: LogLine): void {
    const { fault, script, version, code, at } = line;
    if (fault === null) return;
    const text = wholeText(line);
    this.#add({ kind: "fault", script, version, code, text, place: placeOf(at) });
  }

  /** A host has ended or hangs. */
  report({ code, text }: HostReport, { name, version }: Parameters<LogObserver["report"]>[1]): void {
    this.#add({ kind: "crash", script: name, version, code, text, place: null });
  }

  /** The problems of the app as it is now; those that are no longer among them have ended. */
  loaded(problems: readonly AppProblem[]): void {
    const present = new Set(problems.map(formatProblem));
    for (const entry of this.#faults)
      if (entry.state.kind === "problem" && !present.has(entry.problem)) this.#end(entry);
    const open = new Set(this.#faults.filter(isOpen).map(({ problem }) => problem));
    for (const one of problems) if (!open.has(formatProblem(one))) this.#addProblem(one);
  }

  /** The app was loaded again. A script with a new version has none of its old faults. */
  reloaded({ changed, removed, refused, problems }: ReloadReport): void {
    const gone = new Set([...changed, ...removed]);
    for (const entry of this.#faults)
      if (entry.state.kind !== "problem" && gone.has(entry.state.script)) this.#end(entry);
    this.loaded([...problems, ...refused]);
    if (gone.size + refused.length + problems.length > 0) this.#note({ changed, removed, refused, problems });
  }

  #note({
    changed,
    removed,
    refused,
    problems,
  }: Pick<ReloadReport, "changed" | "removed" | "refused" | "problems">): void {
    this.#counts.reloads += 1;
    this.#reloads.unshift({
      number: this.#counts.reloads,
      at: this.#parts.clock.now(),
      changed: names(changed),
      removed: names(removed),
      refused: names([...new Set([...refused, ...problems].map(({ file }) => file))]),
      sessions: this.#parts.sessions(),
    });
    this.#reloads.length = Math.min(this.#reloads.length, SHOWN.reloads);
  }

  #addProblem(one: AppProblem): void {
    const { file, line, column, code } = one;
    const place = line === null ? null : { file, line, column };
    this.#add(
      { kind: "problem", script: file, version: "", code, text: one.message, place },
      formatProblem(one),
    );
  }

  #add(fault: NewFault, problem = ""): void {
    const now = this.#parts.clock.now();
    this.#counts.faults += 1;
    const known = this.#faults.find((entry) => isOpen(entry) && isSame(entry.state, fault));
    if (known !== undefined) {
      known.state = { ...known.state, lastAt: now, count: known.state.count + 1 };
      return;
    }
    const entry: Entry = { problem, state: stateOf(fault, this.#counts.faults, now) };
    this.#faults.unshift(entry);
    this.#faults.length = Math.min(this.#faults.length, SHOWN.faults);
    void this.#addExcerpt(entry);
  }

  async #addExcerpt(entry: Entry): Promise<void> {
    const { place } = entry.state;
    const excerpt = place === null ? null : await this.#parts.excerpt(place);
    entry.state = { ...entry.state, excerpt };
  }

  #end(entry: Entry): void {
    if (isOpen(entry)) entry.state = { ...entry.state, endedAt: this.#parts.clock.now() };
  }
}

export interface JournalParts {
  readonly clock: Pick<Clock, "now">;
  /** The number of connected clients. */
  sessions(): number;
  /** The source around a place; null if it cannot be read. */
  excerpt(place: FaultPlace): Promise<Excerpt | null>;
}

interface Entry {
  /** The whole text of a problem, by which the next load knows it; empty for faults. */
  readonly problem: string;
  state: FaultState;
}

type NewFault = Pick<FaultState, "kind" | "script" | "version" | "text" | "place" | "code">;

function stateOf(fault: NewFault, number: number, at: number): FaultState {
  const { script, text } = fault;
  const [name, shown] = [shortened(script, LONGEST.name), shortened(text, LONGEST.text)];
  return {
    ...fault,
    number,
    script: name,
    text: shown,
    excerpt: null,
    at,
    lastAt: at,
    count: 1,
    endedAt: null,
  };
}

function isOpen({ state }: Entry): boolean {
  return state.endedAt === null;
}

function isSame(state: FaultState, fault: NewFault): boolean {
  const isSamePlace = JSON.stringify(state.place) === JSON.stringify(fault.place);
  const isSameScript = state.script === fault.script && state.version === fault.version;
  // Messages may differ in an id; at the same place they are the same mistake.
  const isSameText = fault.place !== null || state.text === shortened(fault.text, LONGEST.text);
  return state.kind === fault.kind && isSameScript && isSamePlace && isSameText;
}

function names(all: readonly string[]): string[] {
  return all.slice(0, SHOWN.names).map((name) => shortened(name, LONGEST.name));
}

/** Reads `ws/chat.ts:12:5`. */
function placeOf(at: string | null): FaultPlace | null {
  const [, file, line, column] = /^(.+?):(\d+)(?::(\d+))?$/.exec(at ?? "") ?? [];
  if (file === undefined) return null;
  return { file, line: Number(line), column: column === undefined ? null : Number(column) };
}
