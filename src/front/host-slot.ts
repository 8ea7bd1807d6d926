// Front: the place of one host, whatever its incarnation: its supervisor, its traffic, its paused sessions.
import type { ScriptEvent } from "../boundary/events.ts";
import type { Session } from "./directory/session.ts";
import type { SessionSockets } from "./front-parts.ts";
import type { Supervisor } from "./supervise/supervisor.ts";

/** While too many events wait for the host, the sockets of its sessions are not read. */
export class HostSlot {
  readonly supervisor: Supervisor;
  /** Messages of its sessions, and messages that its scripts have sent, one for each receiver. */
  readonly traffic = { received: 0, sent: 0 };
  readonly #sockets: SessionSockets;
  /** The sessions whose sockets are paused; null when all are read. */
  #paused: Set<Session> | null = null;

  constructor(sockets: SessionSockets, makeSupervisor: (slot: HostSlot) => Supervisor) {
    this.#sockets = sockets;
    this.supervisor = makeSupervisor(this);
  }

  /** An event that a client's frame has brought. A socket is paused at its next frame: silent ones need not be. */
  receive(session: Session, event: ScriptEvent): void {
    this.supervisor.push(event);
    if (this.#paused === null || this.#paused.has(session)) return;
    this.#paused.add(session);
    this.#sockets.pauseReading(session);
  }

  setPressure(high: boolean): void {
    const paused = this.#paused;
    this.#paused = high ? new Set() : null;
    for (const session of paused ?? []) this.#sockets.resumeReading(session);
  }
}
