/**
 * The names that programs in `bolt/` may use without an import.
 *
 * Give the folder a tsconfig.json of its own with `"types": ["node", "parlor/bolt"]`, so that `get`, `before` and the other
 * short names are known there and nowhere else.
 *
 * "Published" below means the API of Bolt for Ring, which these types follow call by call. Its names begin with `@` where
 * JavaScript has another use for the sign: `@ws` is `ws`, and `@delete` is `del`, because `delete` is a word of the language.
 */

/**
 * What a route calls: a function, the name of a function that the program exports, or `""` for none. If it returns a
 * promise, the program's next callback waits for it.
 */
type BoltCallback = (() => unknown) | string;

/**
 * Registers a WebSocket route. Published: `@ws(cPath, fOnConnect, fOnMessage, fOnDisconnect)`; exactly four arguments.
 * @param path as asked for on the server's own port; `:name` stands for a part, `*name` or `*` for the rest
 * @param onConnect runs before the client is let in; what it sends arrives after that
 * @param onMessage runs for each message, of text or of bytes
 * @param onDisconnect runs when the client has left the client list and all rooms
 */
declare function ws(
  path: string,
  onConnect: BoltCallback,
  onMessage: BoltCallback,
  onDisconnect: BoltCallback,
): void;

/** Registers a handler of GET requests. Published: `@get(cPath, fHandler)`. HEAD is answered by it too. */
declare function get(path: string, handler: BoltCallback): void;
/** Registers a handler of POST requests. Published: `@post(cPath, fHandler)`. */
declare function post(path: string, handler: BoltCallback): void;
/** Registers a handler of PUT requests. Published: `@put(cPath, fHandler)`. */
declare function put(path: string, handler: BoltCallback): void;
/** Registers a handler of PATCH requests. Published: `@patch(cPath, fHandler)`. */
declare function patch(path: string, handler: BoltCallback): void;
/** Registers a handler of DELETE requests. Published: `@delete(cPath, fHandler)`. */
declare function del(path: string, handler: BoltCallback): void;
/** Registers a handler of requests with any other method. Published: `@route(cMethod, cPath, fHandler)`. */
declare function route(method: string, path: string, handler: BoltCallback): void;

/**
 * Runs something before each callback of the route that was registered last. Published: `before(cMiddlewareName)`.
 * `$bolt.wsEventAbort()`, or an answer to the request, takes the callback's place.
 */
declare function before(middleware: BoltCallback): void;
/** Runs something after each callback of the route that was registered last. Published: `after(cMiddlewareName)`. */
declare function after(middleware: BoltCallback): void;

/** Everything that a program does with clients, rooms and requests. */
declare const $bolt: Bolt;

interface Bolt {
  /** The id of the client that the event in hand is of, a UUID; `""` outside of an event. */
  wsClientId(): string;
  /** What has happened; `""` outside of an event. */
  wsEventType(): "connect" | "message" | "disconnect" | "";
  /** The text of the message, untouched; `""` for bytes and in other events. */
  wsEventMessage(): string;
  /** Whether the message is of bytes: 1 or 0. */
  wsEventIsBinary(): 0 | 1;
  /** The bytes of the message as base64; `""` for text and in other events. */
  wsEventBinary(): string;
  /** The route's path as it was registered. */
  wsEventPath(): string;
  /** A parameter of the route's path, decoded; `""` if it has none of that name. */
  wsParam(name: string): string;
  /** Skips what is left of the event in hand: the callback and what comes after it. Never closes anything. */
  wsEventAbort(): 1;

