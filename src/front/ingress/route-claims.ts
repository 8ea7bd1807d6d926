// Front: the paths on the server's own port that programs have claimed.
import { codedText, type CodedText } from "../../boundary/errors.ts";
import type { RouteClaim } from "../../boundary/questions.ts";
import { routeKey } from "../../boundary/text/route-pattern.ts";
import { Leases, type Lease } from "./leases.ts";
import { patternProblem, Router, type Match } from "./router.ts";
import type { ScriptKey } from "../../boundary/script-key.ts";

/**
 * A path belongs to a file if there is one, else to the first program that claimed it. A program that claims a path
 * later is warned, once, and not served there.
 */
export class RouteClaims {
  /** The claims of each program, by its script. */
  readonly leases = new Leases<ScriptKey, readonly RouteClaim[]>(() => this.#route());
  readonly #onConflict: (conflict: CodedText, script: ScriptKey) => void;
  readonly #nameOf: (script: ScriptKey) => string;
  /** The conflicts that have been reported and still exist. */
  readonly #reported = new Set<string>();
  #files = NO_FILES;
  #routers = emptyRouters();

  /** `nameOf`: the name of a script for people. */
  constructor(
    onConflict: (conflict: CodedText, script: ScriptKey) => void,
    nameOf: (script: ScriptKey) => string,
  ) {
    this.#onConflict = onConflict;
    this.#nameOf = nameOf;
  }

  /** From now on these files' paths take precedence over all claims. */
  setFiles(files: FilePaths): void {
    this.#files = files;
    this.#route();
  }

  /** The paths that a program claims, in place of its earlier claims. */
  claim(script: ScriptKey, claims: readonly RouteClaim[], slot: number): void {
    this.leases.set(script, slot, claims);
    this.#route();
  }

  /** `path` is decoded and normalized. */
  match(kind: RouteClaim["kind"], path: string): Match<ClaimedRoute> | null {
    return this.#routers[kind].match(path);
  }

  /** The program that serves the WebSocket path with this pattern; null for none. */
  programOf(pattern: string): ScriptKey | null {
    const claimed = this.match("ws", pattern)?.data;
    return claimed?.claim.pattern === pattern ? claimed.script : null;
  }

  /** The patterns of a program's WebSocket paths. */
  socketPatterns(script: ScriptKey): readonly string[] {
    const claims = this.leases.all.get(script)?.value ?? [];
    return claims.flatMap(({ kind, pattern }) => (kind === "ws" ? [pattern] : []));
  }

  #route(): void {
    this.#routers = emptyRouters();
    const holders = { ws: new Map(this.#files.ws), http: new Map(this.#files.http) };
    const conflicts = new Set<string>();
    for (const [script, lease] of this.leases.all) {
      for (const claim of lease.value) {
        const conflict = this.#add(claim, script, lease, holders[claim.kind]);
        if (conflict !== null) conflicts.add(conflict);
      }
    }
    for (const text of this.#reported) if (!conflicts.has(text)) this.#reported.delete(text);
  }

  #add(
    claim: RouteClaim,
    script: ScriptKey,
    { slot }: Lease<unknown>,
    holders: Map<string, ScriptKey>,
  ): string | null {
    const { kind, pattern } = claim;
    const problem = patternProblem(pattern);
    if (problem !== null)
      return this.#report(
        codedText("PARLOR_ROUTE_NAME/claim", { script: this.#nameOf(script), pattern, problem }),
        script,
      );
    const key = routeKey(pattern);
    const holder = holders.get(key);
    if (holder === script) return null;
    if (holder !== undefined) {
      const taken = { script: this.#nameOf(script), holder: this.#nameOf(holder), pattern, kind };
      return this.#report(codedText("PARLOR_ROUTE_TAKEN/claim", taken), script);
    }
    holders.set(key, script);
    this.#routers[kind].add(pattern, { script, slot, claim });
    return null;
  }

  #report(conflict: CodedText, script: ScriptKey): string {
    if (!this.#reported.has(conflict.text)) this.#onConflict(conflict, script);
    this.#reported.add(conflict.text);
    return conflict.text;
  }
}

/** What a claimed path leads to. */
export interface ClaimedRoute {
  readonly script: ScriptKey;
  readonly slot: number;
  readonly claim: RouteClaim;
}

/** The paths of files: the script, by the path's `routeKey`. */
export type FilePaths = Readonly<Record<RouteClaim["kind"], ReadonlyMap<string, ScriptKey>>>;

const NO_FILES: FilePaths = { ws: new Map(), http: new Map() };

function emptyRouters(): Record<RouteClaim["kind"], Router<ClaimedRoute>> {
  return { ws: new Router(), http: new Router() };
}
