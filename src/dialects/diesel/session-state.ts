// Dialect: what a Diesel program keeps of a session.
import type { WebSocketSession } from "./api/web-socket-session.ts";
import type { Evaluation } from "./evaluation.ts";

/** A session's published object, and the evaluation that serves it. */
export class DieselSessionState {
  /** The program that it belongs to: a later program does not use it. */
  readonly program: object;
  readonly session: WebSocketSession;
  readonly evaluation: Evaluation;

  constructor(program: object, session: WebSocketSession, evaluation: Evaluation) {
    this.program = program;
    this.session = session;
    this.evaluation = evaluation;
  }
}
