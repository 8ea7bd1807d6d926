// Dialect: the published argument of `onUpgrade`.
import type { Handshake } from "../../../boundary/events.ts";
import { stringFor } from "../../../boundary/checks.ts";
import { headerOf } from "../../../boundary/text/header-lines.ts";
import { pathParameter, queryParameter } from "../common/handshake-fields.ts";

/** The handshake of a client that is about to connect. */
export class UpgradeRequest {
  readonly #handshake: Handshake;

  constructor(handshake: Handshake) {
    this.#handshake = handshake;
  }

  /** The path as requested, without the query: `/ws/rooms/7`. */
  get path(): string {
    return this.#handshake.path;
  }

  /** The path with the query: `/ws/rooms/7?name=anna`. */
  get url(): string {
    const { path, query } = this.#handshake;
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

  /** The client's IP address. */
  getRemoteAddr(): string {
    return this.#handshake.address;
  }
}
