// Front: whether a client may open a WebSocket.
import type { IncomingMessage } from "node:http";
import type { ResolvedConfig } from "../../config.ts";
import type { ProgramLimits } from "../../boundary/questions.ts";
import { REFUSALS, type HttpRefusal } from "../../boundary/errors/refusals.ts";
import type { Session } from "../directory/session.ts";
import type { Front } from "../front.ts";
import type { ProxyTrust } from "../http/proxy-trust.ts";
import type { AllowedHosts } from "./allowed-hosts.ts";
import { isOriginAllowed, pageHosts } from "./allowed-origins.ts";
import type { RouteClaims } from "./route-claims.ts";
import type { SocketTarget } from "./socket-routes.ts";

/** Checks a handshake against the server's origins, the state of its script, and the limits of its program. */
export class Admission {
  readonly #front: Front;
  readonly #config: ResolvedConfig;
  readonly #claims: RouteClaims;
  readonly #proxies: ProxyTrust;
  readonly #hosts: AllowedHosts;
  readonly #isDev: boolean;
  readonly #onForeignPage: AdmissionParts["onForeignPage"];

  constructor({ front, config, claims, proxies, hosts, isDev, onForeignPage }: AdmissionParts) {
    this.#hosts = hosts;
    this.#isDev = isDev;
    this.#onForeignPage = onForeignPage;
    this.#front = front;
    this.#config = config;
    this.#claims = claims;
    this.#proxies = proxies;
  }

  /** Why a client is refused; null when it may come in. `isReturn`: to a session that it has already. */
  refusalOf(target: SocketTarget | null, request: IncomingMessage, isReturn = false): HttpRefusal | null {
    // Node requires the header only of requests that ask for no upgrade (RFC 6455, 4.2.1).
    if (request.headers.host === undefined) return REFUSALS.BAD_HOST;
    const refused = this.#hosts.refusalOf(request) ?? this.#originRefusal(target, request);
    if (refused !== null) return refused;
    if (target === null || !this.#isUp(target)) return REFUSALS.NOT_LOADED;
    // Its session is here, and counted.
    if (isReturn) return null;
    if (this.#isHeavy(target, request)) return REFUSALS.HANDSHAKES_FULL;
    return this.#limitRefusal(target, request);
  }

  /** Bytes of handshakes that the sessions of a route may keep. */
  get handshakeRoom(): number {
    const { handshakeBytes, memoryLimit } = this.#config;
    return Math.min(handshakeBytes, memoryLimit / 4);
  }

  // Each host that serves a route gets the handshakes of all its sessions: clients that send much come in only while there
  // is room, so that they do not keep the others out.
  #isHeavy({ route }: SocketTarget, request: IncomingMessage): boolean {
    const room = this.handshakeRoom;
    const held = this.#front.directory.route(route).handshakeBytes;
    return held >= room && (held >= 2 * room || headBytes(request) > LIGHT);
  }

  // A host that rests is started first: if that fails, the client gets a response in place of a connection.
  #isUp({ slot }: SocketTarget): boolean {
    const supervisor = this.#front.supervisor(slot);
    supervisor?.wake();
    return supervisor?.isDown !== true;
  }

