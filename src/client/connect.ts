// Client: the library `parlor/client`: a connection of a browser or of Node to a route, which reconnects by itself.
import type { TypedClient } from "../../types/contract.d.ts";
import type { RequestHandler } from "./calls.ts";
import type { ClientEvents, ClientState, PresentSession } from "./client-events.ts";
import { clientSettings, type ConnectOptions, type Later } from "./connect-options.ts";
import { Reconnector } from "./reconnector.ts";
import { routeAddress } from "./route-address.ts";
import { namedMessages } from "./named-messages.ts";

export type { ConnectOptions, PauseOptions, WaitingOptions, Later } from "./connect-options.ts";
export type * from "./client-events.ts";
export { RequestError, type RequestHandler, type RequestOptions } from "./calls.ts";
export type { ClientClock, ClientPage, SocketLike, SocketClass, Surroundings } from "./surroundings.ts";

/**
 * Connects to a route, and connects again when the connection is lost. `url` is an address such as `/ws/chat`, relative
 * to the page, or a function that returns one, called at each attempt. `Script`: the type of the route's script, if it
 * has a contract: `typeof import("../ws/chat.ts")`, or an interface that `parlor types` writes.
 *
 * @throws TypeError for an address or an option with which every attempt would fail
 */
export function connect<Script = unknown>(
  url: Later<string | URL>,
  options: ConnectOptions = {},
): Client<Script> {
  if (typeof url !== "function") routeAddress(url);
  const reconnector = new Reconnector(url, clientSettings(options));
  const { events, conversation } = reconnector;
  const { calls, info } = conversation;
  reconnector.start();
  return {
    on: events.on,
    send: conversation.send,
    ...namedMessages(events, conversation.send),
    request: calls.request as Client<Script>["request"],
    handle: calls.handle,
    presence: conversation.rooms.of,
    retry: reconnector.retry,
    close: reconnector.close,
    get state() {
      return reconnector.state;
    },
    get session() {
      return info.session;
    },
    get resumed() {
      return info.resumed;
    },
    get reason() {
      return info.reason;
    },
    get waiting() {
      return conversation.queue.size;
    },
  };
}

/** A connection to a route, over any number of sockets, one after the other. */
export interface Client<Script = unknown> extends TypedClient<Script> {
  /** Calls `listener` at each event of this name. Returns a function that removes it. */
  on<Name extends keyof ClientEvents>(name: Name, listener: (event: ClientEvents[Name]) => void): () => void;
  /**
   * Sends a text or bytes; while there is no connection, they wait for it. Returns false, and sends nothing, when
   * `waiting` is full or the client is closed.
   */
  send(data: string | Uint8Array | ArrayBuffer): boolean;
  /** Lets `handler` respond to requests of the script. Returns a function that removes it. */
  handle(name: string, handler: RequestHandler): () => void;
  /** The sessions that are present in a room of this session, as known now; none before the room's first list. */
  presence(room: string): PresentSession[];
  /** Ends the pause before the next attempt. */
  retry(): void;
  /** Ends the session, and the client for good. The code is 1000 unless the app gives its own, of 3000 to 4999. */
  close(code?: number, reason?: string): void;
  readonly state: ClientState;
  /** The id of the session; null before the first welcome, and on a plain route. */
  readonly session: string | null;
  /** Whether the last welcome continued the session. */
  readonly resumed: boolean;
  /** Why the last welcome did not continue the session: `expired`, `overflow`, …; null if there was nothing to continue. */
  readonly reason: string | null;
  /** How many sent messages the server has not confirmed; on a plain route, how many wait for the connection. */
  readonly waiting: number;
}
