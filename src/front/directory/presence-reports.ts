// Front: notifies clients of `parlor.v1` of the presence in their rooms.
import type { Directory } from "./directory.ts";
import type { Outbox } from "./outbox-port.ts";
import type { RoomNews } from "./presences.ts";
import type { Session } from "./session.ts";

/** Once a turn for each room: a list to those who have joined, changes to the others. Each is encoded once. */
export function reportPresence({ presences, rooms }: Directory, outbox: Outbox): void {
  for (const [room, news] of presences.takeNews()) {
    const members = rooms.get(room)?.members ?? NOBODY;
    const fresh = [...news.members].filter((session) => isReached(session) && members.has(session));
    const gone = [...news.members].filter((session) => isReached(session) && !members.has(session));
    const changes = presences.changesOf(room, news);
    const others = changes === null ? [] : othersIn(members, news);
    send(outbox, gone, `${head(room)},"list":[]}`);
    if (fresh.length > 0) send(outbox, fresh, `${head(room)},"list":${presences.listOf(room)}}`);
    send(outbox, others, `${head(room)},"changes":${changes}}`);
  }
}

const NOBODY: ReadonlySet<Session> = new Set();

function othersIn(members: ReadonlySet<Session>, news: RoomNews): Session[] {
  return [...members].filter((session) => isReached(session) && !news.members.has(session));
}

function isReached({ inbound, isSendable }: Session): boolean {
  return inbound.line !== null && isSendable;
}

function send(outbox: Outbox, sessions: readonly Session[], text: string): void {
  if (sessions.length > 0) outbox.sendEnvelopes(sessions, text);
}

function head(room: string): string {
  return `{"type":"presence","room":${JSON.stringify(room)}`;
}
