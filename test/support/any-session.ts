import type { Handshake } from "../../src/boundary/events.ts";
import { Room, Session } from "../../src/front/directory/session.ts";

/** A handshake for tests in which its fields do not matter. */
export function anyHandshake(id: string): Handshake {
  const nothing = {
    script: "ws /ws/chat" as const,
    route: "/ws/chat",
    path: "/ws/chat",
    query: "",
    headers: "",
  };
  return { id, ...nothing, address: "127.0.0.1", params: null };
}

/** A session without a host or a socket, only in its route's room. */
export function anySession(route = new Room("/ws/chat"), ref = 1): Session {
  const session = new Session(ref, anyHandshake(`session-${ref}`), { host: 1, route });
  route.members.add(session);
  return session;
}
