// Front: carries out commands on sessions and rooms.
import type { SessionCommands } from "../../boundary/commands.ts";
import type { Directory } from "./directory.ts";
import type { SessionSnapshot, ScriptEvent } from "../../boundary/events.ts";
import type { Payload } from "../../boundary/payload.ts";
import type { StoredValue } from "../../boundary/stored-value.ts";
import type { Session } from "./session.ts";
import type { SessionRef } from "../../boundary/refs.ts";
import type { Outbox } from "./outbox-port.ts";

/** A command on a session that has ended has no effect. */
export class Hub implements SessionCommands {
  readonly #directory: Directory;
  readonly #ports: HubPorts;
  readonly #outbox: Outbox;

  constructor(directory: Directory, ports: HubPorts) {
    this.#directory = directory;
    this.#ports = ports;
    this.#outbox = ports.outbox;
  }

  /** Adds a session: it is in the directory and can be sent to. */
  admit(session: Session): void {
    this.#outbox.joining(session, session.route);
    this.#directory.add(session);
  }

  send(ref: SessionRef, data: Payload): void {
    const session = this.#directory.sessions.get(ref);
    if (session?.isSendable === true) this.#outbox.send(session, data);
  }

  broadcast(name: string, data: Payload, except: SessionRef): void {
    const room = this.#directory.rooms.get(name);
    if (room !== undefined) this.#outbox.broadcast(room, data, this.#exception(except));
  }

  publish(route: string, data: Payload, except: SessionRef): void {
    const room = this.#directory.route(route);
    if (room.members.size > 0) this.#outbox.broadcast(room, data, this.#exception(except));
  }

  join(ref: SessionRef, name: string): void {
    const session = this.#directory.sessions.get(ref);
    if (session === undefined) return;
    const room = this.#directory.roomFor(name);
    if (room.members.has(session)) return;
    this.#outbox.joining(session, room);
    this.#directory.join(session, room);
  }

  leave(ref: SessionRef, name: string): void {
    const session = this.#directory.sessions.get(ref);
    const room = this.#directory.rooms.get(name);
    if (session === undefined || room === undefined || !room.members.has(session)) return;
    this.#outbox.leaving(session, room);
    this.#directory.leave(session, room);
  }

  setAttribute(ref: SessionRef, key: string, value: StoredValue | undefined): void {
    const session = this.#directory.sessions.get(ref);
    if (session === undefined) return;
    if (value === undefined) session.attributes?.delete(key);
    else (session.attributes ??= new Map()).set(key, value);
    this.#directory.touch(session);
  }

  accept(ref: SessionRef): void {
    const session = this.#directory.sessions.get(ref);
    if (session?.state !== "connecting") return;
    session.isAccepted = true;
    this.#ports.accept(session);
  }

  refuse(ref: SessionRef, status: number, reason: string): void {
    const session = this.#directory.sessions.get(ref);
    if (session?.state === "connecting") this.#ports.refuse(session, status, reason);
  }

  /** A script closes a session: its frames, then the close; its close event comes at once. */
  close(ref: SessionRef, code: number, reason: string): void {
    const session = this.#directory.sessions.get(ref);
    if (session?.isSendable !== true) return;
    session.isClosedHere = true;
    this.#directory.setState(session, "closing");
    this.#outbox.close(session, code, reason);
    this.#ports.push(session, { kind: "close", session: ref, code, reason });
  }

  /** The peer has closed, or the socket is gone. */
  closed(session: Session, code: number, reason: string): void {
    if (!session.isSendable) return;
    const wasLetIn = session.state === "open" || session.isAccepted;
    this.#directory.setState(session, "closing");
    this.#outbox.close(session, code, reason);
    this.#ports.push(session, { kind: "close", session: session.ref, code, reason });
    // Its script may take long to decide about a client that has left: the session does not wait for that.
    if (!wasLetIn) this.finish(session);
  }

  /** Closes a session that no script serves any more: it gets no close event. */
  terminate(session: Session, code: number, reason: string): void {
    if (session.isSendable) {
      session.isClosedHere = true;
      this.#directory.setState(session, "closing");
      this.#outbox.close(session, code, reason);
    }
    this.finish(session);
  }

  /** The close event is done: the session leaves its rooms and the directory. */
  finish(session: Session): void {
    if (session.state === "closed") return;
    for (const room of session.rooms ?? []) {
      this.#outbox.leaving(session, room);
      this.#directory.leave(session, room);
    }
    this.#outbox.leaving(session, session.route);
    this.#directory.remove(session);
  }

  /** Notes the live value of an attribute: the script may have changed it since it set it. */
  refresh(ref: SessionRef, key: string, value: StoredValue): void {
    const attributes = this.#directory.sessions.get(ref)?.attributes;
    if (attributes?.has(key) === true) attributes.set(key, value);
  }

  /** The sessions that a host serves. */
  sessionsOf(host: number): SessionRef[] {
    const refs: SessionRef[] = [];
    for (const session of this.#directory.sessions.values())
      if (session.host === host) refs.push(session.ref);
    return refs;
  }

  /** All that the front keeps of these sessions, without those that have ended, for the host that takes them over. */
  snapshotsOf(refs: Iterable<SessionRef>): SessionSnapshot[] {
    const snapshots: SessionSnapshot[] = [];
    for (const ref of refs) {
      const session = this.#directory.sessions.get(ref);
      if (session !== undefined && session.state !== "closed") snapshots.push(snapshotOf(session));
    }
    return snapshots;
  }

  #exception(ref: SessionRef): Session | null {
    return this.#directory.sessions.get(ref) ?? null;
  }
}

/** The sockets before the 101, and the queues of hosts. */
export interface HubPorts {
  readonly outbox: Outbox;
  accept(session: Session): void;
  refuse(session: Session, status: number, reason: string): void;
  /** Puts an event into the queue of the session's host. */
  push(session: Session, event: ScriptEvent): void;
}

function snapshotOf(session: Session): SessionSnapshot {
  return {
    session: session.ref,
    handshake: session.handshake,
    state: stateForScript(session),
    isOpened: session.isOpened,
    rooms: Array.from(session.rooms ?? [], (room) => room.name),
    attributes: [...(session.attributes ?? [])],
  };
}

// To its script, a session opens and closes with its events, however far the front is ahead: messages that a client sent
// before it closed are still to be handled.
function stateForScript({ isClosedHere, isOpened }: Session): SessionSnapshot["state"] {
  if (isClosedHere) return "closing";
  return isOpened ? "open" : "connecting";
}
