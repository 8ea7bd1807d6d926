// Host: the web's own types as dialects use them, because dialects are compiled without the types of Node and the web.

/** URLs, requests and abort signals as the web standards define them. */
export interface WebPlatform {
  /** The parts of an absolute URL; null if it is not one. */
  parseUrl(url: string): UrlParts | null;
  /** The names and values of an encoded query or form, in their order; none if they are more than 10,000. */
  parseQuery(encoded: string): readonly (readonly [name: string, value: string])[];
  /** A web-standard `Request`. */
  request(url: string, init: WebRequestInit): WebRequest;
  abortController(): AbortControl;
}

/** The parts of a URL that dialects read; named as in the URL standard. */
export interface UrlParts {
  /** With the colon: `wss:`. */
  readonly protocol: string;
  readonly pathname: string;
  /** With the question mark; "" when there is none. */
  readonly search: string;
  /** With the number sign; "" when there is none. */
  readonly hash: string;
}

/** A web-standard `Request`: a dialect hands it to its script and reads nothing of it. */
export interface WebRequest {
  readonly method: string;
  readonly url: string;
}

export interface WebRequestInit {
  readonly method: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Uint8Array | null;
  readonly signal: AbortState;
}

/** What a dialect reads of a web-standard `Response`. */
export interface WebResponse {
  readonly status: number;
  readonly headers: Iterable<readonly [name: string, value: string]>;
  readonly body: { getReader(): unknown } | null;
}

/** A web-standard `AbortController`. */
export interface AbortControl {
  readonly signal: AbortState;
  abort(): void;
}

/** A web-standard `AbortSignal`. */
export interface AbortState {
  readonly aborted: boolean;
  readonly reason: unknown;
  addEventListener(type: "abort", listener: () => void): void;
  removeEventListener(type: "abort", listener: () => void): void;
}
