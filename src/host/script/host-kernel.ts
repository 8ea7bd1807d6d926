// Host: its inside, whatever its kind: its scripts, compiled, as programs of their dialects on one runtime.
import { defaultBounds, type HostSpec, type ScriptSpec } from "../../boundary/host-spec.ts";
import type { LogLevel } from "../../boundary/log-line.ts";
import type { Answer, Question } from "../../boundary/questions.ts";
import type { ScriptInfo } from "../../boundary/script-info.ts";
import type { Dialect, Program, ScriptContext } from "../api/dialect.ts";
import type { HostSession } from "../api/host-session.ts";
import type { Platform } from "../api/platform.ts";
import { Handover, type HandoverPorts } from "../handover/handover.ts";
import type { FaultOrigin } from "../runtime/fault-reporter.ts";
import { Runtime } from "../runtime/runtime.ts";
import type { RuntimePorts } from "../runtime/runtime-ports.ts";
import { ScriptTickers, type TickPorts } from "../ticks/script-tickers.ts";
import { CompiledMaps } from "./compiled-maps.ts";
import { HostLog } from "./host-log.ts";
import { HookRunner } from "./life/hook-runner.ts";
import { HostLife } from "./life/host-life.ts";
import { HostScriptContext } from "./host-script-context.ts";
import { nodePlatform } from "./node-platform.ts";
import { ReadableStacks } from "./readable-stacks.ts";
import { sharedGlobals } from "./script-globals.ts";
import { SharedModules } from "./shared-modules.ts";
import { scriptKey, type ScriptKey } from "../../boundary/script-key.ts";

/** Joins the runtime, the scripts, their tickers and the handover. A kind of host supplies the ports. */
export class HostKernel {
  readonly runtime: Runtime;
  readonly handover: Handover;
  /** Maps the stacks that scripts read, once it is installed: where all code of the thread is the host's. */
  readonly stacks: ReadableStacks;
  readonly life: HostLife;
  readonly #ports: KernelPorts;
  readonly #log: HostLog;
  readonly #shared: SharedModules;
  readonly #platform: Platform;
  readonly #tickers: ScriptTickers;
  readonly #programs: InstalledProgram[] = [];
  /** What was left behind, by script and key, and calls whose messages are ignored: each is reported once. */
  readonly #lost = new Set<string>();

  constructor(spec: HostSpec, dialects: ReadonlyMap<string, Dialect>, ports: KernelPorts) {
    const { clock, loop } = ports.runtime;
    this.#ports = ports;
    const maps = new CompiledMaps();
    this.#platform = nodePlatform(spec.root ?? null, ports.runtime.clock, spec.folders, maps);
    this.#log = new HostLog(spec, ports.runtime, maps);
    this.stacks = new ReadableStacks(this.#log.maps);
    this.#tickers = new ScriptTickers({ clock, loop, ...ports.ticks }, this.#log);
    this.runtime = this.#makeRuntime(spec);
    this.#shared = new SharedModules(spec.shared, { ...sharedGlobals(), console: this.#log.console(null) });
    this.life = this.#makeLife(spec);
    for (const script of spec.scripts) this.#install(script, dialects);
    this.handover = this.#makeHandover();
  }

  /** Nothing handled a rejection: reported to the scripts that the reason's stack names, or to the only one. */
  readonly unhandledRejection = (reason: unknown): void => {
    const named = this.#programs.filter(({ script }) => isNamedIn(this.stacks, reason, script));
    const blamed = this.#programs.length === 1 ? this.#programs : named;
    const origin = { session: null, what: "unhandled rejection", kind: "rejection" } as const;
    for (const { program } of blamed) this.runtime.fault(reason, { ...origin, program });
    if (blamed.length === 0) this.runtime.fault(reason, { ...origin, program: null });
  };

  /** A script, or a package of it, has sent a message by a channel that leads nowhere. */
  ignoresMessages(call: string): void {
    if (this.#lost.has(call)) return;
    this.#lost.add(call);
    this.#log.warn("PARLOR_MESSAGE_IGNORED", { call }, this.#infoOf(null));
  }

  /** A package has written to a standard stream, or Node has a warning about a script. */
  readonly output = (level: LogLevel, text: string): void =>
    this.#log.line({ level, text }, this.#infoOf(null));

  /** A script context for the program that the server is embedded in: it has no script file. */
  contextForEmbedder(info: ScriptInfo): ScriptContext {
    return this.#contextFor({ info, source: null, module: null });
  }

  end(): void {
    this.#tickers.stop();
    this.runtime.end();
    this.#log.reportDropped();
  }

  #makeRuntime(spec: HostSpec): Runtime {
    return new Runtime(this.#ports.runtime, spec.limits, {
      onFault: this.#logFault,
      onPopulation: (script, sessions) => this.#tickers.setPopulation(script, sessions),
      onTakeOver: ({ state, packed = [] }) => {
        for (const part of packed) if (part.shared !== undefined) this.handover.receivePart(part);
        if (state !== undefined) this.handover.receiveState(state);
        for (const { key } of this.#programs) this.#updatePopulation(key);
      },
    });
  }

  #makeLife(spec: HostSpec): HostLife {
    const { runtime } = this;
    const { clock, loop } = this.#ports.runtime;
    const { hangLimit } = spec.bounds ?? defaultBounds;
    return new HostLife(spec, {
      runtime,
      shared: this.#shared,
      tickers: this.#tickers,
      runner: new HookRunner(runtime, clock, hangLimit === 0 ? 0 : Math.max(hangLimit, START_LIMIT)),
      programs: () => this.#programs,
      ...{ clock, loop },
    });
  }

