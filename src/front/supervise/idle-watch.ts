import type { HostSpec } from "../../boundary/host-spec.ts";

/** Tells when a host has had nothing to do for so long that it may end. */
export class IdleWatch {
  readonly #limit: number;
  #idle = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** A turn of the front: `ms` have passed, or less. */
  check(isIdle: boolean, ms: number): boolean {
    this.#idle = isIdle ? this.#idle + ms : 0;
    if (this.#limit === 0 || this.#idle < this.#limit) return false;
    this.#idle = 0;
    return true;
  }
}

/** Whether a host without sessions has nothing to lose: each connection had a state of its own, and nothing is shared. */
export function keepsNothing({ scripts, shared }: HostSpec): boolean {
  if (scripts.length === 0 || shared.length > 0) return false;
  return scripts.every(({ info }) => info.kind === "ws" && info.scope === "connection");
}
