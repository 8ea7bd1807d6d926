/**
 * The DieselEngine scripting API, call by call: the one source of these types. Scripts have them as globals, by
 * `globals.d.ts`, which `scripts/globals.js` makes of this file; programs that embed Parlor import them from "parlor".
 *
 * "Published" below means DieselEngine's API. "Parlor adds" marks an addition. The global `Request` and `Response` are the
 * web's own, from `@types/node` or `"lib": ["dom"]`.
 */

/**
 * A message to a client. Published: a string, sent as a text frame. Parlor adds bytes, sent as a binary frame.
 * Anything else is a TypeError at run time: give an object to `JSON.stringify` first.
 */
export type WebSocketMessage = string | Uint8Array | ArrayBuffer;

/**
 * One connected client. Published as the first argument of `onOpen`, `onMessage` and `onClose`.
 * The same client has the same `id` in every handler.
 */
export interface WebSocketSession {
  /** The unique id of this session: a version 4 UUID. Published: `session.id`, read-only. */
  readonly id: string;

  /**
   * Sends a message to this client. Published: `session.send(message)`.
   * @param message text, or bytes for a binary frame
   * @throws TypeError if it is neither; after the session has closed it does nothing.
   */
  send(message: WebSocketMessage): void;

  /**
   * Closes the connection after everything sent before it. Published: `session.close()`; a second call does nothing.
   * Messages of the client that arrive afterwards are discarded, and `onClose` still runs.
   * @param code Parlor adds: 1000 (the default), or one of your own from 3000 to 4999
   * @param reason Parlor adds: a short text for the client, at most 123 bytes as UTF-8
   * @throws TypeError or RangeError for any other code or a longer reason
   */
  close(code?: number, reason?: string): void;

  /** Whether the connection is still open; `false` in `onClose`. Published: `session.isOpen()`. */
  isOpen(): boolean;

  /**
   * A query parameter of the address the client connected to. Published: `session.getParameter(name)`.
   * @returns its decoded text, the first if it is repeated, `""` for `?name=`, `null` if it is missing
   */
  getParameter(name: string): string | null;

  /**
   * Parlor adds: a parameter of the path. In `ws/rooms/[id].ts`, `/ws/rooms/7` has `"7"` as `"id"`.
   * @returns its decoded text, or `null` if the route has no such parameter
   */
  getPathParameter(name: string): string | null;

  /**
   * A header of the handshake. Published: `session.getHeader(name)`.
   * @param name in upper or lower case, it makes no difference
   * @returns its text, or `null` if the client did not send it
   */
  getHeader(name: string): string | null;

  /** The path the client connected to, without the query: `"/ws/chat"`. Published: `session.getRequestPath()`. */
  getRequestPath(): string;

  /** The client's IP address, without a port. Published: `session.getRemoteAddr()`. */
  getRemoteAddr(): string;

  /**
   * Keeps a value with this session, for as long as the session lasts. Published: `session.setAttribute(key, value)`.
   * `null` removes it. A value that cannot be cloned (a function, a socket) does not survive a crash of the script.
   */
  // oxlint-disable-next-line typescript/no-explicit-any -- published as "any"
  setAttribute(key: string, value: any): void;

  /**
   * The value kept under a key. Published: `session.getAttribute(key)`.
   * @returns the same value that was set, or `null` if there is none
   */
  // oxlint-disable-next-line typescript/no-explicit-any -- published as "any"
  getAttribute(key: string): any;

  /** A copy of all values that are kept with this session. Published: `session.getAttributes()`. */
  // oxlint-disable-next-line typescript/no-explicit-any -- published as "any"
  getAttributes(): Record<string, any>;

  /**
   * A handle on a room, seen from this session. It does **not** join it. Published: `session.room(roomName)`.
   * @param roomName any text; rooms are shared by all routes of the server
   */
  room(roomName: string): WebSocketRoom;
}

/** A room, seen from one session. Published: what `session.room(name)` returns. */
export interface WebSocketRoom {
  /** Joins; the first member makes the room. Joining twice does nothing. Published: `room.join()`. */
  join(): void;

  /**
   * Leaves; the room goes with its last member. Not being a member does nothing. Published: `room.leave()`.
   * A session leaves its rooms by itself when `onClose` has returned.
   */
  leave(): void;

  /**
   * Sends a message to every member, this session included if it is one. Published: `room.broadcast(message)`.
   * @throws TypeError if the message is neither text nor bytes; a room that does not exist is not an error.
   */
  broadcast(message: WebSocketMessage): void;

