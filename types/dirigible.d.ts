/**
 * The modules that `require` and `import` find in `dirigible/` beside those of the registry itself.
 *
 * Give the folder a jsconfig.json with `"types": ["node", "parlor/dirigible"]`, `"module": "preserve"`, `"baseUrl": "."`,
 * `"moduleResolution": "bundler"` and `"checkJs": true`. "Published" below means the API of Eclipse Dirigible; "Parlor adds"
 * marks what goes beyond it.
 */

/** Published as a Java map: the parameters of this execution. */
declare const __context: {
  /** `null` when missing. */
  // oxlint-disable-next-line typescript/no-explicit-any -- a module knows what it has set
  get(name: string): any;
  set(name: string, value: unknown): void;
  put(name: string, value: unknown): void;
};

/** Version 4: outbound clients, and what a handler can ask about its event. */
declare module "net/v4/websockets" {
  /** An outbound connection. What is sent, and a close, wait until it is open. */
  interface WebsocketClient {
    /** Parlor adds: what `getClient` takes. */
    readonly id: string;
    readonly uri: string;
    readonly handler: string;
    readonly engine: string;
    readonly session: { getId(): string; isOpen(): boolean };
    /** Sends text; throws after the close. */
    send(message: string): void;
    close(): void;
  }

  interface WebsocketClientMetadata {
    readonly id: string;
    readonly uri: string;
    readonly handler: string;
    readonly engine: string;
  }

  /**
   * Connects, and returns before the connection is open. A refused connection calls the handler's `onError`.
   * @param uri a `ws:` or `wss:` address
   * @param handler the path of the module that handles the events, as in `tea/waiter`
   * @param engine default `"javascript"`; all three mean the same
   * @throws if the address is malformed or the engine unknown
   */
  export function createWebsocket(
    uri: string,
    handler: string,
    engine?: "javascript" | "graalvm" | "rhino",
  ): WebsocketClient;
  /** The clients that the script has not closed and whose connections have not ended, in order of their creation. */
  export function getClients(): WebsocketClientMetadata[];
  /** @param id the client's `id`; the result is `null` if no listed client has it */
  export function getClient(id: string): WebsocketClient | null;
  /** @param handler as given to `createWebsocket`; of several clients with it, the oldest is returned */
  export function getClientByHandler(handler: string): WebsocketClient | null;
  /** The message; `null` outside of `onMessage`. */
  export function getMessage(): string | null;
  /** The error's text; `null` outside of `onError`. */
  export function getError(): string | null;
  /** `null` outside of events. */
  export function getMethod(): "onopen" | "onmessage" | "onerror" | "onclose" | null;
  export function isOnOpen(): boolean;
  export function isOnMessage(): boolean;
  export function isOnError(): boolean;
  export function isOnClose(): boolean;
}

/** The same as `net/v4/websockets`. */
declare module "net/websockets" {
  export * from "net/v4/websockets";
}

/** Version 2: the sessions of `/service/js`. */
declare module "net/websocket" {
  /** A handle that stays usable in later executions and from other connections. */
  interface WebsocketSession {
    /**
     * @param text the message
     * @throws when the session is closed
     */
    sendText(text: string): void;
    /** Does nothing when the session is closed. */
    sendTextAsync(text: string): void;
    getId(): string;
    /** Returns the session's id. */
    close(): string;
  }

  /** The session whose message is handled; an error elsewhere. */
  export function getSession(): WebsocketSession;
  /** The open sessions of `/service/js`. */
  export function getOpenSessions(): WebsocketSession[];
}

/** The same as `net/websocket`. */
declare module "service/websocket" {
  export * from "net/websocket";
}

/** Values of the process, shared by all modules and sessions. */
declare module "core/v4/globals" {
  /** `null` when missing. */
  // oxlint-disable-next-line typescript/no-explicit-any -- a module knows what it has set
  export function get(name: string): any;
  export function set(name: string, value: unknown): void;
  /** A copy, by name. */
  export function list(): Record<string, unknown>;
}

/** The same as `core/v4/globals`. */
declare module "core/globals" {
  export * from "core/v4/globals";
}

/** The parameters of this execution, and values that its modules share. */
declare module "core/v4/context" {
  /** `null` when missing. */
  // oxlint-disable-next-line typescript/no-explicit-any -- a module knows what it has set
  export function get(name: string): any;
  export function set(name: string, value: unknown): void;
}

