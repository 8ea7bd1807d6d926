/**
 * The names that programs in `bolt/` may use without an import.
 *
 * Give the folder a tsconfig.json of its own with `"types": ["node", "parlor/bolt"]`, so that `get`, `before` and the other
 * short names are known there and nowhere else.
 *
 * They follow the API of Bolt for Ring call by call; "In Bolt" gives the name and the arguments there. Its names begin with `@` where
 * JavaScript has another use for the sign: `@ws` is `ws`, and `@delete` is `del`, because `delete` is a word of the language.
 */

/**
 * What a route calls: a function, the name of a function that the program exports, or `""` for none. If it returns a
 * promise, the program's next callback waits for it.
 */
type BoltCallback = (() => unknown) | string;

/**
 * Registers a WebSocket route. In Bolt: `@ws(cPath, fOnConnect, fOnMessage, fOnDisconnect)`; exactly four arguments.
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

/** Registers a handler of GET requests. In Bolt: `@get(cPath, fHandler)`. It also handles HEAD. */
declare function get(path: string, handler: BoltCallback): void;
/** Registers a handler of POST requests. In Bolt: `@post(cPath, fHandler)`. */
declare function post(path: string, handler: BoltCallback): void;
/** Registers a handler of PUT requests. In Bolt: `@put(cPath, fHandler)`. */
declare function put(path: string, handler: BoltCallback): void;
/** Registers a handler of PATCH requests. In Bolt: `@patch(cPath, fHandler)`. */
declare function patch(path: string, handler: BoltCallback): void;
/** Registers a handler of DELETE requests. In Bolt: `@delete(cPath, fHandler)`. */
declare function del(path: string, handler: BoltCallback): void;
/** Registers a handler of requests with any other method. In Bolt: `@route(cMethod, cPath, fHandler)`. */
declare function route(method: string, path: string, handler: BoltCallback): void;

/** Registers a handler of HEAD requests, which goes before that of GET. In Bolt: `@head(cPath, fHandler)`. */
declare function head(path: string, handler: BoltCallback): void;
/** Registers a handler of OPTIONS requests. In Bolt: `@options(cPath, fHandler)`. */
declare function options(path: string, handler: BoltCallback): void;

/**
 * Registers a stream of server-sent events: its clients' responses stay open, for `$bolt.sseBroadcast` and the like.
 * In Bolt: `@sse(cPath)`.
 * @example
 * sse("/events");
 * post("/announce", () => $bolt.sseBroadcast("/events", $bolt.body()));
 */
declare function sse(path: string): void;

/**
 * Stands in front of the paths of the HTTP routes that follow, until `endPrefix`. In Bolt: `prefix(cPrefix)`.
 * @param prefix starts with a slash; `ws` and `sse` routes are not concerned
 * @example
 * prefix("/api/v1");
 * get("/users", "list_users"); // GET /api/v1/users
 * endPrefix();
 */
declare function prefix(prefix: string): void;
/** Ends what `prefix` started. In Bolt: `endPrefix()`. */
declare function endPrefix(): void;
/**
 * Refuses requests and handshakes of the route that was registered last with 400, if a parameter does not match.
 * In Bolt: `where(cParamName, cPattern)`.
 * @param pattern a regular expression; a match of a part of the value is enough, so write `^[0-9]+$` for all of it
 * @throws TypeError if the pattern is not a regular expression, or if no route is registered
 * @example
 * get("/users/:id", "show_user");
 * where("id", "^[0-9]+$");
 */
declare function where(parameter: string, pattern: string): void;
/** Several patterns at once, each as a pair of a name and a pattern. In Bolt: `whereAll(aConstraints)`. */
declare function whereAll(constraints: readonly (readonly [parameter: string, pattern: string])[]): void;

/**
 * Runs a middleware before the callback of the route that was registered last; after `ws`, before its message callback
 * only. In Bolt: `before(cMiddlewareName)`. `$bolt.wsEventAbort()`, or a response to the request, takes the place of the
 * callback.
 */
declare function before(middleware: BoltCallback): void;
/** Runs a middleware after the callback of the route that was registered last. In Bolt: `after(cMiddlewareName)`. */
declare function after(middleware: BoltCallback): void;
/**
 * Runs a middleware before the callbacks of all routes, for requests and for connect, message and disconnect. In Bolt:
 * `@before(fHandler)`.
 */