  /** Sends a message to every member but this session. Published: `room.broadcastExcept(message)`, one argument here. */
  broadcastExcept(message: WebSocketMessage): void;

  /** How many members the room has: a number, not a list; 0 if there is no such room. Published: `room.members()`. */
  members(): number;

  /** The name of the room. Published: `room.getName()`. */
  getName(): string;
}

/** All sessions and rooms of the server, from any script. Published: what `diesel.getWebSocketService()` returns. */
export interface WebSocketService {
  /** A handle on a room, also if no such room exists: its calls then do nothing. Published: `ws.room(roomName)`. */
  room(roomName: string): WebSocketServiceRoom;

  /** The names of all rooms that have members. Published: `ws.listRooms()`. */
  listRooms(): string[];

  /** Whether a room has at least one member. Published: `ws.roomExists(roomName)`. */
  roomExists(roomName: string): boolean;

  /** A connected session by its id, on any route; `null` if there is none. Published: `ws.getSession(sessionId)`. */
  getSession(sessionId: string): WebSocketSessionInfo | null;

  /** The ids of all connected sessions, on all routes. Published: `ws.getActiveSessionIds()`. */
  getActiveSessionIds(): string[];

  /** How many sessions are connected, on all routes. Published: `ws.getActiveSessionCount()`. */
  getActiveSessionCount(): number;
}

/** A room, seen from the server: without a sender, so without `join`, `leave` and `broadcastExcept`. Published. */
export interface WebSocketServiceRoom {
  /**
   * Sends a message to every member; does nothing if there is no such room. Published: `room.broadcast(message)`.
   * @throws TypeError if the message is neither text nor bytes
   */
  broadcast(message: WebSocketMessage): void;

  /** How many members the room has, 0 if there is no such room. Published: `room.members()`. */
  members(): number;

  /** The session ids of the members. Published: `room.getMemberIds()`. */
  getMemberIds(): string[];

  /** The name of the room. Published: `room.getName()`. */
  getName(): string;

  /** Whether the room has at least one member. Published: `room.exists()`. */
  exists(): boolean;
}

/** A session of any script of the server. Published: what `ws.getSession(id)` returns. */
export interface WebSocketSessionInfo {
  /** The session's id. Published: `info.id`, read-only. */
  readonly id: string;

  /** Sends a message to this client; does nothing once it has gone. Published: `info.send(message)`. */
  send(message: WebSocketMessage): void;

  /** Whether the connection is still open. Published: `info.isOpen()`. */
  isOpen(): boolean;

  /** The path the client connected to, `null` once it has gone. Published: `info.getRequestPath()`. */
  getRequestPath(): string | null;

  /** The client's IP address, `null` once it has gone. Published: `info.getRemoteAddr()`. */
  getRemoteAddr(): string | null;
}

/** All sessions of one real-time route, without joining. Published: the first argument of `onTick`. */
export interface RealtimeRoomProxy {
  /** Sends a message to every session of this route. Published: `room.broadcast(message)`. */
  broadcast(message: WebSocketMessage): void;

  /**
   * Sends a message to every session of this route but one. Published: `room.broadcastExcept(excludeSessionId, message)`.
   * An id that is not connected excludes no session.
   */
  broadcastExcept(excludeSessionId: string, message: WebSocketMessage): void;

  /** Sends to one session of this route; `false` if it is not connected here. Published: `room.send(sessionId, message)`. */
  send(sessionId: string, message: WebSocketMessage): boolean;

  /** A session of this route by its id; `null` if it is not connected here. Published: `room.getSession(sessionId)`. */
  getSession(sessionId: string): WebSocketSession | null;

  /** The ids of the sessions of this route. Published: `room.getSessionIds()`. */
  getSessionIds(): string[];

  /** How many sessions this route has. Published: `room.getSessionCount()`. */
  getSessionCount(): number;

  /** The same as `diesel.getWebSocketService().room(roomName)`. Published: `room.room(roomName)`. */
  room(roomName: string): WebSocketServiceRoom;

  /** The path of this route: `"/ws/game"`. Published: `room.getRoute()`. */
  getRoute(): string;
}

/** The handshake of a client that is about to connect. Parlor adds: the argument of `onUpgrade`. */
export interface UpgradeRequest {
  /** The path, without the query: `"/ws/chat"`. */
  readonly path: string;

