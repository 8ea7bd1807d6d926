import type { Answer, Question } from "../../boundary/questions.ts";
import type { ProgramFile } from "../../boundary/events.ts";
import type { Platform } from "../api/platform.ts";
import { platformFor } from "./node-platform.ts";
import type { HostSession } from "../api/host-session.ts";
import type { Dialect, Instance, Program, ScriptContext } from "../api/dialect.ts";
import { placeIn } from "./fault-place.ts";
import type { HostSpec, ScriptSpec } from "../../boundary/host-spec.ts";
import { compileScript, type CompiledScript } from "./instantiate.ts";
import type { FaultOrigin } from "../runtime/fault-origin.ts";
import { Runtime } from "../runtime/runtime.ts";
import { SharedModules } from "./shared-modules.ts";
import { mapStack } from "./source-map.ts";
import { TickMetrics } from "../ticks/tick-metrics.ts";
import { Handover, type HandoverPorts } from "../handover/handover.ts";
import { Ticker } from "../ticks/ticker.ts";
import { factoryNames, globalNames } from "./global-names.ts";
import { InstanceTimers, scriptConsole, sharedGlobals } from "./script-globals.ts";
import type { LogLevel, LogLine } from "../../boundary/log-line.ts";
import type { TickSample } from "../../boundary/tick-sample.ts";
import type { ScriptInfo } from "../../boundary/script-info.ts";
import { defaultRunOptions } from "../../boundary/script-info.ts";
import type { RuntimePorts } from "../runtime/runtime-ports.ts";

/** What a host gives its assembly: the runtime's ports, and how its thread may block. */
export interface KernelPorts extends RuntimePorts {
  /** The published APIs that scripts may be written in, by name. */
  readonly dialects: ReadonlyMap<string, Dialect>;
  /** Asks the front and waits for the answer. */
  ask(question: Question): Answer;
  readonly block?: (ms: number) => void;
  /** How many ticks the front has been told and is not done with. Absent where it is done at once. */
  readonly unackedTicks?: () => number;
  /** How ticks have gone; absent where nobody wants to know. */
  tickSample?(pulse: TickSample): void;
  /** Absent where nobody takes this host's place. */
  readonly handover?: HandoverPorts;
}

/** A host's inside: its scripts, compiled, as programs of their dialects on one runtime. */
export class HostKernel {
  readonly runtime: Runtime;
  readonly handover: Handover;
  readonly #ports: KernelPorts;
  readonly #spec: HostSpec;
  readonly #shared: SharedModules;
  readonly #platform: Platform;
  readonly #tickers = new Map<string, Ticker>();
  /** The scripts that tick also while nobody is connected. */
  readonly #restless = new Set<string>();
  readonly #programs: { readonly script: ScriptSpec; readonly program: Program }[] = [];

