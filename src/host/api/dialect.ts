// Host: what a dialect is, and what passes between it and the host that runs its programs.
import type { Commands } from "../../boundary/commands.ts";
import type { ContractFacts } from "../../boundary/contract/contract-facts.ts";
import type { HistoryRules } from "../../boundary/rooms/history-rules.ts";
import type { ErrorKey, ErrorValues } from "../../boundary/errors.ts";
import type { Answer, Question } from "../../boundary/questions.ts";
import type { ClientEvent, ProgramFile, RequestHead } from "../../boundary/events.ts";
import type { HostSession } from "./host-session.ts";
import type { Payload } from "../../boundary/payload.ts";
import type { Platform } from "./platform.ts";
import type { Replica } from "./replica.ts";
import type { ScriptLimits } from "../../boundary/turn/route-limits.ts";
import type { ScriptShape } from "../../boundary/shape.ts";
import type { ScriptInfo, RunOptions } from "../../boundary/script-info.ts";

/** One published API: turns scripts into programs that speak the boundary. */
export interface Dialect {
  readonly name: string;
  /** Checks a script's exports against the API: its contract, or its problems, one line each with the fix in it. */
  check(kind: ScriptInfo["kind"], shape: ScriptShape): Contract | { readonly problems: readonly string[] };
  /** The exports that have no effect, and resemble some that have one. For a file of `shared/`, its names alone. */
  readonly hints?: (kind: ScriptInfo["kind"] | "shared", shape: ScriptShape) => readonly ExportHint[];
  program(context: ScriptContext): Program;
  /** The problems of a program that is a folder, one line each with the file at its start. Nothing of it is evaluated. */
  checkFiles?(script: FolderScript): readonly string[];
  /** Modules that its scripts import though nothing is installed. */
  readonly modules?: readonly ScriptModule[];
}

/** What is known of a program that is a folder without running it. */
export interface FolderScript {
  readonly info: Pick<ScriptInfo, "name">;
  readonly files: readonly ProgramFile[];
  readonly platform: Pick<Platform, "compile">;
}

/** A module of an API: its program passes the exports in, as an object with the name `__NAME`. */
export interface ScriptModule {
  readonly name: string;
  readonly exports: readonly string[];
  /** Names that the API has on a device with a screen only, for the text of the problem. */
  readonly absent: ReadonlySet<string>;
}

/** An export that has no effect, and the name that was probably meant. */
export interface ExportHint {
  readonly name: string;
  readonly meant: string;
}

/** What a script's exports promise, once the check has passed. */
export interface Contract {
  /** The names of its handlers. */
  readonly handlers: readonly string[];
  readonly tickRate: number | null;
  readonly scope: "connection" | "route";
  readonly threads: number;
  readonly runOptions?: RunOptions;
  /** The subprotocols that it speaks, the preferred one first; left out for none. */
  readonly protocols?: readonly string[];
  readonly limits?: ScriptLimits;
  /** For how many seconds its sessions wait for a client that has lost its connection; left out for the server's. */
  readonly resume?: number;
  /** The rooms that keep their messages; left out for none. */
  readonly history?: HistoryRules;
  /** The messages that it declares, for those who read a contract; its host does not need them. */
  readonly messages?: ContractFacts;
  /** Whether messages go to handlers by name; left out for no. */
  readonly isTyped?: true;
  /** Whether the cluster has its outbound connections once; left out for no. */
  readonly runs?: "cluster";
}

/**
 * A running script. The host calls a method for each event of the boundary; a program has those that its API has a
 * handler for. A returned promise delays the session's next event.
 */
export interface Program extends SessionHandlers, FlowHandlers, WorkHandlers, ReloadHandlers, LifeHandlers {
  /** A fault outside of handlers, for the script's own error handler. */
  error?(session: HostSession | null, error: unknown): MaybePromise;
  dispose(): void;
}

export type MaybePromise = void | Promise<unknown>;

