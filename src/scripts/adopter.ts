import type { Adoption, ReloadReason } from "../core/events.ts";
import { HostSession } from "../core/host-session.ts";
import type { Clock, Loop } from "../core/ports.ts";

/** What takes sessions over from an earlier incarnation or version. */
export interface AdopterPorts {
  readonly clock: Clock;
  readonly loop: Loop;
  add(session: HostSession): void;
  /** Tells the script of one session; called unless the session's first event has done so before. */
  tell(session: HostSession): void;
}

/**
 * Sessions that a fresh host takes over. Each is told to the script before its first event; those without an event
 * follow in slices, so that ten thousand of them delay nobody.
 */
export class Adopter {
  #untold: HostSession[] = [];
  readonly #ports: AdopterPorts;
  readonly #slice: number;

  constructor(ports: AdopterPorts, slice: number) {
    this.#ports = ports;
    this.#slice = slice;
  }

  adopt(adoptions: readonly Adoption[], reason: ReloadReason): void {
    for (const adoption of adoptions) {
      const session = sessionFrom(adoption, reason);
      this.#ports.add(session);
      this.#untold.push(session);
    }
    this.#ports.loop.atTurnEnd(this.#tellSome);
  }

  readonly #tellSome = (): void => {
    const stopAt = this.#ports.clock.ticks() + this.#slice;
    while (this.#untold.length > 0 && this.#ports.clock.ticks() < stopAt) {
      const session = this.#untold.pop() as HostSession;
      if (session.adopted !== null && session.isOpened && session.busy === 0) this.#ports.tell(session);
    }
    if (this.#untold.length > 0) this.#ports.loop.atTurnEnd(this.#tellSome);
  };
}

function sessionFrom(adoption: Adoption, reason: ReloadReason): HostSession {
  const session = new HostSession(adoption.session, adoption.handshake, adoption.state);
  session.rooms = adoption.rooms.length === 0 ? null : new Set(adoption.rooms);
  session.attributes = adoption.attributes.length === 0 ? null : new Map(adoption.attributes);
  session.adopted = reason;
  session.isOpened = adoption.isOpened;
  return session;
}
