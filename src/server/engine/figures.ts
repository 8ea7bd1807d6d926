// Server: the figures of a running server: its health and its status.
import type { FrontPlace } from "../fronts/front-place.ts";
import type { Clock } from "../../boundary/clock.ts";
import { standardWriter } from "../../descriptor-writer.ts";
import type { Histories } from "../../front/history/histories.ts";
import type { HttpListener } from "../../front/http/http-options.ts";
import type { StatusSource } from "../../front/http/reserved-paths.ts";
import type { Front } from "../../front/front.ts";
import type { LimitCounts } from "../../front/limits/limit-counts.ts";
import type { Programs } from "../../front/ingress/programs.ts";
import { trafficSnapshot, type TrafficSnapshot } from "../../front/flow/traffic-snapshot.ts";
import { miscounts } from "../../front/outbox/miscounts.ts";
import type { TurnOutbox } from "../../front/outbox/outbox.ts";
import type { Lines } from "../../front/resume/lines.ts";
import type { Supervisor } from "../../front/supervise/supervisor.ts";
import { AppRecord } from "../monitor/app-record.ts";
import { problemOfFile, problemsOfHost, problemsOfRollback } from "../monitor/health-problems.ts";
import { HttpTimes } from "../monitor/http-times.ts";
import { LoopWatch } from "../monitor/loop-watch.ts";
import type { MetricFigures } from "../monitor/metric-figures.ts";
import { Metrics } from "../monitor/metrics.ts";
import { RefusalCounts } from "../monitor/refusal-counts.ts";
import { RouteLabels } from "../monitor/route-labels.ts";
import { frontFigures, labelled, processFigures } from "../monitor/take-figures.ts";
import type { Deployment } from "./deployment.ts";
import type { HealthProblem, HealthStatus, ServerHealth } from "../monitor/health.ts";
import type { Installer } from "./installer.ts";
import type { RouteRow } from "./rows.ts";
import { statusOf as scriptStatuses, type ServerStatus } from "./status.ts";