  /** The path with the query, as the client sent it: `"/ws/chat?user=ada"`. */
  readonly url: string;

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
 * The decision of `onUpgrade`. Nothing or `true` lets the client in; `false` refuses it with 403; `{ status, reason }`
 * refuses it with a status from 400 to 599; `{ attributes }` lets it in with these attributes set. Parlor adds.
 */
export type UpgradeAnswer =
  boolean | void | { status: number; reason?: string } | { attributes: Record<string, unknown> };

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
 * `onOpen(session)`: a client has connected. Published. Until its promise settles, the session's next event waits.
 *
 * @example
 * export const onOpen: OnOpen = (session) => session.room("lobby").join();
 */
export type OnOpen = ((session: WebSocketSession) => void) | ((session: WebSocketSession) => Promise<void>);

/**
 * `onMessage(session, message)`: a client has sent text. Published. Until its promise settles, the session's next event
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
 * `onClose(session)`: a client has gone. It is still a member of its rooms until this returns. Published.
 *
 * @example
 * export const onClose: OnClose = (session) => session.room("lobby").broadcastExcept(`${session.id} left`);
 */
export type OnClose = ((session: WebSocketSession) => void) | ((session: WebSocketSession) => Promise<void>);

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
 * `onTick(room, deltaMs, tick)`: runs `tickRate` times per second while at least one client is connected. Published.
 * `deltaMs` is the time to simulate since the last tick, in milliseconds; `tick`, which Parlor adds, is the tick's number.
 *
 * @example
 * export const onTick: OnTick = (room, deltaMs, tick) => room.broadcast(`tick ${tick} after ${deltaMs} ms`);
 */
export type OnTick =
  | ((room: RealtimeRoomProxy, deltaMs: number, tick: number) => void)
  | ((room: RealtimeRoomProxy, deltaMs: number, tick: number) => Promise<void>);

/**
 * Ticks per second of a real-time route: above 0 and up to 1000; fractions are allowed. Published.
 * Exporting it makes the route a real-time one, with one state for all its clients.
 *
 * @example
 * export const tickRate: TickRate = 30;
 */
export type TickRate = number;

/**
 * Owner of a script's variables: `"connection"` (the default) evaluates the module once per client, `"route"` once for
 * all clients of the route. Parlor adds.
 *
 * @example
 * export const scope: Scope = "route";
 */
export type Scope = "connection" | "route";

/**
 * Where a script runs: `"thread"` (the default) in a thread of the server, `"process"` in a process. Parlor adds.
 *
 * @example
 * export const isolation: Isolation = "process";
 */
export type Isolation = "thread" | "process";

/**
 * The number of threads of a per-connection route: 1 (the default) to 64. A session stays on its thread. Parlor adds.
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
 * How late ticks are handled: `"skip"` (the default) leaves them out, `"catch-up"` runs them back to back, up to
 * `catchUpLimit`. Parlor adds.
 *
 * @example
 * export const overload: Overload = "catch-up";
 */
export type Overload = "skip" | "catch-up";

/**
 * The most late ticks that run back to back with `overload = "catch-up"`: a whole number from 1 to 1000; 60 by default.
 * Parlor adds.
 *
 * @example
 * export const catchUpLimit: CatchUpLimit = 20;
 */
export type CatchUpLimit = number;

/**
 * Whether ticks run while no client is connected; `false` by default. Parlor adds.
 *
 * @example
 * export const tickWhenEmpty: TickWhenEmpty = true;
 */
export type TickWhenEmpty = boolean;

/**
 * Whether `deltaMs` of every tick is one period exactly, whatever time has passed; `false` by default. Parlor adds.
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
  /** A handler threw or rejected; the session is `null` when the fault came from a timer or a tick. */
  readonly onError?: OnError;
  /** Runs `tickRate` times per second; required with `tickRate`, and refused without it. */
  readonly onTick?: OnTick;
  /** Ticks per second, above 0 and up to 1000: makes the route a real-time one. */
  readonly tickRate?: TickRate;
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
 * `handleRequest(context)` of a file in `http/`: responds to any method. Published.
 *
 * @example
 * export const handleRequest: HandleRequest = (context) => Results.ok().text(context.getBody());
 */
export type HandleRequest =
  | ((context: HttpContext) => IngressResult | Response)
  | ((context: HttpContext) => Promise<IngressResult | Response>);

/** The handlers of a path in `http/` by method, as `createServer` takes them. */
export type HttpHandlers = {
  readonly [Method in "GET" | "POST" | "PUT" | "PATCH" | "DELETE" | "HEAD" | "OPTIONS"]?: HttpHandler;
};

/** The request that `handleRequest` responds to. Published: its argument. */
export interface HttpContext {
  /** Parlor adds: the web's own request. */
  readonly request: Request;

