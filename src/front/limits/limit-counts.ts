// Front: counts what goes beyond a limit, and reports each limit at most once a minute.
import type { Clock } from "../../boundary/clock.ts";
import { codedText, type CodedText } from "../../boundary/errors.ts";

/** Clients cause most of it, so the log must not grow with their number. Nothing is done until a limit is reached. */
export class LimitCounts {
  /** Since the start. */
  readonly totals: LimitTotals = noTotals();
  readonly #clock: Clock;
  readonly #report: (text: CodedText) => void;
  /** What was not reported yet, of limits that were reported in the last minute. */
  readonly #quiet = new Map<LimitName, Unreported | null>();

  /** `report` is called for the first excess, then once a minute while there are further ones. */
  constructor(clock: Clock, report: (text: CodedText) => void) {
    this.#clock = clock;
    this.#report = report;
  }

  /** `limit`: the limit's value; `from`: the address, or the script, that has caused it. */
  readonly exceeded = (name: LimitName, limit: number, from: string): void => {
    this.totals[name] += 1;
    const quiet = this.#quiet.get(name);
    if (quiet === undefined) this.#write(name, { count: 1, limit, from });
    else this.#quiet.set(name, { count: (quiet?.count ?? 0) + 1, limit, from });
  };

  #write(name: LimitName, values: Unreported): void {
    this.#quiet.set(name, null);
    this.#report(codedText(KEYS[name], { ...values, from: shortened(values.from) }));
    this.#clock.after(MINUTE, () => this.#wake(name));
  }

  #wake(name: LimitName): void {
    const unreported = this.#quiet.get(name) ?? null;
    if (unreported === null) this.#quiet.delete(name);
    else this.#write(name, unreported);
  }
}

/** A limit whose excesses the front counts: by the name of its option, without the group. */
export type LimitName = keyof typeof KEYS;

/** How often each limit was exceeded. Plain data. */
export type LimitTotals = Record<LimitName, number>;

interface Unreported {
  readonly count: number;
  readonly limit: number;
  readonly from: string;
}

const KEYS = {
  maxConnections: "PARLOR_CONNECTIONS/full",
  maxConnectionsPerAddress: "PARLOR_LIMIT/maxConnectionsPerAddress",
  maxHandshakes: "PARLOR_LIMIT/maxHandshakes",
  handshakeBytes: "PARLOR_LIMIT/handshakeBytes",
  maxSessions: "PARLOR_LIMIT/maxSessions",
  maxPerAddress: "PARLOR_LIMIT/maxPerAddress",
  maxPayload: "PARLOR_LIMIT/maxPayload",
  maxFragments: "PARLOR_LIMIT/maxFragments",
  unfinishedBytes: "PARLOR_LIMIT/unfinishedBytes",
  maxPings: "PARLOR_LIMIT/maxPings",
  pingsAtOnce: "PARLOR_LIMIT/pingsAtOnce",
  maxAway: "PARLOR_LIMIT/maxAway",
  maxCalls: "PARLOR_LIMIT/maxCalls",
  messageRate: "PARLOR_LIMIT/messageRate",
  clients: "PARLOR_LIMIT/clients",
  maxRequests: "PARLOR_LIMIT/maxRequests",
  scriptRequests: "PARLOR_LIMIT/scriptRequests",
  bodyLimit: "PARLOR_LIMIT/bodyLimit",
  bodyTotal: "PARLOR_LIMIT/bodyTotal",
  maxHeaderSize: "PARLOR_LIMIT/maxHeaderSize",
  requestTimeout: "PARLOR_LIMIT/requestTimeout",
  unsentLimit: "PARLOR_LIMIT/unsentLimit",
  unsentTotal: "PARLOR_LIMIT/unsentTotal",
  unsentResponse: "PARLOR_LIMIT/unsentResponse",
  unsentTimeout: "PARLOR_LIMIT/unsentTimeout",
  whenFull: "PARLOR_LIMIT/whenFull",
} as const;

const MINUTE = 60_000;

function noTotals(): LimitTotals {
  return Object.fromEntries(Object.keys(KEYS).map((name) => [name, 0])) as LimitTotals;
}

// With a trusted proxy, a client may choose the text.
function shortened(text: string): string {
  return text.length > 64 ? `${text.slice(0, 64)}…` : text;
}
