// Front: what a client of `parlor.v1` asks for with its handshake: a session to return to, or a fresh one.
import { randomBytes } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { Clock } from "../../boundary/clock.ts";
import { TOO_MANY_CALLS } from "../../boundary/errors/close-codes.ts";
import { REFUSALS, type HttpRefusal } from "../../boundary/errors/refusals.ts";
import { lineOffer, type LineOffer } from "../../boundary/text/line-offer.ts";
import type { ResolvedConfig } from "../../config.ts";
import type { Session } from "../directory/session.ts";
import type { Front } from "../front.ts";
import type { LimitName } from "../limits/limit-counts.ts";
import type { TurnOutbox } from "../outbox/outbox.ts";
import type { Link } from "../outbox/session-queue.ts";
import { isControl, type Content } from "../resume/control-frames.ts";
import { lineWatcher, type LineWatcherPorts } from "../resume/line-watcher.ts";
import { lineOf } from "../resume/line.ts";
import {
  Lines,
  refused,
  type LineClaim,
  type LinesPorts,
  type Newcomer,
  type Refused,
} from "../resume/lines.ts";
import type { Neighbours } from "../resume/neighbours.ts";
import { seenPlaces } from "../resume/seen-places.ts";
import { takenOut } from "../http/passed-connection.ts";
import type { Arrival, LineOpening, Opening } from "../websocket/handshake.ts";
import type { SocketWatcher } from "../websocket/session-socket.ts";
import type { SocketTarget } from "./socket-routes.ts";

/** Reads the handshake's list of subprotocols. Wrong secrets are limited by address, so that none can be guessed. */
export class LineGate {
  readonly lines: Lines;
  /** How a client that gets a fresh session is let in. */
  readonly welcoming: LineOpening;
  readonly #clock: Clock;
  readonly #front: Front;
  readonly #listener: LineListener;
  readonly #neighbours: Neighbours | null;
  readonly #maxCalls: number;
  /** Wrong secrets since `#since`, by address. */
  readonly #wrong = new Map<string, number>();
  #since = -Infinity;

  constructor(
    front: Front,
    listener: LineListener,
    { clock, outbox, config, neighbours = null }: LineGateParts,
  ) {
    const { interval: heartbeat } = config.heartbeat;
    const boot = neighbours?.boot ?? randomBytes(9).toString("base64url");
    const options = { ...config, heartbeat, boot, hasNodes: config.cluster !== null };
    this.lines = new Lines({ clock, outbox, front, listener }, options);
    this.welcoming = { onOpen: (socket, session) => this.lines.welcome(socket, session), isControl };
    this.#clock = clock;
    this.#front = front;
    this.#listener = listener;
    this.#neighbours = neighbours;
    this.#maxCalls = config.maxCalls;
  }

  /** Follows what clients of `parlor.v1` send. Their requests and replies go to the script. */
  watcher(plain: SocketWatcher, mayBeat: LineWatcherPorts["mayBeat"]): SocketWatcher {
    return lineWatcher(plain, {
      onMessage: (session, data) => this.#listener.onMessage(session, data),
      onEnvelope: (session, content, text) => this.#envelope(session, content, text),
      onLost: (line) => this.lines.lost(line),
      mayBeat,
    });
  }

  // The text goes on as it came: an object can be nested so deeply that it can be read and not be written.
  #envelope(session: Session, content: Content, text: string): string | null {
    const { type } = content;
    if (type !== "request" && type !== "reply") return "an envelope must be a request or a reply";
    if (!Number.isSafeInteger(content["id"])) return "an envelope must have a whole number as id";
    if (type === "request" && !this.#mayAsk(session)) return null;
    const kind = type === "request" ? "call" : "reply";
    this.#front.beat(session, { kind, session: session.ref, text });
    return null;
  }

