// Front: carries out commands on sessions and rooms.
import { LATE_REPLY } from "../../boundary/commands.ts";
import type { SessionCommands } from "../../boundary/commands.ts";
import type { Headers, UpgradeAnswer } from "../../boundary/text/upgrade-answer.ts";
import type { HttpRefusal } from "../../boundary/errors/refusals.ts";
import { withProtocol } from "../../boundary/text/subprotocol.ts";
import type { Directory } from "./directory.ts";
import type { SessionSnapshot, ScriptEvent } from "../../boundary/events.ts";
import type { MessageOptions } from "../../boundary/flow/slow-policy.ts";
import type { Payload } from "../../boundary/payload.ts";
import type { StoredValue } from "../../boundary/stored-value.ts";
import type { Room, Session } from "./session.ts";
import { StoredAttributes } from "./stored-attributes.ts";
import { NO_SESSION, type SessionRef } from "../../boundary/refs.ts";
import type { Outbox } from "./outbox-port.ts";
import { reportPresence } from "./presence-reports.ts";
import type { ClusterPort } from "./cluster-port.ts";
import { NO_HISTORY, type HistoryPort } from "./history-port.ts";
import type { JoinOptions } from "../../boundary/rooms/join-options.ts";

/** A command on a session that has ended has no effect. */
export class Hub implements SessionCommands {
  readonly #directory: Directory;
  readonly #ports: HubPorts;
  readonly #outbox: Outbox;
  /** The messages that rooms keep; a server that has such rooms sets it. */
  history: HistoryPort = NO_HISTORY;
  #cluster: ClusterPort | null = null;

  constructor(directory: Directory, ports: HubPorts) {
    this.#directory = directory;
    this.#ports = ports;
    this.#outbox = ports.outbox;
    const report = (): void => reportPresence(directory, ports.outbox);
    directory.presences.onNews = () => ports.outbox.atFlush(report);
  }

  /** What concerns sessions of other nodes goes there from now on. */
  joinCluster(cluster: ClusterPort): void {
    this.#cluster = cluster;
  }

  /** Adds a session: it is in the directory and can be sent to. */
  admit(session: Session): void {
    this.#outbox.joining(session, session.route);
    this.#directory.add(session);
  }

