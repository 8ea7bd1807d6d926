// Base: the public API, everything that `import ... from "parlor"` gives.
export { defineConfig } from "./config.ts";
export { defineMessages } from "./server/contract/define-messages.ts";
export type { DeflateConfig, HeartbeatConfig, ParlorConfig, ResolvedConfig } from "./config.ts";
export type { FlowConfig, WhenFull } from "./flow-config.ts";
export type { AdminConfig, TlsConfig, TlsOption } from "./port-config.ts";
export type { ClusterConfig, ClusterOption } from "./cluster-config.ts";
export type {
  HostLimitsConfig,
  RouteLimitsConfig,
  SessionLimitsConfig,
  TurnLimitConfig,
} from "./limits-config.ts";
export type { HistoryRule, HistoryRules } from "./boundary/rooms/history-rules.ts";
export { ParlorError, type ErrorCode } from "./boundary/errors.ts";
export type { SlowPolicy } from "./boundary/flow/slow-policy.ts";
export type { ClusterRecord, NodeLoss } from "./boundary/directory-record.ts";
export type { LoggedError, LoggedRequest, LogLevel, LogLine } from "./boundary/log-line.ts";

export type { TickOverload } from "./boundary/tick-sample.ts";
export type { Log, LogSettings, LogWriter } from "./log.ts";
export { createServer, type EmbedOptions } from "./server/embed.ts";
export { serve, type ServeOptions } from "./server/serve.ts";
export type { ReloadListener, ReloadReport } from "./server/app/reload-report.ts";
export type {
  ClientCounts,
  ClusterControl,
  DeliveryCounts,
  FlowSnapshot,
  HealthProblem,
  HealthStatus,
  HistoryFigures,
  HostState,
  LimitName,
  LimitTotals,
  NodeInfo,
  NodeReload,
  NodeStatus,
  ReloadOutcome,
  InboundDrop,
  OutboundCounts,
  OutboundDrop,
  RouteFigures,
  ReloadResults,
  ScriptStatus,
  ServerHealth,
  ServerStatus,
  TaskOutcome,
  TaskWatch,
  TickStats,
  TrafficSnapshot,
} from "./server/public-types.ts";
export type { OverloadListener, RouteOverload } from "./server/engine/overload.ts";
export type { ParlorServer, ReloadOptions } from "./server/engine/parlor-server.ts";
export type { PushService } from "./server/engine/pusher.ts";
export type { RouteRow } from "./server/engine/rows.ts";
export type { AppProblem } from "./server/public-types.ts";
export type {
  AnyMessages,
  CatchUpLimit,
  CloseDetails,
  ClusterStatus,
  DataIn,
  FixedDelta,
  HandleRequest,
  HandlersByName,
  HttpContext,
  HttpDetails,
  HttpHandler,
  HttpHandlers,
  HttpScript,
  HttpScriptOf,
  IngressResult,
  InputOf,
  Isolation,
  JoinOptions,
  Limits,
  MessageOptions,
  Messages,
  Calls,
  CallSchema,
  CallSchemas,
  NameIn,
  ReplyOf,
  On,
  OnAway,
  OnBinary,
  OnClose,
  OnDrain,
  OnError,
  OnMessage,
  OnOpen,
  OnReload,
  OnReturn,
  OnStart,
  OnStop,
  OnTick,
  OnUpgrade,
  OutputOf,
  Overload,
  PresenceEntry,
  Protocols,
  RealtimeRoomProxy,
  ReloadReason,
  RestoreState,
  Resume,
  RoomHistory,
  RouteHandlers,
  Runs,
  SaveState,
  Schedule,
  Schemas,
  Scope,
  Slow,
  StandardSchema,
  Threads,
  TickRate,
  TickWhenEmpty,
  Timezone,
  TokenPlaces,
  UpgradeAcceptance,
  UpgradeAnswer,
  UpgradeHeaders,
  UpgradeRefusal,
  UpgradeRequest,
  WebSocketMessage,
  WebSocketRoom,
  WebSocketService,
  WebSocketServiceRoom,
  WebSocketSession,
  WebSocketSessionInfo,
  WsScript,
  WsScriptOf,
} from "../types/diesel.d.ts";
export type { LogConfig, LogFormatName, LogLevelName } from "./log-settings.ts";