/** The same as `core/v4/context`. */
declare module "core/context" {
  export * from "core/v4/context";
}

/** The environment of the process. */
declare module "core/v4/env" {
  /** `null` when missing. */
  export function get(name: string): string | null;
  /** A copy, by name. */
  export function list(): Record<string, string>;
}

/** Settings: values that modules set, then the environment, then values of files that modules loaded. */
declare module "core/v4/configurations" {
  /** @param defaultValue what is returned when the key is missing, `null` by default */
  export function get(key: string, defaultValue?: string): string | null;
  export function set(key: string, value: string): void;
  /** Removes a value that a module has set or loaded; the environment keeps its own. */
  export function remove(key: string): void;
  export function getKeys(): string[];
  /**
   * Takes the lines `key=value` of a file.
   * @param path a file of the registry, as in `tea/app.properties`
   * @throws if there is no such file
   */
  export function load(path: string): void;
  /** Has no effect. */
  export function update(): void;
  /** As Java names it: `Linux`, `Mac OS X`, `Windows`. */
  export function getOS(): string;
  export function isOSWindows(): boolean;
  export function isOSMac(): boolean;
  export function isOSUNIX(): boolean;
  export function isOSSolaris(): boolean;
}

/** Loggers, whose lines have the logger's name in front. */
declare module "log/v4/logging" {
  type Level = "TRACE" | "DEBUG" | "INFO" | "WARN" | "ERROR";

  interface Logger {
    /** For all loggers of this name; `OFF` writes nothing. An unknown level is a TypeError. */
    setLevel(level: Level | "OFF"): Logger;
    isTraceEnabled(): boolean;
    isDebugEnabled(): boolean;
    isInfoEnabled(): boolean;
    isWarnEnabled(): boolean;
    isErrorEnabled(): boolean;
    /** Each `{}` of the message stands for the next value. An error as the first value is written with its stack. */
    log(message: string, level: Level, ...values: unknown[]): void;
    trace(message: string, ...values: unknown[]): void;
    debug(message: string, ...values: unknown[]): void;
    info(message: string, ...values: unknown[]): void;
    warn(message: string, ...values: unknown[]): void;
    error(message: string, ...values: unknown[]): void;
  }

  export function getLogger(loggerName: string): Logger;
}

/** Random UUIDs. */
declare module "utils/v4/uuid" {
  export function random(): string;
  export function validate(input: string): boolean;
}

/** The request that opened the session whose event is handled. In a run, all but `isValid` throw. */
declare module "http/v4/request" {
  export function isValid(): boolean;
  export function getMethod(): string;
  /** `null` when missing. */
  export function getHeader(name: string): string | null;
  export function getHeaders(name: string): string[];
  export function getHeaderNames(): string[];
  export function getCookies(): { name: string; value: string }[];
  /** The first value; `null` when missing. */
  export function getParameter(name: string): string | null;
  export function getParameterValues(name: string): string[];
  export function getParameterNames(): string[];
  export function getParameters(): Record<string, string[]>;
  /** A parameter that occurs once is a string. */
  export function getQueryParametersMap(): Record<string, string | string[]>;
  export function getQueryString(): string | null;
  export function getRequestURI(): string;
  export function getRequestURL(): string;
  export function getPathInfo(): string;
  /** Published: a path on the server's disk, which a WebSocket's path does not have. */
  export function getPathTranslated(): null;
  export function getResourcePath(): string;
  export function getServicePath(): string;
  export function getContextPath(): string;
  export function getScheme(): string;
  export function isSecure(): boolean;
  export function getProtocol(): string;
  export function getServerName(): string;
  export function getServerPort(): number;
  export function getRemoteAddress(): string;
  export function getRemoteHost(): string;
  /** Attributes live as long as the execution. */
  export function getAttribute(name: string): unknown;
  export function getAttributeNames(): string[];
  export function setAttribute(name: string, value: unknown): void;
  export function removeAttribute(name: string): void;
  /** The request of a WebSocket has no body: an empty text. */
  export function getText(): string;
  export function getBytes(): number[];
  /** Published: `null` for a body that is not JSON; `undefined` from version 8 on. */
  export function getJSON(): null | undefined;
  export function json(): null | undefined;
  export function getContentLength(): number;
  export function getContentType(): string | null;
  export function getCharacterEncoding(): string | null;
  export function getRemoteUser(): string | null;
  export function getAuthType(): string | null;
  export function isUserInRole(role: string): boolean;
}