  send(ref: SessionRef, data: Payload, options?: MessageOptions): void {
    const session = this.#directory.sessions.get(ref);
    if (session?.isSendable === true) this.#outbox.send(session, data, options);
    else if (session === undefined && this.#cluster !== null)
      this.#sendToPeer(this.#cluster, ref, { data, options });
  }

  broadcast(name: string, data: Payload, except: SessionRef, options?: MessageOptions): void {
    this.deliver(name, data, this.#exception(except), options);
    if (this.#cluster !== null) this.#cluster.broadcast(name, data, this.#peerId(except), options);
  }

  /** To the members on this node, and to those that join later if the room keeps messages. */
  deliver(name: string, data: Payload, except: Session | null, options?: MessageOptions): void {
    const room = this.#directory.rooms.get(name);
    const kept = this.history.isOn ? this.history.keep(name, data) : data;
    if (room !== undefined) this.#outbox.broadcast(room, kept, except, options);
  }

  publish(route: string, data: Payload, except: SessionRef, options?: MessageOptions): void {
    const room = this.#directory.route(route);
    if (room.members.size > 0) this.#outbox.broadcast(room, data, this.#exception(except), options);
    if (this.#cluster !== null) this.#cluster.publish(route, data, this.#peerId(except), options);
  }

  join(ref: SessionRef, name: string, options?: JoinOptions): void {
    const session = this.#directory.sessions.get(ref);
    if (session === undefined) return this.#movePeer(ref, "join", name);
    const room = this.#directory.roomFor(name);
    const presence = options?.presence ?? null;
    if (room.members.has(session)) {
      if (presence !== null) this.#directory.join(session, room, presence);
      return;
    }
    this.#outbox.joining(session, room);
    if (options?.history === true) this.#sendKept(session, name);
    this.#directory.join(session, room, presence);
  }

  // In the turn's order they come before all that is sent to the room from now on.
  #sendKept(session: Session, room: string): void {
    const { seen = null } = session.inbound.line ?? {};
    const { messages, ...place } = this.history.since(room, seen?.get(room) ?? null);
    seen?.delete(room);
    const said = { type: "history", room, ...place, kept: messages.length };
    if (session.inbound.line !== null) this.envelope(session.ref, JSON.stringify(said));
    if (session.isSendable) for (const message of messages) this.#outbox.send(session, message);
  }

  leave(ref: SessionRef, name: string): void {
    const session = this.#directory.sessions.get(ref);
    if (session === undefined) return this.#movePeer(ref, "leave", name);
    const room = this.#directory.rooms.get(name);
    if (room === undefined || !room.members.has(session)) return;
    this.#takeOut(session, room);
  }

  // Other nodes of a cluster send nothing to a room without members here.
  #takeOut(session: Session, room: Room): void {
    this.#outbox.leaving(session, room);
    this.#directory.leave(session, room);
    if (this.#cluster !== null && room.members.size === 0) this.history.interrupt(room.name);
  }

  /** Another node moves the session: its host, the one writer of its memberships, carries that out. */
  move(session: Session, what: "join" | "leave", room: string): void {
    if (session.isSendable) this.#ports.push(session, { kind: "move", session: session.ref, what, room });
  }

  setAttribute(ref: SessionRef, key: string, value: StoredValue | undefined): void {
    const session = this.#directory.sessions.get(ref);
    if (session === undefined) return;
    if (value === undefined) session.attributes?.delete(key);
    else (session.attributes ??= new StoredAttributes()).set(key, value);
    this.#directory.touch(session);
  }

  accept(ref: SessionRef, answer: UpgradeAnswer): void {
    const session = this.#directory.sessions.get(ref);
    if (session?.state !== "connecting") return;
    session.admission = "accepted";
    const { handshake, inbound } = session;
    // `parlor.v1` precedes the script's own choice.
    const protocol = inbound.line === null ? answer.protocol : (handshake.protocol ?? null);
    if (protocol !== (handshake.protocol ?? null)) session.handshake = withProtocol(handshake, protocol);
    this.#ports.accept(session, { ...answer, protocol });
  }

  refuse(ref: SessionRef, status: number, reason: string, headers: Headers): void {
    const session = this.#directory.sessions.get(ref);
    if (session?.state === "connecting")
      this.#ports.refuse(session, { status, text: reason, added: headers });
  }

  /** A script closes a session: its frames, then the close; its close event comes at once. */
  close(ref: SessionRef, code: number, reason: string): void {
    const session = this.#directory.sessions.get(ref);
    if (session === undefined) this.#closePeer(ref, code, reason);
    if (session?.isSendable !== true) return;
    session.isClosedHere = true;
    this.#directory.setState(session, "closing");
    this.#outbox.close(session, code, reason);
    this.#ports.push(session, { kind: "close", session: ref, code, reason });
  }

  /** The same JSON for every client: an envelope, or text. */
  report(ref: SessionRef, code: string, message: string, of: string | null): void {
    const session = this.#directory.sessions.get(ref);
    if (session === undefined) return;
    const { traffic } = session.route;
    if (code === LATE_REPLY) return void (traffic !== null && (traffic.lateReplies += 1));
    if (traffic !== null) traffic.refused += 1;
    const text = JSON.stringify({ type: "error", code, message, of });
    if (session.inbound.line === null) this.send(ref, text);
    else this.envelope(ref, text);
  }

  envelope(ref: SessionRef, text: string): void {
    const session = this.#directory.sessions.get(ref);
    if (session?.isSendable === true && session.inbound.line !== null)
      this.#outbox.sendEnvelope(session, text);
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

  /** Closes a session that no script serves: it gets no close event. */
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
    for (const room of session.rooms ?? []) this.#takeOut(session, room);
    this.#outbox.leaving(session, session.route);
    this.#directory.remove(session);
  }

  /** Notes the live value of an attribute: the script may have changed it since it set it. */
  refresh(ref: SessionRef, key: string, value: StoredValue): void {
    this.#directory.sessions.get(ref)?.attributes?.refresh(key, value);
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
      if (session !== undefined && session.state !== "closed")
        snapshots.push({ ...snapshotOf(session), ...this.#directory.presenceOf(session) });
    }
    return snapshots;
  }

  #exception(ref: SessionRef): Session | null {
    return this.#directory.sessions.get(ref) ?? null;
  }

  #sendToPeer(cluster: ClusterPort, ref: SessionRef, { data, options }: PeerSend): void {
    const peer = cluster.peers.refs.get(ref);
    if (peer !== undefined) cluster.send(peer, data, options);
  }

  #movePeer(ref: SessionRef, what: "join" | "leave", room: string): void {
    const peer = this.#cluster?.peers.refs.get(ref);
    if (peer !== undefined) this.#cluster?.move(peer, what, room);
  }

  #closePeer(ref: SessionRef, code: number, reason: string): void {
    const peer = this.#cluster?.peers.refs.get(ref);
    if (peer !== undefined) this.#cluster?.close(peer, code, reason);
  }

  // A session of this node is not on any other, so that no other has to exclude it.
  #peerId(ref: SessionRef): string {
    return ref === NO_SESSION ? "" : (this.#cluster?.peers.refs.get(ref)?.id ?? "");
  }
}

/** The sockets before the 101, and the queues of hosts. */
export interface HubPorts {
  readonly outbox: Outbox;
  accept(session: Session, answer: UpgradeAnswer): void;
  refuse(session: Session, refusal: HttpRefusal): void;
  /** Puts an event into the queue of the session's host. */
  push(session: Session, event: ScriptEvent): void;
}

/** A message to a session of another node. */
interface PeerSend {
  readonly data: Payload;
  readonly options: MessageOptions | undefined;
}

function snapshotOf(session: Session): SessionSnapshot {
  return {
    session: session.ref,
    handshake: session.handshake,
    state: stateForScript(session),
    isOpened: session.isOpened,
    rooms: Array.from(session.rooms ?? [], (room) => room.name),
    attributes: [...(session.attributes?.values ?? [])],
  };
}

// To its script, a session opens and closes with its events, however far the front is ahead: messages that a client sent
// before it closed are still to be handled.
function stateForScript({ isClosedHere, isOpened }: Session): SessionSnapshot["state"] {
  if (isClosedHere) return "closing";
  return isOpened ? "open" : "connecting";
}
