import { randomUUID } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import type { ResolvedConfig } from "../../config.ts";
import type { ProgramLimits } from "../../boundary/questions.ts";
import type { Handshake } from "../../boundary/events.ts";
import { headerLines } from "../../boundary/header-lines.ts";
import { normalizePath, rawQuery } from "../../boundary/path.ts";
import { Session } from "../directory/session.ts";
import { clientAddress } from "../http/client-address.ts";
import type { TurnOutbox } from "../outbox/outbox.ts";
import { asksForWebSocket } from "../websocket/declined-upgrade.ts";
import { refuseUpgrade } from "../websocket/refuse-upgrade.ts";
import type { Arrival } from "../websocket/handshake.ts";
import { WebSocketTransport } from "../websocket/websocket-transport.ts";
import { refusalOf, type AdmissionRefusal } from "./admission.ts";
import type { Claims, Claimed } from "./route-claims.ts";
import type { Front } from "../front.ts";
import type { SessionSockets } from "../front-parts.ts";
import { Router, type Match } from "./router.ts";
import type { ListenerRef } from "../../boundary/refs.ts";
import type { Clock } from "../../boundary/clock.ts";

export interface GatewayParts {
  readonly outbox: TurnOutbox;
  readonly clock: Clock;
  readonly config: ResolvedConfig;
  readonly claims: Claims;
}

/** What a WebSocket path leads to. */
export interface SocketTarget {
  readonly script: string;
  readonly route: string;
  readonly slot: number;
  /** The hosts over which its sessions are spread; left out for one. */
  readonly spread?: readonly number[];
  /** Whether the script decides before the 101. */
  readonly awaitsDecision: boolean;
  /** What a program asks for beyond that; null for scripts in `ws/`. */
  readonly program: ProgramPart | null;
}

interface ProgramPart {
  readonly hearsPings: boolean;
  readonly limits: ProgramLimits;
  /** Its own port; left out for the server's. */
  readonly listener?: ListenerRef;
}

/** Where clients come in: finds the route of a handshake, makes the session, and tells its host what happens to it. */
export class Gateway implements SessionSockets {
  readonly #front: Front;
  readonly #config: ResolvedConfig;
  readonly #transport: WebSocketTransport;
  readonly #claims: Claims;
  readonly #hearing = new WeakSet<Session>();
  /** Null where a script does not load. */
  #routes = new Router<SocketTarget | null>();
  #isRefusing = false;

  constructor(front: Front, { outbox, clock, config, claims }: GatewayParts) {
    this.#front = front;
    this.#claims = claims;
    this.#config = config;
    const { maxPayload, handshakeTimeout, heartbeat, deflate } = config;
    this.#transport = new WebSocketTransport(
      { clock, outbox, listener: this.#listener() },
      {
        maxPayload,
        handshakeTimeout,
        heartbeat: heartbeat.interval === 0 ? null : heartbeat,
        deflate: deflate !== false,
      },
    );
  }

  /** Connections that are not gone yet. */
  get connections(): number {
    return this.#transport.size;
  }

  /** Serves these routes from now on; handshakes under way go on. */
  route(targets: readonly SocketTarget[], failed: readonly string[]): void {
    this.#routes = new Router();
    for (const target of targets) this.#routes.add(target.route, target);
    for (const pattern of failed) this.#routes.add(pattern, null);
  }

  /** Whether a path is ours to answer. */
  knows(request: IncomingMessage): boolean {
    return this.#match(request) !== null;
  }

  upgrade(request: IncomingMessage, socket: Socket, head: Buffer): void {
    const match = this.#match(request);
    if (!asksForWebSocket(request))
      return refuseUpgrade(socket, 400, "this server upgrades to websocket only");
    if (match === null) return refuseUpgrade(socket, 404, "no route at this path");
    this.upgradeTo(match, { request, socket, head });
  }

  /** Lets a client in, unless something is against it. */
  upgradeTo({ data: target, params }: Match<SocketTarget | null>, arrival: Arrival): void {
    const { request, socket } = arrival;
    // Node asks for it only where nothing is upgraded (RFC 6455, 4.2.1).
    if (request.headers.host === undefined) return refuseUpgrade(socket, 400, "the Host header is missing");
    if (this.#isRefusing) return refuseUpgrade(socket, 503, "the server is shutting down");
    if (!this.#isAllowed(request)) return refuseUpgrade(socket, 403, "this origin is not allowed");
    if (target === null || this.#front.supervisor(target.slot)?.state === "failed") {
      return refuseUpgrade(socket, 503, "the script of this route does not load");
    }
    const refusal = target.program === null ? null : this.#refusalOf(target, target.program, request);
    if (refusal !== null) return refuseUpgrade(socket, refusal.status, refusal.reason);
    this.#transport.upgrade(arrival, {
      awaitsDecision: target.awaitsDecision,
      maxPayload: target.program?.limits.maxPayload,
      messageRate: target.program?.limits.messageRate,
      hearsPings: target.program?.hearsPings,
      begin: () => this.#begin(request, target, params),
    });
  }

