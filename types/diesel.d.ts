/**
 * The DieselEngine scripting API, call by call: the one source of these types. Scripts have them as globals, by
 * `globals.d.ts`, which `scripts/globals.js` makes of this file; programs that embed Parlor import them from "parlor".
 *
 * "Parlor adds" marks what DieselEngine's API does not have. The global `Request` and `Response` are the web's own, from
 * `@types/node` or `"lib": ["dom"]`.
 */

/**
 * A message to a client: a string, sent as a text frame, or bytes, which Parlor adds, sent as a binary frame: any view, as
 * `Uint8Array`, `Buffer`, `Float32Array` or `DataView`, or an `ArrayBuffer`.
 * Anything else is a TypeError at run time: give an object to `JSON.stringify` first.
 */
export type WebSocketMessage = string | ArrayBufferView | ArrayBufferLike;

/**
 * One connected client: the first argument of `onOpen`, `onMessage` and `onClose`.
 * The same client has the same `id` in every handler.
 */
export interface WebSocketSession<M extends Messages = AnyMessages> {
  /** The unique id of this session: a version 4 UUID. Read-only. */
  readonly id: string;

  /** Parlor adds: the subprotocol that was agreed on in the handshake, `null` for none. */
  readonly protocol: string | null;

  /**
   * Sends a message to this client.
   * @param message text, or bytes for a binary frame
   * @throws TypeError if it is neither; after the session has closed it does nothing.
   * @example
   * session.send(JSON.stringify({ type: "welcome", id: session.id }));
   * session.send(position, { key: "position" });
   */
  send(message: WebSocketMessage, options?: MessageOptions): void;

  /**
   * Parlor adds: sends the message `{ "type": name, ...data }`, as JSON text.
   * @throws TypeError if the script's contract has no such message, or other data for it; see docs/contracts.md
   * @example
   * session.emit("said", { text: "hello" });
   */
  emit<Name extends NameIn<M, "out">>(
    name: Name,
    data: DataIn<M, "out", Name>,
    options?: MessageOptions,
  ): void;

  /**
   * Parlor adds: asks the client, which must speak `parlor.v1`, and returns its reply.
   * @param options `timeout`: how long to wait, in ms; 10,000 by default
   * @throws an error with a `code`: the client's own, `timeout`, `plain` or `closed`
   * @example
   * const answer = await session.request("confirm", { text: "Really?" }, { timeout: 5000 });
   */
  request(name: string, data?: unknown, options?: { readonly timeout?: number }): Promise<unknown>;

  /**
   * Parlor adds: bytes that were sent to this client and that its connection has not taken. What the running handler has
   * sent itself counts at once. The rest is reported by the server when 16 KiB or more wait, each time it has doubled
   * or halved, and when all has been taken; broadcasts count from then on.
   * @example
   * if (session.bufferedBytes < 262_144) session.send(nextPart());
   */
  readonly bufferedBytes: number;

  /**
   * Closes the connection after everything sent before it. A second call does nothing.
   * Messages of the client that arrive afterwards are discarded, and `onClose` still runs.
   * @param code Parlor adds: 1000 (the default), or one of your own from 3000 to 4999
   * @param reason Parlor adds: a short text for the client, at most 123 bytes as UTF-8
   * @throws TypeError or RangeError for any other code or a longer reason
   * @example
   * session.close(4000, "kicked");
   */
  close(code?: number, reason?: string): void;

  /** Whether the connection is still open; `false` in `onClose`. */
  isOpen(): boolean;

  /**
   * A query parameter of the address the client connected to.
   * @returns its decoded text, the first if it is repeated, `""` for `?name=`, `null` if it is missing
   * @example
   * const user = session.getParameter("user") ?? "guest"; // of /ws/chat?user=ada
   */
  getParameter(name: string): string | null;

  /**
   * Parlor adds: a parameter of the path. In `ws/rooms/[id].ts`, `/ws/rooms/7` has `"7"` as `"id"`.
   * @returns its decoded text, or `null` if the route has no such parameter
   */
  getPathParameter(name: string): string | null;

  /**
   * A header of the handshake.
   * @param name in upper or lower case, it makes no difference
   * @returns its text, or `null` if the client did not send it
   */
  getHeader(name: string): string | null;

  /** The path the client connected to, without the query: `"/ws/chat"`. */
  getRequestPath(): string;

  /** The client's IP address, without a port. */
  getRemoteAddr(): string;

  /**
   * Keeps a value with this session, for as long as the session lasts.
   * `null` removes it. A value that cannot be cloned (a function, a socket) does not survive a crash of the script.
   * @example
   * session.setAttribute("user", "ada");
   */
  // oxlint-disable-next-line typescript/no-explicit-any -- published as "any"
  setAttribute(key: string, value: any): void;

  /**
   * The value kept under a key.
   * @returns the same value that was set, or `null` if there is none
   */
  // oxlint-disable-next-line typescript/no-explicit-any -- published as "any"
  getAttribute(key: string): any;

  /** A copy of all values that are kept with this session. */
  // oxlint-disable-next-line typescript/no-explicit-any -- published as "any"
  getAttributes(): Record<string, any>;

  /**
   * A handle on a room, seen from this session. It does **not** join it.
   * @param roomName any text; rooms are shared by all routes of the server
   * @example
   * session.room("lobby").join();
   */
  room(roomName: string): WebSocketRoom<M>;
}

/** Parlor adds: how a session joins a room. */
export interface JoinOptions {
  /** Whether the session gets the messages that the room has kept. Default `false`. */
  readonly history?: boolean;
  /**
   * What the members see of this session: plain data, as JSON has it. With `key` it has up to
   * `sessionLimits.presenceBytes` bytes as JSON, 1,024 by default. Default: the session is not seen.
   */
  readonly presence?: unknown;
  /** Whom the session belongs to, as a user's name: two devices of one user are two entries with one key. */
  readonly key?: string;
}

