// Boundary: the facts about a script that are known before it runs. Plain data.

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
}

/** How a script asks to be run. Plain data. */
export interface RunOptions {
  readonly isolation: "thread" | "process";
  /** Over how many threads its sessions are spread. */
  readonly threads: number;
  /** What becomes of ticks that come too late: they are left out, or run one after the other, so many at most. */
  readonly overload: "skip" | "catch-up";
  readonly catchUpLimit: number;
  /** Whether it ticks while no session is connected. */
  readonly tickWhenEmpty: boolean;
  /** Whether `deltaMs` of every tick is exactly one period, however late the tick is. */
  readonly fixedDelta: boolean;
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