  accept(session: Session): void {
    this.#transport.accept(session);
  }

  refuse(session: Session, status: number, reason: string): void {
    this.#transport.refuse(session, status, reason);
    this.#front.hub.finish(session);
  }

  pauseReading(session: Session): void {
    this.#transport.pauseReading(session);
  }

  resumeReading(session: Session): void {
    this.#transport.resumeReading(session);
  }

  /** New clients are answered 503 from now on. */
  refuseAll(): void {
    this.#isRefusing = true;
  }

  /** Waits until all are gone; whoever is not after the grace is cut. */
  shutdown(grace: number): Promise<void> {
    return this.#transport.shutdown(1001, "server is shutting down", grace);
  }

  #match(request: IncomingMessage): Match<SocketTarget | null> | null {
    const path = normalizePath(request.url ?? "");
    if (path === null) return null;
    const file = this.#routes.match(path);
    if (file !== null) return file;
    const claimed = this.#claims.match("ws", path);
    return claimed === null ? null : { data: targetOf(claimed.data), params: claimed.params };
  }

  #refusalOf(
    { script, route }: SocketTarget,
    { limits, listener }: ProgramPart,
    request: IncomingMessage,
  ): AdmissionRefusal | null {
    const routes =
      listener === undefined ? this.#claims.socketsOf(script).map(({ pattern }) => pattern) : [route];
    const { directory } = this.#front;
    const sessions = (): Session[] => routes.flatMap((pattern) => [...directory.route(pattern).members]);
    const own = (): Session[] => sessions().filter(({ handshake }) => handshake.script === script);
    return refusalOf(limits, {
      request,
      address: clientAddress(request, this.#config.trustProxy),
      sessions: own,
    });
  }

  // A browser always says where a page is from; other clients need not.
  #isAllowed(request: IncomingMessage): boolean {
    const { allowedOrigins } = this.#config;
    const { origin } = request.headers;
    return allowedOrigins === null || origin === undefined || allowedOrigins.includes(origin);
  }

  #begin(request: IncomingMessage, target: SocketTarget, params: Handshake["params"]): Session {
    const handshake = this.#handshakeOf(request, target, params);
    const route = this.#front.directory.route(target.route);
    const ref = this.#front.nextRef();
    const session = new Session(ref, handshake, { host: hostFor(target, ref), route });
    if (target.program?.hearsPings === true) this.#hearing.add(session);
    this.#front.hub.admit(session);
    return session;
  }

  #handshakeOf(request: IncomingMessage, target: SocketTarget, params: Handshake["params"]): Handshake {
    const url = request.url ?? "/";
    const listener = target.program?.listener;
    return {
      id: inOnePiece(randomUUID()),
      script: target.script,
      route: target.route,
      path: normalizePath(url) ?? "/",
      query: rawQuery(url),
      headers: headerLines(request.rawHeaders),
      address: clientAddress(request, this.#config.trustProxy),
      params,
      ...(listener === undefined ? {} : { listener }),
    };
  }

  #listener(): ConstructorParameters<typeof WebSocketTransport>[0]["listener"] {
    const front = this.#front;
    return {
      onUpgrade: ({ ref, host, handshake }) => front.push(host, { kind: "upgrade", session: ref, handshake }),
      onOpen: (session) => this.#open(session),
      onMessage: (session, data) => front.message(session, data),
      onPong: (session) => {
        if (this.#hearing.has(session)) front.beat(session, "pong");
      },
      onPing: (session) => front.beat(session, "ping"),
      onClosed: (session, code, reason) => front.hub.closed(session, code, reason),
    };
  }

  #open(session: Session): void {
    if (session.state !== "connecting") return;
    const { ref, host, handshake } = session;
    this.#front.directory.setState(session, "open");
    this.#front.push(host, { kind: "open", session: ref, handshake });
  }
}

function targetOf({ script, slot, claim }: Claimed): SocketTarget {
  const { pattern, awaitsDecision, hearsPings, limits } = claim;
  return { script, route: pattern, slot, awaitsDecision, program: { hearsPings, limits } };
}

// What was put together piece by piece is kept as a tree of its pieces: for an id that is 20 objects a session.
function inOnePiece(text: string): string {
  return Buffer.from(text, "latin1").toString("latin1");
}

// One after the other: a session stays where it is put.
function hostFor({ slot, spread }: SocketTarget, ref: number): number {
  return spread?.[ref % spread.length] ?? slot;
}
