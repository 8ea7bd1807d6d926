// Front: a connected client, and a room of such, as the front keeps them.
import type { Handshake } from "../../boundary/events.ts";
import type { SessionRef } from "../../boundary/refs.ts";
import { FlowCounts, type OutboundDrop } from "../flow/flow-counts.ts";
import { InboundShare } from "../flow/inbound-share.ts";
import type { RouteTraffic } from "../flow/route-traffic.ts";
import type { SessionState } from "../../boundary/directory-record.ts";
import type { StoredAttributes } from "./stored-attributes.ts";

/** Sessions are many, and most are idle: their collections are made at the first use. */
export class Session {
  readonly ref: SessionRef;
  /** Replaced once: when its script accepts it with a subprotocol of its own. */
  handshake: Handshake;
  /** The host slot that serves it: the one writer of its memberships and attributes. */
  host: number;
  /** All sessions of its route. */
  readonly route: Room;
  state: SessionState = "connecting";
  /** How far it has come in: let in by its script, and its open event done. */
  admission: "undecided" | "accepted" | "opened" = "undecided";
  rooms: Set<Room> | null = null;
  attributes: StoredAttributes | null = null;
  /** Owned by the outbox: the frames collected for this session, and its socket. */
  outboxState: object | null = null;
  /** Its messages, on their way to its script. */
  readonly inbound: InboundShare;
  /** Whether it was closed on this side: messages that its client has sent are discarded. */
  isClosedHere = false;

  constructor(ref: SessionRef, handshake: Handshake, place: { host: number; route: Room }) {
    this.ref = ref;
    this.handshake = handshake;
    this.host = place.host;
    this.route = place.route;
    this.inbound = new InboundShare(place.route.traffic?.inbound ?? null);
  }

  /** Whether its open event is done. */
  get isOpened(): boolean {
    return this.admission === "opened";
  }

  /** Whether its script has accepted it, if the script decides. */
  get isAccepted(): boolean {
    return this.admission !== "undecided";
  }

  /** Whether a message sent now may reach the client. */
  get isSendable(): boolean {
    return this.state === "open" || this.state === "connecting";
  }
}

/** The bytes of a handshake, about: its texts, most of which a client chooses. */
export function handshakeBytes({ headers, query, path, params }: Handshake): number {
  let bytes = headers.length + query.length + path.length;
  for (const name in params ?? {}) bytes += name.length + (params?.[name]?.length ?? 0);
  return bytes;
}

/** Sessions that are sent to together: a named room, or all sessions of a route. */
export class Room {
  readonly name: string;
  readonly members = new Set<Session>();
  /** Messages that were sent to it, one for each receiver. */
  readonly flow = new FlowCounts<OutboundDrop>();
  /** Of a route; null for other rooms. */
  readonly traffic: RouteTraffic | null;
  /** Of a route: the bytes of its sessions' handshakes, kept by the directory. */
  handshakeBytes = 0;
  /** Owned by the outbox: the frames collected for this room in this turn. */
  outboxState: object | null = null;

  constructor(name: string, traffic: RouteTraffic | null = null) {
    this.name = name;
    this.traffic = traffic;
  }
}