  constructor(spec: HostSpec, ports: KernelPorts) {
    this.#spec = spec;
    this.#platform = platformFor(spec.root ?? null, ports.clock);
    this.#ports = ports;
    this.runtime = new Runtime(ports, spec.limits);
    this.runtime.onFault = (error, origin) => this.#tellFault(error, origin);
    this.runtime.onPopulation = (script, sessions) => this.#populate(script, sessions);
    const names = { ...sharedGlobals(), console: this.#console(null) };
    this.#shared = new SharedModules(spec.shared, names);
    for (const script of spec.scripts) this.#install(script);
    this.handover = this.#succession();
  }

  /** A promise was rejected and nobody was there: told to the script that the reason's stack names, if it names one. */
  rejected(reason: unknown): void {
    const named = this.#programs.filter(({ script }) => stackNames(reason, script));
    const blamed = this.#programs.length === 1 ? this.#programs : named;
    const origin = { session: null, what: "a promise", kind: "rejection" } as const;
    for (const { program } of blamed) this.runtime.fault(reason, { ...origin, program });
    if (blamed.length === 0) this.runtime.fault(reason, { ...origin, program: null });
  }

  /** What a dialect needs for someone who is no script: the program that the server is embedded in. */
  contextForEmbedder(info: ScriptInfo): ScriptContext {
    return this.#sideFor({ info, source: null, module: null });
  }

  end(): void {
    for (const ticker of this.#tickers.values()) ticker.stop();
    this.runtime.end();
  }

  #succession(): Handover {
    const { runtime } = this;
    const programs = new Map(this.#programs.map(({ script, program }) => [script.info.name, program]));
    const estate = { runtime, programs, tickers: this.#tickers, loop: this.#ports.loop };
    const succession = new Handover(estate, this.#ports.handover ?? NOBODY_FOLLOWS);
    runtime.onTakeOver = (legacy) => {
      if (legacy !== null) succession.receiveState(legacy);
      for (const { script } of this.#programs)
        this.#populate(script.info.name, runtime.population(script.info.name));
    };
    return succession;
  }

  #install(script: ScriptSpec): void {
    const dialect = this.#ports.dialects.get(script.info.dialect);
    if (dialect === undefined) throw new Error(`unknown dialect ${script.info.dialect}`);
    const side = this.#sideFor(script);
    const program = dialect.program(side);
    side.program = program;
    this.#programs.push({ script, program });
    this.runtime.install(script.info.name, program);
    if (script.info.tickRate !== null) this.#addTicker(script.info, program);
    if (program.start !== undefined) this.#begin(program);
  }

  // A program does something without being asked; it begins when the host can be talked to.
  #begin(program: Program): void {
    const origin: FaultOrigin = { program, session: null, what: "program", kind: "handler" };
    this.#ports.loop.atTurnEnd(() => this.runtime.begin(origin, () => program.start?.()));
  }

  #sideFor(script: ScriptSpec): Side {
    return new Side(script, this.runtime, {
      shared: this.#shared,
      console: this.#console(script.info),
      fault: (error, origin) => this.runtime.fault(error, origin),
      warn: (text) => this.#log({ level: "warn", text, info: script.info }),
      ask: (question) => this.#ports.ask(question),
      platform: this.#platform,
    });
  }

  #addTicker(info: ScriptInfo, program: Program): void {
    const { name, tickRate, runOptions = defaultRunOptions } = info;
    const { clock, loop, block, unackedTicks } = this.#ports;
    const catchUp = runOptions.overload === "catch-up" ? runOptions.catchUpLimit : 0;
    const pulse = new TickMetrics(name, {
      clock,
      pulse: (told) => this.#ports.tickSample?.(told),
      warn: (text) => this.#log({ level: "warn", text: `${name}: ${text}`, info }),
    });
    const ticker: Ticker = new Ticker(
      { rate: tickRate ?? 1, catchUp, fixedDelta: runOptions.fixedDelta },
      {
        clock,
        loop,
        ...(block === undefined ? {} : { block }),
        ...(unackedTicks === undefined ? {} : { ahead: unackedTicks }),
        tick: (deltaMs, index) => this.runtime.tick(program, deltaMs, index),
        onTick: (lateness, cost) => pulse.add(lateness, cost, ticker),
      },
    );
    this.#tickers.set(name, ticker);
    if (runOptions.tickWhenEmpty) this.#restless.add(name);
  }

  // Ticks pause while nobody is connected, unless the script asks otherwise.
  #populate(script: string, sessions: number): void {
    const ticker = this.#tickers.get(script);
    if (sessions === 0 && !this.#restless.has(script)) ticker?.stop();
    else ticker?.start();
  }

  #console(info: ScriptInfo | null): Console {
    return scriptConsole((level, text) => this.#log({ level, text, info }));
  }

  #tellFault(error: unknown, origin: FaultOrigin): void {
    const info = this.#programs.find(({ program }) => program === origin.program)?.script.info;
    const mapped = mapStack(error, (name) => this.#mapOf(name));
    const session = origin.session === null ? "" : ` (session ${origin.session.id})`;
    const text = `${origin.what}: ${mapped.stack === "" ? mapped.message : mapped.stack}${session}`;
    const owner = info ?? this.#infoOf(origin.session);
    const at = mapped.at ?? placeIn(mapped.stack, info?.name ?? "");
    this.#log({ level: "error", text, info: owner, fault: origin.kind, at });
  }

  #infoOf(session: HostSession | null): ScriptInfo | null {
    const name =
      session?.handshake.script ?? (this.#programs.length === 1 ? this.#programs[0]?.script.info.name : "");
    return this.#programs.find(({ script }) => script.info.name === name)?.script.info ?? null;
  }

  #mapOf(name: string): string | undefined {
    const sources = [...this.#spec.scripts.map((script) => script.source), ...this.#spec.shared];
    return sources.find((source) => source?.name === name)?.map;
  }

  #log(line: {
    level: LogLevel;
    text: string;
    info: ScriptInfo | null;
    fault?: LogLine["fault"];
    at?: string | null;
  }): void {
    this.#ports.log({
      level: line.level,
      text: line.text,
      script: line.info?.name ?? this.#spec.name,
      version: line.info?.version ?? "",
      event: this.runtime.currentEvent,
      fault: line.fault ?? null,
      at: line.at ?? null,
    });
  }
}

const NOBODY_FOLLOWS: HandoverPorts = {
  prepared: () => undefined,
  left: () => undefined,
  retired: () => undefined,
  released: () => undefined,
};

/** Puts a host's inside together. */
export function assemble(spec: HostSpec, ports: KernelPorts): HostKernel {
  return new HostKernel(spec, ports);
}

