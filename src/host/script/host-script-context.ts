// Host: what the dialect of one script gets from its host: facts, effects and evaluation.
import type { ProgramFile } from "../../boundary/events.ts";
import type { ScriptSpec } from "../../boundary/host-spec.ts";
import type { Answer, Question } from "../../boundary/questions.ts";
import type { ScriptInfo } from "../../boundary/script-info.ts";
import type { Instance, Program, ScriptContext } from "../api/dialect.ts";
import type { HostSession } from "../api/host-session.ts";
import type { Platform } from "../api/platform.ts";
import type { FaultOrigin } from "../runtime/fault-reporter.ts";
import type { Runtime } from "../runtime/runtime.ts";
import { handlerFrame } from "./life/handler-frame.ts";
import { compileScript, type CompiledScript } from "./compile-script.ts";
import { InstanceTimers } from "./instance-timers.ts";
import { factoryNames, globalNames, sharedGlobals } from "./script-globals.ts";
import { ScriptInstance } from "./script-instance.ts";
import type { SharedModules } from "./shared-modules.ts";

/** A script is compiled once, here; its program is set as soon as the dialect has made it. */
export class HostScriptContext implements ScriptContext {
  readonly info: ScriptInfo;
  readonly commands: ScriptContext["commands"];
  readonly directory: ScriptContext["directory"];
  readonly ask: ScriptContext["ask"];
  readonly warn: ScriptContext["warn"];
  program: Program | null = null;
  readonly #script: ScriptSpec;
  readonly #runtime: Runtime;
  readonly #parts: ScriptContextParts;
  #compiled: CompiledScript | null;
  readonly #globals: Readonly<Record<string, unknown>>;

  constructor(script: ScriptSpec, runtime: Runtime, parts: ScriptContextParts) {
    this.info = script.info;
    this.commands = runtime.commands;
    this.directory = runtime.replica;
    this.ask = parts.ask;
    this.warn = parts.warn;
    this.#script = script;
    this.#runtime = runtime;
    this.#parts = parts;
    const isCompiledLater = script.source === null || script.info.kind === "program";
    this.#compiled = isCompiledLater ? null : compileScript(script.source);
    this.#globals = { ...sharedGlobals(), console: parts.console, __shared: parts.shared.get };
  }

  instantiate(
    names: Readonly<Record<string, unknown>>,
    owner: HostSession | null,
  ): Instance | Promise<Instance> {
    const compiled = this.#compile(names);
    if (compiled === null) return new ScriptInstance(this.#script.module ?? {}, null);
    const needed = this.#script.source?.shared ?? [];
    const { shared } = this.#parts;
    const packages = compiled.prepare();
    if (packages === null && !shared.mustPrepare(needed)) return this.#evaluate(compiled, names, owner);
    const prepared = Promise.all([packages, shared.prepare(needed)]);
    return prepared.then(() => this.#evaluate(compiled, names, owner));
  }

  placed<E extends Error>(error: E, handler: unknown): E {
    const frame = handlerFrame(handler, this.#script.source);
    error.stack = `${error.name}: ${error.message}${frame === null ? "" : `\n${frame}`}`;
    return error;
  }

  fault(error: unknown, where: string): void {
    const { program } = this;
    this.#runtime.fault(error, { program, session: null, what: where, kind: "handler" });
  }

  log(text: string): void {
    this.#parts.console.warn("%s", text);
  }

  randomUUID(): string {
    return crypto.randomUUID();
  }

  get platform(): Platform {
    return this.#parts.platform;
  }

  get handlerTimeout(): number {
    return this.#parts.handlerTimeout;
  }

  get files(): readonly ProgramFile[] {
    return this.#script.files ?? [];
  }

  // Only the host knows which free names of a program its dialect defines, so it is compiled at its first evaluation.
  #compile(names: Readonly<Record<string, unknown>>): CompiledScript | null {
    const { source, info } = this.#script;
    if (this.#compiled !== null || source === null) return this.#compiled;
    const known = new Set([
      ...Object.keys(this.#globals),
      ...Object.keys(names),
      ...globalNames,
      ...factoryNames,
    ]);
    const uses = info.kind === "program" ? source.uses.filter((name) => known.has(name)) : source.uses;
    return (this.#compiled = compileScript({ ...source, uses }));
  }

  #evaluate(
    compiled: CompiledScript,
    names: Readonly<Record<string, unknown>>,
    owner: HostSession | null,
  ): Instance | Promise<Instance> {
    const timers = usesTimers(compiled) ? this.#timersFor(owner) : null;
    const injected = { ...this.#globals, ...names, ...timers?.names() };
    // To evaluate a job, or a script that is made for one request, is to run it.
    const isRun = this.info.kind !== "ws";
    const evaluation = (): ReturnType<CompiledScript["instantiate"]> => compiled.instantiate(injected);
    const exports = isRun ? evaluation() : this.#runtime.evaluate(evaluation);
    const instance = (own: Readonly<Record<string, unknown>>): Instance => new ScriptInstance(own, timers);
    return exports instanceof Promise ? exports.then(instance) : instance(exports);
  }

  #timersFor(session: HostSession | null): InstanceTimers {
    return new InstanceTimers((callback) => {
      const origin: FaultOrigin = { program: this.program, session, what: "in a timer", kind: "timer" };
      this.#runtime.enter(origin, callback);
    });
  }
}

/** The parts of a host that a script's context uses. */
export interface ScriptContextParts {
  readonly shared: SharedModules;
  readonly console: Console;
  readonly platform: Platform;
  readonly handlerTimeout: number;
  readonly warn: ScriptContext["warn"];
  readonly ask: (question: Question) => Answer;
}

function usesTimers(compiled: CompiledScript): boolean {
  return compiled.uses.some((name) => /^(set|clear)(Timeout|Interval|Immediate)$/.test(name));
}
