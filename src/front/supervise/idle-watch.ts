// Front: detects that a host has had nothing to do for so long that it may end.
import type { HostSpec } from "../../boundary/host-spec.ts";

/** Counts the idle time of a host in turns of the front. A limit of 0 is never reached. */
export class IdleWatch {
  readonly #limit: number;
  #idle = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** A turn of the front: `ms` have passed, or less. Returns whether the host may end. */
  check(isIdle: boolean, ms: number): boolean {
    this.#idle = isIdle ? this.#idle + ms : 0;
    if (this.#limit === 0 || this.#idle < this.#limit) return false;
    this.#idle = 0;
    return true;
  }
}

/** Whether a host without sessions keeps no state: each connection had its own, and no file is shared. */
export function keepsNothing({ scripts, shared }: HostSpec): boolean {
  if (scripts.length === 0 || shared.length > 0) return false;
  return scripts.every(({ info }) => info.kind === "ws" && info.scope === "connection");
}
