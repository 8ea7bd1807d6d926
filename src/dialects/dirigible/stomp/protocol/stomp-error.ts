// Dialect: a reason to end a STOMP connection.

/** Published: the client gets an ERROR frame, and the connection is closed. `remedy`: what the client can do. */
export class StompError extends Error {
  readonly remedy: string;

  constructor(message: string, remedy: string) {
    super(message);
    this.remedy = remedy;
  }
}
