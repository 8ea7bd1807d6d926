// Dialect: the published argument of `onUpgrade`.
import { plainPath } from "../../../boundary/text/path.ts";
import type { Handshake } from "../../../boundary/events.ts";
import { stringFor } from "../../../boundary/checks.ts";
import { headerOf } from "../../../boundary/text/header-lines.ts";
import { bearerToken, cookieIn } from "../../../boundary/text/token-headers.ts";
import { offeredProtocols } from "../../../boundary/text/subprotocol.ts";
import { pathParameter, queryParameter } from "../common/handshake-fields.ts";

/** The handshake of a client that is about to connect. */
export class UpgradeRequest {
  readonly #handshake: Handshake;
  readonly #places: TokenPlaces;

  constructor(handshake: Handshake, places: TokenPlaces = {}) {
    this.#handshake = handshake;
    this.#places = places;
  }

  /** The path as requested, without the query: `/ws/rooms/7`. */
  get path(): string {
    return plainPath(this.#handshake.path);
  }

  /** The path with the query: `/ws/rooms/7?name=anna`. */
  get url(): string {
    const { path } = this;
    const { query } = this.#handshake;
    return query === "" ? path : `${path}?${query}`;
  }

  /** The first value of a query parameter, decoded; `null` when missing. */
  getParameter(name: unknown): string | null {
    return queryParameter(this.#handshake.query, stringFor("request.getParameter", "name", name));
  }

  /** A parameter of the path, decoded; `null` when missing. */
  getPathParameter(name: unknown): string | null {
    return pathParameter(this.#handshake.params, stringFor("request.getPathParameter", "name", name));
  }

  /** A header, its name in any case; repeated ones joined with ", ". `null` when missing. */
  getHeader(name: unknown): string | null {
    return headerOf(this.#handshake.headers, stringFor("request.getHeader", "name", name));
  }

  /** The subprotocols that the client offers, in its order. */
  get protocols(): string[] {
    return offeredProtocols(this.#handshake.headers);
  }

  /** The one that the script's `protocols` has chosen: it is agreed on unless `onUpgrade` returns another; `null` for none. */
  get protocol(): string | null {
    return this.#handshake.protocol ?? null;
  }

  /**
   * The token of the client's user: from `parlor.token.…` in its list of subprotocols, from `Authorization: Bearer …`, or
   * from the query parameter or cookie that the script's `token` names; `null` for none. An empty one is none.
   */
  get token(): string | null {
    const { token, headers, query } = this.#handshake;
    const { query: parameter, cookie } = this.#places;
    const found = [
      token,
      bearerToken(headers),
      parameter === undefined ? null : queryParameter(query, parameter),
      cookie === undefined ? null : cookieIn(headers, cookie),
    ];
    return found.find((value) => (value ?? "") !== "") ?? null;
  }

  /** The client's IP address. */
  getRemoteAddr(): string {
    return this.#handshake.address;
  }
}

/** Where a client's token may be, beside its headers. */
export interface TokenPlaces {
  /** The name of a query parameter. */
  readonly query?: string | undefined;
  /** The name of a cookie. */
  readonly cookie?: string | undefined;
}