  /** A parameter of the query or else of a form in the body, `null` if missing. Published: `context.getParameter(name)`. */
  getParameter(name: string): string | null;

  /** Such a parameter as a whole number, `null` if missing or not one. Published: `context.getParameterAsInteger(name)`. */
  getParameterAsInteger(name: string): number | null;

  /** Parlor adds: a parameter of the path, as in `session.getPathParameter`. */
  getPathParameter(name: string): string | null;

  /** Parlor adds: a header, `null` if it is missing. */
  getHeader(name: string): string | null;

  /** Parlor adds: the body as text, `""` if there is none. */
  getBody(): string;
}

/** A response under construction; every call returns it, so calls can be chained. Published: what `Results.*` returns. */
export interface IngressResult {
  /**
   * Sets the status code. Published.
   * @param code a whole number from 200 to 599
   * @throws RangeError for any other
   */
  status(code: number): IngressResult;
  /** Sets the body to a value as JSON, and the content type with it. Published. Without one it sets the type alone. */
  json(value?: unknown): IngressResult;
  /** Sets the body to HTML. Published. */
  html(body?: string): IngressResult;
  /** Sets the body to plain text. Published. */
  text(body?: string): IngressResult;
  /** Sets the body to XML. Published. */
  xml(body?: string): IngressResult;
  /**
   * Sets the content type. Published.
   * @throws TypeError if it cannot be the value of a header
   */
  contentType(type: string): IngressResult;
  /**
   * Adds a header; the same name twice sends both. Published.
   * @throws TypeError if the name or the value cannot be a header's
   */
  addHeader(name: string, value: string): IngressResult;
  /** Sets the body as it is, and does not change the content type. Published. */
  renderRaw(body: WebSocketMessage): IngressResult;
}

/** Makes responses to HTTP requests. Published: the global `Results`. */
export interface ResultsFactory {
  /** 200. Published. */
  ok(): IngressResult;
  /** 200 with the content type of JSON. Published; Parlor adds the value. */
  json(value?: unknown): IngressResult;
  /** 200 with the content type of HTML. Published; Parlor adds the body. */
  html(body?: string): IngressResult;
  /** 200 with the content type of plain text. Published; Parlor adds the body. */
  text(body?: string): IngressResult;
  /** 200 with the content type of XML. Published; Parlor adds the body. */
  xml(body?: string): IngressResult;
  /** 201 with a `Location`. Published. */
  created(url: string): IngressResult;
  /** 204. Published. */
  noContent(): IngressResult;
  /** 303: look there, with GET. Published. */
  redirect(url: string): IngressResult;
  /** 307: send the same request there. Published. */
  redirectTemporary(url: string): IngressResult;
  /** 400. Published. */
  badRequest(): IngressResult;
  /** 401. Published. */
  unauthorized(): IngressResult;
  /** 403. Published. */
  forbidden(): IngressResult;
  /** 404. Published. */
  notFound(): IngressResult;
  /** 500. Published. */
  internalServerError(): IngressResult;
  /** 501 as JSON: not implemented. Published. */
  TODO(): IngressResult;
  /**
   * Any status. Published.
   * @param code a whole number from 200 to 599
   * @throws RangeError for any other
   */
  status(code: number): IngressResult;
  /** 200 with any content type. Published. */
  contentType(type: string): IngressResult;
}

/**
 * The server, as scripts see it. Published: the global `diesel`.
 *
 * @example
 * diesel.getWebSocketService().room("lobby").broadcast("The shop closes in ten minutes");
 */
export interface Diesel {
  /** All sessions and rooms of the server; works in every kind of script. Published. */
  getWebSocketService(): WebSocketService;
  /** A new version 4 UUID. Published. */
  randomUUID(): string;
  /**
   * Encodes text, as UTF-8, in base64. Published.
   * @throws TypeError if it is not a string
   */
  stringToBase64(text: string): string;
  /**
   * Decodes what `stringToBase64` has encoded. Published. Bytes that are not UTF-8 become U+FFFD.
   * @throws TypeError if it is not base64
   */
  base64ToString(base64: string): string;
}