interface SidePorts {
  readonly shared: SharedModules;
  readonly console: Console;
  fault(error: unknown, origin: FaultOrigin): void;
  warn(text: string): void;
  ask(question: Question): Answer;
  readonly platform: Platform;
}

/** What a dialect's program sees of its host. */
class Side implements ScriptContext {
  readonly info: ScriptInfo;
  readonly commands: ScriptContext["commands"];
  readonly directory: ScriptContext["directory"];
  /** Set as soon as the dialect has made it. */
  program: Program | null = null;
  readonly #script: ScriptSpec;
  readonly #runtime: Runtime;
  readonly #ports: SidePorts;
  #compiled: CompiledScript | null;
  readonly #base: Readonly<Record<string, unknown>>;

  constructor(script: ScriptSpec, runtime: Runtime, ports: SidePorts) {
    this.info = script.info;
    this.commands = runtime.commands;
    this.directory = runtime.replica;
    this.#script = script;
    this.#runtime = runtime;
    this.#ports = ports;
    const isCompiledLater = script.source === null || script.info.kind === "program";
    this.#compiled = isCompiledLater ? null : compileScript(script.source);
    this.#base = { ...sharedGlobals(), console: ports.console, __shared: ports.shared.get };
  }

  instantiate(
    names: Readonly<Record<string, unknown>>,
    owner: HostSession | null,
  ): Instance | Promise<Instance> {
    const compiled = this.#compile(names);
    if (compiled === null) return new LiveInstance(this.#script.module ?? {}, null);
    const needed = this.#script.source?.shared ?? [];
    if (!this.#ports.shared.mustPrepare(needed)) return this.#evaluate(compiled, names, owner);
    return this.#ports.shared.prepare(needed).then(() => this.#evaluate(compiled, names, owner));
  }

  // Of all the names that a program takes from outside, only its dialect knows which are its own.
  #compile(names: Readonly<Record<string, unknown>>): CompiledScript | null {
    const { source, info } = this.#script;
    if (this.#compiled !== null || source === null) return this.#compiled;
    const known = new Set([
      ...Object.keys(this.#base),
      ...Object.keys(names),
      ...globalNames,
      ...factoryNames,
    ]);
    const uses = info.kind === "program" ? source.uses.filter((name) => known.has(name)) : source.uses;
    return (this.#compiled = compileScript({ ...source, uses }));
  }

  fault(error: unknown, where: string): void {
    const { program } = this;
    this.#ports.fault(error, { program, session: null, what: where, kind: "handler" });
  }

  warn(text: string): void {
    this.#ports.warn(text);
  }

  randomUUID(): string {
    return crypto.randomUUID();
  }

  ask(question: Question): Answer {
    return this.#ports.ask(question);
  }

  get platform(): Platform {
    return this.#ports.platform;
  }

  get files(): readonly ProgramFile[] {
    return this.#script.files ?? [];
  }

  #evaluate(
    compiled: CompiledScript,
    names: Readonly<Record<string, unknown>>,
    owner: HostSession | null,
  ): Instance | Promise<Instance> {
    const timers = usesTimers(compiled) ? this.#timersFor(owner) : null;
    const exports = compiled.instantiate({ ...this.#base, ...names, ...timers?.names() });
    const instance = (own: Readonly<Record<string, unknown>>): Instance => new LiveInstance(own, timers);
    return exports instanceof Promise ? exports.then(instance) : instance(exports);
  }

  #timersFor(session: HostSession | null): InstanceTimers {
    return new InstanceTimers((callback) => {
      const origin: FaultOrigin = { program: this.program, session, what: "a timer", kind: "timer" };
      this.#runtime.enter(origin, callback);
    });
  }
}

class LiveInstance implements Instance {
  readonly exports: Readonly<Record<string, unknown>>;
  readonly #timers: InstanceTimers | null;

  constructor(exports: Readonly<Record<string, unknown>>, timers: InstanceTimers | null) {
    this.exports = exports;
    this.#timers = timers;
  }

  end(): void {
    this.#timers?.end();
  }

  stopIntervals(): void {
    this.#timers?.stopIntervals();
  }

  async idle(): Promise<void> {
    await this.#timers?.idle();
  }
}

function usesTimers(compiled: CompiledScript): boolean {
  return compiled.uses.some((name) => /^(set|clear)(Timeout|Interval|Immediate)$/.test(name));
}

function stackNames(reason: unknown, script: ScriptSpec): boolean {
  return script.source !== null && stackOf(reason).includes(script.source.name);
}

// What was thrown is the script's: to read it may throw in its turn.
function stackOf(reason: unknown): string {
  try {
    return reason instanceof Error ? String(reason.stack) : "";
  } catch {
    return "";
  }
}