  #makeHandover(): Handover {
    const { runtime } = this;
    const programs = new Map(this.#programs.map(({ key, program }) => [key, program]));
    const { loop } = this.#ports.runtime;
    const parts = { runtime, programs, tickers: this.#tickers, loop, onLost: this.#reportLoss };
    const ports = this.#ports.handover ?? NO_HANDOVER;
    return new Handover(parts, {
      ...ports,
      // The host may be ended at once.
      handedOver: (result) => (this.#log.reportDropped(), ports.handedOver(result)),
    });
  }

  readonly #reportLoss = (script: ScriptKey, key: string | null, why: string): void => {
    const info = this.#infoByKey(script);
    if (!this.#isNewLoss(info, JSON.stringify(key))) return;
    if (key === null) this.#log.warn("PARLOR_STATE_LOST", { script: info?.name ?? script, why }, info);
    else this.#log.warn("PARLOR_ATTRIBUTE_LOST", { key: JSON.stringify(key), why }, info);
  };

  // A script and a key get one line, however many sessions it concerns.
  #isNewLoss(info: ScriptInfo | null, key: unknown): boolean {
    const what = `${info?.name ?? ""} ${String(key)}`;
    if (this.#lost.has(what)) return false;
    this.#lost.add(what);
    return true;
  }

  #updatePopulation(script: ScriptKey): void {
    this.#tickers.setPopulation(script, this.runtime.replica.population(script));
  }

  #install(script: ScriptSpec, dialects: ReadonlyMap<string, Dialect>): void {
    const { info } = script;
    const key = scriptKey(info);
    const dialect = dialects.get(info.dialect);
    if (dialect === undefined) throw new Error(`unknown dialect ${info.dialect}`);
    const context = this.#contextFor(script);
    const program = dialect.program(context);
    context.program = program;
    this.#programs.push({ key, script, program });
    this.runtime.install(key, program);
    if (info.tickRate !== null)
      this.#tickers.add(info, (deltaMs, index) => this.runtime.tick(program, deltaMs, index));
    if (program.start !== undefined) this.#startLater(program);
  }

  // A program acts without being asked; it starts when the host can be reached.
  #startLater(program: Program): void {
    const origin: FaultOrigin = { program, session: null, what: "program", kind: "handler" };
    const start = (): void => this.runtime.start(origin, () => program.start?.());
    this.life.startLater(program, start);
  }

  #contextFor(script: ScriptSpec): HostScriptContext {
    return new HostScriptContext(script, this.runtime, {
      shared: this.#shared,
      console: this.#log.console(script.info),
      platform: this.#platform,
      handlerTimeout: this.runtime.faults.handlerTimeout,
      warn: (key, values) => {
        const isLoss = key === "PARLOR_ATTRIBUTE_LOST";
        if (!isLoss || this.#isNewLoss(script.info, (values as { readonly key: string }).key))
          this.#log.warn(key, values, script.info);
      },
      ask: this.#ports.ask,
    });
  }

  readonly #logFault = (error: unknown, origin: FaultOrigin): void => {
    const program = this.#programs.find((known) => known.program === origin.program)?.script.info ?? null;
    this.#log.fault(error, origin, { program, owner: program ?? this.#infoOf(origin.session) });
  };

  #infoOf(session: HostSession | null): ScriptInfo | null {
    const only = this.#programs.length === 1 ? this.#programs[0]?.key : null;
    return this.#infoByKey(session?.handshake.script ?? only ?? null);
  }

  #infoByKey(wanted: ScriptKey | null): ScriptInfo | null {
    return this.#programs.find(({ key }) => key === wanted)?.script.info ?? null;
  }
}

/** What a host gives its kernel. */
export interface KernelPorts {
  readonly runtime: RuntimePorts;
  /** Asks the front and waits for the answer. */
  readonly ask: (question: Question) => Answer;
  readonly ticks: TickPorts;
  /** Absent where no other host can take over. */
  readonly handover?: HandoverPorts;
}

/** `onStart` may take at least this long, ms: the front waits as long for a version that loads. */
const START_LIMIT = 10_000;

interface InstalledProgram {
  readonly key: ScriptKey;
  readonly script: ScriptSpec;
  readonly program: Program;
}

const NO_HANDOVER: HandoverPorts = {
  prepared: () => undefined,
  sessionState: () => undefined,
  handedOver: () => undefined,
  sessionReleased: () => undefined,
};

function isNamedIn(stacks: ReadableStacks, reason: unknown, { source }: ScriptSpec): boolean {
  return source !== null && stacks.names(reason, source.name);
}
