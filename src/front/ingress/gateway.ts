// Front: where WebSocket clients come in: finds the route, makes the session, and notifies its host.
import type { IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import { GOING_AWAY } from "../../boundary/errors/close-codes.ts";
import type { Clock } from "../../boundary/clock.ts";
import { normalizePath } from "../../boundary/text/path.ts";
import type { Payload } from "../../boundary/payload.ts";
import { REFUSALS, type HttpRefusal } from "../../boundary/errors/refusals.ts";
import type { UpgradeAnswer } from "../../boundary/text/upgrade-answer.ts";
import { offeredProtocols } from "../../boundary/text/subprotocol.ts";
import type { ResolvedConfig } from "../../config.ts";
import type { Handshake } from "../../boundary/events.ts";
import { Session } from "../directory/session.ts";
import type { Activity } from "../activity.ts";
import type { Front } from "../front.ts";
import type { LimitName } from "../limits/limit-counts.ts";
import type { SessionSockets } from "../front-parts.ts";
import { ProxyTrust } from "../http/proxy-trust.ts";
import type { TurnOutbox } from "../outbox/outbox.ts";
import { asksForWebSocket } from "../websocket/declined-upgrade.ts";
import { upgradeProblem } from "../websocket/upgrade-check.ts";
import type { Arrival, Opening } from "../websocket/handshake.ts";
import { refuseUpgrade } from "../websocket/refuse-upgrade.ts";
import type { TransportListener } from "../websocket/transport-options.ts";
import { WebSocketTransport } from "../websocket/websocket-transport.ts";
import { Admission, type AdmissionParts } from "./admission.ts";
import type { ConnectionBudget } from "./connection-budget.ts";
import { handshakeOf } from "./handshake-of.ts";
import { LineGate, newcomerOf, type LineArrival, type LineGateParts } from "./line-gate.ts";
import type { RouteClaims } from "./route-claims.ts";
import type { Match } from "./router.ts";
import { SocketRoutes, type SocketTarget } from "./socket-routes.ts";

/** Joins the WebSocket transport and the front. */
export class Gateway implements SessionSockets, TransportListener {
  readonly routes: SocketRoutes;
  readonly #front: Front;
  readonly #proxies: ProxyTrust;
  readonly #admission: Admission;
  readonly #activity: Activity | null;
  readonly #transport: WebSocketTransport;
  /** Clients of `parlor.v1`. */
  readonly gate: LineGate;
  /** The sessions whose hosts are notified of pongs. */
  readonly #wantPongs = new WeakSet<Session>();
  /** How many clients there may be; its connections include those of HTTP requests. */
  readonly bounds: ClientBounds;
  readonly #onUnanswered: GatewayParts["onUnanswered"];
  #isRefusing = false;

  constructor(front: Front, parts: GatewayParts) {
    const { outbox, clock, config, claims } = parts;
    this.#activity = parts.entrance.activity ?? null;
    this.#onUnanswered = parts.onUnanswered;
    this.bounds = parts.bounds;
    this.#front = front;
    this.routes = new SocketRoutes(claims, config.limits);
    this.#proxies = new ProxyTrust(config.trustProxy);
    this.#admission = new Admission({ front, config, claims, proxies: this.#proxies, ...parts.entrance });
    const { heartbeat, deflate } = config;
    this.gate = new LineGate(front, this, parts);
    this.#transport = new WebSocketTransport(
      { clock, outbox, listener: this, lines: this.gate },
      {
        ...config,
        heartbeat: heartbeat.interval === 0 ? null : heartbeat,
        deflate: deflate !== false,
      },
    );
  }

  get onLimit(): ClientBounds["onLimit"] {
    return this.bounds.onLimit;
  }

  /** Whether the request's path leads to a WebSocket script. */
  knows(request: IncomingMessage): boolean {
    return this.#match(request) !== null;
  }

  /** `servesHttp`: whether an HTTP script or a file is at a path. */
  upgrade(arrival: Arrival, servesHttp: (path: string) => boolean): void {
    const { request, socket } = arrival;
    const match = this.#match(request);
    if (!asksForWebSocket(request)) return this.refuseHandshake(request, socket, REFUSALS.WEBSOCKET_ONLY);
    if (match === null) return this.refuseHandshake(request, socket, this.#absence(request, servesHttp));
    this.upgradeTo(match, arrival);
  }

  /** Lets a client in, unless its handshake is refused. */
  upgradeTo({ data: target, params }: Match<SocketTarget | null>, arrival: Arrival): void {
    const { request, socket } = arrival;
    const problem = this.#isRefusing ? REFUSALS.SHUTTING_DOWN : upgradeProblem(request);
    if (problem !== null) return this.#refuse(arrival, problem, target);
    const line = this.#lineOf(request, target);
    if (this.gate.passes(arrival, line)) return;
    const refusal = this.#admission.refusalOf(target, request, line.claim !== null) ?? line.refusal;
    if (refusal !== null) return this.#refuse(arrival, refusal, target);
    if (target === null) return this.refuseHandshake(request, socket, REFUSALS.NOT_LOADED);
    this.#transport.upgrade(arrival, {
      ...target.limits,
      wantsPings: target.program?.wantsPings,
      ...(line.claim === null
        ? this.#freshOpening(request, { data: target, params }, line)
        : this.gate.returning(line.claim)),
    });
  }

  #lineOf(request: IncomingMessage, target: SocketTarget | null): LineArrival {
    return this.gate.arrival(request, target, () => this.#proxies.identityOf(request).address);
  }

  #freshOpening(request: IncomingMessage, match: Match<SocketTarget>, line: LineArrival): Opening {
    return {
      awaitsDecision: match.data.awaitsDecision,
      start: () => this.#start(request, match, line),
      line: line.offer?.speaks === true ? this.gate.welcoming : undefined,
    };
  }

  #refuse({ request, socket }: Arrival, refusal: HttpRefusal, target: SocketTarget | null): void {
    const name = LIMITS.get(refusal);
    if (name !== undefined) {
      const limit = name === "handshakeBytes" ? this.#admission.handshakeRoom : (target?.limits[name] ?? 0);
      this.onLimit(name, limit, this.#proxies.identityOf(request).address);
    }
    this.refuseHandshake(request, socket, refusal);
  }

  /** Refuses a handshake before it has a session. */
  refuseHandshake(request: IncomingMessage, socket: Socket, refusal: HttpRefusal): void {
    this.onRefused(request, refusal);
    refuseUpgrade(socket, refusal);
  }

  accept(session: Session, answer: UpgradeAnswer): void {
    this.#transport.upgrades.accept(session, answer);
  }

  /** A script refuses a session: its client gets the response, and the session ends. */
  refuse(session: Session, refusal: HttpRefusal): void {
    this.#transport.upgrades.refuse(session, refusal);
    this.#front.hub.finish(session);
  }

  fail(session: Session, code: number, reason: string): void {
    this.#transport.fail(session, code, reason);
  }

  pauseReading(session: Session): void {
    this.#transport.pauseReading(session);
  }

  resumeReading(session: Session): void {
    this.#transport.resumeReading(session);
  }

  onUpgrade({ ref, host, handshake }: Session): void {
    this.#front.push(host, { kind: "upgrade", session: ref, handshake });
  }

  onOpen(session: Session): void {
    if (session.state !== "connecting") return;
    const { ref, host, handshake } = session;
    if (this.#onUnanswered !== undefined && handshake.protocol === undefined) this.#noteUnanswered(handshake);
    this.#activity?.opened(session);
    this.#front.directory.setState(session, "open");
    this.#front.push(host, { kind: "open", session: ref, handshake });
  }

  onMessage(session: Session, data: Payload): void {
    this.#activity?.received?.(session, data);
    this.#front.message(session, data);
  }

  onPong(session: Session): void {
    if (this.#wantPongs.has(session)) this.#front.beat(session, { kind: "pong", session: session.ref });
  }

  onPing(session: Session): void {
    this.#front.beat(session, { kind: "ping", session: session.ref });
  }

  onRefused(by: IncomingMessage | Session, refusal: HttpRefusal): void {
    this.bounds.onRefused(refusal);
    this.#activity?.refused(by, refusal);
  }

  onClosed(session: Session, code: number, reason: string): void {
    this.#activity?.closed(session, code, reason);
    this.#front.hub.closed(session, code, reason);
  }

  /** Clients get 503 from now on, so sessions without a connection end. Returns how many have ended. */
  refuseAll(): number {
    this.#isRefusing = true;
    return this.gate.lines.end();
  }

  /** Clients that wait for the decision of a script get 503. */
  giveUpHandshakes(): void {
    this.#transport.upgrades.giveUpAll(REFUSALS.SHUTTING_DOWN);
  }

  /** Closes all sessions and waits until their connections are gone, for up to `grace` ms. */
  shutdown(reason: string, grace: number): Promise<void> {
    this.gate.lines.stop();
    return this.#transport.shutdown(GOING_AWAY, reason, grace);
  }

  #noteUnanswered(handshake: Handshake): void {
    const offered = offeredProtocols(handshake.headers);
    if (offered.length > 0) this.#onUnanswered?.(handshake, offered);
  }

  #match(request: IncomingMessage): Match<SocketTarget | null> | null {
    const path = normalizePath(request.url ?? "");
    return path === null ? null : this.routes.match(path);
  }

  #absence({ url = "" }: IncomingMessage, servesHttp: (path: string) => boolean): HttpRefusal {
    const path = normalizePath(url);
    return path !== null && servesHttp(path) ? REFUSALS.HTTP_ONLY : REFUSALS.NO_ROUTE;
  }

  #start(request: IncomingMessage, match: Match<SocketTarget>, line: LineArrival): Session {
    const target = match.data;
    const client = this.#proxies.identityOf(request);
    const handshake = handshakeOf(request, match, { client, line: line.offer });
    const route = this.#front.directory.route(target.route);
    const ref = this.#front.nextRef();
    const session = new Session(ref, handshake, { host: hostFor(target, ref), route });
    if (target.program?.wantsPings === true) this.#wantPongs.add(session);
    if (line.offer?.speaks === true)
      this.gate.lines.start(session, target.resume ?? 0, newcomerOf(line.offer, line.refused));
    this.#front.hub.admit(session);
    return session;
  }
}

