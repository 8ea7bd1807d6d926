// Host: maps the stacks of faults to the script's own files and lines.
import { TraceMap, originalPositionFor } from "@jridgewell/trace-mapping";
import type { HostSpec } from "../../boundary/host-spec.ts";

/** Maps a thrown value of any kind. Never throws. */
export function mapStack(error: unknown, maps: FindMap): MappedError {
  const traced = new Map<string, TraceMap | null>();
  const trace = (name: string) => {
    const known = traced.get(name);
    if (known !== undefined) return known;
    const map = traceMap(maps, name);
    traced.set(name, map);
    return map;
  };
  return mapped(error, trace, longest.causes);
}

/** The message of a thrown value with its place, in one line. */
export function errorLine(error: unknown, maps: FindMap): string {
  const { message, at } = mapStack(error, maps);
  return at === null ? message : `${message} (${at})`;
}

/** Finds the source maps of a host's scripts and shared modules. */
export function mapsOf({ scripts, shared }: HostSpec): FindMap {
  return findMapIn([...scripts.map((script) => script.source), ...shared]);
}

/** Finds a source map among these sources. */
export function findMapIn(
  sources: readonly ({ readonly name: string; readonly map: string } | null)[],
): FindMap {
  return (name) => sources.find((source) => source?.name === name)?.map;
}

/** A fault in the script's own files and lines. */
export interface MappedError {
  /** `TypeError: x is not a function`, or the thrown value if it is not an Error. */
  readonly message: string;
  /** The script's own place nearest to the fault, as `ws/chat.ts:12:5`; null when none is known. */
  readonly at: string | null;
  /** Message and frames. Without Parlor's own frames and Node's. */
  readonly stack: string;
}

/** The source map of a compiled script, by the name that it has in stacks. */
export type FindMap = (name: string) => string | TraceMap | undefined;

interface Frame {
  readonly text: string;
  readonly own: string | null;
}

const frameLine = /^\s+at /;
const longest = { frames: 30, characters: 8_000, causes: 3 };
const packageRoot = import.meta.url.replace(/^(.*)\/(?:src|dist)\/(?:host|entries)\/.*$/, "$1/");
const timers = /^parlor-timers:/;

function mapped(error: unknown, trace: (name: string) => TraceMap | null, causes: number): MappedError {
  const message = messageOf(error);
  const frames = linesOf(error)
    .map((line) => frameOf(line, trace))
    .filter((frame) => frame !== null);
  const at = frames.find(({ own }) => own !== null)?.own ?? null;
  const shown = frames.slice(0, longest.frames).map(({ text }) => text);
  const cause = causes > 0 ? read(error, "cause") : undefined;
  const below = cause === undefined ? [] : [`Caused by: ${mapped(cause, trace, causes - 1).stack}`];
  return { message, at, stack: [message, ...shown, ...below].join("\n").slice(0, longest.characters) };
}

function messageOf(error: unknown): string {
  const message = read(error, "message");
  if (typeof message !== "string") return shortened(`${textOf(error)} (thrown, not an Error)`);
  const name = read(error, "name");
  const prefix = typeof name === "string" && name !== "" ? name : "Error";
  return shortened(message === "" ? prefix : `${prefix}: ${message}`);
}

// The first part of a stack is its message, which may itself have lines that look like frames.
function linesOf(error: unknown): string[] {
  const stack = read(error, "stack");
  if (typeof stack !== "string") return [];
  const message = read(error, "message");
  const head = typeof message === "string" ? stack.indexOf(message) : -1;
  const frames = head === -1 ? stack : stack.slice(head + (message as string).length);
  return frames
    .slice(0, 100_000)
    .split("\n")
    .filter((line) => frameLine.test(line));
}

function frameOf(line: string, trace: (name: string) => TraceMap | null): Frame | null {
  const match = /^\s+at (?:(.*?) \()?(.+?):([1-9]\d*):([1-9]\d*)\)?$/.exec(line);
  if (match === null) return internal(line) ? null : { text: line, own: null };
  const [, caller, name = "", row, column] = match;
  const map = trace(name);
  if (map === null) return internal(line) ? null : { text: line, own: null };
  const found = originalPositionFor(map, { line: Number(row), column: Number(column) - 1 });
  if (found.source === null || timers.test(found.source)) return null;
  const own = `${found.source}:${found.line}:${found.column + 1}`;
  // A function called on its script's exports shows as `Object.onOpen`; the object is Parlor's, not the script's.
  const shown = caller?.replace(/^(async )?Object\./, "$1");
  return { text: shown === undefined ? `    at ${own}` : `    at ${shown} (${own})`, own };
}

function internal(line: string): boolean {
  if (/\bnode:internal\//.test(line)) return true;
  const path = packageRoot.replace(/^file:\/\//, "");
  return [packageRoot, path].some((root) => line.includes(`${root}dist/`) || line.includes(`${root}src/`));
}

function traceMap(maps: FindMap, name: string): TraceMap | null {
  try {
    const map = maps(name);
    return typeof map === "string" ? new TraceMap(map) : (map ?? null);
  } catch {
    return null;
  }
}

// A thrown value may be a proxy or have a getter, which throws again.
function read(value: unknown, key: string): unknown {
  if ((typeof value !== "object" || value === null) && typeof value !== "function") return undefined;
  try {
    return (value as Record<string, unknown>)[key];
  } catch {
    return undefined;
  }
}

function textOf(value: unknown): string {
  try {
    if (typeof value === "string") return value;
    if (typeof value === "object" && value !== null) return JSON.stringify(value) ?? typeof value;
    return typeof value === "function" ? "a function" : String(value);
  } catch {
    return typeof value;
  }
}

function shortened(text: string): string {
  return text.length > 2_000 ? `${text.slice(0, 2_000)}…` : text;
}
