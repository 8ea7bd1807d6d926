// Dialect: what serves the sessions of one route of a Dirigible program.
import type { MaybePromise } from "../../../host/api/dialect.ts";
import type { HostSession } from "../../../host/api/host-session.ts";
import type { Payload } from "../../../boundary/payload.ts";

/** The events of sessions, as a program gets them. */
export interface SessionService {
  /** Accepts or refuses the session; left out, all are accepted. */
  upgrade?(session: HostSession): void;
  open?(session: HostSession): MaybePromise;
  message(session: HostSession, data: Payload): MaybePromise;
  close?(session: HostSession, code: number, reason: string): MaybePromise;
  /** Another incarnation has served the session until now. */
  takeOver?(session: HostSession): void;
}
