// Boundary: the commands by which scripts act, as a host records them and the front plays them back.
import {
  SEND,
  CLOSE,
  JOIN,
  LEAVE,
  BROADCAST,
  PUBLISH,
  SET_ATTRIBUTE,
  ACCEPT,
  REFUSE,
  RESPOND,
  WRITE,
  FAIL,
  CLAIM,
  CONNECT,
  SEND_CLIENT,
  CLOSE_CLIENT,
} from "./codes/command-numbers.ts";
import { errorText } from "./errors.ts";
import type { RouteClaim } from "./questions.ts";
import type { Payload } from "./payload.ts";
import type { ClientRef, RequestRef, SessionRef } from "./refs.ts";
import type { ScriptKey } from "./script-key.ts";
import type { StoredValue } from "./stored-value.ts";
import { valueSize } from "./turn/value-size.ts";
import { DEFAULT_TURN_LIMIT, type TurnLimit } from "./turn/turn-limit.ts";

/**
 * Every effect that a script can have. A host records the calls (`CommandLog`); the front plays them back on the part
 * that carries them out (`playCommands`). A script has no other way to act.
 *
 * A new command is six edits: its member in the interface of its receiver below, its number with the method of
 * `CommandLog`, its case in the receiver's `play` function, the method of the receiver itself (`Hub` for sessions and
 * rooms, `HttpTransport` for HTTP, `Programs.commandsOf` for programs), its arguments in `guard/command-checks.ts`, and
 * the dialects that may send it in `guard/rights.ts`.
 */
export interface Commands extends SessionCommands, HttpCommands, ProgramCommands {}

/** Commands on sessions. */
export interface SessionCommands extends RoomCommands {
  send(session: SessionRef, data: Payload): void;
  close(session: SessionRef, code: number, reason: string): void;
  /** `undefined` removes the attribute. */
  setAttribute(session: SessionRef, key: string, value: StoredValue | undefined): void;
  accept(session: SessionRef): void;
  refuse(session: SessionRef, status: number, reason: string): void;
}

/** Commands on groups of sessions: named rooms, and all sessions of a route. */
export interface RoomCommands {
  join(session: SessionRef, room: string): void;
  leave(session: SessionRef, room: string): void;
  /** To all members of a room but one. */
  broadcast(room: string, data: Payload, except: SessionRef): void;
  /** To all sessions of a route but one. */
  publish(route: string, data: Payload, except: SessionRef): void;
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
  connect(script: ScriptKey, client: ClientRef, url: string): void;
  /** Data sent before the connection is open waits for it. */
  sendClient(client: ClientRef, data: Payload): void;
  closeClient(client: ClientRef, code: number, reason: string): void;
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

/**
 * Records commands until they are taken for a commit. What one event, timer or tick may call is bounded: a call beyond
 * it throws, and is not recorded. Calls that end something are always recorded, so that a full log can be cleaned up.
 */
export class CommandLog implements Commands {
  #list: unknown[] = [];
  readonly #onFirst: () => void;
  readonly #limit: TurnLimit;
  /** What the log holds, and at which size it is full. */
  #count = 0;
  #bytes = 0;
  #fullAt: number;
  #fullAtBytes: number;

  /** `onFirst` is called when the log is no longer empty, so that its owner can plan the commit. */
  constructor(onFirst: () => void, limit: TurnLimit = DEFAULT_TURN_LIMIT) {
    this.#onFirst = onFirst;
    this.#limit = limit;
    this.#fullAt = limit.commands;
    this.#fullAtBytes = limit.bytes;
  }

  /** Bytes of the payloads and names that the log holds. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Whether it holds so much that it is better sent before the next event starts. */
  get isLarge(): boolean {
    return this.#count >= LARGE.commands || this.#bytes >= LARGE.bytes;
  }

  /** What the next event calls is bounded by itself, whatever the log holds of events before it. */
  startEvent(): void {
    this.#fullAt = this.#count + this.#limit.commands;
    this.#fullAtBytes = this.#bytes + this.#limit.bytes;
  }

  send(session: SessionRef, data: Payload): void {
    this.#start(data.length).push(SEND, session, data);
  }

  close(session: SessionRef, code: number, reason: string): void {
    this.#open().push(CLOSE, session, code, reason);
  }

  join(session: SessionRef, room: string): void {
    this.#start(room.length).push(JOIN, session, room);
  }

  leave(session: SessionRef, room: string): void {
    this.#start(room.length).push(LEAVE, session, room);
  }

  broadcast(room: string, data: Payload, except: SessionRef): void {
    this.#start(room.length + data.length).push(BROADCAST, room, data, except);
  }

  publish(route: string, data: Payload, except: SessionRef): void {
    this.#start(data.length).push(PUBLISH, route, data, except);
  }

  setAttribute(session: SessionRef, key: string, value: StoredValue | undefined): void {
    this.#start(key.length + valueSize(value)).push(SET_ATTRIBUTE, session, key, value);
  }

  accept(session: SessionRef): void {
    this.#open().push(ACCEPT, session);
  }

  refuse(session: SessionRef, status: number, reason: string): void {
    this.#open().push(REFUSE, session, status, reason);
  }

  respond(request: RequestRef, head: ResponseHead): void {
    this.#startPart(request, valueSize(head.headers)).push(RESPOND, request, head);
  }

  write(request: RequestRef, data: Payload | null, last: boolean): void {
    this.#startPart(request, data === null ? 0 : data.length).push(WRITE, request, data, last);
  }

