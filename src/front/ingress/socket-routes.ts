// Front: which script a WebSocket path leads to: a file's, or that of the program that has claimed the path.
import type { ProgramLimits } from "../../boundary/questions.ts";
import type { ListenerRef } from "../../boundary/refs.ts";
import type { RouteLimits } from "../../boundary/turn/route-limits.ts";
import type { ClaimedRoute, RouteClaims } from "./route-claims.ts";
import { Router, type Match } from "./router.ts";
import type { ScriptKey } from "../../boundary/script-key.ts";

/** A path leads to a file's script if there is one, else to a program. */
export class SocketRoutes {
  readonly #claims: RouteClaims;
  readonly #defaults: RouteLimits;
  #files = new Router<SocketTarget | null>();

  /** `defaults`: the limits of programs that set none. */
  constructor(claims: RouteClaims, defaults: RouteLimits) {
    this.#claims = claims;
    this.#defaults = defaults;
  }

  /** From now on these files' routes are served; `failed` are the routes of scripts that do not load. */
  set(targets: readonly SocketTarget[], failed: readonly string[]): void {
    this.#files = new Router();
    for (const target of targets) this.#files.add(target.route, target);
    for (const pattern of failed) this.#files.add(pattern, null);
  }

  /** `path` is decoded and normalized. The match's data is null where the script does not load. */
  match(path: string): Match<SocketTarget | null> | null {
    const file = this.#files.match(path);
    if (file !== null) return file;
    const claimed = this.#claims.match("ws", path);
    return claimed === null ? null : { data: targetOf(claimed.data, this.#defaults), params: claimed.params };
  }
}

/** What a WebSocket path leads to. */
export interface SocketTarget {
  readonly script: ScriptKey;
  readonly route: string;
  readonly slot: number;
  /** The hosts over which its sessions are spread; left out for one. */
  readonly spread?: readonly number[];
  /** Whether the script decides before the 101. */
  readonly awaitsDecision: boolean;
  /** The subprotocols that it speaks, the preferred one first; left out for none. */
  readonly protocols?: readonly string[];
  /** For how many seconds its sessions of `parlor.v1` wait for their clients; null where that is not spoken. */
  readonly resume: number | null;
  /** Its own limits, where they differ from the server's. */
  readonly limits: ProgramLimits;
  /** What a program asks for beyond that; null for scripts in `ws/`. */
  readonly program: ProgramPart | null;
}

export interface ProgramPart {
  readonly wantsPings: boolean;
  /** The program's own port; left out for the server's. */
  readonly listener?: ListenerRef;
}

/** The limits of a program: its own, and the configured ones where it sets none. A burst belongs to its rate. */
export function programLimits(own: ProgramLimits, defaults: RouteLimits): ProgramLimits {
  const { maxSessions, maxPerAddress, ...rate } = defaults;
  return {
    maxSessions,
    ...(own.messageRate === undefined ? rate : {}),
    ...(own.maxPerAddress === undefined ? { maxPerAddress, countsLoopback: true } : {}),
    ...own,
  };
}

function targetOf({ script, slot, claim }: ClaimedRoute, defaults: RouteLimits): SocketTarget {
  const { pattern, awaitsDecision, wantsPings, protocols = [] } = claim;
  const limits = programLimits(claim.limits, defaults);
  return {
    script,
    route: pattern,
    slot,
    awaitsDecision,
    protocols,
    resume: null,
    limits,
    program: { wantsPings },
  };
}
