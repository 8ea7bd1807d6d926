// Dialect: what `bye` throws to end a program; no `try` catches it.

/** Ends the program or, in a server, the handler that runs. */
export class RingBye extends Error {
  override readonly name = "RingBye";
}