/** Who may come in, beside what the configuration says. */
export type Entrance = Pick<AdmissionParts, "hosts" | "isDev" | "onForeignPage"> & {
  /** Is notified of what happens; null where nothing is to be logged. */
  readonly activity?: Activity | null;
};

export interface GatewayParts extends Pick<LineGateParts, "neighbours"> {
  readonly outbox: TurnOutbox;
  readonly clock: Clock;
  readonly config: ResolvedConfig;
  readonly claims: RouteClaims;
  readonly bounds: ClientBounds;
  readonly entrance: Entrance;
  /** A client has offered subprotocols, and none was agreed on. */
  readonly onUnanswered?: ((handshake: Handshake, offered: readonly string[]) => void) | undefined;
}

/** How many clients there may be, and where it is counted that they exceed a limit. */
export interface ClientBounds {
  readonly connections: ConnectionBudget;
  readonly onLimit: (name: LimitName, limit: number, address: string) => void;
  /** A handshake is refused. */
  readonly onRefused: (refusal: HttpRefusal) => void;
}

/** The limits that a handshake may be refused for. */
const LIMITS = new Map<HttpRefusal, "handshakeBytes" | "maxSessions" | "maxPerAddress">([
  [REFUSALS.HANDSHAKES_FULL, "handshakeBytes"],
  [REFUSALS.PROGRAM_FULL, "maxSessions"],
  [REFUSALS.ADDRESS_FULL, "maxPerAddress"],
]);

// Sessions go to the hosts in turn, and stay where they are put.
function hostFor({ slot, spread }: SocketTarget, ref: number): number {
  return spread?.[ref % spread.length] ?? slot;
}
