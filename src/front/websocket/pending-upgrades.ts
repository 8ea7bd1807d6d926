// Front: WebSocket handshakes that wait for a decision: accepted, refused, timed out, or left by their client.
import type { IncomingMessage } from "node:http";
import { ABNORMAL_CLOSURE } from "../../boundary/errors/close-codes.ts";
import type { UpgradeAnswer } from "../../boundary/text/upgrade-answer.ts";
import type { Clock } from "../../boundary/clock.ts";
import { REFUSALS, type HttpRefusal } from "../../boundary/errors/refusals.ts";
import type { Session } from "../directory/session.ts";
import type { TurnOutbox } from "../outbox/outbox.ts";
import type { UpgradeHandshake } from "./handshake.ts";
import { refuseUpgrade } from "./refuse-upgrade.ts";

/** The sessions in state `connecting`. A decision about a session that has left has no effect. */
export class PendingUpgrades {
  readonly #parts: PendingUpgradesParts;
  readonly #undecided = new Map<Session, UpgradeHandshake>();

  constructor(parts: PendingUpgradesParts) {
    this.#parts = parts;
  }

  /** How many handshakes may wait. */
  get most(): number {
    return this.#parts.maxHandshakes;
  }

  /** Whether no further one may. */
  get isFull(): boolean {
    return this.#undecided.size >= this.most;
  }

  /** The handshake's request is in order: the session is made, and its script asked where it decides. */
  start(handshake: UpgradeHandshake, proceed: () => void): void {
    const session = handshake.opening.start();
    handshake.session = session;
    handshake.proceed = proceed;
    this.#undecided.set(session, handshake);
    if (!handshake.opening.awaitsDecision)
      return this.accept(session, { protocol: session.handshake.protocol ?? null, headers: [] });
    const { clock, handshakeTimeout } = this.#parts;
    const timer = clock.after(handshakeTimeout, () => this.#giveUp(session, REFUSALS.NO_DECISION));
    handshake.wait(() => this.#leave(session), timer);
    this.#parts.listener.onUpgrade(session);
  }

  accept(session: Session, answer: UpgradeAnswer): void {
    const handshake = this.#decide(session);
    if (handshake === null) return;
    handshake.answer = answer;
    handshake.proceed?.();
    // The client had left, and its socket had not noticed yet.
    if (!handshake.isOpen && handshake.opening.isReturn !== true) this.#lose(session, "");
  }

  /** The client gets an HTTP response; its session's close is not reported. */
  refuse(session: Session, refusal: HttpRefusal): void {
    const handshake = this.#decide(session);
    if (handshake === null) return;
    this.#parts.outbox.forget(session);
    this.#parts.listener.onRefused(session, refusal);
    refuseUpgrade(handshake.socket, refusal);
  }

  /** Gives up all sessions that wait: their clients get the refusal, and their scripts are notified of the close. */
  giveUpAll(refusal: HttpRefusal): void {
    for (const session of [...this.#undecided.keys()]) this.#giveUp(session, refusal);
  }

  #decide(session: Session): UpgradeHandshake | null {
    const handshake = this.#undecided.get(session);
    if (handshake === undefined) return null;
    this.#undecided.delete(session);
    handshake.end();
    return handshake;
  }

  #leave(session: Session): void {
    if (this.#decide(session) !== null) this.#lose(session, "");
  }

  #giveUp(session: Session, refusal: HttpRefusal): void {
    const handshake = this.#decide(session);
    if (handshake === null) return;
    this.#parts.listener.onRefused(session, refusal);
    refuseUpgrade(handshake.socket, refusal);
    this.#lose(session, refusal.text);
  }

  #lose(session: Session, reason: string): void {
    this.#parts.outbox.forget(session);
    this.#parts.listener.onClosed(session, ABNORMAL_CLOSURE, reason);
  }
}

export interface PendingUpgradesParts {
  readonly clock: Clock;
  readonly outbox: TurnOutbox;
  /** For how long a decision may take, in ms; 503 after it. */
  readonly handshakeTimeout: number;
  readonly maxHandshakes: number;
  readonly listener: DecisionListener;
}

export interface DecisionListener {
  /** A decision is awaited: `accept` or `refuse` the session. */
  onUpgrade(session: Session): void;
  /** A client gets a refusal: that of a session, if it had one. */
  onRefused(by: IncomingMessage | Session, refusal: HttpRefusal): void;
  /** The session's client has left, or was given up. */
  onClosed(session: Session, code: number, reason: string): void;
}
