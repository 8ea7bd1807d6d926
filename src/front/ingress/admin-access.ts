// Front: who sees what of the paths below `/_parlor/`: the one place that decides.
import { createHash, timingSafeEqual } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import { REFUSALS, type HttpRefusal } from "../../boundary/errors/refusals.ts";
import type { ReservedAccess } from "../http/reserved-paths.ts";
import { isOriginAllowed } from "./allowed-origins.ts";
import { isLoopbackRequest, type LoopbackRequest } from "./loopback.ts";

/** Every client may see whether the server is well. The rest is for this machine, and for clients that have the token. */
export class AdminAccess implements ReservedAccess {
  /** A digest of the token: equal lengths, so that a comparison takes the same time. */
  readonly #token: Buffer | null;
  readonly #isOpen: boolean;

  /** `token`: null for none. `isOpen`: a port of its own is open to all who reach it, if there is no token. */
  constructor(token: string | null, isOpen = false) {
    this.#token = token === null ? null : digestOf(token);
    this.#isOpen = isOpen && token === null;
  }

  /** Whether a request may see everything; otherwise only the status of `/_parlor/health` and `/_parlor/ready`. */
  maySeeAll(request: AdminRequest): boolean {
    if (this.#hasToken(request.headers)) return true;
    if (isForeignPage(request.headers)) return false;
    return this.#isOpen || isLoopbackRequest(request);
  }

  /** The response to a request that may not see a path. */
  get refusal(): HttpRefusal {
    return this.#token === null ? REFUSALS.ADMIN_ONLY : REFUSALS.ADMIN_TOKEN;
  }

  #hasToken({ authorization = "" }: IncomingHttpHeaders): boolean {
    const [, sent] = /^Bearer +([^\s]+) *$/i.exec(authorization) ?? [];
    return this.#token !== null && sent !== undefined && timingSafeEqual(this.#token, digestOf(sent));
  }
}

/** The parts of a request that decide. */
export type AdminRequest = LoopbackRequest & { readonly headers: IncomingHttpHeaders };

// A page of another server, in a browser of this machine, comes from this machine too.
function isForeignPage({ origin, host = "" }: IncomingHttpHeaders): boolean {
  return !isOriginAllowed(origin, [host], { allowed: [] });
}

function digestOf(token: string): Buffer {
  return createHash("sha256").update(token).digest();
}
