import type { RouteClaim } from "../../boundary/questions.ts";
import { patternProblem, Router, type Match } from "./router.ts";
import { routeKey } from "../../boundary/route-pattern.ts";

/** What a claimed path leads to. */
export interface Claimed {
  readonly script: string;
  readonly slot: number;
  readonly claim: RouteClaim;
}

interface Holding {
  readonly slot: number;
  readonly claims: readonly RouteClaim[];
  /** Claimed by an incarnation that is over. */
  readonly isStale: boolean;
}

type Kind = RouteClaim["kind"];

/** Paths of files, which go before those that programs claim: the script by the path's key. */
export type TakenPaths = Readonly<Record<Kind, ReadonlyMap<string, string>>>;

const NOBODY: TakenPaths = { ws: new Map(), http: new Map() };

/**
 * The paths on the server's own port that programs answer. A path goes to a file if there is one, else to the first
 * program that has claimed it; who comes later is told, once, who has it.
 */
export class Claims {
  readonly #onTaken: (text: string, script: string) => void;
  /** In the order of each program's first claim. */
  readonly #holdings = new Map<string, Holding>();
  readonly #told = new Set<string>();
  #taken = NOBODY;
  #routers: Record<Kind, Router<Claimed>> = { ws: new Router(), http: new Router() };

  constructor(onTaken: (text: string, script: string) => void) {
    this.#onTaken = onTaken;
  }

  /** These files' paths go before all claims from now on. */
  setTaken(taken: TakenPaths): void {
    this.#taken = taken;
    this.#route();
  }

  /** What a program claims, in place of what it has claimed before. */
  set(script: string, slot: number, claims: readonly RouteClaim[]): void {
    this.#holdings.set(script, { slot, claims, isStale: false });
    this.#route();
  }

  /** An incarnation is over. What it claimed waits for the next one, which claims anew. */
  age(slot: number): void {
    for (const [script, holding] of this.#holdings)
      if (holding.slot === slot) this.#holdings.set(script, { ...holding, isStale: true });
  }

  /** Withdraws what has not been claimed anew. */
  dropStale(slot: number): void {
    this.#drop((holding) => holding.slot === slot && holding.isStale);
  }

  /** A host has gone for good, and what its programs claimed with it. */
  remove(slot: number): void {
    this.#drop((holding) => holding.slot === slot);
  }

  /** `path` is decoded and normalized. */
  match(kind: Kind, path: string): Match<Claimed> | null {
    return this.#routers[kind].match(path);
  }

  /** The patterns of a program's WebSocket paths, and what it says of all of them. */
  socketsOf(script: string): readonly RouteClaim[] {
    return this.#holdings.get(script)?.claims.filter(({ kind }) => kind === "ws") ?? [];
  }

  #drop(isOver: (holding: Holding) => boolean): void {
    for (const [script, holding] of this.#holdings) if (isOver(holding)) this.#holdings.delete(script);
    this.#route();
  }

  #route(): void {
    const routers: Record<Kind, Router<Claimed>> = { ws: new Router(), http: new Router() };
    const holders = { ws: new Map(this.#taken.ws), http: new Map(this.#taken.http) };
    const conflicts = new Set<string>();
    for (const [script, { slot, claims }] of this.#holdings) {
      for (const claim of claims) {
        const problem = patternProblem(claim.pattern);
        if (problem !== null) {
          conflicts.add(this.#tellOnce(`${script}: ${claim.pattern} is no path (${problem})`, script));
          continue;
        }
        const key = routeKey(claim.pattern);
        const holder = holders[claim.kind].get(key);
        if (holder === undefined) {
          holders[claim.kind].set(key, script);
          routers[claim.kind].add(claim.pattern, { script, slot, claim });
        } else if (holder !== script) conflicts.add(this.#tell(claim, script, holder));
      }
    }
    this.#routers = routers;
    for (const text of this.#told) if (!conflicts.has(text)) this.#told.delete(text);
  }

  #tell({ kind, pattern }: RouteClaim, script: string, holder: string): string {
    const text = `${script}: ${holder} has the path ${pattern} already (${kind}), so it stays with ${holder}; rename one of the two`;
    return this.#tellOnce(text, script);
  }

  #tellOnce(text: string, script: string): string {
    if (!this.#told.has(text)) this.#onTaken(text, script);
    this.#told.add(text);
    return text;
  }
}
