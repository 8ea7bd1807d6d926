// Front: where WebSocket clients come in: finds the route, makes the session, and notifies its host.
import type { IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import { GOING_AWAY } from "../../boundary/errors/close-codes.ts";
import type { Clock } from "../../boundary/clock.ts";
import { normalizePath } from "../../boundary/text/path.ts";
import type { Payload } from "../../boundary/payload.ts";
import { REFUSALS } from "../../boundary/errors/refusals.ts";
import type { ResolvedConfig } from "../../config.ts";
import { Session } from "../directory/session.ts";
import type { Front } from "../front.ts";
import type { SessionSockets } from "../front-parts.ts";
import type { TurnOutbox } from "../outbox/outbox.ts";
import { asksForWebSocket } from "../websocket/declined-upgrade.ts";
import type { Arrival } from "../websocket/handshake.ts";
import { refuseUpgrade } from "../websocket/refuse-upgrade.ts";
import { WebSocketTransport, type TransportListener } from "../websocket/websocket-transport.ts";
import { Admission } from "./admission.ts";
import type { ConnectionBudget } from "./connection-budget.ts";
import { handshakeOf } from "./handshake-of.ts";
import type { RouteClaims } from "./route-claims.ts";
import type { Match } from "./router.ts";
import { SocketRoutes, type SocketTarget } from "./socket-routes.ts";

/** Joins the WebSocket transport and the front. */
export class Gateway implements SessionSockets, TransportListener {
  readonly routes: SocketRoutes;
  /** All connections, those of HTTP requests included. */
  readonly connections: ConnectionBudget;
  readonly #front: Front;
  readonly #config: ResolvedConfig;
  readonly #admission: Admission;
  readonly #transport: WebSocketTransport;
  /** The sessions whose hosts are notified of pongs. */
  readonly #wantPongs = new WeakSet<Session>();
  #isRefusing = false;

  constructor(front: Front, { outbox, clock, config, claims, connections }: GatewayParts) {
    this.connections = connections;
    this.#front = front;
    this.#config = config;
    this.routes = new SocketRoutes(claims);
    this.#admission = new Admission(front, config, claims);
    const { maxPayload, handshakeTimeout, heartbeat, deflate } = config;
    this.#transport = new WebSocketTransport(
      { clock, outbox, listener: this },
      {
        maxPayload,
        handshakeTimeout,
        heartbeat: heartbeat.interval === 0 ? null : heartbeat,
        deflate: deflate !== false,
      },
    );
  }

  /** Whether the request's path leads to a WebSocket script. */
  knows(request: IncomingMessage): boolean {
    return this.#match(request) !== null;
  }

  upgrade(request: IncomingMessage, socket: Socket, head: Buffer): void {
    const match = this.#match(request);
    if (!asksForWebSocket(request)) return refuseUpgrade(socket, REFUSALS.WEBSOCKET_ONLY);
    if (match === null) return refuseUpgrade(socket, REFUSALS.NO_ROUTE);
    this.upgradeTo(match, { request, socket, head });
  }

  /** Lets a client in, unless its handshake is refused. */
  upgradeTo({ data: target, params }: Match<SocketTarget | null>, arrival: Arrival): void {
    const { request, socket } = arrival;
    const refusal = this.#isRefusing ? REFUSALS.SHUTTING_DOWN : this.#admission.refusalOf(target, request);
    if (refusal !== null) return refuseUpgrade(socket, refusal);
    if (target === null) return refuseUpgrade(socket, REFUSALS.NOT_LOADED);
    this.#transport.upgrade(arrival, {
      awaitsDecision: target.awaitsDecision,
      maxPayload: target.program?.limits.maxPayload,
      messageRate: target.program?.limits.messageRate,
      wantsPings: target.program?.wantsPings,
      start: () => this.#start(request, { data: target, params }),
    });
  }

  accept(session: Session): void {
    this.#transport.upgrades.accept(session);
  }

  /** A script refuses a session: its client gets the response, and the session ends. */
  refuse(session: Session, status: number, text: string): void {
    this.#transport.upgrades.refuse(session, { status, text });
    this.#front.hub.finish(session);
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
    this.#front.directory.setState(session, "open");
    this.#front.push(host, { kind: "open", session: ref, handshake });
  }

  onMessage(session: Session, data: Payload): void {
    this.#front.message(session, data);
  }

  onPong(session: Session): void {
    if (this.#wantPongs.has(session)) this.#front.beat(session, "pong");
  }

  onPing(session: Session): void {
    this.#front.beat(session, "ping");
  }

  onClosed(session: Session, code: number, reason: string): void {
    this.#front.hub.closed(session, code, reason);
  }

  /** New clients get 503 from now on. */
  refuseAll(): void {
    this.#isRefusing = true;
  }

  /** Closes all sessions and waits until their connections are gone, for up to `grace` ms. */
  shutdown(grace: number): Promise<void> {
    return this.#transport.shutdown(GOING_AWAY, "server is shutting down", grace);
  }

  #match(request: IncomingMessage): Match<SocketTarget | null> | null {
    const path = normalizePath(request.url ?? "");
    return path === null ? null : this.routes.match(path);
  }

  #start(request: IncomingMessage, match: Match<SocketTarget>): Session {
    const target = match.data;
    const handshake = handshakeOf(request, match, this.#config.trustProxy);
    const route = this.#front.directory.route(target.route);
    const ref = this.#front.nextRef();
    const session = new Session(ref, handshake, { host: hostFor(target, ref), route });
    if (target.program?.wantsPings === true) this.#wantPongs.add(session);
    this.#front.hub.admit(session);
    return session;
  }
}

export interface GatewayParts {
  readonly outbox: TurnOutbox;
  readonly clock: Clock;
  readonly config: ResolvedConfig;
  readonly claims: RouteClaims;
  readonly connections: ConnectionBudget;
}

// Sessions go to the hosts in turn, and stay where they are put.
function hostFor({ slot, spread }: SocketTarget, ref: number): number {
  return spread?.[ref % spread.length] ?? slot;
}
