import type { AdoptEvent, Adoption, ReloadReason } from "../core/events.ts";
import { HostSession } from "../core/host-session.ts";
import type { SessionLegacy } from "../core/legacy.ts";
import type { Clock, Loop } from "../core/ports.ts";

/** What takes sessions over from an earlier incarnation or version. */
export interface AdopterPorts {
  readonly clock: Clock;
  readonly loop: Loop;
  own(ref: number): HostSession | undefined;
  add(session: HostSession): void;
  /** A session that has been told of comes at last; its rooms are these now. */
  rejoin(session: HostSession, rooms: readonly string[]): void;
  /** Tells the script of one session; called unless the session's first event has done so before. */
  tell(session: HostSession): void;
}

/**
 * Sessions that a fresh host takes over. Each is told to the script before its first event; those without an event
 * follow in slices, so that ten thousand of them delay nobody.
 */
export class Adopter {
  #untold: HostSession[] = [];
  /** Sessions that will be taken over, unless they change or go before. */
  readonly #prepared = new Map<number, Adoption>();
  readonly #ports: AdopterPorts;
  readonly #slice: number;

  constructor(ports: AdopterPorts, slice: number) {
    this.#ports = ports;
    this.#slice = slice;
  }

  prepare(adoptions: readonly Adoption[]): void {
    for (const adoption of adoptions) this.#prepared.set(adoption.session, adoption);
  }

  adopt({ adoptions, prepared = [], legacy, reason }: AdoptEvent): void {
    const left = new Map(legacy?.sessions.map((session) => [session.session, session]));
    for (const ref of prepared) {
      const adoption = this.#prepared.get(ref);
      if (adoption !== undefined) this.#take(adoption, left.get(ref), reason);
    }
    for (const adoption of adoptions) this.#take(adoption, left.get(adoption.session), reason);
    this.#prepared.clear();
    this.#ports.loop.atTurnEnd(this.#tellSome);
  }

  /** This host is replaced in its turn: who has not been told will be told by the next. */
  end(): void {
    this.#untold = [];
  }

  #take(adoption: Adoption, legacy: SessionLegacy | undefined, reason: ReloadReason): void {
    const known = this.#ports.own(adoption.session);
    if (known !== undefined && !known.isStaying) return;
    const session = known ?? sessionFrom(adoption);
    session.isStaying = adoption.isStaying === true;
    session.attributes = attributesOf(adoption, legacy);
    session.saved = legacy?.saved;
    if (known === undefined) this.#ports.add(session);
    else this.#arrive(session, adoption);
    if (session.isStaying) return;
    session.adopted = reason;
    this.#untold.push(session);
  }

  #arrive(session: HostSession, adoption: Adoption): void {
    session.state = adoption.state;
    session.isOpened = adoption.isOpened;
    this.#ports.rejoin(session, adoption.rooms);
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

function sessionFrom(adoption: Adoption): HostSession {
  const session = new HostSession(adoption.session, adoption.handshake, adoption.state);
  session.rooms = adoption.rooms.length === 0 ? null : new Set(adoption.rooms);
  session.isOpened = adoption.isOpened;
  return session;
}

// The live values of the version before are newer than what it set.
function attributesOf(adoption: Adoption, legacy: SessionLegacy | undefined): Map<string, unknown> | null {
  if (adoption.attributes.length === 0) return null;
  const attributes = new Map(adoption.attributes);
  for (const [key, value] of legacy?.attributes ?? []) if (attributes.has(key)) attributes.set(key, value);
  return attributes;
}
