import type { Session } from "../../src/front/directory/session.ts";
import { queueOf } from "../../src/front/outbox/session-queue.ts";

/** Waits until no frame that is being compressed is the next one of these sessions. */
export async function compressed(sessions: readonly Session[]): Promise<void> {
  while (sessions.some((session) => queueOf(session).backlog?.first?.isReady === false))
    await new Promise(setImmediate);
}