  #originRefusal(target: SocketTarget | null, request: IncomingMessage): HttpRefusal | null {
    const { origin } = request.headers;
    const rule = {
      allowed: this.#config.allowedOrigins,
      isDev: this.#isDev,
      ignoresPort: target?.program?.listener !== undefined,
    };
    const hosts = this.#hostsOf(request);
    if (isOriginAllowed(origin, hosts, rule)) return null;
    // A program with a rule of its own accepts sub-domains, and refuses in its own words.
    const hasOwnRule = target?.limits.sameOrigin === true;
    if (hasOwnRule && isSameOrigin({ origin, hosts })) return null;
    this.#onForeignPage({ origin: (origin ?? "").slice(0, LONGEST_ORIGIN), path: target?.route ?? "" });
    return hasOwnRule ? REFUSALS.CROSS_ORIGIN : REFUSALS.ORIGIN_REFUSED;
  }

  // The one that the request was sent to, and the one that a trusted proxy was asked for.
  #hostsOf(request: IncomingMessage): string[] {
    const { host } = this.#proxies.identityOf(request);
    return [request.headers.host ?? "", host ?? ""];
  }

  #limitRefusal(target: SocketTarget, request: IncomingMessage): HttpRefusal | null {
    const proxies = this.#proxies;
    return limitRefusal(target.limits, {
      origin: request.headers.origin,
      hosts: this.#hostsOf(request),
      get address() {
        return proxies.identityOf(request).address;
      },
      sessions: () => this.#sessionsOf(target),
    });
  }

  // A program's sessions come by all its paths, unless the port is its own.
  *#sessionsOf({ script, route, program }: SocketTarget): Iterable<Session> {
    const isClaim = program !== null && program.listener === undefined;
    for (const pattern of isClaim ? this.#claims.socketPatterns(script) : [route])
      for (const session of this.#front.directory.route(pattern).members)
        if (session.handshake.script === script) yield session;
  }
}

export interface AdmissionParts {
  readonly front: Front;
  readonly config: ResolvedConfig;
  readonly claims: RouteClaims;
  readonly proxies: ProxyTrust;
  readonly hosts: AllowedHosts;
  /** Whether the server is one of `parlor dev`. */
  readonly isDev: boolean;
  /** A page of another origin was refused. */
  readonly onForeignPage: (page: { readonly origin: string; readonly path: string }) => void;
}

/** Of an origin in a log line, characters. */
const LONGEST_ORIGIN = 200;

/** A handshake of this size is admitted when there is little room left, bytes. */
const LIGHT = 2048;

function headBytes({ url = "", rawHeaders }: IncomingMessage): number {
  return rawHeaders.reduce((sum, text) => sum + text.length + 2, url.length);
}

/** A client that asks to come in, and the sessions that are there already. */
export interface Entrant {
  /** The origin of its page; undefined for clients that are not browsers. */
  readonly origin: string | undefined;
  /** The hosts that it has asked for. */
  readonly hosts: readonly string[];
  readonly address: string;
  /** The program's sessions. */
  sessions(): Iterable<Session>;
}

/** Checks a client against the limits of a program: its origin, the number of sessions, those of its address. */
export function limitRefusal(limits: ProgramLimits, entrant: Entrant): HttpRefusal | null {
  const { maxSessions = 0, maxPerAddress = 0, countsLoopback = false, sameOrigin = false } = limits;
  if (sameOrigin && !isSameOrigin(entrant)) return REFUSALS.CROSS_ORIGIN;
  if (maxSessions === 0 && maxPerAddress === 0) return null;
  let all = 0;
  let fromAddress = 0;
  for (const session of entrant.sessions()) {
    if (!session.isSendable) continue;
    all += 1;
    if (session.handshake.address === entrant.address) fromAddress += 1;
  }
  if (maxSessions > 0 && all >= maxSessions) return REFUSALS.PROGRAM_FULL;
  const isCounted = maxPerAddress > 0 && (countsLoopback || !isLoopback(entrant.address));
  return isCounted && fromAddress >= maxPerAddress ? REFUSALS.ADDRESS_FULL : null;
}

// Bolt's rule: the page's host is the server's or one of its sub-domains, port included. Only browsers send an origin.
function isSameOrigin({ origin, hosts }: Pick<Entrant, "origin" | "hosts">): boolean {
  if (origin === undefined) return true;
  return hosts.some((host) => {
    const { page, own } = pageHosts(origin, host) ?? { page: "", own: "" };
    return page !== "" && (page === own || page.endsWith(`.${own}`));
  });
}

function isLoopback(address: string): boolean {
  return address === "::1" || address.startsWith("127.");
}
