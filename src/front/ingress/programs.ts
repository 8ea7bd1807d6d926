// Front: what programs have beyond sessions: claimed paths, ports of their own and outbound connections.
import type { Clock } from "../../boundary/clock.ts";
import type { ProgramCommands } from "../../boundary/commands.ts";
import type { ResolvedConfig } from "../../config.ts";
import { Outbound, type OutboundCounts, type OutboundListener } from "../clients/outbound.ts";
import { NO_HOLDS, type ConnectionHolds } from "../clients/connection-holds.ts";
import type { ScriptKey } from "../../boundary/script-key.ts";
import type { ClientBounds } from "./gateway.ts";
import { shareLimits } from "../flow/inbound-share.ts";
import type { HostObserver } from "../front-parts.ts";
import type { Listeners } from "./listeners.ts";
import { pathsOf, type ProgramPath } from "./program-paths.ts";
import { ProgramStarts } from "./program-starts.ts";
import type { RouteClaims } from "./route-claims.ts";

/** Keeps what a program has while its host restarts, and removes it with the host. */
export class Programs implements HostObserver {
  readonly starts: ProgramStarts;
  readonly outbound: Outbound;
  readonly #parts: ProgramsParts;

  constructor(parts: ProgramsParts) {
    this.#parts = parts;
    this.starts = new ProgramStarts(parts.clock);
    const { handshakeTimeout, maxPayload, unsentResponse: unsentLimit } = parts.config;
    const share = shareLimits(parts.config.waitingEvents, parts.config.waitingBytes);
    const admits = (open: number, script: ScriptKey): boolean => this.#admitsClient(open, script);
    const limits = { handshakeTimeout, closeTimeout: CLOSE_TIMEOUT, maxPayload, unsentLimit, share, admits };
    this.outbound = new Outbound(limits, parts.front, parts.holds ?? NO_HOLDS);
  }

  #admitsClient(open: number, script: ScriptKey): boolean {
    const { config, bounds } = this.#parts;
    const { clients } = config.hostLimits;
    if (open < clients && bounds.connections.hasRoom) return true;
    bounds.onLimit("clients", clients, script);
    return false;
  }

  /** The programs' part of the health page. */
  get health(): { readonly listeners: number; readonly clients: OutboundCounts & { readonly open: number } } {
    const { counts, size } = this.outbound;
    return { listeners: this.#parts.listeners.leases.all.size, clients: { open: size, ...counts } };
  }

  /** A host is gone for good, and with it all that its programs had. */
  remove(slot: number): void {
    this.starts.remove(slot);
    this.outbound.end(slot);
    for (const leases of this.#leases) leases.removeSlot(slot);
  }

  stop(): void {
    this.outbound.endAll();
    this.#parts.listeners.leases.clear();
    this.starts.giveUpAll();
  }

  /** Carries out the commands of the programs on one host. */
  commandsOf(slot: number): ProgramCommands {
    const { outbound } = this;
    const { claims } = this.#parts;
    return {
      claim: (script, claimed) => claims.claim(script, claimed, slot),
      connect: (script, client, peer) => outbound.connect({ slot, script }, client, peer),
      sendClient: (client, data) => outbound.send(slot, client, data),
      closeClient: (client, code, reason) => outbound.close(slot, client, code, reason),
    };
  }

  /** The paths that a program has claimed on the server's port, and the ports that it has opened itself. */
  pathsOf(script: ScriptKey): ProgramPath[] {
    return pathsOf(script, this.#parts.claims, this.#parts.listeners);
  }

  /** The program that serves the WebSocket path with this pattern; null for none. */
  programOf(pattern: string): ScriptKey | null {
    return this.#parts.claims.programOf(pattern);
  }

  // A program that awaits something while it starts asks for ports and paths later than this: hence the grace.
  onReady(slot: number): void {
    this.starts.started(slot);
    const count = this.starts.count(slot);
    if (count === 1) return;
    this.#parts.clock.after(GRACE, () => {
      if (this.starts.count(slot) !== count) return;
      for (const leases of this.#leases) leases.removeExpired(slot);
    });
  }

  /** The host does not start for a while: its programs are not waited for. */
  onFailed(slot: number): void {
    this.starts.giveUp(slot);
  }

  onGivenUp(slot: number): void {
    this.starts.ended(slot);
    this.outbound.end(slot);
    for (const leases of this.#leases) leases.expire(slot);
  }

  onPressure(slot: number, high: boolean): void {
    this.outbound.setPressure(slot, high);
  }

  get #leases(): readonly [RouteClaims["leases"], Listeners["leases"]] {
    return [this.#parts.claims.leases, this.#parts.listeners.leases];
  }
}

export interface ProgramsParts {
  readonly clock: Clock;
  readonly config: ResolvedConfig;
  readonly claims: RouteClaims;
  readonly listeners: Listeners;
  readonly front: OutboundListener;
  readonly bounds: ClientBounds;
  /** Left out, or null, without a cluster. */
  readonly holds?: ConnectionHolds | null;
}

/** For how long what an incarnation had is kept for the next one to ask for again; ms. */
const GRACE = 5000;
/** For how long a peer may delay its part of the close of an outbound connection; ms. */
const CLOSE_TIMEOUT = 10_000;
