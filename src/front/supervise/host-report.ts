// Front: the lines that the supervision logs about a host.
import type { ScriptEvent } from "../../boundary/events.ts";
import type { HostExit } from "../../boundary/host.ts";
import type { SessionRef } from "../../boundary/refs.ts";

/** A line for the log about a host. */
export interface HostReport {
  readonly code: HostReportCode;
  readonly level: "warn" | "error";
  readonly text: string;
}

export type HostReportCode =
  | "PARLOR_HOST_CRASHED"
  | "PARLOR_HOST_HANGS"
  | "PARLOR_HOST_CRASHES_OFTEN"
  | "PARLOR_HOST_ROLLED_BACK"
  | "PARLOR_HOST_FAILED";

/** The end of an incarnation, and what it cost. */
export interface Crash {
  readonly name: string;
  readonly exit: HostExit;
  readonly reason: "crash" | "hang";
  /** The event that caused it, in words; empty when none did, or none is known. */
  readonly culprit: string;
  /** How many pending handlers were lost. */
  readonly interrupted: number;
}

/** A host that served has crashed or hung. */
export function crashReport(crash: Crash): HostReport {
  return report(crash, `${crash.name}`, "restarting, all sessions stay connected");
}

/** A host that had been replaced and was not done has crashed or hung. */
export function drainingCrashReport(crash: Crash): HostReport {
  const sessions = "its sessions continue on the current version";
  return report(crash, `the previous version of ${crash.name}`, sessions);
}

/** A host is given up until it is reloaded. */
export function failureReport(name: string): HostReport {
  return {
    code: "PARLOR_HOST_FAILED",
    level: "error",
    text: `${name} crashed while loading again and again, and is stopped; fix the script and reload it, until then clients get 503`,
  };
}

/** An event, in words: `a message from session 7f…`. */
export function eventText(event: ScriptEvent, idOf: (session: SessionRef) => string): string {
  if (event.kind === "request") return `${event.head.method} ${pathOf(event.head.url)}`;
  if (event.kind === "run") return `a run of ${event.script}`;
  if (!("session" in event)) return `an event (${event.kind})`;
  const session = `session ${idOf(event.session)}`;
  const words = EVENT_WORDS[event.kind];
  return `${words} ${session}`;
}

const EVENT_WORDS = {
  upgrade: "the upgrade of",
  open: "the opening of",
  message: "a message from",
  ping: "a ping from",
  pong: "a pong from",
  close: "the close of",
} as const;

const PHASE_WORDS: Readonly<Record<HostExit["phase"], string>> = {
  idle: "while idle",
  loading: "while loading",
  event: "on an event",
  microtasks: "after its handlers had returned",
  tick: "in a tick",
  timer: "in a timer",
};

function report(crash: Crash, name: string, sessions: string): HostReport {
  const where = crash.culprit === "" ? PHASE_WORDS[crash.exit.phase] : `on ${crash.culprit}`;
  const { reason } = crash.exit;
  const lost = lostText(crash.interrupted);
  if (crash.reason === "hang") {
    const text = `${name} was stopped ${where}: ${reason}; look for an endless loop; ${sessions}${lost}`;
    return { code: "PARLOR_HOST_HANGS", level: "error", text };
  }
  const text = `${name} crashed ${where} (${reason}); ${sessions}${lost}`;
  return { code: "PARLOR_HOST_CRASHED", level: "error", text };
}

function lostText(interrupted: number): string {
  if (interrupted === 0) return "";
  if (interrupted === 1) return "; 1 handler that waited for a promise does not run again";
  return `; ${interrupted} handlers that waited for a promise do not run again`;
}

function pathOf(url: string): string {
  return URL.canParse(url) ? new URL(url).pathname : url;
}
