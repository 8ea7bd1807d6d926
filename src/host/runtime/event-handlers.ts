// Host: its programs by script, and which of a program's methods each event calls.
import type { TakeoverEvent, ScriptEvent } from "../../boundary/events.ts";
import type { Program } from "../api/dialect.ts";
import type { HostSession } from "../api/host-session.ts";
import type { CommitPlanner } from "./commit-planner.ts";
import type { FaultOrigin, FaultReporter } from "./fault-reporter.ts";
import type { ScriptKey } from "../../boundary/script-key.ts";
import { ParlorError } from "../../boundary/errors.ts";
import { loggedPath } from "../../boundary/text/path.ts";

/** Calls programs. A throw of a handler passes through; the caller reports it. */
export class EventHandlers {
  readonly #programs = new Map<ScriptKey, Program>();
  readonly #ports: EventHandlerPorts;
  /** Of programs that could not start; null when there is none. */
  #refusing: Map<Program, RefusedEvents> | null = null;

  constructor(ports: EventHandlerPorts) {
    this.#ports = ports;
  }

  install(script: ScriptKey, program: Program): void {
    this.#programs.get(script)?.dispose();
    this.#programs.set(script, program);
  }

  /** The events of a program are handled by `refuse`; null: by the program again. */
  refuseEvents(program: Program, refuse: RefusedEvents | null): void {
    if (refuse !== null) (this.#refusing ??= new Map()).set(program, refuse);
    else if (this.#refusing?.delete(program) === true && this.#refusing.size === 0) this.#refusing = null;
  }

  /** The program of a session's script. */
  programOf(session: HostSession): Program | undefined {
    return this.#programs.get(session.handshake.script);
  }

  /** The next versions have taken over from all of them. */
  drain(): void {
    for (const program of this.#programs.values()) program.drain?.();
  }

  dispose(): void {
    for (const program of this.#programs.values()) program.dispose();
  }

  /** The program that an event is for. */
  programFor(event: ScriptEvent, session: HostSession | null): Program | null {
    if (session !== null) return this.#programs.get(session.handshake.script) ?? null;
    if (event.kind === "request") return this.#programs.get(event.head.script) ?? null;
    return "script" in event ? (this.#programs.get(event.script) ?? null) : null;
  }

  /** Returns the result of the program's method for this event. */
  call(event: ScriptEvent, session: HostSession | null, program: Program | null): unknown {
    if (event.kind === "takeover") return this.#ports.takeOver(event);
    if (event.kind === "abort") return this.#abort(event.request);
    if (program === null) return this.#unserved(event, session);
    const refuse = this.#refusing?.get(program);
    if (refuse !== undefined) return refuse(event, session);
    if (event.kind === "request") return program.request?.(event.head, event.body);
    if (event.kind === "run") return program.run?.(event.module);
    if (event.kind === "files") return program.files?.(event.files);
    if ("client" in event) return program.client?.(event);
    return session === null ? undefined : this.#callForSession(event, session, program);
  }

  /**
   * Notifies the script of a session that it took over. Returns its promise, if any. Guarded: a fault in `onReload` must
   * not cost the session the event that waits for it.
   */
  notify(session: HostSession): PromiseLike<unknown> | null {
    const program = this.programOf(session);
    const origin: FaultOrigin = { program: program ?? null, session, what: "onReload", kind: "handler" };
    if (program === undefined) {
      void this.#ports.faults.guard(origin, () => this.#refuse(null, session));
      return null;
    }
    const notice = this.#ports.faults.guard(origin, () => program.takeOver?.(session));
    session.notified();
    return notice;
  }

  #callForSession(event: ScriptEvent, session: HostSession, program: Program): unknown {
    switch (event.kind) {
      case "message":
        if (session.state === "open") return program.message?.(session, event.data);
        return this.#ports.commits.discard();
      case "open":
        session.opened();
        return program.open?.(session);
      case "close":
        return this.#close(session, program, event);
      case "upgrade":
        return program.upgrade?.(session);
      case "pong":
        return session.state === "open" ? program.pong?.(session) : undefined;
      case "away":
        session.setAway(true);
        return session.state === "open" ? program.away?.(session) : undefined;
      case "return":
        session.setAway(false);
        return session.state === "open" ? program.returned?.(session) : undefined;
      case "call":
        return session.state === "open" ? program.call?.(session, event.text) : undefined;
      case "ping":
        return session.state === "open" ? program.ping?.(session) : undefined;
      default:
        return undefined;
    }
  }

  // The script never saw a client that left before it was accepted.
  #close(
    session: HostSession,
    program: Program,
    { code, reason }: { code: number; reason: string },
  ): unknown {
    session.closing();
    return session.isAccepted ? program.close?.(session, code, reason) : undefined;
  }

  // A session that no script serves is closed by its first event. Those that follow are discarded like those of any other
  // session that was closed, and so is an upgrade: its client gets a refusal.
  #unserved(event: ScriptEvent, session: HostSession | null): void {
    if (event.kind === "close") return session?.closing();
    if (session === null || session.state === "open" || session.state === "connecting")
      return this.#refuse(event, session);
    this.#ports.commits.discard();
  }

  #refuse(event: ScriptEvent | null, session: HostSession | null): never {
    const script = scriptOf(event, session);
    if (event?.kind !== "upgrade") this.#ports.refuse(event, session);
    throw new ParlorError("PARLOR_EVENT_UNSERVED/host", { script });
  }

  #abort(request: number): void {
    for (const program of this.#programs.values()) program.abort?.(request);
  }
}

/** Handles an event of a program that could not start. */
export type RefusedEvents = (event: ScriptEvent, session: HostSession | null) => void;

/** What calling handlers needs of the runtime. */
export interface EventHandlerPorts {
  readonly faults: FaultReporter;
  /** Counts the messages that are discarded, because the script has closed their session. */
  readonly commits: Pick<CommitPlanner, "discard">;
  readonly takeOver: (event: TakeoverEvent) => void;
  /** No script serves the session, or the request: its client is closed, or gets a response. */
  refuse(event: ScriptEvent | null, session: HostSession | null): void;
}

function scriptOf(event: ScriptEvent | null, session: HostSession | null): string {
  if (session !== null) return session.handshake.script;
  if (event?.kind === "request") return event.head.script;
  return event !== null && "script" in event ? event.script : "";
}

const HANDLERS: Record<ScriptEvent["kind"], string> = {
  upgrade: "onUpgrade",
  open: "onOpen",
  message: "onMessage",
  pong: "onPong",
  close: "onClose",
  takeover: "onReload",
  request: "request",
  abort: "request",
  run: "run",
  ping: "onPing",
  call: "calls",
  reply: "session.request",
  unsent: "onDrain",
  move: "join",
  away: "onAway",
  return: "onReturn",
  files: "files",
  clientOpen: "onOpen",
  clientMessage: "onMessage",
  clientError: "onError",
  clientClose: "onClose",
};

/** Where a fault in the handling of an event happened. */
export function originOf(
  event: ScriptEvent,
  session: HostSession | null,
  program: Program | null,
): FaultOrigin {
  // Its name is in its text, which is read for a fault only.
  if (event.kind === "call") return new CallOrigin(event, session, program);
  const origin = { program, session, what: handlerName(event), kind: "handler" } as const;
  if (event.kind !== "request") return origin;
  const { method, url } = event.head;
  return { ...origin, request: { method, path: loggedPath(url) } };
}

class CallOrigin implements FaultOrigin {
  readonly program: Program | null;
  readonly session: HostSession | null;
  readonly kind = "handler";
  readonly #event: ScriptEvent;

  constructor(event: ScriptEvent, session: HostSession | null, program: Program | null) {
    this.program = program;
    this.session = session;
    this.#event = event;
  }

  get what(): string {
    return handlerName(this.#event);
  }
}

export function handlerName(event: ScriptEvent): string {
  if (event.kind === "request") return `${event.head.method} ${loggedPath(event.head.url)}`;
  if (event.kind === "call") return `calls.${nameOf(event.text)}`;
  if (event.kind === "run") return event.module ?? event.script.replace(/^cron /, "");
  const isBinary = event.kind === "message" && typeof event.data !== "string";
  return isBinary ? "onBinary" : HANDLERS[event.kind];
}

/** The name of a request, which a script has a handler for: of others there are no faults. */
function nameOf(text: string): string {
  const { name } = JSON.parse(text) as Record<string, unknown>;
  return String(name);
}