/** No client waits for a response: printed text goes to the log, the rest does nothing. */
declare module "http/v4/response" {
  export function print(text: unknown): void;
  export function println(text: unknown): void;
  export function write(text: unknown): void;
  export function flush(): void;
  export function close(): void;
  export function setContentType(type: string): void;
  /** Prints the value as JSON. */
  export function json(value: unknown): void;
  /** Prints the status and the message. */
  export function sendError(status: number, message?: string): void;
  export function setStatus(status: number): void;
  export function setHeader(name: string, value: string): void;
  export function addHeader(name: string, value: string): void;
  export function setContentLength(length: number): void;
  export function setCharacterEncoding(charset: string): void;
  export function setLocale(language: string, country?: string, variant?: string): void;
  export function addCookie(cookie: object): void;
  export function sendRedirect(location: string): void;
  export function reset(): void;
  /** `false`: there is no response. */
  export function isValid(): boolean;
  export function isCommitted(): boolean;
  export function containsHeader(name: string): boolean;
  export function getHeader(name: string): string | null;
  export function getHeaders(name: string): string[];
  export function getHeaderNames(): string[];
  export function getContentType(): string | null;
  export function getCharacterEncoding(): string;
  export function encodeURL(url: string): string;
  export function encodeRedirectURL(url: string): string;
  export const CONTINUE: 100,
    SWITCHING_PROTOCOLS: 101,
    OK: 200,
    CREATED: 201,
    ACCEPTED: 202,
    NON_AUTHORITATIVE_INFORMATION: 203,
    NO_CONTENT: 204,
    RESET_CONTENT: 205,
    PARTIAL_CONTENT: 206,
    MULTIPLE_CHOICES: 300,
    MOVED_PERMANENTLY: 301,
    FOUND: 302,
    MOVED_TEMPORARILY: 302,
    SEE_OTHER: 303,
    NOT_MODIFIED: 304,
    USE_PROXY: 305,
    TEMPORARY_REDIRECT: 307,
    BAD_REQUEST: 400,
    UNAUTHORIZED: 401,
    PAYMENT_REQUIRED: 402,
    FORBIDDEN: 403,
    NOT_FOUND: 404,
    METHOD_NOT_ALLOWED: 405,
    NOT_ACCEPTABLE: 406,
    PROXY_AUTHENTICATION_REQUIRED: 407,
    REQUEST_TIMEOUT: 408,
    CONFLICT: 409,
    GONE: 410,
    LENGTH_REQUIRED: 411,
    PRECONDITION_FAILED: 412,
    REQUEST_ENTITY_TOO_LARGE: 413,
    REQUEST_URI_TOO_LONG: 414,
    UNSUPPORTED_MEDIA_TYPE: 415,
    REQUESTED_RANGE_NOT_SATISFIABLE: 416,
    EXPECTATION_FAILED: 417,
    UNPROCESSABLE_CONTENT: 422,
    INTERNAL_SERVER_ERROR: 500,
    NOT_IMPLEMENTED: 501,
    BAD_GATEWAY: 502,
    SERVICE_UNAVAILABLE: 503,
    GATEWAY_TIMEOUT: 504,
    HTTP_VERSION_NOT_SUPPORTED: 505;
}

/** The same as `http/v4/response`. */
declare module "http/response" {
  export * from "http/v4/response";
}

/** The same as `core/v4/env`. */
declare module "core/env" {
  export * from "core/v4/env";
}

/** The same as `core/v4/configurations`. */
declare module "core/configurations" {
  export * from "core/v4/configurations";
}

/** The same as `log/v4/logging`. */
declare module "log/logging" {
  export * from "log/v4/logging";
}

/** The same as `utils/v4/uuid`. */
declare module "utils/uuid" {
  export * from "utils/v4/uuid";
}

/** The same as `http/v4/request`. */
declare module "http/request" {
  export * from "http/v4/request";
}

