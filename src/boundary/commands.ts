// Boundary: the commands by which scripts act, as a host records them and the front plays them back.
import type { JoinOptions } from "./rooms/join-options.ts";
import type { MessageOptions } from "./flow/slow-policy.ts";
import type { RouteClaim } from "./questions.ts";
import type { Payload } from "./payload.ts";
import type { ClientRef, RequestRef, SessionRef } from "./refs.ts";
import type { ScriptKey } from "./script-key.ts";
import type { StoredValue } from "./stored-value.ts";
import type { Headers, UpgradeAnswer } from "./text/upgrade-answer.ts";

/**
 * Every effect that a script can have. A host records the calls (`host/runtime/command-log.ts`); the front plays them
 * back on the part that carries them out (`play/play-commands.ts`). A script has no other way to act.
 *
 * A new command is six edits: its member in the interface of its receiver below, its number with the method of
 * `CommandLog`, its case in the receiver's `play` function, the method of the receiver itself (`Hub` for sessions and
 * rooms, `HttpTransport` for HTTP, `Programs.commandsOf` for programs), its arguments in `guard/command-checks.ts`, and
 * the dialects that may send it in `guard/rights.ts`.
 */
export interface Commands extends SessionCommands, HttpCommands, ProgramCommands {}

/** Commands on sessions. */
export interface SessionCommands extends RoomCommands {
  send(session: SessionRef, data: Payload, options?: MessageOptions): void;
  close(session: SessionRef, code: number, reason: string): void;
  /**
   * Notifies the client that its message was refused, and counts that. `of`: the name of the message. With the code
   * `LATE_REPLY` it is only counted.
   */
  report(session: SessionRef, code: string, message: string, of: string | null): void;
  /** Sends a request or a reply, JSON text, to a client of `parlor.v1`; others get nothing. */
  envelope(session: SessionRef, text: string): void;
  /** `undefined` removes the attribute. */
  setAttribute(session: SessionRef, key: string, value: StoredValue | undefined): void;
  accept(session: SessionRef, answer: UpgradeAnswer): void;
  refuse(session: SessionRef, status: number, reason: string, headers: Headers): void;
}

/** The code of `report` for a reply that no script awaits any longer. */
export const LATE_REPLY = "late";

/** Commands on groups of sessions: named rooms, and all sessions of a route. */
export interface RoomCommands {
  join(session: SessionRef, room: string, options?: JoinOptions): void;
  leave(session: SessionRef, room: string): void;
  /** To all members of a room but one. */
  broadcast(room: string, data: Payload, except: SessionRef, options?: MessageOptions): void;
  /** To all sessions of a route but one. */
  publish(route: string, data: Payload, except: SessionRef, options?: MessageOptions): void;
}

/** Commands on HTTP requests. */
export interface HttpCommands {
  respond(request: RequestRef, head: ResponseHead): void;
  /** A part of a response's body; `last` ends it. */
  write(request: RequestRef, data: Payload | null, last: boolean): void;
  /** The script cannot finish its response: status 500, or the connection is cut if a part of it has been sent. */
  fail(request: RequestRef): void;
}

/** Commands of programs that concern neither sessions nor requests. */
export interface ProgramCommands {
  /** The paths on the server's own port that a program serves; they replace those it claimed before. */
  claim(script: ScriptKey, claims: readonly RouteClaim[]): void;
  /** Opens an outbound connection; its progress comes back as client events. */
  connect(script: ScriptKey, client: ClientRef, peer: ClientPeer): void;
  /** Data sent before the connection is open waits for it. */
  sendClient(client: ClientRef, data: Payload): void;
  closeClient(client: ClientRef, code: number, reason: string): void;
}

/** The other end of an outbound connection. */
export interface ClientPeer {
  readonly url: string;
  /** The name under which a cluster has this connection on one node at a time; null: each node opens its own. */
  readonly once: string | null;
}

/** Status and headers of an HTTP response. */
export interface ResponseHead {
  readonly status: number;
  readonly headers: readonly (readonly [string, string])[];
}

/** The parts of the front that carry out the commands of one host. */
export interface CommandReceivers {
  readonly sessions: SessionCommands;
  readonly http: HttpCommands;
  readonly programs: ProgramCommands;
}

/** Recorded commands: one flat array, because that is what crosses a thread at the lowest cost. */
export type CommandList = readonly unknown[];
