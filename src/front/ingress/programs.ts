import type { ResolvedConfig } from "../../config.ts";
import { Outbound } from "../clients/outbound.ts";
import type { ScriptEvent } from "../../boundary/events.ts";
import type { Claims } from "./route-claims.ts";
import type { HostObserver } from "../front-parts.ts";
import type { ProgramCommands } from "../../boundary/commands.ts";
import type { Listeners } from "./listeners.ts";
import type { Clock } from "../../boundary/clock.ts";

export interface ProgramsParts {
  readonly clock: Clock;
  readonly config: ResolvedConfig;
  readonly claims: Claims;
  readonly listeners: Listeners;
  tell(slot: number, event: ScriptEvent): void;
}

/** For how long what an incarnation had waits for the next one to ask for it anew, ms. */
const GRACE = 5000;
/** How long the server waits at its start for programs to begin, ms. */
const PATIENCE = 5000;
const CLOSE_TIMEOUT = 10_000;

/** What programs have beyond sessions: claimed paths, ports of their own and outbound connections. */
export class Programs implements HostObserver {
  readonly outbound: Outbound;
  readonly #parts: ProgramsParts;
  /** The hosts that have begun and are not over. */
  readonly #begun = new Set<number>();
  /** How often each slot has begun. */
  readonly #times = new Map<number, number>();
  readonly #waiting = new Map<number, () => void>();

  constructor(parts: ProgramsParts) {
    this.#parts = parts;
    const { handshakeTimeout, maxPayload, unsentLimit } = parts.config;
    const limits = { handshakeTimeout, closeTimeout: CLOSE_TIMEOUT, maxPayload, unsentLimit };
    this.outbound = new Outbound({ limits, tell: (slot, event) => parts.tell(slot, event) });
  }

  /** What the health page says of them. */
  get health(): Readonly<Record<string, unknown>> {
    const { counts, size } = this.outbound;
    return { listeners: this.#parts.listeners.size, clients: { open: size, ...counts } };
  }

  /** Resolves when a program's host has begun, or is not going to soon. */
  async begun(slot: number): Promise<void> {
    if (this.#begun.has(slot)) return;
    await new Promise<void>((resolve) => {
      const timer = this.#parts.clock.after(PATIENCE, resolve);
      this.#waiting.set(slot, () => {
        timer.cancel();
        resolve();
      });
    });
    this.#waiting.delete(slot);
  }

  /** A host will not start: its programs are not waited for. */
  onFailed(slot: number): void {
    this.#waiting.get(slot)?.();
  }

  /** A host has gone for good, and all that it had with it. */
  remove(slot: number): void {
    this.#begun.delete(slot);
    this.#times.delete(slot);
    this.onFailed(slot);
    this.outbound.end(slot);
    this.#parts.claims.remove(slot);
    this.#parts.listeners.remove(slot);
  }

  stop(): void {
    this.outbound.endAll();
    this.#parts.listeners.closeAll();
    for (const resolve of this.#waiting.values()) resolve();
  }

  /** Carries out the commands of the programs on one host. */
  commandsOf(slot: number): ProgramCommands {
    const { outbound } = this;
    const { claims } = this.#parts;
    return {
      claim: (script, claimed) => claims.set(script, slot, claimed),
      connect: (script, client, url) => outbound.connect({ slot, script }, client, url),
      sendClient: (client, data) => outbound.send(slot, client, data),
      closeClient: (client, code, reason) => outbound.close(slot, client, code, reason),
    };
  }

  // What the program asks for in an awaited part of its beginning comes later than this.
  onReady(slot: number): void {
    const times = (this.#times.get(slot) ?? 0) + 1;
    this.#times.set(slot, times);
    this.#begun.add(slot);
    this.#waiting.get(slot)?.();
    if (times === 1) return;
    this.#parts.clock.after(GRACE, () => {
      if (this.#times.get(slot) === times) this.#dropStale(slot);
    });
  }

  onGivenUp(slot: number): void {
    this.#begun.delete(slot);
    this.outbound.end(slot);
    this.#parts.claims.age(slot);
    this.#parts.listeners.age(slot);
  }

  onPressure(slot: number, high: boolean): void {
    this.outbound.setPressure(slot, high);
  }

  #dropStale(slot: number): void {
    this.#parts.claims.dropStale(slot);
    this.#parts.listeners.dropStale(slot);
  }
}