/** The same as `core/v4/globals`. */
declare module "api/globals" {
  export * from "core/v4/globals";
}

/** The same as `core/v4/context`. */
declare module "api/context" {
  export * from "core/v4/context";
}

/** The same as `net/websocket`. */
declare module "api/net/websocket" {
  export * from "net/websocket";
}

/** The same as `net/websocket`. */
declare module "api/io/websocket" {
  export * from "net/websocket";
}

/** Version 8 and later: what is missing is `undefined`, and no longer `null`. */
declare module "sdk/net" {
  import type * as v4 from "net/v4/websockets";
  /** The calls of `net/v4/websockets`. */
  type WebsocketsCalls = Omit<typeof v4, "getClient" | "getClientByHandler"> & {
    /** @param id the client's `id`; the result is `undefined` if no listed client has it */
    getClient(id: string): v4.WebsocketClient | undefined;
    /** @param handler as given to `createWebsocket`; of several clients with it, the oldest is returned */
    getClientByHandler(handler: string): v4.WebsocketClient | undefined;
  };
  export const websockets: WebsocketsCalls;
  export const Websockets: WebsocketsCalls;
  const net: WebsocketsCalls & {
    readonly websockets: WebsocketsCalls;
    readonly Websockets: WebsocketsCalls;
  };
  export default net;
}

/** Version 8 and later: what is missing is `undefined`, and no longer `null`. */
declare module "sdk/core" {
  import type * as envV4 from "core/v4/env";
  import type * as configurationsV4 from "core/v4/configurations";
  interface Globals {
    // oxlint-disable-next-line typescript/no-explicit-any -- a module knows what it has set
    get(name: string): any;
    set(name: string, value: unknown): void;
    /** A copy, by name. */
    list(): Record<string, unknown>;
  }
  type Context = Omit<Globals, "list">;
  type Env = Omit<typeof envV4, "get"> & { get(name: string): string | undefined };
  type Configurations = Omit<typeof configurationsV4, "get"> & {
    get(key: string): string | undefined;
    get(key: string, defaultValue: string): string;
  };
  export const globals: Globals;
  export const Globals: Globals;
  export const context: Context;
  export const Context: Context;
  export const env: Env;
  export const Env: Env;
  export const configurations: Configurations;
  export const Configurations: Configurations;
}

/** Version 8 and later: what is missing is `undefined`, and no longer `null`. */
declare module "sdk/http" {
  import type * as requestV4 from "http/v4/request";
  import type * as responseV4 from "http/v4/response";
  type Request = Omit<typeof requestV4, "getHeader"> & { getHeader(name: string): string | undefined };
  export const request: Request;
  export const Request: Request;
  export const response: typeof responseV4;
  export const Response: typeof responseV4;
}

/** Version 8 and later. */
declare module "sdk/log" {
  import type * as v4 from "log/v4/logging";
  export const logging: typeof v4;
  export const Logging: typeof v4;
}

/** Version 8 and later. */
declare module "sdk/utils" {
  import type * as v4 from "utils/v4/uuid";
  export const uuid: typeof v4;
  export const UUID: typeof v4;
}

/** The same as `sdk/net`. */
declare module "@dirigible/net" {
  export * from "sdk/net";
  export { default } from "sdk/net";
}

/** The same as `sdk/net`. */
declare module "@aerokit/sdk/net" {
  export * from "sdk/net";
  export { default } from "sdk/net";
}

/** The same as `sdk/core`. */
declare module "@dirigible/core" {
  export * from "sdk/core";
}

/** The same as `sdk/core`. */
declare module "@aerokit/sdk/core" {
  export * from "sdk/core";
}

/** The same as `sdk/http`. */
declare module "@dirigible/http" {
  export * from "sdk/http";
}

/** The same as `sdk/http`. */
declare module "@aerokit/sdk/http" {
  export * from "sdk/http";
}

/** The same as `sdk/log`. */
declare module "@dirigible/log" {
  export * from "sdk/log";
}

/** The same as `sdk/log`. */
declare module "@aerokit/sdk/log" {
  export * from "sdk/log";
}

/** The same as `sdk/utils`. */
declare module "@dirigible/utils" {
  export * from "sdk/utils";
}

/** The same as `sdk/utils`. */
declare module "@aerokit/sdk/utils" {
  export * from "sdk/utils";
}