/** The life of a session. */
interface SessionHandlers {
  /** Decides by `accept` or `refuse`, before the 101; without a decision the client gets 503. */
  upgrade?(session: HostSession): MaybePromise;
  open?(session: HostSession): MaybePromise;
  message?(session: HostSession, data: Payload): MaybePromise;
  /** A request of a client of `parlor.v1`, as JSON text. */
  call?(session: HostSession, text: string): MaybePromise;
  /** Its reply to a request of the script. Called while another handler of the session is pending, too. */
  reply?(session: HostSession, text: string): void;
  ping?(session: HostSession): MaybePromise;
  pong?(session: HostSession): MaybePromise;
  close?(session: HostSession, code: number, reason: string): MaybePromise;
  /** The session has lost its connection, and waits for its client. */
  away?(session: HostSession): MaybePromise;
  /** Its client has come back. */
  returned?(session: HostSession): MaybePromise;
  /** Its close event waits for the pending handler: no reply comes any more. */
  ending?(session: HostSession): void;
  /** The session's close event is done: its instance ends. */
  endSession?(session: HostSession): void;
}

/** What is sent to a session's client. */
interface FlowHandlers {
  /** Much had waited for the client, and it has taken all. Called while another handler of the session is pending, too. */
  drained?(session: HostSession): MaybePromise;
}

/** All that is not an event of a session. */
interface WorkHandlers {
  /** The host has started; only programs do something without being asked. */
  start?(): MaybePromise;
  tick?(deltaMs: number, index: number): MaybePromise;
  request?(head: RequestHead, body: Uint8Array | null): MaybePromise;
  /** The client of a request has gone, or its time is over. */
  abort?(request: number): void;
  /** `module`: one of the files of a program that is a folder, by its path in it. */
  run?(module?: string): MaybePromise;
  client?(event: ClientEvent): MaybePromise;
  /** The files of its folder have changed. */
  files?(files: readonly ProgramFile[]): MaybePromise;
}

/** The life of the host. */
interface LifeHandlers {
  /** Its `onStart` and `onStop`; it is evaluated for that. Null if it exports neither. */
  hooks?(): LifeHooks | null | Promise<LifeHooks>;
}

/** What a script runs once per host, before its first event and after its last. */
export interface LifeHooks {
  readonly onStart: (() => unknown) | null;
  readonly onStop: (() => unknown) | null;
}

/** The handover from one version of a script to the next. */
interface ReloadHandlers {
  /** Evaluates the state that all its sessions share, before it takes over from the previous version. */
  load?(): MaybePromise;
  /** The state for the next version: of a session, or of the script. `undefined` when there is none. */
  save?(session: HostSession | null): unknown;
  /** The script's state from the previous version. */
  restore?(saved: unknown): MaybePromise;
  /** A session that this program takes over from another version or incarnation. */
  takeOver?(session: HostSession): MaybePromise;
  /** The next version has taken over: intervals stop, pending handlers continue. */
  drain?(): void;
}

/**
 * What a dialect is given to run a script with. It never learns where it runs. Facts about the script, its effects on
 * the server, and its evaluation: three parts, in one object because a program needs all of them.
 */
export interface ScriptContext extends ScriptFacts, ScriptEffects, ScriptEvaluation {}

/** What is known about a script, and what its program may read. */
interface ScriptFacts {
  readonly info: ScriptInfo;
  /** The files of a program that is a folder; empty for all others. */
  readonly files: readonly ProgramFile[];
  readonly directory: Replica;
  /** How long the promise of a handler may take, ms. */
  readonly handlerTimeout: number;
}

/** Everything that a program can cause outside of its host. */
interface ScriptEffects {
  readonly commands: Commands;
  /** Asks the front and waits for the answer. */
  ask(question: Question): Answer;
  /** Reports a fault: logged with the script's own file and line, counted; the session stays open. */
  fault(error: unknown, where: string): void;
  /** Logs a text of the table of errors, with its code. */
  warn<K extends ErrorKey>(key: K, values: ErrorValues<K>): void;
  /** Logs a line of the script's own, at level warn. */
  log(text: string): void;
}

/** The means to evaluate the script. */
interface ScriptEvaluation {
  /** Evaluates the module again. `names` are the dialect's own, passed in beside the clock, timers and console. */
  instantiate(
    names: Readonly<Record<string, unknown>>,
    owner: HostSession | null,
  ): Instance | Promise<Instance>;
  /** `error` with the place of a function of the script as its stack: what the function returned is wrong. */
  placed<E extends Error>(error: E, handler: unknown): E;
  readonly platform: Platform;
  randomUUID(): string;
}

/** One evaluation of a script's module. */
export interface Instance {
  readonly exports: Readonly<Record<string, unknown>>;
  /** Clears its timers; later commands of it have no effect. */
  end(): void;
  /** Clears its intervals. */
  stopIntervals?(): void;
  /** Resolves when none of its timers is left. */
  idle(): Promise<void>;
}
