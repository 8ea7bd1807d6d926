// Front: whether a client may open a WebSocket.
import type { IncomingMessage } from "node:http";
import type { ResolvedConfig } from "../../config.ts";
import type { ProgramLimits } from "../../boundary/questions.ts";
import { REFUSALS, type HttpRefusal } from "../../boundary/errors/refusals.ts";
import type { Session } from "../directory/session.ts";
import type { Front } from "../front.ts";
import { clientAddress } from "../http/client-address.ts";
import type { RouteClaims } from "./route-claims.ts";
import type { ProgramPart, SocketTarget } from "./socket-routes.ts";

/** Checks a handshake against the server's origins, the state of its script, and the limits of its program. */
export class Admission {
  readonly #front: Front;
  readonly #config: ResolvedConfig;
  readonly #claims: RouteClaims;

  constructor(front: Front, config: ResolvedConfig, claims: RouteClaims) {
    this.#front = front;
    this.#config = config;
    this.#claims = claims;
  }

  /** Why a client is refused; null when it may come in. */
  refusalOf(target: SocketTarget | null, request: IncomingMessage): HttpRefusal | null {
    // Node requires the header only of requests that ask for no upgrade (RFC 6455, 4.2.1).
    if (request.headers.host === undefined) return REFUSALS.BAD_HOST;
    if (!this.#isOriginAllowed(request)) return REFUSALS.ORIGIN_REFUSED;
    if (target === null || !this.#isUp(target)) return REFUSALS.NOT_LOADED;
    if (this.#isHeavy(target, request)) return REFUSALS.HANDSHAKES_FULL;
    return target.program === null ? null : this.#programRefusal(target, target.program, request);
  }

  // Each host that serves a route gets the handshakes of all its sessions: clients that send much come in only while there
  // is room, so that they do not keep the others out.
  #isHeavy({ route }: SocketTarget, request: IncomingMessage): boolean {
    const { handshakeBytes, memoryLimit } = this.#config;
    const room = Math.min(handshakeBytes, memoryLimit / 4);
    const held = this.#front.directory.route(route).handshakeBytes;
    return held >= room && (held >= 2 * room || headBytes(request) > LIGHT);
  }

  // A host that rests is started first: if that fails, the client gets a response in place of a connection.
  #isUp({ slot }: SocketTarget): boolean {
    const supervisor = this.#front.supervisor(slot);
    supervisor?.wake();
    return supervisor?.isDown !== true;
  }

  // Browsers always send the origin of a page; other clients need not.
  #isOriginAllowed(request: IncomingMessage): boolean {
    const { allowedOrigins } = this.#config;
    const { origin } = request.headers;
    return allowedOrigins === null || origin === undefined || allowedOrigins.includes(origin);
  }

  #programRefusal(target: SocketTarget, program: ProgramPart, request: IncomingMessage): HttpRefusal | null {
    return limitRefusal(program.limits, {
      request,
      address: clientAddress(request, this.#config.trustProxy),
      sessions: () => this.#sessionsOf(target, program),
    });
  }

  #sessionsOf({ script, route }: SocketTarget, { listener }: ProgramPart): Session[] {
    const routes = listener === undefined ? this.#claims.socketPatterns(script) : [route];
    const { directory } = this.#front;
    const sessions = routes.flatMap((pattern) => [...directory.route(pattern).members]);
    return sessions.filter(({ handshake }) => handshake.script === script);
  }
}

/** A handshake of this size is admitted when there is little room left, bytes. */
const LIGHT = 2048;

function headBytes({ url = "", rawHeaders }: IncomingMessage): number {
  return rawHeaders.reduce((sum, text) => sum + text.length + 2, url.length);
}

/** A client that asks to come in, and the sessions that are there already. */
export interface Entrant {
  readonly request: IncomingMessage;
  readonly address: string;
  /** The program's sessions. */
  sessions(): Iterable<Session>;
}

/** Checks a client against the limits of a program: its origin, the number of sessions, those of its address. */
export function limitRefusal(limits: ProgramLimits, entrant: Entrant): HttpRefusal | null {
  const { maxSessions = 0, maxPerAddress = 0, sameOrigin = false } = limits;
  if (sameOrigin && !isSameOrigin(entrant.request)) return REFUSALS.CROSS_ORIGIN;
  if (maxSessions === 0 && maxPerAddress === 0) return null;
  let all = 0;
  let fromAddress = 0;
  for (const session of entrant.sessions()) {
    if (!session.isSendable) continue;
    all += 1;
    if (session.handshake.address === entrant.address) fromAddress += 1;
  }
  if (maxSessions > 0 && all >= maxSessions) return REFUSALS.PROGRAM_FULL;
  const isFull = maxPerAddress > 0 && fromAddress >= maxPerAddress && !isLoopback(entrant.address);
  return isFull ? REFUSALS.ADDRESS_FULL : null;
}

// Bolt's rule: the page's host is the server's or one of its sub-domains, port included. Only browsers send an origin.
function isSameOrigin({ headers }: IncomingMessage): boolean {
  const { origin, host } = headers;
  if (origin === undefined) return true;
  if (host === undefined || !URL.canParse(origin)) return false;
  const page = new URL(origin);
  if (!URL.canParse(`${page.protocol}//${host}`)) return false;
  const own = new URL(`${page.protocol}//${host}`).host;
  return page.host !== "" && (page.host === own || page.host.endsWith(`.${own}`));
}

function isLoopback(address: string): boolean {
  return address === "::1" || address.startsWith("127.");
}
