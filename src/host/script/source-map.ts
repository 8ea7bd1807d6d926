// Host: maps the stacks of faults to the script's own files and lines.
import { stackLines } from "../../boundary/text/stack-lines.ts";
import { TraceMap, originalPositionFor } from "@jridgewell/trace-mapping";
import type { HostSpec } from "../../boundary/host-spec.ts";
import { LOGGED_ERROR_BOUNDS, type LoggedError } from "../../boundary/log-line.ts";

/** Maps a thrown value of any kind. Never throws. */
export function mapStack(error: unknown, maps: FindMap): MappedError {
  const trace = tracer(maps);
  return mapped(error, trace, longest.depth);
}

/** Returns a function that maps the frames of stacks, a line each, and leaves out those of Parlor and of Node. */
export function stackMapper(maps: FindMap): (frames: readonly string[]) => string[] {
  const trace = tracer(maps);
  return (frames) => frames.flatMap((line) => frameOf(line, trace)?.text ?? []);
}

function tracer(maps: FindMap): (name: string) => TraceMap | null {
  const traced = new Map<string, TraceMap | null>();
  return (name) => {
    const known = traced.get(name);
    if (known !== undefined) return known;
    const map = traceMap(maps, name);
    // The code of an unknown name may be compiled later.
    if (map !== null) traced.set(name, map);
    return map;
  };
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
  /** Message and frames, those of its causes included. Without Parlor's own frames and Node's. */
  readonly stack: string;
  /** The same for the log, with its causes and parts as members. */
  readonly err: LoggedError;
}

/** The source map of a compiled script, by the name that it has in stacks. */
export type FindMap = (name: string) => string | TraceMap | undefined;

interface Frame {
  readonly text: string;
  readonly own: string | null;
}

const frameLine = /^\s+at /;
const longest = { frames: 30, ...LOGGED_ERROR_BOUNDS };
const packageRoot = import.meta.url.replace(/^(.*)\/(?:src|dist)\/(?:host|entries)\/.*$/, "$1/");
const timers = /^parlor-timers:/;

function mapped(error: unknown, trace: Trace, depth: number): MappedError {
  const message = messageOf(error);
  const frames = linesOf(error)
    .map((line) => frameOf(line, trace))
    .filter((frame) => frame !== null);
  const at = frames.find(({ own }) => own !== null)?.own ?? null;
  const shown = frames.slice(0, longest.frames).map(({ text }) => text);
  const own = [message, ...shown].join("\n").slice(0, longest.characters);
  const cause = depth > 0 ? read(error, "cause") : undefined;
  const below = cause === undefined ? null : mapped(cause, trace, depth - 1);
  const stack = below === null ? own : `${own}\nCaused by: ${below.stack}`.slice(0, longest.characters);
  const parts = depth > 0 ? partsOf(error).map((part) => mapped(part, trace, 0).err) : [];
  const err = {
    ...plainError(error, own),
    ...(below !== null && { cause: below.err }),
    ...(parts.length > 0 && { errors: parts }),
  };
  return { message, at, stack, err };
}

type Trace = (name: string) => TraceMap | null;

function plainError(error: unknown, stack: string): LoggedError {
  const [name, message, code] = ["name", "message", "code"].map((key) => read(error, key));
  if (typeof message !== "string")
    return { type: error === null ? "null" : typeof error, message: shortened(textOf(error)), stack };
  const type = typeof name === "string" && name !== "" ? shortened(name) : "Error";
  const plain = { type, message: shortened(message), stack };
  if (typeof code === "string") return { ...plain, code: shortened(code) };
  return typeof code === "number" && Number.isFinite(code) ? { ...plain, code } : plain;
}

// The parts of an AggregateError.
function partsOf(error: unknown): unknown[] {
  const errors = read(error, "errors");
  try {
    return Array.isArray(errors) && errors.some((part) => part instanceof Error)
      ? Array.from({ length: Math.min(errors.length, longest.errors) }, (_, at) => errors[at] as unknown)
      : [];
  } catch {
    return [];
  }
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
  return stackLines(frames.slice(0, 100_000)).filter((line) => frameLine.test(line));
}

function frameOf(line: string, trace: (name: string) => TraceMap | null): Frame | null {
  const match = /^\s+at (async (?!.* \())?(?:(.*?) \()?(.+?):([1-9]\d*):([1-9]\d*)\)?$/.exec(line);
  if (match === null) return internal(line) ? null : { text: line, own: null };
  const [, waits = "", caller, name = "", row, column] = match;
  const map = trace(name);
  if (map === null && MAPPED.test(name)) return { text: line, own: `${name}:${row}:${column}` };
  if (map === null) return internal(line) ? null : { text: line, own: null };
  const found = originalPositionFor(map, { line: Number(row), column: Number(column) - 1 });
  if (found.source === null || timers.test(found.source)) return null;
  const own = `${found.source}:${found.line}:${found.column + 1}`;
  // A function called on its script's exports shows as `Object.onOpen`; the object is Parlor's, not the script's.
  const shown = caller?.replace(/^(async )?Object\./, "$1");
  return { text: shown === undefined ? `    at ${waits}${own}` : `    at ${shown} (${own})`, own };
}

/** A file as maps name it: relative to the app. The stack was mapped when it was read. */
const MAPPED = /^(?!\/|[a-z]{2,}:)[^<>]*\.\w+$/i;

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
