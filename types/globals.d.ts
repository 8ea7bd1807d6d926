/**
 * The names that every Parlor script may use without an import.
 *
 * Add `"types": ["node", "parlor/globals"]` to the `compilerOptions` of your tsconfig.json and write, for example,
 * `export function onOpen(session: WebSocketSession) { ... }` in `ws/chat.ts`. In a `.js` script write
 * `/** @type {OnOpen} *\/ export const onOpen = (session) => { ... }`.
 *
 * "Published" below means the DieselEngine scripting API, which these types follow call by call. "Parlor adds" marks what
 * goes beyond it. The global `Request` and `Response` are the web's own, from `@types/node` or `"lib": ["dom"]`.
 */

/**
 * What `send` and `broadcast` take. Published: a string, sent as a text frame. Parlor adds bytes, sent as a binary frame.
 * Anything else is a TypeError at run time: give an object to `JSON.stringify` first.
 */
type WebSocketMessage = string | Uint8Array | ArrayBuffer;

/**
 * One connected client. Published as the first argument of `onOpen`, `onMessage` and `onClose`.
 * The same client has the same `id` in every handler.
 */
interface WebSocketSession {
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
   * @param code Parlor adds: 1000 (the default), or one of your own from 3000 to 4999; others are a RangeError
   * @param reason Parlor adds: a short text for the client, at most 123 bytes
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
   * @returns the very value that was set, or `null` if there is none
   */
  // oxlint-disable-next-line typescript/no-explicit-any -- published as "any"
  getAttribute(key: string): any;

  /** A copy of all values kept with this session. Published: `session.getAttributes()`. */
  // oxlint-disable-next-line typescript/no-explicit-any -- published as "any"
  getAttributes(): Record<string, any>;

  /**
   * A handle on a room, seen from this session. It does **not** join it. Published: `session.room(roomName)`.
   * @param roomName any text; rooms are shared by all routes of the server
   */
  room(roomName: string): WebSocketRoom;
}

/** A room, seen from one session. Published: what `session.room(name)` returns. */
interface WebSocketRoom {
  /** Joins; the first member makes the room. Joining twice does nothing. Published: `room.join()`. */
  join(): void;

  /**
   * Leaves; the room goes with its last member. Not being a member does nothing. Published: `room.leave()`.
   * A session leaves its rooms by itself when `onClose` has returned.
   */
  leave(): void;

  /**
   * Sends a message to every member, this session included if it is one. Published: `room.broadcast(message)`.
   * @throws TypeError if the message is neither text nor bytes; a room that does not exist is no error.
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
interface WebSocketService {
  /** A handle on a room. Always one: with no such room its calls do nothing. Published: `ws.room(roomName)`. */
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

/** A room, seen from the server: it has no sender, hence no `join`, `leave` and `broadcastExcept`. Published. */
interface WebSocketServiceRoom {
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

/** What the server knows of any session, whichever script serves it. Published: what `ws.getSession(id)` returns. */
interface WebSocketSessionInfo {
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

/** All sessions of one real-time route; nobody has to join anything. Published: the first argument of `onTick`. */
interface RealtimeRoomProxy {
  /** Sends a message to every session of this route. Published: `room.broadcast(message)`. */
  broadcast(message: WebSocketMessage): void;

