import { randomUUID } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import type { ResolvedConfig } from "../config.ts";
import type { ScriptInfo } from "../core/dialect.ts";
import type { Handshake } from "../core/events.ts";
import { normalizePath, rawQuery } from "../core/path.ts";
import type { Clock } from "../core/ports.ts";
import { Session } from "../core/session.ts";
import { addressOf } from "../transport/http-address.ts";
import type { TurnOutbox } from "../transport/outbox.ts";
import { refuseUpgrade } from "../transport/refuse-upgrade.ts";
import { WebSocketTransport } from "../transport/websocket.ts";
import type { Front } from "./front.ts";
import { Router, type Match } from "./router.ts";

export interface GatewayParts {
  readonly outbox: TurnOutbox;
  readonly clock: Clock;
  readonly config: ResolvedConfig;
}

/** What a WebSocket path leads to; null when its script does not load. */
type Target = { readonly info: ScriptInfo; readonly slot: number } | null;

/** Where clients come in: finds the route of a handshake, makes the session, and tells its host what happens to it. */
export class Gateway {
  readonly #front: Front;
  readonly #config: ResolvedConfig;
  readonly #transport: WebSocketTransport;
  #routes = new Router<Target>();
  #isRefusing = false;

  constructor(front: Front, { outbox, clock, config }: GatewayParts) {
    this.#front = front;
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
  route(targets: readonly NonNullable<Target>[], failed: readonly string[]): void {
    this.#routes = new Router();
    for (const target of targets) this.#routes.add(target.info.route, target);
    for (const pattern of failed) this.#routes.add(pattern, null);
  }

  /** Whether a path is ours to answer. */
  knows(request: IncomingMessage): boolean {
    return this.#match(request) !== null;
  }

  upgrade(request: IncomingMessage, socket: Socket, head: Buffer): void {
    const match = this.#match(request);
    if (match === null) return refuseUpgrade(socket, 404, "no route at this path");
    // Node asks for it only where nothing is upgraded (RFC 6455, 4.2.1).
    if (request.headers.host === undefined) return refuseUpgrade(socket, 400, "the Host header is missing");
    if (this.#isRefusing) return refuseUpgrade(socket, 503, "the server is shutting down");
    if (!this.#isAllowed(request)) return refuseUpgrade(socket, 403, "this origin is not allowed");
    const target = match.data;
    if (target === null || this.#front.supervisor(target.slot)?.state === "failed") {
      return refuseUpgrade(socket, 503, "the script of this route does not load");
    }
    this.#transport.upgrade(
      { request, socket, head },
      {
        awaitsDecision: target.info.exports.includes("onUpgrade"),
        begin: () => this.#begin(request, target, match.params),
      },
    );
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

  #match(request: IncomingMessage): Match<Target> | null {
    const path = normalizePath(request.url ?? "");
    return path === null ? null : this.#routes.match(path);
  }

  // A browser always says where a page is from; other clients need not.
  #isAllowed(request: IncomingMessage): boolean {
    const { allowedOrigins } = this.#config;
    const { origin } = request.headers;
    return allowedOrigins === null || origin === undefined || allowedOrigins.includes(origin);
  }

  #begin(request: IncomingMessage, target: NonNullable<Target>, params: Handshake["params"]): Session {
    const { info, slot } = target;
    const handshake = this.#handshakeOf(request, info, params);
    const route = this.#front.directory.route(info.route);
    const session = new Session(this.#front.nextRef(), handshake, { host: slot, route });
    this.#front.hub.admit(session);
    return session;
  }

  #handshakeOf(request: IncomingMessage, info: ScriptInfo, params: Handshake["params"]): Handshake {
    const target = request.url ?? "/";
    return {
      id: inOnePiece(randomUUID()),
      script: info.name,
      route: info.route,
      path: normalizePath(target) ?? "/",
      query: rawQuery(target),
      headers: headerLines(request.rawHeaders),
      address: this.#addressOf(request),
      params,
    };
  }

  #addressOf(request: IncomingMessage): string {
    const forwarded = this.#config.trustProxy ? request.headers["x-forwarded-for"] : undefined;
    const nearest =
      String(forwarded ?? "")
        .split(",")
        .at(-1)
        ?.trim() ?? "";
    return nearest === "" ? addressOf(request.socket) : nearest;
  }

  #listener(): ConstructorParameters<typeof WebSocketTransport>[0]["listener"] {
    const front = this.#front;
    return {
      onUpgrade: ({ ref, host, handshake }) => front.tell(host, { kind: "upgrade", session: ref, handshake }),
      onOpen: (session) => this.#open(session),
      onMessage: (session, data) => front.message(session, data),
      onPong: () => undefined,
      onPing: () => undefined,
      onClosed: (session, code, reason) => front.hub.closed(session, code, reason),
    };
  }

  #open(session: Session): void {
    if (session.state !== "connecting") return;
    const { ref, host, handshake } = session;
    this.#front.directory.setState(session, "open");
    this.#front.tell(host, { kind: "open", session: ref, handshake });
  }
}

// One string, because it is kept for every idle session: a header a line, names in lower case.
function headerLines(raw: readonly string[]): string {
  const parts: string[] = [];
  for (let at = 0; at + 1 < raw.length; at += 2) parts.push(`${raw[at]?.toLowerCase()}: ${raw[at + 1]}\n`);
  return parts.join("");
}

// What was put together piece by piece is kept as a tree of its pieces: for an id that is 20 objects a session.
function inOnePiece(text: string): string {
  return Buffer.from(text, "latin1").toString("latin1");
}