/** Parlor adds: a session that has joined a room with presence. */
export interface PresenceEntry {
  /** The id of the session. */
  readonly id: string;
  /** The `key` of the join; left out for none. */
  readonly key?: string;
  /** The `presence` of the join. */
  // oxlint-disable-next-line typescript/no-explicit-any -- the script knows its own data
  readonly data: any;
  /** Whether the session has lost its connection and has time to come back; left out for no. */
  readonly away?: true;
}

/**
 * Parlor adds: the rooms that keep their messages for members that join later, by name, or by a beginning as `"news/*"`;
 * the longest one that fits holds. `size`: the newest messages, 1 to 10,000. `seconds`: for how long each is kept, 1 to
 * 86,400.
 *
 * @example
 * export const history: RoomHistory = { "news/*": { size: 100, seconds: 600 } };
 */
export type RoomHistory = Readonly<Record<string, { readonly size: number; readonly seconds: number }>>;

/** A room, seen from one session: what `session.room(name)` returns. */
export interface WebSocketRoom<M extends Messages = AnyMessages> {
  /**
   * Joins; the first member makes the room. Joining twice does nothing.
   *
   * Parlor adds: `history: true` sends the messages that the room has kept to this session, in order, before all that
   * is sent to the room from now on. Which rooms keep messages is said by the export `history` or the configuration.
   *
   * `presence` shows the session to the members, see `presence()`. A member that joins again with presence shows the new
   * one.
   * @throws TypeError for an option that does not exist or has a wrong value, and for a presence that is no plain data or
   * has too many bytes
   * @example
   * session.room("news/today").join({ history: true });
   * session.room("lobby").join({ presence: { name: "Anna" }, key: "anna" });
   */
  join(options?: JoinOptions): void;

  /**
   * Leaves; the room goes with its last member. Not being a member does nothing.
   * A session leaves its rooms by itself when `onClose` has returned.
   */
  leave(): void;

  /**
   * Sends a message to every member, this session included if it is one.
   * @throws TypeError if the message is neither text nor bytes; a room that does not exist is not an error.
   * @example
   * session.room("lobby").broadcast("hello");
   */
  broadcast(message: WebSocketMessage, options?: MessageOptions): void;

  /**
   * Sends a message to every member but this session. It takes one argument here.
   * @example
   * session.room("lobby").broadcastExcept("a new guest");
   */
  broadcastExcept(message: WebSocketMessage, options?: MessageOptions): void;

  /** Parlor adds: as `session.emit`, to every member; checked once, however many there are. */
  emit<Name extends NameIn<M, "out">>(
    name: Name,
    data: DataIn<M, "out", Name>,
    options?: MessageOptions,
  ): void;

  /** Parlor adds: as `emit`, to every member but this session. */
  emitExcept<Name extends NameIn<M, "out">>(
    name: Name,
    data: DataIn<M, "out", Name>,
    options?: MessageOptions,
  ): void;

  /**
   * Parlor adds: the sessions that have joined the room with presence, on all nodes of a cluster; those of other nodes some
   * milliseconds later. Read at once, without waiting.
   */
  presence(): PresenceEntry[];

  /** How many members the room has: a number, not a list; 0 if there is no such room. */
  members(): number;

  /** The name of the room. */
  getName(): string;
}

/** All sessions and rooms of the server, from any script: what `diesel.getWebSocketService()` returns. */
export interface WebSocketService {
  /**
   * A handle on a room, also if no such room exists: its calls then do nothing.
   * @example
   * diesel.getWebSocketService().room("lobby").broadcast("The shop closes in ten minutes");
   */
  room(roomName: string): WebSocketServiceRoom;

  /** The names of all rooms that have members. */
  listRooms(): string[];

  /** Whether a room has at least one member. */
  roomExists(roomName: string): boolean;

  /**
   * A connected session by its id, on any route; `null` if there is none.
   * @example
   * diesel.getWebSocketService().getSession(id)?.send("only for you");
   */
  getSession(sessionId: string): WebSocketSessionInfo | null;

  /**
   * The cluster that this server is in, as it knows it now. Parlor adds this call.
   * @example
   * const { state, nodes } = diesel.getWebSocketService().cluster();
   */
  cluster(): ClusterStatus;

  /** The ids of all connected sessions, on all routes. */
  getActiveSessionIds(): string[];

  /** How many sessions are connected, on all routes. */
  getActiveSessionCount(): number;
}

/** What `cluster()` returns. */
export interface ClusterStatus {
  /** `single` without a cluster; `isolated` while its server cannot be reached; `rejoining` shortly after that. */
  readonly state: "single" | "up" | "isolated" | "rejoining";
  /** How many servers the cluster has, this one included. */
  readonly nodes: number;
  /** For how long nothing has been known of the other nodes, in ms; 0 while the state is `up` or `single`. */
  readonly staleMs: number;
  /** Messages between nodes that did not arrive, by reason, since this server started. */
  readonly dropped: {
    readonly engineDown: number;
    readonly lost: number;
    /** Frames that no node of this version writes: they change nothing. */
    readonly malformed: number;
    readonly noSession: number;
    /** Frames of nodes of another version, each with some messages. */
    readonly otherVersion: number;
    readonly tooLarge: number;
  };
}

/** A room, seen from the server: without a sender, so without `join`, `leave` and `broadcastExcept`. */
export interface WebSocketServiceRoom {
  /**
   * Sends a message to every member; does nothing if there is no such room.
   * @throws TypeError if the message is neither text nor bytes
   */
  broadcast(message: WebSocketMessage, options?: MessageOptions): void;

