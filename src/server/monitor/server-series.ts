// Server: the series of the server as a whole, of HTTP and of the cluster.
import type { ClusterRecord } from "../../boundary/directory-record.ts";
import { byKey, histogram, one, type Sample, type Series } from "./series.ts";

const DURATION = "parlor_http_request_duration_seconds";

export const SERVER_SERIES: readonly Series[] = [
  {
    name: "parlor_health",
    type: "gauge",
    help: "1 for the current status of the server: ok, degraded or failing",
    labels: ["status", "front"],
    read: ({ health }) =>
      STATUSES.map((status) => ({ labels: { status }, value: health.status === status ? 1 : 0 })),
  },
  {
    name: "parlor_problems",
    type: "gauge",
    help: "Files that do not load, and hosts that fail",
    labels: ["front"],
    read: ({ health }) => one(health.problems.length),
  },
  {
    name: "parlor_reloads_total",
    type: "counter",
    help: "Reloads, by result: ok if all that the app has is served in its newest version, failed otherwise",
    labels: ["result"],
    read: ({ health }) => byKey("result", { ...health.reloads }),
  },
  {
    name: "parlor_http_requests_total",
    type: "counter",
    help: "HTTP responses by route and status",
    labels: ["route", "status"],
    read: ({ http }) =>
      Array.from(http.counts(), ({ route, status, count }) => ({ labels: { route, status }, value: count })),
  },
  {
    name: DURATION,
    type: "histogram",
    help: "Time from the head of an HTTP request to the end of its response, by route",
    labels: ["route", "le"],
    read: ({ http }) => [...http.times].flatMap(([route, times]) => histogram(DURATION, { route }, times)),
  },
  {
    name: "parlor_event_loop_delay_seconds",
    type: "gauge",
    help: "How late the loop of the sockets' thread was since the previous scrape, by quantile; 1 is the longest delay",
    labels: ["quantile", "front"],
    read: ({ loop }) => byKey("quantile", { "0.5": loop.p50, "0.99": loop.p99, "1": loop.max }),
  },
  {
    name: "parlor_log_lines_dropped_total",
    type: "counter",
    help: "Log lines that were dropped: bound, because a script logs too much; output, because they cannot be written",
    labels: ["reason"],
    read: ({ lostLines }) => byKey("reason", lostLines),
  },
  {
    name: "parlor_listeners",
    type: "gauge",
    help: "Ports that programs listen on",
    labels: [],
    read: ({ health }) => one(health.listeners),
  },
  {
    name: "parlor_outbound_connections",
    type: "gauge",
    help: "WebSocket connections that programs have open to other servers",
    labels: [],
    read: ({ health }) => one(health.clients.open),
  },
  {
    name: "parlor_cluster_state",
    type: "gauge",
    help: "1 for the state of this node; without a cluster there is no such series",
    labels: ["state", "front"],
    read: ({ cluster }) =>
      inCluster(cluster, () =>
        NODE_STATES.map((state) => ({ labels: { state }, value: cluster.state === state ? 1 : 0 })),
      ),
  },
  {
    name: "parlor_cluster_nodes",
    type: "gauge",
    help: "Nodes of the cluster that are there, this one included",
    labels: ["front"],
    read: ({ cluster }) => inCluster(cluster, () => one(cluster.nodes)),
  },
  {
    name: "parlor_cluster_messages_dropped_total",
    type: "counter",
    help: "Messages between nodes that did not arrive, by reason",
    labels: ["reason"],
    read: ({ cluster }) => inCluster(cluster, () => byKey("reason", cluster.dropped)),
  },
  {
    name: "process_start_time_seconds",
    type: "gauge",
    help: "When the server started, in seconds since 1970",
    labels: ["front"],
    read: ({ process }) => one(process.startedAt),
  },
  {
    name: "process_cpu_seconds_total",
    type: "counter",
    help: "Processor time of the process and of all its threads",
    labels: [],
    read: ({ process }) => one(process.cpuSeconds),
  },
  {
    name: "process_resident_memory_bytes",
    type: "gauge",
    help: "Resident memory of the process, with all its threads",
    labels: ["front"],
    read: ({ process }) => one(process.residentBytes),
  },
];

const STATUSES = ["ok", "degraded", "failing"] as const;
const NODE_STATES = ["up", "isolated", "rejoining"] as const;

function inCluster({ state }: ClusterRecord, samples: () => Sample[]): Sample[] {
  return state === "single" ? [] : samples();
}