/** One module of `sdk/net`. */
declare module "sdk/net/websockets" {
  import { websockets } from "sdk/net";
  export const Websockets: typeof websockets;
  export default websockets;
}

/** The same as `sdk/net/websockets`. */
declare module "@dirigible/net/websockets" {
  export { Websockets, default } from "sdk/net/websockets";
}

/** The same as `sdk/net/websockets`. */
declare module "@aerokit/sdk/net/websockets" {
  export { Websockets, default } from "sdk/net/websockets";
}

/** One module of `sdk/core`. */
declare module "sdk/core/globals" {
  import { globals } from "sdk/core";
  export const Globals: typeof globals;
  export default globals;
}

/** The same as `sdk/core/globals`. */
declare module "@dirigible/core/globals" {
  export { Globals, default } from "sdk/core/globals";
}

/** The same as `sdk/core/globals`. */
declare module "@aerokit/sdk/core/globals" {
  export { Globals, default } from "sdk/core/globals";
}

/** One module of `sdk/core`. */
declare module "sdk/core/context" {
  import { context } from "sdk/core";
  export const Context: typeof context;
  export default context;
}

/** The same as `sdk/core/context`. */
declare module "@dirigible/core/context" {
  export { Context, default } from "sdk/core/context";
}

/** The same as `sdk/core/context`. */
declare module "@aerokit/sdk/core/context" {
  export { Context, default } from "sdk/core/context";
}

/** One module of `sdk/core`. */
declare module "sdk/core/env" {
  import { env } from "sdk/core";
  export const Env: typeof env;
  export default env;
}

/** The same as `sdk/core/env`. */
declare module "@dirigible/core/env" {
  export { Env, default } from "sdk/core/env";
}

/** The same as `sdk/core/env`. */
declare module "@aerokit/sdk/core/env" {
  export { Env, default } from "sdk/core/env";
}

/** One module of `sdk/core`. */
declare module "sdk/core/configurations" {
  import { configurations } from "sdk/core";
  export const Configurations: typeof configurations;
  export default configurations;
}

/** The same as `sdk/core/configurations`. */
declare module "@dirigible/core/configurations" {
  export { Configurations, default } from "sdk/core/configurations";
}

/** The same as `sdk/core/configurations`. */
declare module "@aerokit/sdk/core/configurations" {
  export { Configurations, default } from "sdk/core/configurations";
}

/** One module of `sdk/http`. */
declare module "sdk/http/request" {
  import { request } from "sdk/http";
  export const Request: typeof request;
  export default request;
}

/** The same as `sdk/http/request`. */
declare module "@dirigible/http/request" {
  export { Request, default } from "sdk/http/request";
}

/** The same as `sdk/http/request`. */
declare module "@aerokit/sdk/http/request" {
  export { Request, default } from "sdk/http/request";
}

/** One module of `sdk/http`. */
declare module "sdk/http/response" {
  import { response } from "sdk/http";
  export const Response: typeof response;
  export default response;
}

/** The same as `sdk/http/response`. */
declare module "@dirigible/http/response" {
  export { Response, default } from "sdk/http/response";
}

/** The same as `sdk/http/response`. */
declare module "@aerokit/sdk/http/response" {
  export { Response, default } from "sdk/http/response";
}

/** One module of `sdk/log`. */
declare module "sdk/log/logging" {
  import { logging } from "sdk/log";
  export const Logging: typeof logging;
  export default logging;
}

/** The same as `sdk/log/logging`. */
declare module "@dirigible/log/logging" {
  export { Logging, default } from "sdk/log/logging";
}

/** The same as `sdk/log/logging`. */
declare module "@aerokit/sdk/log/logging" {
  export { Logging, default } from "sdk/log/logging";
}

/** One module of `sdk/utils`. */
declare module "sdk/utils/uuid" {
  import { uuid } from "sdk/utils";
  export const UUID: typeof uuid;
  export default uuid;
}

/** The same as `sdk/utils/uuid`. */
declare module "@dirigible/utils/uuid" {
  export { UUID, default } from "sdk/utils/uuid";
}

/** The same as `sdk/utils/uuid`. */
declare module "@aerokit/sdk/utils/uuid" {
  export { UUID, default } from "sdk/utils/uuid";
}
