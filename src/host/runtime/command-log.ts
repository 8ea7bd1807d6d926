// Host: records the commands of scripts until they are taken for a commit.
import {
  SEND,
  CLOSE,
  JOIN,
  LEAVE,
  BROADCAST,
  PUBLISH,
  SET_ATTRIBUTE,
  ACCEPT,
  SEND_WITH,
  BROADCAST_WITH,
  PUBLISH_WITH,
  REPORT,
  SEND_ENVELOPE,
  JOIN_WITH,
  REFUSE,
  RESPOND,
  WRITE,
  FAIL,
  CLAIM,
  CONNECT,
  SEND_CLIENT,
  CLOSE_CLIENT,
} from "../../boundary/codes/command-numbers.ts";
import type { ClientPeer, CommandList, Commands, ResponseHead } from "../../boundary/commands.ts";
import { codedRangeError } from "../../boundary/errors.ts";
import type { MessageOptions } from "../../boundary/flow/slow-policy.ts";
import type { Payload } from "../../boundary/payload.ts";
import type { RouteClaim } from "../../boundary/questions.ts";
import type { ClientRef, RequestRef, SessionRef } from "../../boundary/refs.ts";
import type { JoinOptions } from "../../boundary/rooms/join-options.ts";
import type { ScriptKey } from "../../boundary/script-key.ts";
import type { StoredValue } from "../../boundary/stored-value.ts";
import type { Headers, UpgradeAnswer } from "../../boundary/text/upgrade-answer.ts";
import { endOfCommand } from "../../boundary/turn/command-places.ts";
import { DEFAULT_TURN_LIMIT, type TurnLimit } from "../../boundary/turn/turn-limit.ts";
import { valueSize } from "../../boundary/turn/value-size.ts";

/**
 * Records commands until they are taken for a commit. What one event, timer or tick may call is bounded: a call beyond
 * it throws, and is not recorded. Calls that end something are always recorded, so that a full log can be cleaned up.
 */
export class CommandLog implements Commands {
  /** The last count of bytes to a session: a script may ask after each message that it sends. */
  #counted: SentBytes | null = null;
  /** The requests whose responses are being sent in parts. */
  readonly streaming = new Set<RequestRef>();
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

  /** Bytes that were sent to a session by itself since the last commit. */
  sentTo(session: SessionRef): number {
    const counted = this.#counted?.session === session ? this.#counted : { session, at: 0, bytes: 0 };
    this.#counted = counted;
    while (counted.at < this.#list.length) {
      const { at } = counted;
      const isSend = this.#list[at] === SEND || this.#list[at] === SEND_WITH;
      if (isSend && this.#list[at + 1] === session) counted.bytes += (this.#list[at + 2] as Payload).length;
      counted.at = endOfCommand(this.#list, at);
    }
    return counted.bytes;
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

  send(session: SessionRef, data: Payload, options?: MessageOptions): void {
    if (options === undefined) this.#start(data.length).push(SEND, session, data);
    else this.#startWith(data, options).push(SEND_WITH, session, data, options.key, options.slow);
  }

  close(session: SessionRef, code: number, reason: string): void {
    this.#open().push(CLOSE, session, code, reason);
  }

  report(session: SessionRef, code: string, message: string, of: string | null): void {
    this.#start(code.length + message.length + (of?.length ?? 0)).push(REPORT, session, code, message, of);
  }

  envelope(session: SessionRef, text: string): void {
    this.#start(text.length).push(SEND_ENVELOPE, session, text);
  }

  join(session: SessionRef, room: string, options?: JoinOptions): void {
    if (options === undefined) this.#start(room.length).push(JOIN, session, room);
    else this.#startJoin(room, options).push(JOIN_WITH, session, room, options.history, options.presence);
  }

  leave(session: SessionRef, room: string): void {
    this.#start(room.length).push(LEAVE, session, room);
  }

  broadcast(room: string, data: Payload, except: SessionRef, options?: MessageOptions): void {
    if (options === undefined) this.#start(room.length + data.length).push(BROADCAST, room, data, except);
    else this.#startWith(data, options).push(BROADCAST_WITH, room, data, except, options.key, options.slow);
  }

  publish(route: string, data: Payload, except: SessionRef, options?: MessageOptions): void {
    if (options === undefined) this.#start(data.length).push(PUBLISH, route, data, except);
    else this.#startWith(data, options).push(PUBLISH_WITH, route, data, except, options.key, options.slow);
  }

  setAttribute(session: SessionRef, key: string, value: StoredValue | undefined): void {
    this.#start(key.length + valueSize(value)).push(SET_ATTRIBUTE, session, key, value);
  }

  accept(session: SessionRef, answer: UpgradeAnswer): void {
    this.#open().push(ACCEPT, session, answer);
  }

  refuse(session: SessionRef, status: number, reason: string, headers: Headers): void {
    this.#open().push(REFUSE, session, status, reason, headers);
  }

  respond(request: RequestRef, head: ResponseHead): void {
    this.#startPart(request, valueSize(head.headers)).push(RESPOND, request, head);
  }

  write(request: RequestRef, data: Payload | null, last: boolean): void {
    this.streaming[last ? "delete" : "add"](request);
    this.#startPart(request, data === null ? 0 : data.length).push(WRITE, request, data, last);
  }

  fail(request: RequestRef): void {
    this.streaming.delete(request);
    this.#open().push(FAIL, request);
  }

  claim(script: ScriptKey, claims: readonly RouteClaim[]): void {
    this.#start(valueSize(claims)).push(CLAIM, script, claims);
  }

  connect(script: ScriptKey, client: ClientRef, { url, once }: ClientPeer): void {
    this.#start(url.length + (once?.length ?? 0)).push(CONNECT, script, client, url, once);
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
    this.#counted = null;
    this.#count = this.#bytes = 0;
    this.startEvent();
    return taken;
  }

  #start(bytes: number): unknown[] {
    if (!this.#hasRoom(bytes)) throw codedRangeError("PARLOR_TURN_LIMIT", { ...this.#limit });
    const list = this.#open();
    this.#count += 1;
    this.#bytes += bytes;
    return list;
  }

  #startWith(data: Payload, { key }: MessageOptions): unknown[] {
    return this.#start(data.length + (key?.length ?? 0));
  }

  #startJoin(room: string, { presence }: JoinOptions): unknown[] {
    return this.#start(room.length + (presence?.length ?? 0));
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

/** How far the commands have been looked at for one session. */
interface SentBytes {
  readonly session: SessionRef;
  at: number;
  bytes: number;
}

/** A log of this size is committed before the next event of its batch starts. */
const LARGE: TurnLimit = { commands: 16_384, bytes: 1_048_576 };
