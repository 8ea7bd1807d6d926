// Boundary: what a host needs to start: its scripts, their code, its limits.
import type { ProgramFile } from "./events.ts";
import type { Host, HostListener } from "./host.ts";
import type { ScriptInfo } from "./script-info.ts";
import type { HostLimits, SessionLimits } from "./turn/session-limits.ts";
import type { TurnLimit } from "./turn/turn-limit.ts";

/** A file's code, bundled: plain data, so that it can be handed to a thread. */
export interface ScriptSource extends CompileSource {
  /** Source map from the code to the app's files. */
  readonly map: string;
}

/** A script as a host is given it: bundled code, or (inline only) the functions themselves. */
export interface ScriptSpec {
  readonly info: ScriptInfo;
  readonly source: ScriptSource | null;
  readonly module: Readonly<Record<string, unknown>> | null;
  /** The files of a program that is a folder. */
  readonly files?: readonly ProgramFile[];
}

/** All that a host needs to start. */
export interface HostSpec {
  /** For people: the name of its thread in tables and logs. */
  readonly name: string;
  readonly scripts: readonly ScriptSpec[];
  /** The files of `shared/` that its scripts import: each is evaluated once in this host. */
  readonly shared: readonly ScriptSource[];
  readonly limits: RuntimeLimits;
  /** The app's folder; null when there is none. */
  readonly root?: string | null;
  /** Folders outside of it whose files scripts may use, too; relative ones start at the app's folder. */
  readonly folders?: readonly string[];
  /** Whether it runs on a thread or in its own process; a thread by default. */
  readonly isolation?: "thread" | "process";
  /** How it is watched; by default as a route is. */
  readonly bounds?: HostBounds;
}

/** Over what a host is ended. */
export interface HostBounds {
  /** After this long without progress it hangs, ms; 0 lets it take all the time it wants. */
  readonly hangLimit: number;
  /** Bytes of memory that a host may hold. */
  readonly memoryLimit: number;
  /** After this long without a session and anything to do it ends, and starts again on demand, ms; 0 is never. */
  readonly idleLimit: number;
}

/** What holds where nothing else is said. */
export const defaultBounds: HostBounds = { hangLimit: 5000, memoryLimit: 512 * 1024 * 1024, idleLimit: 0 };

/** Makes one incarnation of a host: inline, on a thread, in a process. */
export type HostFactory = (incarnation: number, spec: HostSpec, listener: HostListener) => Host;

/** What a host needs of a bundle to run it. Plain data. */
export interface CompileSource {
  readonly code: string;
  /** The name in stacks: the script's file and version. */
  readonly name: string;
  readonly async: boolean;
  readonly uses: readonly string[];
  /** The script's file, absolute: packages are looked for from there. */
  readonly file: string;
  /** Absolute files of `shared/` that it imports. */
  readonly shared: readonly string[];
  /** Packages and modules of Node that it imports statically; left out for none. */
  readonly packages?: readonly string[];
  /** Whether it exports `onStart` or `onStop`; only read of files of `shared/`. */
  readonly hasHooks?: boolean;
}

/** Whether code of a host runs at its start or before its end: `onStart` or `onStop`. */
export function hasLifeHooks({ scripts, shared }: Pick<HostSpec, "scripts" | "shared">): boolean {
  return scripts.some(({ info }) => exportsHook(info)) || shared.some(({ hasHooks }) => hasHooks === true);
}

/** Whether a script exports `onStart` or `onStop`, and its state is that of a host. */
export function exportsHook({ kind, exports }: Pick<ScriptInfo, "kind" | "exports">): boolean {
  if (kind !== "ws" && kind !== "http") return false;
  return exports.includes("onStart") || exports.includes("onStop");
}

export const LIFE_HOOKS: readonly string[] = ["onStart", "onStop"];

/** How long a runtime lets things take. */
export interface RuntimeLimits {
  /** After this long, what is done is committed and the host's own loop gets its turn, ms. */
  readonly slice: number;
  /** A promise that has not settled by then is given up, ms. */
  readonly handlerTimeout: number;
  /** How much one event, timer or tick may call. */
  readonly turnLimit?: TurnLimit;
  /** How much one session may keep. */
  readonly sessionLimits?: SessionLimits;
  /** How much all sessions of the host may keep together. */
  readonly hostLimits?: HostLimits;
}
