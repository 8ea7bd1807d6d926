// Host: the tickers of its real-time scripts; each pauses while its script has no session.
import type { Clock, Loop } from "../../boundary/clock.ts";
import { defaultRunOptions, type ScriptInfo } from "../../boundary/script-info.ts";
import type { TickSample } from "../../boundary/tick-sample.ts";
import { TickMetrics, type OverrunValues } from "./tick-metrics.ts";
import { Ticker } from "./ticker.ts";
import { scriptKey, type ScriptKey } from "../../boundary/script-key.ts";

/** One ticker for each script that has a tick rate. */
export class ScriptTickers {
  readonly #tickers = new Map<ScriptKey, Ticker>();
  readonly #ticksWhenEmpty = new Set<ScriptKey>();
  readonly #ports: ScriptTickersPorts;
  readonly #log: WarningLog;
  #isStopped = false;

  constructor(ports: ScriptTickersPorts, log: WarningLog) {
    this.#ports = ports;
    this.#log = log;
  }

  add(info: ScriptInfo, tick: (deltaMs: number, index: number) => PromiseLike<unknown> | null): void {
    const { clock, loop, block, unackedTicks } = this.#ports;
    const { tickRate, runOptions = defaultRunOptions } = info;
    const key = scriptKey(info);
    const { overload, catchUpLimit, fixedDelta, tickWhenEmpty } = runOptions;
    const metrics = this.#metricsOf(info);
    const ticker: Ticker = new Ticker(
      { rate: tickRate ?? 1, catchUp: overload === "catch-up" ? catchUpLimit : 0, fixedDelta },
      {
        clock,
        loop,
        ...(block === undefined ? {} : { block }),
        ...(unackedTicks === undefined ? {} : { unackedTicks }),
        tick,
        onTick: (lateness, cost) => metrics.add(lateness, cost, ticker),
      },
    );
    this.#tickers.set(key, ticker);
    if (tickWhenEmpty) this.#ticksWhenEmpty.add(key);
  }

  setPopulation(script: ScriptKey, sessions: number): void {
    if (this.#isStopped) return;
    const ticker = this.#tickers.get(script);
    if (sessions === 0 && !this.#ticksWhenEmpty.has(script)) ticker?.stop();
    else ticker?.start();
  }

  of(script: ScriptKey): Ticker | undefined {
    return this.#tickers.get(script);
  }

  /** The promises of ticks that have not settled. */
  get pending(): PromiseLike<unknown>[] {
    return [...this.#tickers.values()].flatMap(({ pending }) => pending ?? []);
  }

  /** For good: a version that has been replaced does not tick again when one of its sessions ends. */
  stop(): void {
    this.#isStopped = true;
    for (const ticker of this.#tickers.values()) ticker.stop();
  }

  #metricsOf(info: ScriptInfo): TickMetrics {
    return new TickMetrics(scriptKey(info), {
      clock: this.#ports.clock,
      sample: this.#ports.sample,
      overrun: (values) => this.#log.warn("PARLOR_TICK_OVERRUN", { script: info.name, ...values }, info),
    });
  }
}

/** What ticks need of a kind of host; each is absent where the kind has no such thing. */
export interface TickPorts {
  /** Blocks the thread for some ms, or until a batch arrives. */
  readonly block?: (ms: number) => void;
  /** How many commits of ticks have been sent that the front has not applied. */
  readonly unackedTicks?: () => number;
  readonly sample?: ((sample: TickSample) => void) | undefined;
}

interface WarningLog {
  warn(
    key: "PARLOR_TICK_OVERRUN",
    values: OverrunValues & { readonly script: string },
    info: ScriptInfo,
  ): void;
}

interface ScriptTickersPorts extends TickPorts {
  readonly clock: Clock;
  readonly loop: Loop;
}
