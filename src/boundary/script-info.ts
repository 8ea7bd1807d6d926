// Boundary: the facts about a script that are known before it runs. Plain data.
import type { HistoryRules } from "./rooms/history-rules.ts";
import type { ScriptLimits } from "./turn/route-limits.ts";

import type { SlowPolicy } from "./flow/slow-policy.ts";

/** The facts about a script that the host gets before it runs it. */
export interface ScriptInfo {
  readonly kind: "ws" | "http" | "cron" | "task" | "program";
  /** Its name in the app: `ws/chat.ts`. */
  readonly name: string;
  /** The route's pattern; empty for cron and tasks. */
  readonly route: string;
  readonly version: string;
  readonly dialect: string;
  /** Where module state lives, for `ws` scripts. */
  readonly scope: "connection" | "route";
  /** Ticks per second of a real-time route. */
  readonly tickRate: number | null;
  /** How it is run, where that is not the usual way. */
  readonly runOptions?: RunOptions;
  /** The names of its exports. */
  readonly exports: readonly string[];
  /** The subprotocols of a `ws` script, the preferred one first; left out for none. */
  readonly protocols?: readonly string[];
  /** The limits that a `ws` script sets for its clients. */
  readonly limits?: ScriptLimits;
  /** For how many seconds its sessions wait for a client that has lost its connection; left out for the server's. */
  readonly resume?: number;
  /** The rooms that keep their messages, as a `ws` script says; left out for none. */
  readonly history?: HistoryRules;
  /** Whether messages to a `ws` script go to handlers by name; left out for no. */
  readonly isTyped?: true;
  /** Where the outbound connections of a program are: on one node of the cluster at a time; left out for each node. */
  readonly runs?: "cluster";
}

/** How a script asks to be run. Plain data. */
export interface RunOptions {
  readonly isolation: "thread" | "process";
  /** Over how many threads its sessions are spread. */
  readonly threads: number;
  /** What becomes of ticks that come too late: they are left out, or run one after the other, up to this number. */
  readonly overload: "skip" | "catch-up";
  readonly catchUpLimit: number;
  /** Whether it ticks while no session is connected. */
  readonly tickWhenEmpty: boolean;
  /** Whether `deltaMs` of every tick is exactly one period, however late the tick is. */
  readonly fixedDelta: boolean;
  /** What becomes of messages to clients that read too slowly; left out for the server's policy. */
  readonly slow?: SlowPolicy;
}

/** How a script is run that asks for nothing. */
export const defaultRunOptions: RunOptions = {
  isolation: "thread",
  threads: 1,
  overload: "skip",
  catchUpLimit: 60,
  tickWhenEmpty: false,
  fixedDelta: false,
};