  /**
   * Sends a message to every session of this route but one. Published: `room.broadcastExcept(excludeSessionId, message)`.
   * An id that is not connected excludes nobody.
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
interface UpgradeRequest {
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
 * What `onUpgrade` answers. Nothing or `true` lets the client in; `false` refuses with 403; `{ status, reason }` refuses with
 * a status of your own; `{ attributes }` lets it in with these attributes set. Parlor adds.
 */
type UpgradeAnswer =
  boolean | void | { status: number; reason?: string } | { attributes: Record<string, unknown> };

// The handler types are unions of functions: of a function that may return both, the compiler accepts no async
// implementation in a JavaScript file.

/** `onUpgrade(request)`: runs before the handshake is answered; a fault or a time-out answers 503. Parlor adds. */
type OnUpgrade =
  ((request: UpgradeRequest) => UpgradeAnswer) | ((request: UpgradeRequest) => Promise<UpgradeAnswer>);

/** `onOpen(session)`: a client has connected. Published. A promise holds back this session's next event. */
type OnOpen = ((session: WebSocketSession) => void) | ((session: WebSocketSession) => Promise<void>);

/** `onMessage(session, message)`: a client has sent text. Published. */
type OnMessage =
  | ((session: WebSocketSession, message: string) => void)
  | ((session: WebSocketSession, message: string) => Promise<void>);

/** `onBinary(session, bytes)`: a client has sent bytes. Parlor adds; without it such a client is closed with 1003. */
type OnBinary =
  | ((session: WebSocketSession, bytes: Uint8Array) => void)
  | ((session: WebSocketSession, bytes: Uint8Array) => Promise<void>);

/** `onClose(session)`: a client has gone. It is still a member of its rooms until this returns. Published. */
type OnClose = ((session: WebSocketSession) => void) | ((session: WebSocketSession) => Promise<void>);

/**
 * `onError(session, error)`: a handler of yours threw or rejected, which was logged and counted. Parlor adds.
 * The session is `null` when the fault came from a timer or a tick. The connection stays open.
 */
type OnError =
  | ((session: WebSocketSession | null, error: unknown) => void)
  | ((session: WebSocketSession | null, error: unknown) => Promise<void>);

/**
 * `onReload(session, reason)`: this session was opened by an earlier evaluation of the script, and is served by this one
 * from now on. Runs before its next event, instead of `onOpen`; its attributes and rooms are as they were. Parlor adds.
 */
type OnReload =
  | ((session: WebSocketSession, reason: ReloadReason) => void)
  | ((session: WebSocketSession, reason: ReloadReason) => Promise<void>);

/** Why a script was evaluated anew: it was saved, it took its thread down, or it did not come to an end. Parlor adds. */
type ReloadReason = "reload" | "crash" | "hang";

/**
 * `onTick(room, deltaMs)`: runs `tickRate` times per second while anybody is connected. Published.
 * @param deltaMs the time to simulate since the last tick, in milliseconds
 * @param tick Parlor adds: the number of this tick
 */
type OnTick =
  | ((room: RealtimeRoomProxy, deltaMs: number, tick: number) => void)
  | ((room: RealtimeRoomProxy, deltaMs: number, tick: number) => Promise<void>);

/** What is known of a request beside itself. Parlor adds. */
interface HttpDetails {
  /** The path's parameters, decoded: `params.id` in `http/notes/[id].ts`. */
  readonly params: Readonly<Record<string, string>>;
  /** The client's IP address. */
  readonly address: string;
}

/** `GET`, `POST`, `PUT`, `PATCH`, `DELETE`, `HEAD` or `OPTIONS` of a file in `http/`. Parlor adds: the web's own types. */
type HttpHandler =
  | ((request: Request, details: HttpDetails) => Response)
  | ((request: Request, details: HttpDetails) => Promise<Response>);

/** `handleRequest(context)` of a file in `http/`: answers any method. Published. */
type HandleRequest =
  | ((context: HttpContext) => IngressResult | Response)
  | ((context: HttpContext) => Promise<IngressResult | Response>);

/** The request that `handleRequest` answers. Published: its argument. */
interface HttpContext {
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

/** An answer under construction; every call returns it, so calls can be chained. Published: what `Results.*` returns. */
interface IngressResult {
  /** Sets the status code. Published. */
  status(code: number): IngressResult;
  /** Sets the body to a value as JSON, and the content type with it. Published. Without one it sets the type alone. */
  json(value?: unknown): IngressResult;
  /** Sets the body to HTML. Published. */
  html(body?: string): IngressResult;
  /** Sets the body to plain text. Published. */
  text(body?: string): IngressResult;
  /** Sets the body to XML. Published. */
  xml(body?: string): IngressResult;
  /** Sets the content type. Published. */
  contentType(type: string): IngressResult;
  /** Adds a header; the same name twice sends both. Published. */
  addHeader(name: string, value: string): IngressResult;
  /** Sets the body as it is, leaving the content type alone. Published. */
  renderRaw(body: WebSocketMessage): IngressResult;
}

/** The beginnings of an answer to an HTTP request. Published: the global `Results`. */
interface ResultsFactory {
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
  /** 501 as JSON: not written yet. Published. */
  TODO(): IngressResult;
  /** Any status. Published. */
  status(code: number): IngressResult;
  /** 200 with any content type. Published. */
  contentType(type: string): IngressResult;
}

/** The server, as scripts see it. Published: the global `diesel`. */
interface Diesel {
  /** All sessions and rooms of the server; works in every kind of script. Published. */
  getWebSocketService(): WebSocketService;
  /** A new version 4 UUID. Published. */
  randomUUID(): string;
  /** Text, as UTF-8, in base64. Published. */
  stringToBase64(text: string): string;
  /** The text that `stringToBase64` was given. Published. */
  base64ToString(base64: string): string;
}

declare const diesel: Diesel;
declare const Results: ResultsFactory;
