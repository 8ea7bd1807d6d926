import type { Evaluation } from "./evaluation.ts";
import type { WebSocketSession } from "./api/web-socket-session.ts";

/** What a program keeps of a session: its published object, and the evaluation that serves it. */
export class DieselSessionState {
  /** The program it belongs to, so that a later one does not take it for its own. */
  readonly program: object;
  readonly session: WebSocketSession;
  readonly evaluation: Evaluation;

  constructor(program: object, session: WebSocketSession, evaluation: Evaluation) {
    this.program = program;
    this.session = session;
    this.evaluation = evaluation;
  }
}
