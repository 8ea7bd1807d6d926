import type { ScriptEvent } from "../../boundary/events.ts";
import type { SessionRef } from "../../boundary/refs.ts";
import type { HostExit } from "../../boundary/host.ts";

/** How a host has ended, in one line. */
export function crashMessage(name: string, exit: HostExit, toll: CrashReport): string {
  return `${endText(name, exit, toll)}; it starts again and its sessions stay connected${lostText(toll)}`;
}

/** How one has ended that had been replaced and was not done. */
export function drainingCrashMessage(name: string, exit: HostExit, toll: CrashReport): string {
  const sessions = "its sessions go on with the version that serves";
  return `${endText(`the version before of ${name}`, exit, toll)}; ${sessions}${lostText(toll)}`;
}

function endText(name: string, exit: HostExit, { culprit }: CrashReport): string {
  return `${name} ended ${culprit === "" ? phaseText(exit) : `while handling ${culprit}`}: ${exit.reason}`;
}

function lostText({ interrupted }: CrashReport): string {
  if (interrupted === 0) return "";
  if (interrupted === 1) return "; 1 handler that waited for a promise is not run again";
  return `; ${interrupted} handlers that waited for a promise are not run again`;
}

function phaseText(exit: HostExit): string {
  const words = { idle: "while idle", loading: "while loading", event: "at an event", tick: "in a tick" };
  if (exit.phase === "timer") return "in a timer";
  return exit.phase === "microtasks" ? "after its handlers had returned" : words[exit.phase];
}

/** What a death has cost: the event that did it, and how many handlers that waited for a promise. */
export class CrashReport {
  culprit = "";
  interrupted = 0;

  add(event: ScriptEvent, why: "culprit" | "interrupted", idOf: (session: SessionRef) => string): void {
    const session = "session" in event ? ` of session ${idOf(event.session)}` : "";
    if (why === "culprit") this.culprit = `${event.kind}${session}`;
    else this.interrupted += 1;
  }

  reset(): void {
    this.culprit = "";
    this.interrupted = 0;
  }
}

/** The end of a host that nobody is to blame for. */
export const NO_CULPRIT: HostExit = { reason: "", event: 0, phase: "idle", promised: [] };
