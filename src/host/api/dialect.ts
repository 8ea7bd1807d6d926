import type { Commands } from "../../boundary/commands.ts";
import type { Answer, Question } from "../../boundary/questions.ts";
import type { ClientEvent, ProgramFile, RequestHead } from "../../boundary/events.ts";
import type { HostSession } from "./host-session.ts";
import type { Payload } from "../../boundary/payload.ts";
import type { Platform } from "./platform.ts";
import type { Replica } from "./replica.ts";
import type { ScriptShape } from "../../boundary/shape.ts";
import type { ScriptInfo, RunOptions } from "../../boundary/script-info.ts";

/** A living evaluation of a script's module. */
export interface Instance {
  readonly exports: Readonly<Record<string, unknown>>;
  /** Clears its timers; what it does later has no effect. */
  end(): void;
  /** Clears its intervals. */
  stopIntervals?(): void;
  /** Resolves when no timer of its own is left. */
  idle(): Promise<void>;
}

/** What a dialect is given to run a script with. It never learns where it runs. */
export interface ScriptContext {
  readonly info: ScriptInfo;
  readonly commands: Commands;
  readonly directory: Replica;
  /** Evaluates the module anew. `names` are the dialect's own, passed in beside the clock, timers and console. */
  instantiate(
    names: Readonly<Record<string, unknown>>,
    owner: HostSession | null,
  ): Instance | Promise<Instance>;
  /** Tells a fault: logged with the script's own file and line, counted; the session stays open. */
  fault(error: unknown, where: string): void;
  warn(text: string): void;
  randomUUID(): string;
  /** Asks the front and waits for the answer. */
  ask(question: Question): Answer;
  readonly platform: Platform;
  /** The files of a program that is a folder; empty for all others. */
  readonly files: readonly ProgramFile[];
}

export type MaybePromise = void | Promise<unknown>;

/** A running script, by what the boundary tells it. A returned promise delays the session's next event. */
export interface Program {
  upgrade(session: HostSession): MaybePromise;
  open(session: HostSession): MaybePromise;
  message(session: HostSession, data: Payload): MaybePromise;
  pong(session: HostSession): MaybePromise;
  close(session: HostSession, code: number, reason: string): MaybePromise;
  /** A session that this program takes over from an earlier one. */
  takeOver(session: HostSession): MaybePromise;
  tick(deltaMs: number, index: number): MaybePromise;
  request(head: RequestHead, body: Uint8Array | null): MaybePromise;
  abort(request: number): void;
  /** `module`: one of the files of a program that is a folder, by its path in it. */
  run(module?: string): MaybePromise;
  /** A fault outside of handlers: told to the script, if it wants to know. */
  error(session: HostSession | null, error: unknown): MaybePromise;
  /** Evaluates what all its sessions share, before it takes another version's place. */
  load?(): MaybePromise;
  /** What the script wants to leave to its next version: of a session, or of itself. `undefined` when nothing. */
  save?(session: HostSession | null): unknown;
  /** What the version before has left of itself. */
  restore?(saved: unknown): MaybePromise;
  /** Another version has the place: what comes again and again, such as an interval, stops; what is awaited goes on. */
  drain?(): void;
  /** The session's close event is done: its instance ends. */
  endSession(session: HostSession): void;
  dispose(): void;
  /** The host has begun; only programs do something without being asked. */
  start?(): MaybePromise;
  ping?(session: HostSession): MaybePromise;
  client?(event: ClientEvent): MaybePromise;
  /** The files of its folder have changed. */
  files?(files: readonly ProgramFile[]): MaybePromise;
}

/** What a script's exports promise, once they have been found in order. */
export interface Contract {
  /** The names of its handlers. */
  readonly handlers: readonly string[];
  readonly tickRate: number | null;
  readonly scope: "connection" | "route";
  readonly threads: number;
  readonly runOptions?: RunOptions;
}

/** One published API: turns scripts into programs that speak the boundary. */
export interface Dialect {
  readonly name: string;
  /** Holds a script's exports against the API: the contract, or what is wrong, a line each with the fix in it. */
  check(kind: ScriptInfo["kind"], shape: ScriptShape): Contract | { readonly problems: readonly string[] };
  program(side: ScriptContext): Program;
}