  /** Parlor adds: sends the message `{ "type": name, ...data }` to every member, as JSON text. */
  emit(name: string, data?: object, options?: MessageOptions): void;

  /**
   * Parlor adds: the sessions that have joined the room with presence, on all nodes of a cluster; those of other nodes some
   * milliseconds later. Read at once, without waiting.
   */
  presence(): PresenceEntry[];

  /** How many members the room has, 0 if there is no such room. */
  members(): number;

  /** The session ids of the members. */
  getMemberIds(): string[];

  /** The name of the room. */
  getName(): string;

  /** Whether the room has at least one member. */
  exists(): boolean;
}

/** A session of any script of the server: what `ws.getSession(id)` returns. */
export interface WebSocketSessionInfo {
  /** The session's id. Read-only. */
  readonly id: string;

  /** Sends a message to this client; does nothing once it has gone. */
  send(message: WebSocketMessage, options?: MessageOptions): void;

  /** Parlor adds: sends the message `{ "type": name, ...data }`, as JSON text. */
  emit(name: string, data?: object, options?: MessageOptions): void;

  /** Whether the connection is still open. */
  isOpen(): boolean;

  /** The path the client connected to, `null` once it has gone. */
  getRequestPath(): string | null;

  /** The client's IP address, `null` once it has gone. */
  getRemoteAddr(): string | null;
}

/** All sessions of one real-time route, without joining: the first argument of `onTick`. */
export interface RealtimeRoomProxy {
  /** Sends a message to every session of this route. */
  broadcast(message: WebSocketMessage, options?: MessageOptions): void;

  /** Parlor adds: sends the message `{ "type": name, ...data }` to every session of this route, as JSON text. */
  emit(name: string, data?: object, options?: MessageOptions): void;

  /**
   * Sends a message to every session of this route but one.
   * An id that is not connected excludes no session.
   */
  broadcastExcept(excludeSessionId: string, message: WebSocketMessage, options?: MessageOptions): void;

  /** Sends to one session of this route; `false` if it is not connected here. */
  send(sessionId: string, message: WebSocketMessage, options?: MessageOptions): boolean;

  /** A session of this route by its id; `null` if it is not connected here. */
  getSession(sessionId: string): WebSocketSession | null;

  /** The ids of the sessions of this route. */
  getSessionIds(): string[];

  /** How many sessions this route has. */
  getSessionCount(): number;

  /** The same as `diesel.getWebSocketService().room(roomName)`. */
  room(roomName: string): WebSocketServiceRoom;

  /** The path of this route: `"/ws/game"`. */
  getRoute(): string;
}

/** The handshake of a client that is about to connect. Parlor adds: the argument of `onUpgrade`. */
export interface UpgradeRequest {
  /** The path, without the query: `"/ws/chat"`. */
  readonly path: string;

  /** The path with the query, as the client sent it: `"/ws/chat?user=ada"`. */
  readonly url: string;

  /** The subprotocols that the client offers, in its order; `[]` if it offers none. */
  readonly protocols: readonly string[];

  /** The one that `protocols` of the script has chosen, `null` for none: agreed on unless `onUpgrade` returns another. */
  readonly protocol: string | null;

  /**
   * The token of the client's user: `parlor.token.…` in its list of subprotocols, `Authorization: Bearer …`, or the query
   * parameter or cookie that the script's `token` names; `null` for none. Parlor adds.
   */
  readonly token: string | null;

  /** A query parameter, as in `session.getParameter`. */
  getParameter(name: string): string | null;

  /** A parameter of the path, as in `session.getPathParameter`. */
  getPathParameter(name: string): string | null;

  /** A header, as in `session.getHeader`. */
  getHeader(name: string): string | null;

  /** The client's IP address, without a port. */
  getRemoteAddr(): string;
}

/**
 * The decision of `onUpgrade`. Nothing or `true` lets the client in; `false` refuses it with 403; `{ status, reason,
 * headers }` refuses it with a status from 400 to 599; `{ attributes, protocol, headers }`, any of them, lets it in.
 * Parlor adds.
 *
 * @example
 * const answer: UpgradeAnswer = { protocol: "chat.v2", headers: { "Set-Cookie": ["a=1", "b=2"] } };
 */
export type UpgradeAnswer = boolean | void | UpgradeRefusal | UpgradeAcceptance;

/** What `onUpgrade` returns to refuse a client. Parlor adds. */
export interface UpgradeRefusal {
  /** From 400 to 599. */
  status: number;
  /** The body of the response, a text; `""` by default. */
  reason?: string;
  /** Headers of the response. */
  headers?: UpgradeHeaders;
}

/** What `onUpgrade` returns to let a client in. Parlor adds. */
export interface UpgradeAcceptance {
  /** Attributes of the session. */
  attributes?: Record<string, unknown>;
  /** A subprotocol that the client offers, or `null` for none; by default the one that `protocols` has chosen. */
  protocol?: string | null;
  /** Headers of the 101. */
  headers?: UpgradeHeaders;
}

/**
 * Headers of the response to a handshake: a record whose values are texts or lists of texts, a `Headers` object, or a
 * list of pairs. Values are ASCII without line breaks; `Connection`, `Upgrade`, `Content-Length`, `Sec-WebSocket-*` and
 * the like are Parlor's own. Wrong ones refuse the client with 503. Parlor adds.
 */
export type UpgradeHeaders =
  | Readonly<Record<string, string | number | readonly string[] | undefined>>
  | Iterable<readonly [string, string]>;

// The handler types are unions of functions: for a function that may return both, the compiler rejects an async
// implementation in a JavaScript file.

