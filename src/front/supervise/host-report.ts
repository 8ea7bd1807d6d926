// Front: the lines that the supervision logs about a host.
import { codeOf, errorText, type ErrorCode } from "../../boundary/errors.ts";
import { loggedPath } from "../../boundary/text/path.ts";
import type { Handshake, ScriptEvent } from "../../boundary/events.ts";
import type { HostExit } from "../../boundary/host.ts";
import { LOGGED_ERROR_BOUNDS, type LoggedError } from "../../boundary/log-line.ts";
import type { SessionRef } from "../../boundary/refs.ts";
import type { FinishCut } from "../handover/finishing-host.ts";
import type { Shed } from "../incarnation/incarnation-ports.ts";
import type { ScriptKey } from "../../boundary/script-key.ts";

/** A line for the log about a host. Its level is that of its code. */
export interface HostReport {
  readonly code: ErrorCode;
  readonly text: string;
  /** What it concerns, as fields of its entry in the log. */
  readonly fields?: EventFields;
}

/** The event that a line of the log is about. */
export interface EventFields {
  readonly session?: string;
  readonly event?: number;
  readonly method?: string;
  readonly path?: string;
  /** Where a host hung. */
  readonly err?: LoggedError;
}

/** The end of an incarnation, and what it cost. */
export interface Crash {
  readonly name: string;
  readonly exit: HostExit;
  readonly reason: "crash" | "hang";
  /** The event that caused it, in words; empty when none did, or none is known. */
  readonly culprit: string;
  /** The same event, as fields. */
  readonly fields?: EventFields;
  /** How many pending handlers were lost. */
  readonly interrupted: number;
  /** Whether it is not restarted at once: the next line says when. */
  readonly isLast?: boolean;
}

/** A host that served has crashed or hung. */
export function crashReport(crash: Crash): HostReport {
  const key = CRASH_KEYS[crash.reason][crash.isLast === true ? "failing" : "serving"];
  return { code: codeOf(key), text: errorText(key, valuesOf(crash)), ...fieldsOf(crash) };
}

/** A host that had been replaced and was not done has crashed or hung. */
export function drainingCrashReport(crash: Crash): HostReport {
  const key = crash.reason === "hang" ? "PARLOR_HOST_HANGS/draining" : "PARLOR_HOST_CRASHED/draining";
  return { code: codeOf(key), text: errorText(key, valuesOf(crash)), ...fieldsOf(crash) };
}

/** A host has ended before `onStop` of its scripts had finished. */
export function finishCutReport(name: string, { exit, ms, place }: FinishCut): HostReport {
  const key = exit === null ? "PARLOR_HOOK_TIMEOUT/host" : "PARLOR_HOST_CRASHED/finishing";
  const seconds = (ms / 1000).toFixed(1);
  return { code: codeOf(key), text: errorText(key, { name, seconds, place, reason: exit?.reason ?? "" }) };
}

function fieldsOf({ fields, exit: { hang, reason } }: Crash): Pick<HostReport, "fields"> {
  if (hang === undefined || hang.frames.length === 0) return fields === undefined ? {} : { fields };
  const stack = [reason, ...hang.frames.map((frame) => `    at ${frame}`)].join("\n");
  const err = { type: "Hang", message: reason, stack: stack.slice(0, LOGGED_ERROR_BOUNDS.characters) };
  return { fields: { ...fields, err } };
}

function adviceFor({ hang }: HostExit): string {
  return hang?.isSilent === true
    ? "look for JSON.parse or sort of a large value, or execSync"
    : "look for an endless loop";
}

/** A host serves nothing for a while: `pause` ms, or until the first client after that. */
export function failureReport(name: string, pause: number, isAlone: boolean): HostReport {
  const key = isAlone ? "PARLOR_HOST_FAILED/alone" : "PARLOR_HOST_FAILED/asked";
  return { code: codeOf(key), text: errorText(key, { name, seconds: pause / 1000 }) };
}

