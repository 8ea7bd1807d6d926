// Front: the sessions of `parlor.v1`: their welcome, their time without a connection, and their return.
import type { Clock, Timer } from "../../boundary/clock.ts";
import { ABNORMAL_CLOSURE, REPLACED } from "../../boundary/errors/close-codes.ts";
import type { ScriptEvent } from "../../boundary/events.ts";
import type { ResumeOffer } from "../../boundary/text/line-offer.ts";
import type { Directory } from "../directory/directory.ts";
import type { SeenPlace } from "../../boundary/rooms/seen-place.ts";
import type { Session } from "../directory/session.ts";
import { KeptFrames, KeptTotals, type ResumeBounds } from "./kept-frames.ts";
import type { TurnOutbox } from "../outbox/outbox.ts";
import type { Link } from "../outbox/session-queue.ts";
import { controlFrame, type ResumeRefusal } from "./control-frames.ts";
import { Line, lineOf, type LinePorts } from "./line.ts";
import { admits, nextSecret, renewed } from "./secrets.ts";

/** A session whose connection is lost waits for its client, for as long as its route says. It is open all the time. */
export class Lines {
  /** How often clients have asked for their sessions, by what became of it. */
  readonly #counts: Record<ResumeResult, number> = {
    resumed: 0,
    expired: 0,
    overflow: 0,
    unknown: 0,
    "server-restarted": 0,
    "other-node": 0,
  };
  /** What is kept for all sessions. */
  readonly #totals: KeptTotals;
  /** The life of the server, which is a part of each token. */
  readonly boot: string;
  readonly #ports: LinesPorts;
  readonly #options: LinesOptions;
  /** Shared by all sessions: most are idle. */
  readonly #bounds: ResumeBounds;
  readonly #linePorts: LinePorts;
  readonly #away = new Set<Line>();
  readonly #unreported = new Set<Line>();
  #timer: Timer | null = null;
  #isEnding = false;

  constructor(ports: LinesPorts, options: LinesOptions) {
    this.#ports = ports;
    this.#options = options;
    this.boot = options.boot;
    this.#bounds = { messages: options.resumeMessages, bytes: options.resumeBytes };
    this.#linePorts = { reportLater: this.#reportLater, onEnd: (line) => void this.#away.delete(line) };
    this.#totals = new KeptTotals(options.unsentTotal);
  }

  /** The sessions that have no connection now, and what is kept for all. */
  get figures(): { away: number; keptBytes: number; results: Record<ResumeResult, number> } {
    return { away: this.#away.size, keptBytes: this.#totals.bytes, results: this.#counts };
  }

  /** Makes the line of a fresh session. */
  start(session: Session, seconds: number, { refused, seen }: Newcomer): void {
    const kept = seconds === 0 ? null : new KeptFrames(this.#bounds, this.#totals);
    const line = new Line(session, { kept, seconds }, this.#linePorts);
    line.seen = seen;
    session.inbound.line = line;
    if (kept !== null) this.#ports.outbox.keep(session, kept);
    if (refused === null) return;
    line.refusal = refused.refusal;
    this.#counts[refused.refusal] += 1;
    // Its client has another session now, and can never come back to this one.
    if (refused.overflown !== null) this.#ports.listener.onClosed(refused.overflown, ABNORMAL_CLOSURE, "");
  }

  /** Whether a client gets the session back that it asks for. Changes nothing. */
  claim(offer: ResumeOffer, route: string): LineClaim | Refused {
    const { session: id, received } = offer;
    if (id === "") return refused("unknown");
    const session = this.#ports.front.directory.sessionById(id);
    if (session === undefined && this.#options.hasNodes && this.#ports.front.directory.hasPeer(id))
      return refused("other-node");
    if (offer.boot !== this.boot) return refused("server-restarted");
    if (session === undefined || session.inbound.line === null) return refused("expired");
    const line = lineOf(session);
    const { kept, secrets } = line;
    if (kept === null || secrets === null) return refused("expired");
    if (session.route.name !== route || !admits(secrets, offer.secret)) return refused("unknown");
    if (session.state !== "open") return refused("expired");
    if (received > kept.next) return refused("unknown");
    if (!kept.has(received)) return { refusal: "overflow", overflown: session };
    return { line, received, secret: offer.secret };
  }

  /** The first connection of a session is open. */
  welcome(socket: Link, session: Session): void {
    const line = lineOf(session);
    line.connect(socket);
    this.#greet(line, { resumed: false, sent: 0 });
  }

  /** A further connection of a session is open, and takes the place of the previous one. */
  resume(socket: Link, { line, received, secret }: LineClaim): void {
    this.#counts.resumed += 1;
    line.secrets = renewed(secret);
    if (line.socket !== null) this.#replace(line, line.socket);
    this.#away.delete(line);
    line.kept?.acknowledge(received);
    if (line.isAway) this.#ports.front.directory.setAway(line.session, false);
    line.connect(socket);
    line.refusal = null;
    this.#greet(line, { resumed: true, sent: received });
    this.#push(line, "return");
  }

  /** A connection is lost without a close. Returns whether its session waits for another one. */
  lost(line: Line): boolean {
    const { session, kept, socket } = line;
    if (kept === null || session.state !== "open" || this.#isEnding || socket === null) return false;
    this.#leave(line);
    if (this.#away.size >= this.#options.maxAway) this.#endOldest();
    this.#away.add(line);
    line.timer = this.#ports.clock.after(line.seconds * 1000, () => {
      this.#away.delete(line);
      this.#ports.listener.onClosed(session, ABNORMAL_CLOSURE, "");
    });
    this.#ports.front.directory.setAway(session, true);
    return true;
  }

  // Away sessions have no connection, so no bound of connections holds them.
  #endOldest(): void {
    for (const line of this.#away) {
      const { session } = line;
      this.#away.delete(line);
      this.#ports.listener.onLimit("maxAway", this.#options.maxAway, session.handshake.address);
      return this.#ports.listener.onClosed(session, ABNORMAL_CLOSURE, "");
    }
  }

  /** The server stops: from now on no session waits for its client. Returns how many have waited. */
  end(): number {
    this.#isEnding = true;
    const waiting = [...this.#away];
    this.#away.clear();
    for (const { session } of waiting) this.#ports.listener.onClosed(session, ABNORMAL_CLOSURE, "");
    return waiting.length;
  }

  /** Nothing more is reported to clients. */
  stop(): void {
    this.#timer?.cancel();
  }

  // The server may not have noticed yet that the older connection is lost.
  #replace(line: Line, socket: Link): void {
    this.#leave(line);
    socket.close(REPLACED, "another connection has taken its place");
  }

  #leave(line: Line): void {
    line.socket = null;
    this.#ports.outbox.detach(line.session);
    this.#push(line, "away");
  }

  #greet(line: Line, { resumed, sent }: { readonly resumed: boolean; readonly sent: number }): void {
    const { session, secrets, received, seconds, refusal } = line;
    const { id } = session.handshake;
    const token = secrets === null ? null : `${this.boot}.${id}.${nextSecret(secrets)}`;
    const welcome = { session: id, resumed, reason: refusal, token, resume: seconds, sent, received };
    line.write(controlFrame({ type: "welcome", ...welcome, heartbeat: this.#options.heartbeat }));
  }

  #push({ session }: Line, kind: "away" | "return"): void {
    this.#ports.front.push(session.host, { kind, session: session.ref });
  }

  readonly #reportLater = (line: Line): void => {
    this.#unreported.add(line);
    this.#timer ??= this.#ports.clock.after(REPORT_EVERY, () => {
      this.#timer = null;
      const lines = [...this.#unreported];
      this.#unreported.clear();
      for (const each of lines) each.report();
    });
  };
}