/**
 * `onUpgrade(request)`: decides about a client before its handshake is completed. Parlor adds.
 * It has `handshakeTimeout` (10 s by default) to decide; if it throws or takes longer, the client gets 503.
 *
 * @example
 * export const onUpgrade: OnUpgrade = (request) => ({ attributes: { user: request.getParameter("user") } });
 */
export type OnUpgrade =
  ((request: UpgradeRequest) => UpgradeAnswer) | ((request: UpgradeRequest) => Promise<UpgradeAnswer>);

/**
 * `onOpen(session)`: a client has connected. Until its promise settles, the session's next event waits.
 *
 * @example
 * export const onOpen: OnOpen = (session) => session.room("lobby").join();
 */
export type OnOpen = ((session: WebSocketSession) => void) | ((session: WebSocketSession) => Promise<void>);

/**
 * `onMessage(session, message)`: a client has sent text. Until its promise settles, the session's next event
 * waits; after `handlerTimeout` (60 s by default) it is given up.
 *
 * @example
 * export const onMessage: OnMessage = (session, message) => session.send(message);
 */
export type OnMessage =
  | ((session: WebSocketSession, message: string) => void)
  | ((session: WebSocketSession, message: string) => Promise<void>);

/**
 * `onBinary(session, bytes)`: a client has sent bytes. Parlor adds; without it such a client is closed with 1003.
 *
 * @example
 * export const onBinary: OnBinary = (session, bytes) => session.send(bytes);
 */
export type OnBinary =
  | ((session: WebSocketSession, bytes: Uint8Array) => void)
  | ((session: WebSocketSession, bytes: Uint8Array) => Promise<void>);

/**
 * `onClose(session, details)`: a client has gone, and how. It is still a member of its rooms until this returns.
 *
 * @example
 * export const onClose: OnClose = (session, { code }) => session.room("lobby").broadcastExcept(`left with ${code}`);
 */
export type OnClose =
  | ((session: WebSocketSession, details: CloseDetails) => void)
  | ((session: WebSocketSession, details: CloseDetails) => Promise<void>);

/** How a connection ended, as in the `close` event of a browser. Parlor adds: the second argument of `onClose`. */
export interface CloseDetails {
  /** The code of the close frame: 1005 if it had none, 1006 if the connection was lost without one. */
  readonly code: number;
  /** The reason of the close frame, at most 123 bytes; `""` if it had none. */
  readonly reason: string;
  /** Whether one of the two sides closed the connection; `false` if it was lost, which is code 1006. */
  readonly wasClean: boolean;
}

/**
 * `onError(session, error)`: a handler of yours threw or rejected, which was logged and counted. Parlor adds.
 * The session is `null` when the fault came from a timer or a tick. The connection stays open.
 *
 * @example
 * export const onError: OnError = (session, error) => session?.send(`sorry: ${error}`);
 */
export type OnError =
  | ((session: WebSocketSession | null, error: unknown) => void)
  | ((session: WebSocketSession | null, error: unknown) => Promise<void>);

/**
 * `onReload(session, reason)`: this session was opened by an earlier evaluation of the script, and is served by this one
 * from now on. Runs before its next event, instead of `onOpen`; its attributes and rooms are as they were. Parlor adds.
 *
 * @example
 * export const onReload: OnReload = (session, reason) => session.send(`served by a new version: ${reason}`);
 */
export type OnReload =
  | ((session: WebSocketSession, reason: ReloadReason) => void)
  | ((session: WebSocketSession, reason: ReloadReason) => Promise<void>);

/** Why a script was evaluated again: it was saved, it took its thread down, or it did not return. Parlor adds. */
export type ReloadReason = "reload" | "crash" | "hang";

/**
 * `onDrain(session)`: 16 KiB or more were sent to this client at once, or waited for it, and its connection
 * has taken all. It does not wait for
 * another handler of the session that is pending, so that one may wait for it. Parlor adds.
 *
 * @example
 * export const onDrain: OnDrain = (session) => session.send(nextPart());
 */
export type OnDrain = ((session: WebSocketSession) => void) | ((session: WebSocketSession) => Promise<void>);

/**
 * `onAway(session)`: the client has lost its connection, and has `resume` seconds to come back. Until then the session
 * is open: it stays in its rooms, and what is sent to it waits. Parlor adds.
 *
 * @example
 * export const onAway: OnAway = (session) => session.setAttribute("away", true);
 */
export type OnAway = ((session: WebSocketSession) => void) | ((session: WebSocketSession) => Promise<void>);

/**
 * `onReturn(session)`: the client has come back to its session. What it has missed is sent to it without your help.
 * Parlor adds.
 *
 * @example
 * export const onReturn: OnReturn = (session) => session.setAttribute("away", false);
 */
export type OnReturn = ((session: WebSocketSession) => void) | ((session: WebSocketSession) => Promise<void>);

/**
 * For how many seconds a session waits for its client when the connection is lost, 0 to 86,400. For clients of
 * `parlor.v1`. Parlor adds.
 *
 * @example
 * export const resume: Resume = 30;
 */
export type Resume = number;

/**
 * Where `request.token` is, beside the list of subprotocols and `Authorization`: a query parameter or a cookie of this
 * name. Parlor adds.
 *
 * @example
 * export const token: TokenPlaces = { cookie: "session" };
 */
export interface TokenPlaces {
  /** The name of a query parameter. */
  readonly query?: string;
  /** The name of a cookie. */
  readonly cookie?: string;
}

/**
 * `onTick(room, deltaMs, tick)`: runs `tickRate` times per second while at least one client is connected.
 * `deltaMs` is the time to simulate since the last tick, in milliseconds; `tick`, which Parlor adds, is the tick's number.
 *
 * @example
 * export const onTick: OnTick = (room, deltaMs, tick) => room.broadcast(`tick ${tick} after ${deltaMs} ms`);
 */
