import type { HostSession } from "../../../host/api/host-session.ts";
import { toPayload } from "../../../boundary/payload.ts";
import { setAttribute } from "../attributes.ts";
import { stringFor } from "../checks.ts";
import { closeCode, closeReason } from "./close-arguments.ts";
import { headerOf, parameterOf, pathParameterOf } from "../handshake-fields.ts";
import { WebSocketRoom } from "./web-socket-room.ts";
import { isSendable, type DieselContext } from "../context.ts";

/** Published: "represents a single client connection". One object per session, the same in every handler. */
export class WebSocketSession {
  readonly #session: HostSession;
  readonly #context: DieselContext;

  constructor(context: DieselContext, session: HostSession) {
    this.#context = context;
    this.#session = session;
  }

  get id(): string {
    return this.#session.id;
  }

  send(message: unknown): void {
    const data = toPayload("session.send", message);
    if (isSendable(this.#session)) this.#context.script.commands.send(this.#session.ref, data);
  }

  close(code?: unknown, reason?: unknown): void {
    this.#context.script.directory.close(this.#session, closeCode(code), closeReason(reason));
  }

  isOpen(): boolean {
    return this.#session.isOpen;
  }

  getParameter(name: unknown): string | null {
    return parameterOf(this.#session.handshake.query, stringFor("session.getParameter", "name", name));
  }

  getPathParameter(name: unknown): string | null {
    const key = stringFor("session.getPathParameter", "name", name);
    return pathParameterOf(this.#session.handshake.params, key);
  }

  getHeader(name: unknown): string | null {
    return headerOf(this.#session.handshake, stringFor("session.getHeader", "name", name));
  }

  getRequestPath(): string {
    return this.#session.path;
  }

  getRemoteAddr(): string {
    return this.#session.address;
  }

  setAttribute(key: unknown, value: unknown): void {
    setAttribute(this.#context, this.#session, stringFor("session.setAttribute", "key", key), value);
  }

  getAttribute(key: unknown): unknown {
    const name = stringFor("session.getAttribute", "key", key);
    return this.#session.attributes?.get(name) ?? null;
  }

  /**
   * A copy. `fromEntries` defines its keys, so that `__proto__` is an own key like any other; the object keeps the usual
   * prototype because scripts print it and ask it `hasOwnProperty`.
   */
  getAttributes(): Record<string, unknown> {
    return Object.fromEntries(this.#session.attributes ?? []);
  }

  /** Published: "Does not join the room". */
  room(roomName: unknown): WebSocketRoom {
    return new WebSocketRoom(this.#context, this.#session, stringFor("session.room", "roomName", roomName));
  }
}
