// Server: which scripts run on other hosts in the next deployment, and where their sessions go.
import { keysOf, type ScriptKey } from "../../boundary/script-key.ts";
import type { HostSpec } from "../../boundary/host-spec.ts";
import type { Session } from "../../front/directory/session.ts";

/** A script moves when one of its hosts no longer runs it, and another one does. */
export class Moves {
  /** Where the scripts run that have not moved yet: new sessions still go there. */
  readonly pinned = new Map<ScriptKey, readonly number[]>();
  readonly #next: ReadonlyMap<ScriptKey, readonly number[]>;
  readonly #leaving = new Map<number, Set<ScriptKey>>();

  /** `running`: the hosts that run now, by their slots. `next`: the slots of each script from now on. */
  constructor(running: ReadonlyMap<number, HostSpec>, next: ReadonlyMap<ScriptKey, readonly number[]>) {
    this.#next = next;
    for (const [slot, spec] of running)
      for (const script of keysOf(spec))
        if (next.get(script)?.includes(slot) === false) this.#leave(script, slot);
    for (const [slot, spec] of running) for (const script of keysOf(spec)) this.#pin(script, slot);
  }

  /** Whether scripts leave this slot for others. */
  isLeft(slot: number): boolean {
    return this.#leaving.has(slot);
  }

  /** All slots to which scripts go. */
  get targets(): ReadonlySet<number> {
    return new Set([...this.#leaving.keys()].flatMap((slot) => [...this.targetsOf(slot)]));
  }

  /** The slots to which the scripts of this one go. */
  targetsOf(slot: number): ReadonlySet<number> {
    return new Set([...(this.#leaving.get(slot) ?? [])].flatMap((script) => this.#next.get(script) ?? []));
  }

  /** The scripts of this slot have moved. */
  moved(slot: number): void {
    for (const script of this.#leaving.get(slot) ?? []) this.pinned.delete(script);
  }

  /** The slot that serves a session from now on; undefined when its script is no longer served. */
  readonly newSlotOf = ({ host, handshake, ref }: Session): number | undefined => {
    const slots = this.#next.get(handshake.script);
    return slots?.includes(host) === true ? host : slots?.[ref % slots.length];
  };

  #leave(script: ScriptKey, slot: number): void {
    const scripts = this.#leaving.get(slot) ?? new Set();
    this.#leaving.set(slot, scripts.add(script));
    this.pinned.set(script, []);
  }

  #pin(script: ScriptKey, slot: number): void {
    const slots = this.pinned.get(script);
    if (slots !== undefined) this.pinned.set(script, [...slots, slot]);
  }
}