export type OnTick =
  | ((room: RealtimeRoomProxy, deltaMs: number, tick: number) => void)
  | ((room: RealtimeRoomProxy, deltaMs: number, tick: number) => Promise<void>);

/**
 * `tickRate`: how many times per second `onTick` runs, above 0 and up to 1000; fractions are allowed. Without it there are
 * no ticks. Exporting it makes the route a real-time one, with one state for all its clients.
 *
 * @example
 * export const tickRate: TickRate = 30;
 */
export type TickRate = number;

/**
 * `scope`: the owner of a script's variables. `"connection"` (the default) evaluates the module once per client, `"route"` once for
 * all clients of the route. Parlor adds.
 *
 * @example
 * export const scope: Scope = "route";
 */
export type Scope = "connection" | "route";

/**
 * `isolation`: where a script runs, `"thread"` (the default) in a thread of the server, `"process"` in a process of its
 * own. Parlor adds.
 *
 * @example
 * export const isolation: Isolation = "process";
 */
export type Isolation = "thread" | "process";

/**
 * `slow`: what becomes of messages to a client that reads too slowly, beyond `unsentLimit` (1 MiB). `"close"` (the
 * default) closes its session with 1013, `"drop-newest"` drops the message, `"drop-oldest"` those that have waited
 * longest. With `"latest"` only the newest message of each key waits, and messages without a key count as one key.
 * Parlor adds.
 *
 * @example
 * export const slow: Slow = "latest";
 */
export type Slow = "close" | "drop-newest" | "drop-oldest" | "latest";

/** The second argument of sending calls: how a message waits for a client that reads slowly. Parlor adds. */
export interface MessageOptions {
  /** While it waits, a newer message with the same key takes its place; 1 to 255 characters. */
  readonly key?: string;
  /** What becomes of this message beyond `unsentLimit`, in place of the route's `slow`. */
  readonly slow?: Slow;
}

/**
 * `threads`: the number of threads of a per-connection route, 1 (the default) to 64. A session stays on its thread.
 * Parlor adds.
 *
 * @example
 * export const threads: Threads = 4;
 */
// prettier-ignore
export type Threads =
  | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | 10 | 11 | 12 | 13 | 14 | 15 | 16
  | 17 | 18 | 19 | 20 | 21 | 22 | 23 | 24 | 25 | 26 | 27 | 28 | 29 | 30 | 31 | 32
  | 33 | 34 | 35 | 36 | 37 | 38 | 39 | 40 | 41 | 42 | 43 | 44 | 45 | 46 | 47 | 48
  | 49 | 50 | 51 | 52 | 53 | 54 | 55 | 56 | 57 | 58 | 59 | 60 | 61 | 62 | 63 | 64;

/**
 * `overload`: how late ticks are handled. `"skip"` (the default) leaves them out, `"catch-up"` runs them back to back, up to
 * `catchUpLimit`. Parlor adds.
 *
 * @example
 * export const overload: Overload = "catch-up";
 */
export type Overload = "skip" | "catch-up";

/**
 * `catchUpLimit`: the most late ticks that run back to back with `overload = "catch-up"`, a whole number from 1 to 1000;
 * 60 by default. Parlor adds.
 *
 * @example
 * export const catchUpLimit: CatchUpLimit = 20;
 */
export type CatchUpLimit = number;

/**
 * `tickWhenEmpty`: whether ticks run while no client is connected; `false` by default. Parlor adds.
 *
 * @example
 * export const tickWhenEmpty: TickWhenEmpty = true;
 */
export type TickWhenEmpty = boolean;

/**
 * `fixedDelta`: whether `deltaMs` of every tick is one period exactly, whatever time has passed; `false` by default.
 * Parlor adds.
 *
 * @example
 * export const fixedDelta: FixedDelta = true;
 */
export type FixedDelta = boolean;

/**
 * `saveState()`: runs before a reload. Its result goes to the new version as a structured clone. Parlor adds.
 * Once per instance, so once per client, or once per route with `scope = "route"`.
 *
 * @example
 * export const saveState: SaveState = () => ({ count });
 */
export type SaveState = (() => unknown) | (() => Promise<unknown>);

/**
 * `restoreState(state)`: runs in the new version of a script after a reload, with what `saveState` of the previous
 * version returned. Parlor adds.
 *
 * @example
 * export const restoreState: RestoreState = (state) => { count = state.count; };
 */
// oxlint-disable-next-line typescript/no-explicit-any -- the script knows the type of its own state
export type RestoreState = ((state: any) => void) | ((state: any) => Promise<void>);

/**
 * The subprotocols that a script speaks, the preferred one first: the first one that the client offers is agreed on, and
 * is `session.protocol`. Without it, and without `{ protocol }` from `onUpgrade`, none is. Parlor adds.
 *
 * @example
 * export const protocols: Protocols = ["ocpp2.0.1", "ocpp1.6"];
 */
export type Protocols = readonly string[];

/**
 * `onStart()`: runs once per host of the script, before its first event, which waits for its promise. If it throws, the
 * version has not loaded. For scripts with `scope = "route"` or `tickRate`, for methods in `http/`, and for files of
 * `shared/`. Parlor adds.
 *
 * @example
 * export const onStart: OnStart = async () => { prices = await loadPrices(); };
 */
export type OnStart = (() => void) | (() => Promise<void>);

/**
 * `onStop()`: runs once per host of the script, after its last event: at the end of the server within `shutdownGrace`, and
 * after a reload, when its last session has moved to the new version. For the scripts that may have `onStart`. Parlor adds.
 *
 * @example
 * export const onStop: OnStop = () => pool.end();
 */
