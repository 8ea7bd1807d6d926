import type { RouteClaim } from "./questions.ts";
import type { Payload } from "./payload.ts";
import type { ClientRef, RequestRef, SessionRef } from "./refs.ts";

/** Status and headers of the answer to an HTTP request. */
export interface ResponseHead {
  readonly status: number;
  readonly headers: readonly (readonly [string, string])[];
}

/**
 * Every effect that a script can have, told to the front. The same interface stands on both sides: a host records
 * calls (`CommandLog`), the front plays them back on its hub (`playCommands`). Nothing goes round it.
 */
export interface Commands {
  send(session: SessionRef, data: Payload): void;
  close(session: SessionRef, code: number, reason: string): void;
  join(session: SessionRef, room: string): void;
  leave(session: SessionRef, room: string): void;
  /** To all members of a room but one. */
  broadcast(room: string, data: Payload, except: SessionRef): void;
  /** To all sessions of a route but one. */
  publish(route: string, data: Payload, except: SessionRef): void;
  /** `undefined` removes the attribute. */
  setAttribute(session: SessionRef, key: string, value: unknown): void;
  accept(session: SessionRef): void;
  refuse(session: SessionRef, status: number, reason: string): void;
  respond(request: RequestRef, head: ResponseHead): void;
  /** A part of a response's body; `last` ends it. */
  write(request: RequestRef, data: Payload | null, last: boolean): void;
  /** The script cannot go on with its answer: 500, or the connection is cut when a part of it is out. */
  fail(request: RequestRef): void;
  /** The paths on the server's own port that a program answers, in place of those it has claimed before. */
  claim(script: string, claims: readonly RouteClaim[]): void;
  /** Opens an outbound connection; what becomes of it comes as client events. */
  connect(script: string, client: ClientRef, url: string): void;
  /** Before the connection is open, what is sent waits for it. */
  sendClient(client: ClientRef, data: Payload): void;
  closeClient(client: ClientRef, code: number, reason: string): void;
}

/** Recorded commands: one flat array, because that is what crosses a thread at the lowest cost. */
export type CommandList = readonly unknown[];

const SEND = 1;
const CLOSE = 2;
const JOIN = 3;
const LEAVE = 4;
const BROADCAST = 5;
const PUBLISH = 6;
const SET_ATTRIBUTE = 7;
const ACCEPT = 8;
const REFUSE = 9;
const RESPOND = 10;
const WRITE = 11;
const CLAIM = 12;
const CONNECT = 13;
const SEND_CLIENT = 14;
const CLOSE_CLIENT = 15;
const FAIL = 16;

/** Records commands until they are taken for a commit. */
export class CommandLog implements Commands {
  #list: unknown[] = [];
  readonly #onFirst: () => void;

  /** `onFirst` is called when the log ceases to be empty, so that its owner can plan the commit. */
  constructor(onFirst: () => void) {
    this.#onFirst = onFirst;
  }

  send(session: SessionRef, data: Payload): void {
    this.#start().push(SEND, session, data);
  }

  close(session: SessionRef, code: number, reason: string): void {
    this.#start().push(CLOSE, session, code, reason);
  }

  join(session: SessionRef, room: string): void {
    this.#start().push(JOIN, session, room);
  }

  leave(session: SessionRef, room: string): void {
    this.#start().push(LEAVE, session, room);
  }

  broadcast(room: string, data: Payload, except: SessionRef): void {
    this.#start().push(BROADCAST, room, data, except);
  }

  publish(route: string, data: Payload, except: SessionRef): void {
    this.#start().push(PUBLISH, route, data, except);
  }

  setAttribute(session: SessionRef, key: string, value: unknown): void {
    this.#start().push(SET_ATTRIBUTE, session, key, value);
  }

  accept(session: SessionRef): void {
    this.#start().push(ACCEPT, session);
  }

  refuse(session: SessionRef, status: number, reason: string): void {
    this.#start().push(REFUSE, session, status, reason);
  }

  respond(request: RequestRef, head: ResponseHead): void {
    this.#start().push(RESPOND, request, head);
  }

  write(request: RequestRef, data: Payload | null, last: boolean): void {
    this.#start().push(WRITE, request, data, last);
  }

  fail(request: RequestRef): void {
    this.#start().push(FAIL, request);
  }

  claim(script: string, claims: readonly RouteClaim[]): void {
    this.#start().push(CLAIM, script, claims);
  }

  connect(script: string, client: ClientRef, url: string): void {
    this.#start().push(CONNECT, script, client, url);
  }

  sendClient(client: ClientRef, data: Payload): void {
    this.#start().push(SEND_CLIENT, client, data);
  }

  closeClient(client: ClientRef, code: number, reason: string): void {
    this.#start().push(CLOSE_CLIENT, client, code, reason);
  }

  /** Hands over what was recorded and starts anew. */
  take(): CommandList {
    const taken = this.#list;
    this.#list = [];
    return taken;
  }

  #start(): unknown[] {
    if (this.#list.length === 0) this.#onFirst();
    return this.#list;
  }
}

/** Plays recorded commands, in order, on whatever carries them out. */
export function playCommands(list: CommandList, on: Commands): void {
  let at = 0;
  while (at < list.length) at = playOne(list, at, on);
}

function playOne(list: CommandList, at: number, on: Commands): number {
  const session = list[at + 1] as number;
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
      on.setAttribute(session, list[at + 2] as string, list[at + 3]);
      return at + 4;
    case ACCEPT:
      on.accept(session);
      return at + 2;
    case REFUSE:
      on.refuse(session, list[at + 2] as number, list[at + 3] as string);
      return at + 4;
    case RESPOND:
      on.respond(session, list[at + 2] as ResponseHead);
      return at + 3;
    case WRITE:
      on.write(session, list[at + 2] as Payload | null, list[at + 3] as boolean);
      return at + 4;
    case FAIL:
      on.fail(list[at + 1] as RequestRef);
      return at + 2;
    case CLAIM:
      on.claim(list[at + 1] as string, list[at + 2] as readonly RouteClaim[]);
      return at + 3;
    case CONNECT:
      on.connect(list[at + 1] as string, list[at + 2] as ClientRef, list[at + 3] as string);
      return at + 4;
    case SEND_CLIENT:
      on.sendClient(session, list[at + 2] as Payload);
      return at + 3;
    case CLOSE_CLIENT:
      on.closeClient(session, list[at + 2] as number, list[at + 3] as string);
      return at + 4;
    default:
      throw new Error(`unknown command ${String(list[at])} at ${at}`);
  }
}