/** A client that gets its session back. */
export interface LineClaim {
  readonly line: Line;
  readonly received: number;
  readonly secret: string;
}

/** A client that gets a fresh session. */
export interface Refused {
  readonly refusal: ResumeRefusal;
  /** The session that it has lost because too much was sent to it meanwhile. */
  readonly overflown: Session | null;
}

/** A client whose session is fresh. */
export interface Newcomer {
  /** Why it did not get the session that it asked for; null if it asked for none. */
  readonly refused: Refused | null;
  /** What it has seen last in rooms, in earlier sessions. */
  readonly seen: Map<string, SeenPlace> | null;
}

/** What becomes of a client that asks for its session. */
export type ResumeResult = "resumed" | ResumeRefusal;

export interface LinesPorts {
  readonly clock: Clock;
  readonly outbox: Pick<TurnOutbox, "keep" | "detach">;
  readonly front: {
    readonly directory: Pick<Directory, "sessionById" | "hasPeer" | "setAway">;
    push(host: number, event: ScriptEvent): void;
  };
  readonly listener: {
    onClosed(session: Session, code: number, reason: string): void;
    onLimit(name: "maxAway", limit: number, address: string): void;
  };
}

export interface LinesOptions {
  /** Messages and bytes that are kept for one session. */
  readonly resumeMessages: number;
  readonly resumeBytes: number;
  /** Sessions that may wait for their clients. */
  readonly maxAway: number;
  /** Bytes that are kept for all sessions. */
  readonly unsentTotal: number;
  /** How often clients may ping, ms. */
  readonly heartbeat: number;
  readonly boot: string;
  /** Whether there may be sessions on other machines. */
  readonly hasNodes: boolean;
}

/** How often clients are notified of what has come, ms. */
const REPORT_EVERY = 1000;

/** For a client whose session is there still. */
export function refused(refusal: ResumeRefusal): Refused {
  return { refusal, overflown: null };
}