export type OnStop = (() => void) | (() => Promise<void>);

/**
 * What the clients of a route may do: each of them, and all together. What is left out is the `limits` of the
 * configuration, which has no limits by default. Parlor adds.
 *
 * @example
 * export const limits: Limits = { messageRate: 20, messageBurst: 40, maxPerAddress: 10 };
 */
export interface Limits {
  /** Messages of a client in a second; 0 to 1,000,000, where 0 is without limit. */
  readonly messageRate?: number;
  /** Messages that a client may send at once before the rate counts; 0 to 10,000,000, where 0 is those of one second. */
  readonly messageBurst?: number;
  /** What becomes of messages beyond the rate: `delay` reads them later, `close` closes their session with 1008. */
  readonly overRate?: "delay" | "close";
  /** Bytes of a message, more closes with 1009; 1 to 1 GiB. By default the server's `maxPayload`. */
  readonly maxPayload?: number;
  /** Sessions of the route, more are refused with 503; 0 to 10,000,000, where 0 is without limit. */
  readonly maxSessions?: number;
  /** Sessions of one address on the route, more are refused with 429; 0 to 10,000,000, where 0 is without limit. */
  readonly maxPerAddress?: number;
}

/** A validator of any library that has the interface Standard Schema, as zod, valibot and arktype have it. */
export interface StandardSchema<Input = unknown, Output = Input> {
  /** What the libraries share: see standardschema.dev. */
  readonly "~standard": {
    /** The version of the interface. */
    readonly version: 1;
    /** The library's name. */
    readonly vendor: string;
    /** Returns the value, perhaps converted, or why it is wrong. */
    readonly validate: (value: unknown) => unknown;
    /** The types of the value, before and after. */
    readonly types?: { readonly input: Input; readonly output: Output } | undefined;
  };
}

/**
 * `messages`: the contract of a route. `in` has the messages from clients, `out` those to clients, `calls` the requests
 * of clients with their replies. A message is `{ "type": name, ... }` on the wire. Parlor adds.
 *
 * @example
 * export const messages = defineMessages({ in: { say: z.object({ text: z.string() }) } });
 */
export interface Messages {
  /** Messages from clients, by name. */
  readonly in?: Schemas;
  /** Messages to clients, by name. */
  readonly out?: Schemas;
  /** Requests of clients by name: their data, and that of their replies. */
  readonly calls?: CallSchemas;
}

/**
 * Schemas by the name of their message. Parlor adds.
 *
 * @example
 * const schemas: Schemas = { say: z.object({ text: z.string() }) };
 */
export type Schemas = Readonly<Record<string, StandardSchema>>;

/** The schemas of requests by name: `in` for the data, `out` for the reply. Parlor adds. */
export type CallSchemas = Readonly<Record<string, CallSchema>>;

/** The schemas of one request. Parlor adds. */
export interface CallSchema {
  /** Of its data. */
  readonly in?: StandardSchema;
  /** Of its reply. */
  readonly out?: StandardSchema;
}

/** The contract of a script that has none: any name, any data. Parlor adds. */
// oxlint-disable-next-line typescript/no-explicit-any -- nothing is known of the data
export type AnyMessages = { readonly [Section in "in" | "out"]: Readonly<Record<string, any>> };

/** What a schema takes, as the other side writes it. Parlor adds. */
export type InputOf<Schema> = Schema extends { readonly "~standard": { readonly types?: infer Types } }
  ? NonNullable<Types> extends { readonly input: infer Input }
    ? Input
    : object | undefined
  : object | undefined;

/** What a schema makes of it, as a handler gets it. Parlor adds. */
export type OutputOf<Schema> = Schema extends { readonly "~standard": { readonly types?: infer Types } }
  ? NonNullable<Types> extends { readonly output: infer Output }
    ? Output
    : unknown
  : unknown;

/** The names of the messages in one direction. Parlor adds. */
export type NameIn<M, Section extends "in" | "out"> = M extends { readonly [S in Section]: infer All }
  ? keyof All & string
  : string;

/** The data of a message, as its sender writes it. Parlor adds. */
export type DataIn<M, Section extends "in" | "out", Name> = M extends { readonly [S in Section]: infer All }
  ? InputOf<All[Name & keyof All]>
  : object | undefined;

/** Handlers by name, whatever the data. Parlor adds. */
// oxlint-disable-next-line typescript/no-explicit-any -- the contract, if there is one, knows the types
export type HandlersByName = Readonly<Record<string, (session: WebSocketSession<any>, data: any) => unknown>>;

/**
 * `on`: a handler for each message of the contract's `in`. Its data is validated, and typed. Parlor adds.
 *
 * @example
 * export const on: On<typeof messages> = { say: (session, { text }) => session.emit("said", { text }) };
 */
export type On<M extends Messages> = M extends { readonly in: infer All extends Schemas }
  ? { readonly [Name in keyof All]?: (session: WebSocketSession<M>, data: OutputOf<All[Name]>) => unknown }
  : HandlersByName;

/**
 * `calls`: a handler for each request of the contract's `calls`. What it returns, or its promise, is the reply. Parlor adds.
 *
 * @example
 * export const calls: Calls<typeof messages> = { add: (session, { by }) => ({ count: (count += by) }) };
 */
export type Calls<M extends Messages> = M extends { readonly calls: infer All extends CallSchemas }
  ? {
      readonly [Name in keyof All]: (
        session: WebSocketSession<M>,
        data: All[Name] extends { readonly in: infer Schema } ? OutputOf<Schema> : undefined,
      ) => ReplyOf<All[Name]> | Promise<ReplyOf<All[Name]>>;
    }
  : HandlersByName;