/** Sessions were closed, so that a host whose memory ran out can take the others over. Null if none was. */
export function shedReport(name: string, shed: Shed | null): HostReport | null {
  if (shed === null) return null;
  const { count, bytes, heaviest } = shed;
  const mebibytes = (bytes / 1024 / 1024).toFixed(1);
  const text = errorText("PARLOR_SESSIONS_SHED", { name, count, mebibytes, heaviest });
  return { code: "PARLOR_SESSIONS_SHED", text };
}

/** A session was closed, because its events have ended its host again and again. */
export function culpritReport({ id, address, route }: Handshake): HostReport {
  return {
    code: "PARLOR_SESSION_CULPRIT",
    text: errorText("PARLOR_SESSION_CULPRIT", { route, id, address }),
  };
}

/** An event has come for a host that does not exist. */
export function unservedReport(event: ScriptEvent, ids: SessionIds): HostReport {
  const values = { what: eventText(event, ids), outcome: OUTCOMES[event.kind] ?? "it is lost" };
  return { code: "PARLOR_EVENT_UNSERVED", text: errorText("PARLOR_EVENT_UNSERVED/front", values) };
}

const CLOSED = "its session is closed with 1011";

const OUTCOMES: Readonly<Partial<Record<ScriptEvent["kind"], string>>> = {
  open: CLOSED,
  message: CLOSED,
  ping: CLOSED,
  pong: CLOSED,
  upgrade: "its client gets 503",
  request: "its client gets 500",
  run: "it has failed",
};

/** An event, in words: `a message from session 7f…`. */
export function eventText(event: ScriptEvent, ids: SessionIds): string {
  if (event.kind === "request") return `${event.head.method} ${loggedPath(event.head.url)}`;
  if (event.kind === "run") return `a run of ${jobOf(event.script)}`;
  if (!("session" in event)) return `an event (${event.kind})`;
  return `${EVENT_WORDS[event.kind]} session ${ids.idOf(event.session)}`;
}

/** The same, for a program that reads the log. `number`: of the event. */
export function eventFields(event: ScriptEvent, number: number, ids: SessionIds): EventFields {
  if (event.kind === "request")
    return { event: number, method: event.head.method, path: loggedPath(event.head.url) };
  return "session" in event ? { event: number, session: ids.idOf(event.session) } : { event: number };
}

export interface SessionIds {
  /** A session's public id. */
  idOf(session: SessionRef): string;
}

const CRASH_KEYS = {
  crash: { serving: "PARLOR_HOST_CRASHED/serving", failing: "PARLOR_HOST_CRASHED/failing" },
  hang: { serving: "PARLOR_HOST_HANGS/serving", failing: "PARLOR_HOST_HANGS/failing" },
} as const;

const EVENT_WORDS = {
  upgrade: "the upgrade of",
  open: "the opening of",
  message: "a message from",
  ping: "a ping from",
  pong: "a pong from",
  call: "a call of",
  reply: "a reply of",
  unsent: "the drain of",
  move: "a change of rooms of",
  away: "the absence of",
  return: "the return of",
  close: "the close of",
} as const;

const PHASE_WORDS: Readonly<Record<HostExit["phase"], string>> = {
  idle: "while idle",
  loading: "while loading",
  event: "on an event",
  microtasks: "after its handlers had returned",
  tick: "in a tick",
  timer: "in a timer",
  notice: "in onReload",
  waiting: "while it waited for the server",
};

function valuesOf({
  name,
  exit,
  culprit,
  interrupted,
}: Crash): Record<"name" | "where" | "reason" | "advice" | "lost", string> {
  const where = culprit === "" ? PHASE_WORDS[exit.phase] : `on ${culprit}`;
  return { name, where, reason: exit.reason, advice: adviceFor(exit), lost: lostText(interrupted) };
}

function lostText(interrupted: number): string {
  if (interrupted === 0) return "";
  if (interrupted === 1) return "; 1 handler that waited for a promise does not run again";
  return `; ${interrupted} handlers that waited for a promise do not run again`;
}

function jobOf(script: ScriptKey): string {
  return script.slice(script.indexOf(" ") + 1);
}
