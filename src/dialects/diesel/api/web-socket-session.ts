// Dialect: the published client connection.
import type { HostSession } from "../../../host/api/host-session.ts";
import { toPayload } from "../../../boundary/payload.ts";
import { setAttribute } from "../state/attributes.ts";
import { stringFor } from "../../../boundary/checks.ts";
import { closeCode, closeReason } from "./close-arguments.ts";
import { messageOptions } from "./message-options.ts";
import { headerOf } from "../../../boundary/text/header-lines.ts";
import { pathParameter, queryParameter } from "../common/handshake-fields.ts";
import { outgoingMessage } from "../messages/outgoing-message.ts";
import { WebSocketRoom } from "./web-socket-room.ts";
import { isSendable, type DieselContext } from "../state/context.ts";

/** Published: "represents a single client connection". One object per session, the same in every handler. */
export class WebSocketSession {
  readonly #session: HostSession;
  readonly #context: DieselContext;

  constructor(context: DieselContext, session: HostSession) {
    this.#context = context;
    this.#session = session;
  }

  /** The session's id, a UUID; it never changes, not even by a reload. */
  get id(): string {
    return this.#session.id;
  }

  /** The subprotocol that was agreed on in the handshake; `null` for none. */
  get protocol(): string | null {
    return this.#session.handshake.protocol ?? null;
  }

  /**
   * Sends a text message (a string) or a binary one (a `Uint8Array` or `ArrayBuffer`). No effect once the session is closed.
   *
   * `options`: `key` lets only the newest message of that key wait for a slow client; `slow` is a policy in place of the
   * route's, for this message.
   *
   * @example session.send(JSON.stringify({ hello: "world" }))
   * @example session.send(position, { key: "position" })
   */
  send(message: unknown, options?: unknown): void {
    const data = toPayload("session.send", message);
    const how = messageOptions("session.send", options);
    if (isSendable(this.#session)) this.#context.script.commands.send(this.#session.ref, data, how);
  }

  /**
   * Parlor adds: sends the message `{ "type": name, ...data }` as JSON text. If the script has a contract, its `out` says
   * which messages there are; others throw a TypeError.
   *
   * @example session.emit("said", { text: "hello" })
   */
  emit(name: unknown, data?: unknown, options?: unknown): void {
    const text = outgoingMessage("session.emit", this.#context.messagesOf(this.#session), name, data);
    const how = messageOptions("session.emit", options);
    if (isSendable(this.#session)) this.#context.script.commands.send(this.#session.ref, text, how);
  }

  /** Parlor adds: asks the client, which must speak `parlor.v1`, and returns its reply. `timeout`: ms, 10 s by default. */
  request(name: unknown, data?: unknown, options?: unknown): Promise<unknown> {
    return this.#context.calls.ask(this.#session, name, data, options);
  }

  /**
   * Bytes that were sent to this client and that its connection has not taken. What this handler has sent counts at once;
   * the rest is reported when 16 KiB or more wait, each time it has doubled or halved, and when all has been taken.
   */
  get bufferedBytes(): number {
    return this.#context.script.directory.bufferedBytes(this.#session);
  }

  /**
   * Closes the connection after the messages that were sent before. `code`: 1000 (the default) or 3000 to 4999; `reason`:
   * up to 123 bytes, "" by default. Throws a RangeError for others.
   */
  close(code?: unknown, reason?: unknown): void {
    this.#context.script.directory.close(this.#session, closeCode(code), closeReason(reason));
  }

  /** Whether the session is open: false from the moment that it closes. */
  isOpen(): boolean {
    return this.#session.isOpen;
  }

  /** The first value of a query parameter, decoded; `null` when missing. For `?name=anna`, `getParameter("name")` is `"anna"`. */
  getParameter(name: unknown): string | null {
    return queryParameter(this.#session.handshake.query, stringFor("session.getParameter", "name", name));
  }

  /** A parameter of the path, decoded: for `ws/rooms/[id].ts`, `getPathParameter("id")`. `null` when missing. */
  getPathParameter(name: unknown): string | null {
    const key = stringFor("session.getPathParameter", "name", name);
    return pathParameter(this.#session.handshake.params, key);
  }

  /** A header of the handshake, its name in any case; repeated ones joined with ", ". `null` when missing. */
  getHeader(name: unknown): string | null {
    return headerOf(this.#session.handshake.headers, stringFor("session.getHeader", "name", name));
  }

  /** The path as requested, without the query: `/ws/rooms/7`. */
  getRequestPath(): string {
    return this.#session.path;
  }

  /** The client's IP address. */
  getRemoteAddr(): string {
    return this.#session.address;
  }

  /** Keeps a value with the session, over reloads and crashes too if it can be cloned. `null` removes it. */
  setAttribute(key: unknown, value: unknown): void {
    /** Keeps a value with the session, over reloads and crashes too if it can be cloned. `null` removes it. */
    setAttribute(this.#context, this.#session, stringFor("session.setAttribute", "key", key), value);
  }

  /** The value of an attribute, the same object that was set; `null` when missing. */
  getAttribute(key: unknown): unknown {
    const name = stringFor("session.getAttribute", "key", key);
    return this.#session.attributes?.get(name) ?? null;
  }

  /** All attributes, as a copy. */
  getAttributes(): Record<string, unknown> {
    // `fromEntries` defines keys, so `__proto__` is an own key; scripts expect the usual prototype (`hasOwnProperty`).
    return Object.fromEntries(this.#session.attributes ?? []);
  }

  /** A room, for joining and for messages to its members. Published: "Does not join the room". */
  room(roomName: unknown): WebSocketRoom {
    return new WebSocketRoom(this.#context, this.#session, stringFor("session.room", "roomName", roomName));
  }
}
