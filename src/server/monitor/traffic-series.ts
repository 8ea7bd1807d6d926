// Server: the series of sessions and messages.
import type { RouteFigures } from "../../front/flow/traffic-snapshot.ts";
import type { MetricFigures } from "./metric-figures.ts";
import { byKey, occurred, one, type Sample, type Series } from "./series.ts";

export const TRAFFIC_SERIES: readonly Series[] = [
  {
    name: "parlor_sessions",
    type: "gauge",
    help: "Sessions that are connected or connecting, by route",
    labels: ["route"],
    read: ({ routes }) => perRoute(routes, ({ sessions }) => sessions),
  },
  {
    name: "parlor_messages_received_total",
    type: "counter",
    help: "Messages from clients",
    labels: ["route"],
    read: ({ routes }) => perRoute(routes, ({ inbound }) => inbound.offered),
  },
  {
    name: "parlor_bytes_received_total",
    type: "counter",
    help: "Bytes of these messages, without the headers of their frames",
    labels: ["route"],
    read: ({ routes }) => perRoute(routes, ({ inbound }) => inbound.bytes),
  },
  {
    name: "parlor_messages_handled_total",
    type: "counter",
    help: "Messages from clients whose handler is done",
    labels: ["route"],
    read: ({ routes }) => perRoute(routes, ({ inbound }) => inbound.delivered),
  },
  {
    name: "parlor_messages_waiting",
    type: "gauge",
    help: "Messages from clients that are not handled yet",
    labels: ["route"],
    read: ({ routes }) => perRoute(routes, ({ inbound }) => inbound.queued),
  },
  {
    name: "parlor_messages_received_dropped_total",
    type: "counter",
    help: "Messages from clients that were dropped, by reason",
    labels: ["route", "reason"],
    read: ({ routes }) =>
      routes.flatMap(({ route, inbound }) => occurred({ route }, "reason", inbound.dropped)),
  },
  {
    name: "parlor_messages_refused_total",
    type: "counter",
    help: "Messages from clients that the contract of a script refused",
    labels: ["route"],
    read: ({ routes }) => perRoute(routes, ({ refused }) => refused),
  },
  {
    name: "parlor_replies_late_total",
    type: "counter",
    help: "Replies of clients to requests that no script awaited any longer",
    labels: ["route"],
    read: ({ routes }) => perRoute(routes, ({ lateReplies }) => lateReplies),
  },
  {
    name: "parlor_messages_sent_total",
    type: "counter",
    help: "Messages that the kernel has accepted for clients, once for each receiver",
    labels: ["route"],
    read: ({ routes }) => perRoute(routes, ({ outbound }) => outbound.delivered),
  },
  {
    name: "parlor_bytes_sent_total",
    type: "counter",
    help: "Bytes of these messages, with the headers of their frames",
    labels: ["route"],
    read: ({ routes }) => perRoute(routes, ({ outbound }) => outbound.bytes),
  },
  {
    name: "parlor_messages_unsent",
    type: "gauge",
    help: "Messages that wait for clients to read",
    labels: ["route"],
    read: ({ routes }) => perRoute(routes, ({ outbound }) => outbound.queued),
  },
  {
    name: "parlor_messages_sent_dropped_total",
    type: "counter",
    help: "Messages to clients that were dropped, by reason",
    labels: ["route", "reason"],
    read: ({ routes }) =>
      routes.flatMap(({ route, outbound }) => occurred({ route }, "reason", outbound.dropped)),
  },
  {
    name: "parlor_slow_sessions",
    type: "gauge",
    help: "Sessions for which messages wait, because their clients read too slowly",
    labels: [],
    read: ({ slowSessions }) => one(slowSessions),
  },
  {
    name: "parlor_unsent_bytes",
    type: "gauge",
    help: "Bytes that wait for slow sessions; those that several share count once",
    labels: [],
    read: ({ unsentBytes }) => one(unsentBytes),
  },
  {
    name: "parlor_history_rooms",
    type: "gauge",
    help: "Rooms that keep messages for later members now",
    labels: [],
    read: ({ history }) => one(history.rooms),
  },
  {
    name: "parlor_history_messages",
    type: "gauge",
    help: "Messages that these rooms keep",
    labels: [],
    read: ({ history }) => one(history.messages),
  },
  {
    name: "parlor_history_bytes",
    type: "gauge",
    help: "Bytes that these messages take, at most historyTotal",
    labels: [],
    read: ({ history }) => one(history.bytes),
  },
  {
    name: "parlor_history_dropped_total",
    type: "counter",
    help: "Kept messages that were dropped before their time, because of historyTotal",
    labels: [],
    read: ({ history }) => one(history.dropped),
  },
  {
    name: "parlor_sessions_away",
    type: "gauge",
    help: "Sessions that have lost their connections and wait for their clients",
    labels: [],
    read: ({ resumes }) => one(resumes.away),
  },
  {
    name: "parlor_resume_kept_bytes",
    type: "gauge",
    help: "Bytes of messages that were sent and not acknowledged, of sessions that wait for their clients",
    labels: [],
    read: ({ resumes }) => one(resumes.keptBytes),
  },
  {
    name: "parlor_resumes_total",
    type: "counter",
    help: "Clients that asked for their session, by result: resumed, or why not",
    labels: ["result"],
    read: ({ resumes }) => byKey("result", resumes.results),
  },
  {
    name: "parlor_slow_sessions_closed_total",
    type: "counter",
    help: "Sessions that were closed because they did not read",
    labels: [],
    read: ({ health }) => one(health.messages.cutSlow),
  },
  {
    name: "parlor_limit_exceeded_total",
    type: "counter",
    help: "How often each limit was exceeded, by the name of its option",
    labels: ["limit"],
    read: ({ health }) => byKey("limit", health.limits),
  },
  {
    name: "parlor_handshakes_refused_total",
    type: "counter",
    help: "WebSocket handshakes that were refused, by reason",
    labels: ["reason"],
    read: ({ refusals }) => byKey("reason", refusals),
  },
];

function perRoute(routes: MetricFigures["routes"], of: (figures: RouteFigures) => number): Sample[] {
  return routes.map((figures) => ({ labels: { route: figures.route }, value: of(figures) }));
}