  /** Sends text to a client of this program. @returns 1, or 0 if there is no such client */
  wsSendTo(clientId: string, message: string): 0 | 1;
  /** Sends bytes to a client of this program. @returns 1, or 0 if there is no such client or the text is not base64 */
  wsSendBinaryTo(clientId: string, base64: string): 0 | 1;
  /** Closes a client's connection, after what was sent before. @returns 1, or 0 if there is no such client */
  wsCloseClient(clientId: string): 0 | 1;
  /** The ids of this program's clients, of all its routes, in no particular order. */
  wsClientList(): string[];
  /** How many clients this program has. */
  wsConnectionCount(): number;
  /** Sends text to all clients of this program. @returns how many, or -1 if it has no clients */
  wsBroadcast(message: string): number;
  /** How many messages have found the program's queue full since it was loaded, and were dropped. */
  wsDroppedCount(): number;

  /** Puts a client of this program into a room. @throws Error if there is no such client */
  wsRoomJoin(room: string, clientId: string): 1;
  /** Takes a client out of a room, if it is in it. */
  wsRoomLeave(room: string, clientId: string): 1;
  /** Sends text to all in a room, the current client included. @returns how many */
  wsRoomBroadcast(room: string, message: string): number;
  /** Sends bytes to all in a room. @returns how many; 0 if the text is not base64 */
  wsRoomBroadcastBinary(room: string, base64: string): number;
  /** The ids of those in a room, of all of the server's scripts, in no particular order. */
  wsRoomMembers(room: string): string[];
  /** How many are in a room. */
  wsRoomCount(room: string): number;

  /** How many clients the program takes: 1000 unless set, 0 is any number. 503 above. */
  setWsMaxConnections(max: number): void;
  /** How many of one address, loopback aside: 10 unless set, 0 is any number. 429 above. */
  setWsMaxPerIp(max: number): void;
  /** Messages a second of one client: 100 unless set, 0 is any number. Above, they are read later. */
  setWsMessageRateLimit(perSecond: number): void;
  /** The longest body of a request, in bytes. 413 above. */
  setBodyLimit(bytes: number): void;

  /** The method of the request in hand; `""` outside of one, as for all that follow. */
  method(): string;
  /** The route's path as it was registered. */
  path(): string;
  /** The path that was asked for, with its query. */
  uri(): string;
  /** A parameter of the route's path, decoded. */
  param(name: string): string;
  /** The first value of a name in the query, decoded. */
  query(name: string): string;
  /** A header of the request, in upper or lower case. */
  header(name: string): string;
  /** The body as text. */
  body(): string;
  /** The body as base64. */
  bodyBase64(): string;
  /** The body, read as JSON. @throws TypeError if it is none */
  // oxlint-disable-next-line typescript/no-explicit-any -- JSON, as JSON.parse has it
  jsonBody(): any;
  /** An id of this request alone. */
  requestId(): string;
  /** The IP address of the client. */
  clientIp(): string;

  /** Answers with plain text. The last answer counts. */
  send(content: string): void;
  /** Answers with plain text. */
  text(content: string): void;
  /** Answers with a page. */
  html(content: string): void;
  /** Answers with JSON of the data. */
  json(data: unknown): void;
  /** Answers with bytes, given as base64. */
  sendBinary(base64: string): void;
  /** Answers with a status alone. */
  sendStatus(status: number): void;
  sendWithStatus(status: number, content: string): void;
  jsonWithStatus(status: number, data: unknown): void;
  /** Answers with 302. */
  redirect(url: string): void;
  /** Answers with 301. */
  redirectPermanent(url: string): void;
  notFound(): void;
  unauthorized(): void;
  forbidden(): void;
  badRequest(message: string): void;
  serverError(message: string): void;
  /** Sets a header of the answer, before it or after. */
  setHeader(name: string, value: string): void;

  /** Data as JSON. */
  jsonEncode(data: unknown): string;
  /** Data as JSON of many lines. */
  jsonPretty(data: unknown): string;
  /** What a text of JSON says. @throws TypeError if it is none */
  // oxlint-disable-next-line typescript/no-explicit-any -- JSON, as JSON.parse has it
  jsonDecode(json: string): any;
  /** Seconds since 1970. */
  unixtime(): number;
  /** Milliseconds since 1970. */
  unixtimeMs(): number;
  /** A line in the server's log. */
  log(message: string): void;
}