/** Reads the figures of a server's parts. */
export class Figures {
  /** Reloads of the app, and the problems of its files. */
  readonly record: AppRecord;
  /** Counted here, for the metrics. */
  readonly counted = { http: new HttpTimes(), refusals: new RefusalCounts(), droppedLines: 0 };
  /** The source of the pages below `/_parlor/`. */
  readonly source: StatusSource = { health: async () => this.#shown(), metrics: () => this.#metrics.text() };
  readonly #parts: FiguresParts;
  readonly #startedAt: number;
  readonly #labels: RouteLabels;
  readonly #loop = new LoopWatch();
  readonly #metrics: Metrics;

  constructor(parts: FiguresParts) {
    this.#parts = parts;
    this.record = new AppRecord(parts.clock);
    this.#metrics = new Metrics(() => this.#takeMetrics(), turn, parts.place);
    parts.place?.sampledBy(() => this.#metrics.samples());
    this.#startedAt = parts.clock.now();
    this.#labels = new RouteLabels(() => parts.later.installer.deployment.rows);
  }

  /** What HTTP shows of the server, and where its responses are counted. */
  get http(): Pick<HttpListener, "source" | "onClosed"> {
    const onClosed = (route: string, status: number, ms: number): void =>
      this.counted.http.add(this.#labels.of(route), status, ms / 1000);
    return { source: this.source, onClosed };
  }

  // One of several fronts shows the health of all.
  #shown(): ServerHealth {
    return this.#parts.place?.health(this.health) ?? this.health;
  }

  stop(): void {
    this.#loop.stop();
  }

  /** The health report. */
  get health(): ServerHealth {
    const { front, outbox, history, limits, later } = this.#parts;
    const { rows } = this.#deployment;
    const { faults, interrupted, discarded, refusedCalls, shed, culprits } = front.counts;
    const [failedRoutes, problems, { cluster }] = [this.#failedRoutes, this.#problems, front.directory];
    return {
      status: statusOf(rows, failedRoutes, problems),
      uptimeSeconds: this.#uptime,
      sessions: front.directory.size,
      routes: rows.length,
      ...{ failedRoutes, problems },
      restarts: this.#supervisors.reduce((sum, { restarts }) => sum + restarts.total, 0),
      reloads: { ...this.record.reloads },
      cluster: cluster.state === "single" ? null : cluster,
      ...{ faults, interrupted, discarded, refusedCalls, shed, culprits },
      limits: { ...limits.totals },
      messages: { ...outbox.counts },
      history: history.figures,
      ...later.programs.health,
    };
  }

  /** The messages of every route, by what became of them. */
  get traffic(): TrafficSnapshot {
    const { front, outbox } = this.#parts;
    return trafficSnapshot(front.directory.routes, outbox.waiting);
  }

  /** The figures of every script. */
  get status(): ServerStatus {
    const { front, outbox, history } = this.#parts;
    const { faults, discarded } = front.counts;
    const { droppedClosed, droppedSlow } = outbox.counts;
    return {
      uptime: this.#uptime,
      sessions: front.directory.size,
      dropped: droppedClosed + droppedSlow,
      ...{ faults, discarded },
      historyBytes: history.figures.bytes,
      miscounts: miscounts(front.directory),
      scripts: scriptStatuses(front, this.#deployment, this.#parts.later.installer.slots),
    };
  }

  get #uptime(): number {
    return Math.round((this.#parts.clock.now() - this.#startedAt) / 1000);
  }

  get #deployment(): Deployment {
    return this.#parts.later.installer.deployment;
  }

  get #supervisors(): Supervisor[] {
    const { front, later } = this.#parts;
    return [...later.installer.slots.values()].flatMap((slot) => front.supervisor(slot) ?? []);
  }

  // Scripts that do not load, and those of hosts that fail. What has no route has a name.
  get #failedRoutes(): string[] {
    const { rows, failed } = this.#deployment;
    const programs = rows.filter(({ kind, status }) => kind === "program" && status === "failed");
    const failing = this.#failing.flatMap(({ spec }) => spec.scripts.map(({ info }) => info));
    const names = [
      ...failing.map(({ route, name }) => route || name),
      ...programs.map(({ script }) => script),
    ];
    return [...new Set([...failed.map(({ route }) => route), ...names])];
  }

  get #failing(): Supervisor[] {
    return this.#supervisors.filter(({ isFailing }) => isFailing);
  }

  get #problems(): HealthProblem[] {
    const { rows } = this.#deployment;
    const files = this.record.problems.map((problem) => problemOfFile(problem, rows));
    const returned = this.#supervisors.filter(({ isFailing }) => !isFailing).flatMap(problemsOfRollback);
    return [...files, ...this.#failing.flatMap(problemsOfHost), ...returned];
  }

  #takeMetrics(): MetricFigures {
    const { front, later } = this.#parts;
    const { traffic } = this;
    const { http, refusals, droppedLines } = this.counted;
    return {
      health: this.health,
      ...frontFigures(front, later.installer.slots.values()),
      routes: labelled(traffic.routes, this.#labels),
      slowSessions: traffic.slowSessions,
      unsentBytes: traffic.unsentBytes,
      history: this.#parts.history.figures,
      resumes: this.#parts.later.gateway.gate.lines.figures,
      refusals: refusals.byReason,
      lostLines: { bound: droppedLines, output: standardWriter(2).lostInAll },
      http,
      loop: this.#loop.take(),
      process: processFigures(this.#startedAt),
    };
  }
}

/** Static files are no route of a script: a server whose scripts are all down is of no use. */
function statusOf(
  rows: readonly RouteRow[],
  failedRoutes: readonly string[],
  problems: readonly HealthProblem[],
): HealthStatus {
  if (failedRoutes.length + problems.length === 0) return "ok";
  const failed = new Set(failedRoutes);
  const routes = rows.filter(({ kind }) => kind === "ws" || kind === "http" || kind === "program");
  const serves = routes.some(({ route, script }) => !failed.has(route || script));
  return routes.length > 0 && !serves ? "failing" : "degraded";
}

export interface FiguresParts {
  /** The place among several fronts; null for a server that is alone. */
  readonly place: FrontPlace | null;
  readonly clock: Clock;
  readonly front: Front;
  readonly outbox: TurnOutbox;
  readonly history: Histories;
  readonly limits: LimitCounts;
  readonly later: LaterParts;
}

/** Parts that are made later than the figures. */
export interface LaterParts {
  readonly programs: Programs;
  readonly installer: Installer;
  readonly gateway: { readonly gate: { readonly lines: Lines } };
}

async function turn(): Promise<void> {
  await new Promise(setImmediate);
}
