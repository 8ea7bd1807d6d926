// Server: the series of hosts, and of the scripts that they run.
import type { TickStats } from "../../front/supervise/tick-window.ts";
import type { HostFigures, MetricFigures } from "./metric-figures.ts";
import { histogram, occurred, one, type Sample, type Series } from "./series.ts";

const HANDLING = "parlor_event_handling_seconds";

export const HOST_SERIES: readonly Series[] = [
  {
    name: "parlor_host_up",
    type: "gauge",
    help: "1 while the host serves or rests, 0 while no version of its scripts works",
    labels: ["host", "front"],
    read: ({ hosts }) => perHost(hosts, ({ isFailing }) => (isFailing ? 0 : 1)),
  },
  {
    name: "parlor_queue_events",
    type: "gauge",
    help: "Events that wait for a host or are being handled",
    labels: ["host"],
    read: ({ hosts }) => perHost(hosts, ({ waiting }) => waiting),
  },
  {
    name: "parlor_queue_age_seconds",
    type: "gauge",
    help: "For how long the oldest event has waited, at least; seen ten times a second",
    labels: ["host", "front"],
    read: ({ hosts }) => perHost(hosts, ({ age }) => age),
  },
  {
    name: "parlor_pending_handlers",
    type: "gauge",
    help: "Handlers whose promise has not settled",
    labels: ["host"],
    read: ({ hosts }) => perHost(hosts, ({ pending }) => pending),
  },
  {
    name: HANDLING,
    type: "histogram",
    help: "Time per event from the delivery of its batch to the host until the batch is done, shared evenly",
    labels: ["host", "le"],
    read: ({ hosts }) =>
      hosts.flatMap(({ host, times }) => (times.count === 0 ? [] : histogram(HANDLING, { host }, times))),
  },
  {
    name: "parlor_host_memory_bytes",
    type: "gauge",
    help: "Memory that a host uses: the heap and the Buffers of a thread, all of a process",
    labels: ["host"],
    read: ({ hosts }) => perHost(hosts, ({ memory }) => memory),
  },
  {
    name: "parlor_host_restarts_total",
    type: "counter",
    help: "Ends of a host by a fault, by reason: crash, hang, memory",
    labels: ["host", "reason"],
    read: ({ hosts }) => hosts.flatMap(({ host, restarts }) => occurred({ host }, "reason", restarts)),
  },
  {
    name: "parlor_host_handovers_total",
    type: "counter",
    help: "New versions that took over from the one that served",
    labels: ["host"],
    read: ({ hosts }) => perHost(hosts, ({ reloads }) => reloads),
  },
  {
    name: "parlor_script_faults_total",
    type: "counter",
    help: "Errors that scripts threw",
    labels: [],
    read: ({ health }) => one(health.faults),
  },
  {
    name: "parlor_handlers_interrupted_total",
    type: "counter",
    help: "Handlers that waited for a promise when their host ended",
    labels: [],
    read: ({ health }) => one(health.interrupted),
  },
  {
    name: "parlor_calls_refused_total",
    type: "counter",
    help: "Calls of scripts that threw because of sessionLimits or hostLimits",
    labels: [],
    read: ({ health }) => one(health.refusedCalls),
  },
  {
    name: "parlor_sessions_shed_total",
    type: "counter",
    help: "Sessions that were closed because the memory of their host ran out",
    labels: [],
    read: ({ health }) => one(health.shed),
  },
  {
    name: "parlor_sessions_blamed_total",
    type: "counter",
    help: "Sessions that were closed because their script had hung on their events twice within a minute",
    labels: [],
    read: ({ health }) => one(health.culprits),
  },
  {
    name: "parlor_tick_lateness_seconds",
    type: "gauge",
    help: "How late ticks started in the last ten seconds, by quantile",
    labels: ["route", "host", "quantile", "front"],
    read: ({ ticks }) => quantiles(ticks, ({ lateness }) => lateness),
  },
  {
    name: "parlor_tick_cost_seconds",
    type: "gauge",
    help: "How long ticks took in the last ten seconds, by quantile",
    labels: ["route", "host", "quantile", "front"],
    read: ({ ticks }) => quantiles(ticks, ({ cost }) => cost),
  },
  {
    name: "parlor_ticks_skipped_total",
    type: "counter",
    help: "Ticks that were left out since the host started",
    labels: ["route", "host"],
    read: ({ ticks }) =>
      ticks.map(({ route, host, stats }) => ({ labels: { route, host }, value: stats.skipped })),
  },
];

function perHost(hosts: MetricFigures["hosts"], of: (figures: HostFigures) => number): Sample[] {
  return hosts.map((figures) => ({ labels: { host: figures.host }, value: of(figures) }));
}

function quantiles(
  ticks: MetricFigures["ticks"],
  of: (stats: TickStats) => { readonly p50: number; readonly p99: number },
): Sample[] {
  return ticks.flatMap(({ route, host, stats }) => {
    const { p50, p99 } = of(stats);
    return [
      { labels: { route, host, quantile: "0.5" }, value: p50 / 1000 },
      { labels: { route, host, quantile: "0.99" }, value: p99 / 1000 },
    ];
  });
}
