import type { Program } from "../api/dialect.ts";
import type { TakeoverEvent, ScriptEvent } from "../../boundary/events.ts";
import type { HostSession } from "../api/host-session.ts";
import type { FaultOrigin } from "./fault-origin.ts";

/** What calling handlers needs of the runtime. */
export interface HandlerPorts {
  /** Takes sessions over. */
  adopt(event: TakeoverEvent): void;
  fault(error: unknown, origin: FaultOrigin): void;
}

/** A host's programs, and what each event means to them. */
export class EventHandlers {
  /** Messages that were thrown away because their session had been closed by the script. */
  discarded = 0;
  readonly #programs = new Map<string, Program>();
  readonly #ports: HandlerPorts;

  constructor(ports: HandlerPorts) {
    this.#ports = ports;
  }

  install(script: string, program: Program): void {
    this.#programs.get(script)?.dispose();
    this.#programs.set(script, program);
  }

  program(script: string): Program | undefined {
    return this.#programs.get(script);
  }

  /** Other versions have the place of these. */
  retire(): void {
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

  /** Calls what the event means to its script. */
  call(event: ScriptEvent, session: HostSession | null, program: Program | null): unknown {
    if (event.kind === "takeover") return this.#ports.adopt(event);
    if (event.kind === "abort") return this.#abort(event.request);
    if (program === null) return undefined;
    if (event.kind === "request") return program.request?.(event.head, event.body);
    if (event.kind === "run") return program.run?.(event.module);
    if (event.kind === "files") return program.files?.(event.files);
    if ("client" in event) return program.client?.(event);
    if (session === null) return undefined;
    if (session.takenOver !== null && session.isOpened) {
      return this.#adoptFirst(event, session, program);
    }
    return this.#callForSession(event, session, program);
  }

  #adoptFirst(event: ScriptEvent, session: HostSession, program: Program): unknown {
    return this.#adopt(session, program, () => this.#callForSession(event, session, program));
  }

  #callForSession(event: ScriptEvent, session: HostSession, program: Program): unknown {
    switch (event.kind) {
      case "message":
        if (session.state === "open") return program.message?.(session, event.data);
        this.discarded += 1;
        return undefined;
      case "open":
        return this.#open(session, program);
      case "close":
        session.state = "closing";
        // A client that left before it was let in was never there, as far as the script knows.
        return session.isOpened || session.isAccepted
          ? program.close?.(session, event.code, event.reason)
          : undefined;
      case "upgrade":
        return program.upgrade?.(session);
      case "pong":
        return session.state === "open" ? program.pong?.(session) : undefined;
      case "ping":
        return session.state === "open" ? program.ping?.(session) : undefined;
      default:
        return undefined;
    }
  }

  #open(session: HostSession, program: Program): unknown {
    // A script that closed its session before the 101 is still told of the opening, then of the close.
    if (session.state === "connecting") session.state = "open";
    session.takenOver = null;
    session.isOpened = true;
    return program.open?.(session);
  }

  // A fault in telling must not cost the session the event that it is told before.
  #adopt(session: HostSession, program: Program, then: () => unknown): unknown {
    const origin: FaultOrigin = { program, session, what: "onReload", kind: "handler" };
    const result = this.guard(origin, () => program.takeOver?.(session));
    session.takenOver = null;
    return result === null ? then() : result.then(then);
  }

  /** Tells the script of a session that was taken over and has no event yet. Answers its promise, if any. */
  tellAdopted(session: HostSession): PromiseLike<unknown> | null {
    const program = this.#programs.get(session.handshake.script);
    if (program === undefined) return null;
    const result = this.#adopt(session, program, () => null);
    return isPromiseLike(result) ? result : null;
  }

  #abort(request: number): void {
    for (const program of this.#programs.values()) program.abort?.(request);
  }

  /** A throw is a fault and nothing more; a promise is answered as one that never rejects. */
  guard(origin: FaultOrigin, call: () => unknown): PromiseLike<unknown> | null {
    try {
      const result = call();
      return isPromiseLike(result) ? this.caught(result, origin) : null;
    } catch (error) {
      this.#ports.fault(error, origin);
      return null;
    }
  }

  /** What a script calls a promise may be no good one: `then` may answer nothing, or call back at once. */
  caught(promise: PromiseLike<unknown>, origin: FaultOrigin): PromiseLike<unknown> {
    return Promise.resolve(promise).then(undefined, (error: unknown) => this.#ports.fault(error, origin));
  }
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
  files: "files",
  clientOpen: "onOpen",
  clientMessage: "onMessage",
  clientError: "onError",
  clientClose: "onClose",
};

/** Where a fault in the handling of an event happened. */
export function handlerOf(
  event: ScriptEvent,
  session: HostSession | null,
  program: Program | null,
): FaultOrigin {
  const isBinary = event.kind === "message" && typeof event.data !== "string";
  return { program, session, what: isBinary ? "onBinary" : HANDLERS[event.kind], kind: "handler" };
}

export function isPromiseLike(value: unknown): value is PromiseLike<unknown> {
  return (
    typeof value === "object" && value !== null && typeof (value as { then?: unknown }).then === "function"
  );
}

/** What is told of a handler whose promise took too long. Nobody threw it, so it has no stack. */
export function givenUp(seconds: number): Error {
  const error = new Error(`promise not settled after ${seconds} s: given up, what waited for it goes on`);
  error.stack = "";
  return error;
}
