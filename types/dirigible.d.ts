/**
 * The modules that `require` finds in `dirigible/` beside those of the registry itself.
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

/** No client waits for a response: printed text goes to the log, the rest does nothing. */
declare module "http/v4/response" {
  export function print(text: unknown): void;
  export function println(text: unknown): void;
  export function write(text: unknown): void;
  export function flush(): void;
  export function close(): void;
  export function setContentType(type: string): void;
}

/** The same as `http/v4/response`. */
declare module "http/response" {
  export * from "http/v4/response";
}
