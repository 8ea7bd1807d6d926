// Front: the place of one host, whatever its incarnation: its supervisor, its traffic, its paused sessions.
import { POLICY_VIOLATION } from "../boundary/errors/close-codes.ts";
import type { ScriptEvent } from "../boundary/events.ts";
import type { WhenFull } from "../flow-config.ts";
import type { Session } from "./directory/session.ts";
import type { DispatchLimits } from "./dispatch/event-queue.ts";
import {
  exceedsShare,
  isRelieved,
  shareLimits,
  type InboundShare,
  type ShareLimits,
} from "./flow/inbound-share.ts";
import type { SessionSockets } from "./front-parts.ts";
import type { Supervisor } from "./supervise/supervisor.ts";

/**
 * A session of which too many messages wait is not read, until half of them are handled. While too many events of all
 * sessions wait for the host, this holds for every session with more than one.
 */
export class HostSlot {
  readonly supervisor: Supervisor;
  /** Messages of its sessions, and messages that its scripts have sent, one for each receiver. */
  readonly traffic = { received: 0, sent: 0 };
  readonly #ports: HostSlotPorts;
  readonly #share: ShareLimits;
  readonly #paused = new Set<Session>();
  #isHigh = false;

  constructor(ports: HostSlotPorts, makeSupervisor: (slot: HostSlot) => Supervisor) {
    const { waitingEvents, waitingBytes } = ports.limits;
    this.#ports = ports;
    this.#share = shareLimits(waitingEvents, waitingBytes);
    this.supervisor = makeSupervisor(this);
  }

  /** An event that a client's frame has brought. A socket is paused at its next frame: silent ones need not be. */
  receive(session: Session, event: ScriptEvent): void {
    const { inbound } = session;
    const pauses = this.#ports.whenFull === "pause";
    if (!pauses && this.#isOver(inbound)) return this.#refuse(session, event);
    this.supervisor.push(event);
    if (!pauses || inbound.isPaused || !this.#isOver(inbound)) return;
    inbound.isPaused = true;
    this.#forgetEnded();
    this.#paused.add(session);
    this.#ports.sockets.pauseReading(session);
  }

  /** Fewer of its messages wait. */
  relieve(session: Session | undefined): void {
    if (session === undefined) return;
    const { inbound } = session;
    if (!isRelieved(inbound, this.#share)) return;
    if (!this.#isHigh || inbound.waiting === 0) this.#resume(session);
  }

  setPressure(high: boolean): void {
    this.#isHigh = high;
    if (!high) for (const session of [...this.#paused]) this.relieve(session);
  }

  // In the order of their pauses, as far as they have ended.
  #forgetEnded(): void {
    for (const session of this.#paused) {
      if (session.state !== "closed") return;
      this.#paused.delete(session);
    }
  }

  #resume(session: Session): void {
    session.inbound.isPaused = false;
    this.#paused.delete(session);
    this.#ports.sockets.resumeReading(session);
  }

  #isOver(inbound: InboundShare): boolean {
    if (exceedsShare(inbound, this.#share)) return true;
    return this.#isHigh && (inbound.waiting > 1 || this.supervisor.dispatcher.isOverfull);
  }

  #refuse(session: Session, event: ScriptEvent): void {
    this.#ports.onFull(session);
    if (event.kind === "message") session.inbound.drop("full");
    else if (event.kind === "call") session.inbound.line?.answered();
    if (this.#ports.whenFull === "close")
      this.#ports.sockets.fail(session, POLICY_VIOLATION, "too many messages wait");
  }
}

export interface HostSlotPorts {
  readonly sockets: SessionSockets;
  readonly limits: DispatchLimits;
  /** How messages are treated of a client of which too many wait. */
  readonly whenFull: WhenFull;
  /** A message comes while too many of its session wait, and is dropped. */
  readonly onFull: (session: Session) => void;
}
