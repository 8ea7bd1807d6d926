import type { Handshake } from "../../../boundary/events.ts";
import { stringFor } from "../checks.ts";
import { headerOf, parameterOf, pathParameterOf } from "../handshake-fields.ts";

/** The argument of `onUpgrade`: the handshake of a client that is about to connect. */
export class UpgradeRequest {
  readonly #handshake: Handshake;

  constructor(handshake: Handshake) {
    this.#handshake = handshake;
  }

  get path(): string {
    return this.#handshake.path;
  }

  get url(): string {
    const { path, query } = this.#handshake;
    return query === "" ? path : `${path}?${query}`;
  }

  getParameter(name: unknown): string | null {
    return parameterOf(this.#handshake.query, stringFor("request.getParameter", "name", name));
  }

  getPathParameter(name: unknown): string | null {
    return pathParameterOf(this.#handshake.params, stringFor("request.getPathParameter", "name", name));
  }

  getHeader(name: unknown): string | null {
    return headerOf(this.#handshake, stringFor("request.getHeader", "name", name));
  }

  getRemoteAddr(): string {
    return this.#handshake.address;
  }
}