declare function beforeAll(middleware: BoltCallback): void;
/** Runs a middleware after the callbacks of all routes. In Bolt: `@after(fHandler)`. */
declare function afterAll(middleware: BoltCallback): void;
/** Runs a middleware before the callbacks of all routes, like `beforeAll`. In Bolt: `@use(cMiddlewareName)`. */
declare function use(middleware: BoltCallback): void;
/**
 * Runs when a callback or a middleware has failed, in the context of its event or request; the last one registered
 * counts. In Bolt: `@error(fHandler)`, without the argument.
 * @param handler gets the error, which is logged already. It may respond to the request, which otherwise gets 500; the
 * connection of a WebSocket client stays open.
 * @example
 * onError((error) => $bolt.jsonWithStatus(503, { error: "try again later" }));
 */
declare function onError(handler: ((error: unknown) => unknown) | string): void;

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
  /** How many of one address: 10 unless set, and then not for loopback addresses; 0 is any number. 429 above. */
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
  /** All values of a name in the query, decoded. */
  queryAll(name: string): string[];
  /** The first value of a field of a form; `""` for a file, and for a body that is not a form. */
  formField(name: string): string;
  /** All values of a field of a form. */
  formFieldAll(name: string): string[];
  /** How many files the form of the request has. */
  filesCount(): number;
  /** A file of the form, from 1; an empty list if there is none. */
  file(index: number): BoltFile | [];
  /** The files of the form. */
  files(): BoltFile[];
  /** The first file of a field; an empty list if there is none. */
  fileByField(field: string): BoltFile | [];
  /**
   * Saves a file of the form, from 1, under a path relative to the app's folder. @returns 1, or 0 if it cannot be written
   * @throws Error for a path outside of the app. Do not save under the name that a client gives without a check.
   */
  fileSave(index: number, path: string): 0 | 1;
  /** The value of a cookie, percent-decoded. */
  cookie(name: string): string;
  /** A header of the request, in upper or lower case. */
  header(name: string): string;
  /** The body as text. */
  body(): string;
  /** The body as base64. */
  bodyBase64(): string;
  /** The data of a body of JSON; an empty list for any other body. */
  // oxlint-disable-next-line typescript/no-explicit-any -- JSON, as JSON.parse has it
  jsonBody(): any;
  /** An id of this request alone. */
  requestId(): string;
  /** The IP address of the client. */
  clientIp(): string;

  /** Responds with plain text. The last response counts. */
  send(content: string): void;
  /** Responds with plain text. */
  text(content: string): void;
  /** Responds with a page. */
  html(content: string): void;
  /** Responds with JSON of the data. */
  json(data: unknown): void;
  /** Responds with bytes, given as base64. */
  sendBinary(base64: string): void;
  /** Responds with a status alone. */
  sendStatus(status: number): void;
  /** Responds with bytes of this content type, given as base64. */
  sendBinaryAs(base64: string, contentType: string): void;
  /** Responds with a page and this status, from 200 to 599. */
  htmlWithStatus(status: number, content: string): void;
  sendWithStatus(status: number, content: string): void;
  jsonWithStatus(status: number, data: unknown): void;
  /** Responds with 302. */
  redirect(url: string): void;
  /** Responds with 301. */
  redirectPermanent(url: string): void;
  notFound(): void;
  unauthorized(): void;
  forbidden(): void;
  badRequest(message: string): void;
  serverError(message: string): void;
  /** Sets a header of the response, before it or after. Does nothing in a WebSocket event. */
  setHeader(name: string, value: string): void;
  /** Sets a cookie for the whole site. Does nothing in a WebSocket event. */
  setCookie(name: string, value: string): void;
  /**
   * Sets a cookie with attributes.
   * @example $bolt.setCookieEx("token", $bolt.uuid(), "Path=/; Max-Age=3600; HttpOnly");
   */
  setCookieEx(name: string, value: string, attributes: string): void;
  /** Removes a cookie of the whole site. */
  deleteCookie(name: string): void;

  /** Data as JSON. */
  jsonEncode(data: unknown): string;
  /** Data as JSON of many lines. */
  jsonPretty(data: unknown): string;
  /** The data of a text of JSON; an empty list for any other text. */
  // oxlint-disable-next-line typescript/no-explicit-any -- JSON, as JSON.parse has it
  jsonDecode(json: string): any;

  /** Sends an event to all clients of an `sse` route, its path as registered. @returns how many, or -1 without a route */
  sseBroadcast(path: string, data: string): number;
  /** Sends an event with a name to all clients of an `sse` route. @returns how many, or -1 without a route */
  sseBroadcastEvent(path: string, event: string, data: string): number;
  /** Sends an event to the clients of a filtered route whose parameters are all among these. @returns how many, or -1 */
  sseBroadcastParams(path: string, data: string, params: Readonly<Record<string, string>>): number;
  /** Sends an event with a name, and with parameters as in `sseBroadcastParams`. @returns how many, or -1 */
  sseBroadcastEventParams(
    path: string,
    event: string,
    data: string,
    params: Readonly<Record<string, string>>,
  ): number;
  /** From now on, clients of the route get only events with all parameters of their path. @throws TypeError without a route */
  sseFilterParams(path: string): void;
  /** How many clients a route takes: 1000 unless set, 1 or more. 503 above. */
  sseMaxSubscribers(max: number): void;

  /**
   * Responds with the page that a template file makes of the data. Values are escaped for HTML.
   * @param path relative to the program's folder, or else to the app's
   * @throws Error if there is no such file, or for a mistake in the template, with its file and line
   * @example $bolt.renderFile("pages/home.html", { title: "Home" });
   */
  renderFile(path: string, data: object): void;
  /** Responds with the page that a template makes of the data. */
  render(template: string, data: object): void;
  /** The text that a template makes of the data. */
  renderTemplate(template: string, data: object): string;
  /** Responds with a file; its type is that of the name's ending. A path is as for `renderFile`. */
  sendFile(path: string): void;
  /** Responds with a file of this content type. */
  sendFileAs(path: string, contentType: string): void;

  /** A text as padded base64 of its UTF-8. */
  base64Encode(text: string): string;
  /** The text of padded base64; `""` for any other text. */
  base64Decode(base64: string): string;
  /** A text as base64 with `-` and `_`, without padding. */
  base64UrlEncode(text: string): string;
  /** The text of base64 with `-` and `_`, padded or not; `""` for any other text. */
  base64UrlDecode(base64: string): string;
  /** Percent-encodes all but letters, digits and `-_.~`. */
  urlEncode(text: string): string;
  /** Decodes percent-encoding; a text that has none of it comes back unchanged. */
  urlDecode(text: string): string;
  /** The SHA-256 of a text's UTF-8, as 64 hexadecimal digits. */
  sha256(data: string): string;
  /** A value for the header `ETag`: the SHA-256 in quotes. */
  etag(content: string): string;
  /** A random UUID. */
  uuid(): string;
  /** 1 if a part of the value matches the regular expression, else 0. @throws TypeError for a bad pattern */
  matchRegex(value: string, pattern: string): 0 | 1;
  /** 1 if a part of the path's parameter matches the regular expression, else 0. @throws TypeError for a bad pattern */
  validateParam(parameter: string, pattern: string): 0 | 1;

  /** Keeps a text under a key, for as long as `setCacheTTL` says; without that, until it is removed. */
  cacheSet(key: string, value: string): void;
  /** Keeps a text under a key for that number of seconds; 0 is as in `cacheSet`. */
  cacheSetTTL(key: string, value: string, seconds: number): void;
  /** The text under a key; `""` if there is none. */
  cacheGet(key: string): string;
  /** Removes the text under a key. */
  cacheDelete(key: string): void;
  /** Removes all texts. */
  cacheClear(): void;
  /** How many texts are kept: 10,000 unless set, 1 or more. Above it, those that were used longest ago are dropped. */
  setCacheCapacity(entries: number): void;
  /** For how many seconds `cacheSet` keeps a text: 1 or more; no limit unless set. */
  setCacheTTL(seconds: number): void;

  /** Seconds since 1970. */
  unixtime(): number;
  /** Milliseconds since 1970. */
  unixtimeMs(): number;
  /** A line in the server's log. */
  log(message: string): void;
}

/** A file that a form brings. */
interface BoltFile {
  /** As the client names it. */
  readonly name: string;
  /** The name of its field. */
  readonly field: string;
  /** Its content type. */
  readonly type: string;
  /** Bytes. */
  readonly size: number;
}