/** What a handler of a request returns. Parlor adds. */
export type ReplyOf<Call> = Call extends { readonly out: infer Schema } ? InputOf<Schema> : unknown;

/** The handlers and settings of a WebSocket route, as `createServer` takes them. */
export interface RouteHandlers {
  /** Decides about a client before its handshake is completed; it has `handshakeTimeout`, 10 s by default. */
  readonly onUpgrade?: OnUpgrade;
  /** A client has connected. */
  readonly onOpen?: OnOpen;
  /** A client has sent text. */
  readonly onMessage?: OnMessage;
  /** A client has sent bytes; without this handler it is closed with 1003. */
  readonly onBinary?: OnBinary;
  /** A client has gone; it is a member of its rooms until this returns. */
  readonly onClose?: OnClose;
  /** The subprotocols that the route speaks, the preferred one first. Default: none. */
  readonly protocols?: Protocols;
  /** What the clients of the route may do. Default: the `limits` of the configuration. */
  readonly limits?: Limits;
  /** A handler threw or rejected; the session is `null` when the fault came from a timer or a tick. */
  readonly onError?: OnError;
  /** The messages of the route, by `defineMessages`. */
  readonly messages?: Messages;
  /** Requests of clients by name: what a handler returns is the reply. */
  readonly calls?: HandlersByName;
  /** Handlers of messages by name: text of the form `{ "type": name, ... }` goes to them. */
  readonly on?: HandlersByName;
  /** Runs `tickRate` times per second; required with `tickRate`, and refused without it. */
  readonly onTick?: OnTick;
  /** Much had waited for a client, and its connection has taken all. */
  readonly onDrain?: OnDrain;
  /** A client has lost its connection, and its session waits for it. */
  readonly onAway?: OnAway;
  /** A client has come back to its session. */
  readonly onReturn?: OnReturn;
  /** For how many seconds a session waits for its client. Default: `resume` of the configuration, 0. */
  readonly resume?: Resume;
  /** The rooms that keep their messages for later members. Default: those of the configuration. */
  readonly history?: RoomHistory;
  /** Where `request.token` is, beside the list of subprotocols and `Authorization`. Default: nowhere. */
  readonly token?: TokenPlaces;
  /** Runs once, before the first event of the route, which waits for its promise. */
  readonly onStart?: OnStart;
  /** Runs once, at `close`, within `shutdownGrace`. */
  readonly onStop?: OnStop;
  /** Ticks per second, above 0 and up to 1000: makes the route a real-time one. */
  readonly tickRate?: TickRate;
  /** What becomes of messages to a client that reads too slowly. Default: `slow` of the configuration, `"close"`. */
  readonly slow?: Slow;
  /** How late ticks are handled. Default `"skip"`. */
  readonly overload?: Overload;
  /** The most late ticks that run back to back with `"catch-up"`; 1 to 1000. Default 60. */
  readonly catchUpLimit?: CatchUpLimit;
  /** Whether ticks run while no client is connected. Default `false`. */
  readonly tickWhenEmpty?: TickWhenEmpty;
  /** Whether `deltaMs` of every tick is one period exactly. Default `false`. */
  readonly fixedDelta?: FixedDelta;
}

/**
 * All exports of a script in `ws/`. One line checks a whole script, whatever its exports are annotated with.
 *
 * @example
 * type Checked = WsScriptOf<typeof import("./chat.ts")>;
 */
export interface WsScript extends RouteHandlers {
  /** This session was opened by an earlier evaluation of the script; runs before its next event, instead of `onOpen`. */
  readonly onReload?: OnReload;
  /** Runs before a reload; its result goes to the new version. */
  readonly saveState?: SaveState;
  /** Runs in the new version, with the result of `saveState` of the previous one. */
  readonly restoreState?: RestoreState;
  /** Owner of the module's variables. Default `"connection"`. */
  readonly scope?: Scope;
  /** Where the script runs. Default `"thread"`. */
  readonly isolation?: Isolation;
  /** The number of threads of a per-connection route; 1 to 64. Default 1. */
  readonly threads?: Threads;
}

/**
 * Checks the exports of a whole script in `ws/`: an error names the export that does not fit `WsScript`.
 *
 * @example
 * type Checked = WsScriptOf<typeof import("./chat.ts")>;
 */
export type WsScriptOf<Exports extends WsScript> = Exports;

/** The second argument of an HTTP handler. Parlor adds. */
export interface HttpDetails {
  /** The path's parameters, decoded: `params.id` in `http/notes/[id].ts`. */
  readonly params: Readonly<Record<string, string>>;
  /** The client's IP address. */
  readonly address: string;
}

/**
 * `GET`, `POST`, `PUT`, `PATCH`, `DELETE`, `HEAD` or `OPTIONS` of a file in `http/`. Parlor adds: the web's own types.
 *
 * @example
 * export const GET: HttpHandler = (request, { params }) => Response.json({ id: params["id"] });
 */
export type HttpHandler =
  | ((request: Request, details: HttpDetails) => Response)
  | ((request: Request, details: HttpDetails) => Promise<Response>);

/**
 * `handleRequest(context)` of a file in `http/`: responds to any method.
 *
 * @example
 * export const handleRequest: HandleRequest = (context) => Results.ok().text(context.getBody());
 */
export type HandleRequest =
  | ((context: HttpContext) => IngressResult | Response)
  | ((context: HttpContext) => Promise<IngressResult | Response>);

/**
 * All exports of a script in `http/`. `HttpScriptOf` checks a whole script with it.
 *
 * @example
 * type Checked = HttpScriptOf<typeof import("./notes.ts")>;
 */