  fail(request: RequestRef): void {
    this.#open().push(FAIL, request);
  }

  claim(script: ScriptKey, claims: readonly RouteClaim[]): void {
    this.#start(valueSize(claims)).push(CLAIM, script, claims);
  }

  connect(script: ScriptKey, client: ClientRef, url: string): void {
    this.#start(url.length).push(CONNECT, script, client, url);
  }

  sendClient(client: ClientRef, data: Payload): void {
    this.#start(data.length).push(SEND_CLIENT, client, data);
  }

  closeClient(client: ClientRef, code: number, reason: string): void {
    this.#open().push(CLOSE_CLIENT, client, code, reason);
  }

  /** Returns the recorded commands; the log is empty again. */
  take(): CommandList {
    const taken = this.#list;
    this.#list = [];
    this.#count = this.#bytes = 0;
    this.startEvent();
    return taken;
  }

  #start(bytes: number): unknown[] {
    if (!this.#hasRoom(bytes)) throw turnLimitError(this.#limit);
    const list = this.#open();
    this.#count += 1;
    this.#bytes += bytes;
    return list;
  }

  // The client must not wait for a response of which a part is missing.
  #startPart(request: RequestRef, bytes: number): unknown[] {
    if (!this.#hasRoom(bytes)) this.fail(request);
    return this.#start(bytes);
  }

  #hasRoom(bytes: number): boolean {
    return this.#count < this.#fullAt && this.#bytes + bytes <= this.#fullAtBytes;
  }

  #open(): unknown[] {
    if (this.#list.length === 0) this.#onFirst();
    return this.#list;
  }
}

// Its stack names the script's line.
function turnLimitError({ commands, bytes }: TurnLimit): RangeError {
  const text = errorText("PARLOR_TURN_LIMIT", { commands, bytes });
  return Object.assign(new RangeError(text), { code: "PARLOR_TURN_LIMIT" });
}

/** A log of this size is committed before the next event of its batch starts. */
const LARGE: TurnLimit = { commands: 16_384, bytes: 1_048_576 };

/** Plays up to `most` commands from `at` on. Returns where the next one starts. */
export function playSome(list: CommandList, at: number, on: CommandReceivers, most: number): number {
  let next = at;
  for (let left = most; left > 0 && next < list.length; left -= 1) next = playOne(list, next, on);
  return next;
}

/** Plays recorded commands, in order, on the parts that carry them out. */
export function playCommands(list: CommandList, on: CommandReceivers): void {
  playSome(list, 0, on, Infinity);
}

// Returns where the next command starts. The frequent ones are compared first.
function playOne(list: CommandList, at: number, { sessions, http, programs }: CommandReceivers): number {
  const code = list[at] as number;
  if (code <= REFUSE) return playSession(list, at, sessions);
  if (code <= FAIL) return playHttp(list, at, http);
  return playProgram(list, at, programs);
}

function playSession(list: CommandList, at: number, on: SessionCommands): number {
  const session = list[at + 1] as SessionRef;
  switch (list[at]) {
    case SEND:
      on.send(session, list[at + 2] as Payload);
      return at + 3;
    case BROADCAST:
      on.broadcast(list[at + 1] as string, list[at + 2] as Payload, list[at + 3] as number);
      return at + 4;
    case PUBLISH:
      on.publish(list[at + 1] as string, list[at + 2] as Payload, list[at + 3] as number);
      return at + 4;
    case JOIN:
      on.join(session, list[at + 2] as string);
      return at + 3;
    case LEAVE:
      on.leave(session, list[at + 2] as string);
      return at + 3;
    case CLOSE:
      on.close(session, list[at + 2] as number, list[at + 3] as string);
      return at + 4;
    case SET_ATTRIBUTE:
      on.setAttribute(session, list[at + 2] as string, list[at + 3] as StoredValue | undefined);
      return at + 4;
    case ACCEPT:
      on.accept(session);
      return at + 2;
    case REFUSE:
      on.refuse(session, list[at + 2] as number, list[at + 3] as string);
      return at + 4;
    default:
      return refuseUnknown(list, at);
  }
}

function playHttp(list: CommandList, at: number, on: HttpCommands): number {
  const request = list[at + 1] as RequestRef;
  switch (list[at]) {
    case RESPOND:
      on.respond(request, list[at + 2] as ResponseHead);
      return at + 3;
    case WRITE:
      on.write(request, list[at + 2] as Payload | null, list[at + 3] as boolean);
      return at + 4;
    case FAIL:
      on.fail(request);
      return at + 2;
    default:
      return refuseUnknown(list, at);
  }
}

function playProgram(list: CommandList, at: number, on: ProgramCommands): number {
  const client = list[at + 1] as ClientRef;
  switch (list[at]) {
    case CLAIM:
      on.claim(list[at + 1] as ScriptKey, list[at + 2] as readonly RouteClaim[]);
      return at + 3;
    case CONNECT:
      on.connect(list[at + 1] as ScriptKey, list[at + 2] as ClientRef, list[at + 3] as string);
      return at + 4;
    case SEND_CLIENT:
      on.sendClient(client, list[at + 2] as Payload);
      return at + 3;
    case CLOSE_CLIENT:
      on.closeClient(client, list[at + 2] as number, list[at + 3] as string);
      return at + 4;
    default:
      return refuseUnknown(list, at);
  }
}

function refuseUnknown(list: CommandList, at: number): never {
  throw new Error(`unknown command ${String(list[at])} at ${at}`);
}