  // What comes behind the request that was one too many is not read.
  #mayAsk(session: Session): boolean {
    const most = this.#maxCalls;
    const calls = lineOf(session).asked();
    if (most === 0 || calls <= most) return true;
    this.#listener.onLimit("maxCalls", most, session.handshake.address);
    this.#listener.fail(session, TOO_MANY_CALLS, `more than ${most} requests have no reply`);
    return false;
  }

  /** How a client that gets its session back is let in. */
  returning(claim: LineClaim): Opening {
    const line = { onOpen: (socket: Link) => this.lines.resume(socket, claim), isControl };
    return { awaitsDecision: false, isReturn: true, start: () => claim.line.session, line };
  }

  /** Changes nothing but the count of wrong secrets. */
  arrival(
    { headers }: IncomingMessage,
    target: Pick<SocketTarget, "route" | "resume"> | null,
    addressOf: () => string,
  ): LineArrival {
    if (target === null || target.resume === null) return PLAIN;
    const offer = lineOffer(headers["sec-websocket-protocol"]);
    if (offer === null) return PLAIN;
    if (offer.plain.length === 0) return { ...PLAIN, refusal: REFUSALS.ONLY_TOKEN };
    if (!offer.speaks || offer.resume === null) return { ...PLAIN, offer };
    const { boot } = offer.resume;
    if (boot !== this.lines.boot && this.#neighbours?.has(boot) === true)
      return { ...PLAIN, offer, refused: refused("other-node"), owner: boot };
    const found = this.lines.claim(offer.resume, target.route);
    if (!("refusal" in found)) return { ...PLAIN, offer, claim: found };
    const isTooMany = found.refusal === "unknown" && this.#isTooMany(addressOf());
    return { ...PLAIN, offer, refused: found, refusal: isTooMany ? REFUSALS.TOO_MANY_TOKENS : null };
  }

  /** Passes a client to the front that has its session. False if it stays here. */
  passes(arrival: Arrival, { owner }: LineArrival): boolean {
    if (owner === null || this.#neighbours?.mayPass() !== true) return false;
    const connection = takenOut(arrival);
    if (connection === null) return false;
    this.#neighbours.pass(owner, connection);
    return true;
  }

  #isTooMany(address: string): boolean {
    const now = this.#clock.ticks();
    if (now - this.#since >= MINUTE || this.#wrong.size >= MOST_ADDRESSES) {
      this.#wrong.clear();
      this.#since = now;
    }
    const count = (this.#wrong.get(address) ?? 0) + 1;
    this.#wrong.set(address, count);
    return count > MOST_WRONG;
  }
}

/** What a handshake asks for. */
export interface LineArrival {
  /** Null for a client that offers nothing of it, or to a route that does not speak it. */
  readonly offer: LineOffer | null;
  /** The session that it gets back. */
  readonly claim: LineClaim | null;
  /** Why it gets a fresh session. */
  readonly refused: Refused | null;
  /** Why it gets none. */
  readonly refusal: HttpRefusal | null;
  /** The life of the front on this machine that has the session; null for none. */
  readonly owner: string | null;
}

/** What is known of a client that gets a fresh session. */
export function newcomerOf({ seen }: LineOffer, refused: Refused | null): Newcomer {
  return { refused, seen: seenPlaces(seen) };
}

/** The sessions' owner. */
export interface LineListener {
  onMessage: LineWatcherPorts["onMessage"];
  onClosed: LinesPorts["listener"]["onClosed"];
  onLimit(name: LimitName, limit: number, address: string): void;
  fail(session: Session, code: number, reason: string): void;
}

export interface LineGateParts {
  readonly clock: Clock;
  readonly outbox: TurnOutbox;
  readonly config: ResolvedConfig;
  /** The other fronts of this machine; left out where this server is alone. */
  readonly neighbours?: Neighbours | null;
}

/** Of a client that asks for nothing. */
const PLAIN: LineArrival = { offer: null, claim: null, refused: null, refusal: null, owner: null };

/** Wrong secrets of one address in a minute. */
const MOST_WRONG = 30;
const MINUTE = 60_000;
const MOST_ADDRESSES = 10_000;