export interface HttpScript extends HttpHandlers {
  /** Responds to any method; a script has either this or handlers of single methods. */
  readonly handleRequest?: HandleRequest;
}

/**
 * Checks the exports of a whole script in `http/`: an error names the export that does not fit `HttpScript`.
 *
 * @example
 * type Checked = HttpScriptOf<typeof import("./notes.ts")>;
 */
export type HttpScriptOf<Exports extends HttpScript> = Exports;

/**
 * `schedule` of a file in `cron/`: when it runs, as second (may be left out), minute, hour, day, month, weekday. Written as
 * a literal, because the file is not run to read it.
 *
 * @example
 * export const schedule: Schedule = "0 * * * *"; // at every full hour
 */
export type Schedule = string;

/**
 * `timezone` of a file in `cron/`: the zone of its schedule, as a literal. The server's by default.
 *
 * @example
 * export const timezone: Timezone = "Europe/Berlin";
 */
export type Timezone = string;

/**
 * `runs` of a file in `cron/`, as a literal: where each run of the job happens when the server is in a cluster. Default
 * `"cluster"`: on one of its nodes.
 * @example
 * import type { Runs } from "parlor";
 *
 * export const runs: Runs = "node";
 */
export type Runs = "cluster" | "node";

/** The handlers of a path in `http/` by method, as `createServer` takes them. */
export type HttpHandlers = {
  readonly [Method in "GET" | "POST" | "PUT" | "PATCH" | "DELETE" | "HEAD" | "OPTIONS"]?: HttpHandler;
} & {
  /** Runs once per host, before the first request, which waits for its promise. Not together with `handleRequest`. */
  readonly onStart?: OnStart;
  /** Runs once per host, after the last request. */
  readonly onStop?: OnStop;
};

/** The request that `handleRequest` responds to. */
export interface HttpContext {
  /** Parlor adds: the web's own request. */
  readonly request: Request;

  /** A parameter of the query or else of a form in the body, `null` if missing. */
  getParameter(name: string): string | null;

  /** Such a parameter as a whole number, `null` if missing or not one. */
  getParameterAsInteger(name: string): number | null;

  /** Parlor adds: a parameter of the path, as in `session.getPathParameter`. */
  getPathParameter(name: string): string | null;

  /** Parlor adds: a header, `null` if it is missing. */
  getHeader(name: string): string | null;

  /** Parlor adds: the body as text, `""` if there is none. */
  getBody(): string;
}

/** A response under construction; every call returns it, so calls can be chained. */
export interface IngressResult {
  /**
   * Sets the status code.
   * @param code a whole number from 200 to 599
   * @throws RangeError for any other
   */
  status(code: number): IngressResult;
  /** Sets the body to a value as JSON, and the content type with it. Without one it sets the type alone. */
  json(value?: unknown): IngressResult;
  /** Sets the body to HTML. */
  html(body?: string): IngressResult;
  /** Sets the body to plain text. */
  text(body?: string): IngressResult;
  /** Sets the body to XML. */
  xml(body?: string): IngressResult;
  /**
   * Sets the content type.
   * @throws TypeError if it cannot be the value of a header
   */
  contentType(type: string): IngressResult;
  /**
   * Adds a header; the same name twice sends both.
   * @throws TypeError if the name or the value cannot be a header's
   */
  addHeader(name: string, value: string): IngressResult;
  /** Sets the body as it is, and does not change the content type. */
  renderRaw(body: WebSocketMessage): IngressResult;
}

/** Makes responses to HTTP requests: the global `Results`. */
export interface ResultsFactory {
  /** 200. */
  ok(): IngressResult;
  /** 200 with the content type of JSON. Parlor adds the value. */
  json(value?: unknown): IngressResult;
  /** 200 with the content type of HTML. Parlor adds the body. */
  html(body?: string): IngressResult;
  /** 200 with the content type of plain text. Parlor adds the body. */
  text(body?: string): IngressResult;
  /** 200 with the content type of XML. Parlor adds the body. */
  xml(body?: string): IngressResult;
  /** 201 with a `Location`. */
  created(url: string): IngressResult;
  /** 204. */
  noContent(): IngressResult;
  /** 303: look there, with GET. */
  redirect(url: string): IngressResult;
  /** 307: send the same request there. */
  redirectTemporary(url: string): IngressResult;
  /** 400. */
  badRequest(): IngressResult;
  /** 401. */
  unauthorized(): IngressResult;
  /** 403. */
  forbidden(): IngressResult;
  /** 404. */
  notFound(): IngressResult;
  /** 500. */
  internalServerError(): IngressResult;
  /** 501 as JSON: not implemented. */
  TODO(): IngressResult;
  /**
   * Any status.
   * @param code a whole number from 200 to 599
   * @throws RangeError for any other
   */
  status(code: number): IngressResult;
  /** 200 with any content type. */
  contentType(type: string): IngressResult;
}

/**
 * The server, as scripts see it: the global `diesel`.
 *
 * @example
 * diesel.getWebSocketService().room("lobby").broadcast("The shop closes in ten minutes");
 */
export interface Diesel {
  /**
   * All sessions and rooms of the server; works in every kind of script.
   * @example
   * const online = diesel.getWebSocketService().getActiveSessionCount();
   */
  getWebSocketService(): WebSocketService;
  /** A new version 4 UUID. */
  randomUUID(): string;
  /**
   * Encodes text, as UTF-8, in base64.
   * @throws TypeError if it is not a string
   */
  stringToBase64(text: string): string;
  /**
   * Decodes what `stringToBase64` has encoded. Bytes that are not UTF-8 become U+FFFD.
   * @throws TypeError if it is not base64
   */
  base64ToString(base64: string): string;
}
