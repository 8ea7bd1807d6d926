// Base: the public API, everything that `import ... from "parlor"` gives.
export { defineConfig } from "./config.ts";
export type {
  DeflateConfig,
  HeartbeatConfig,
  LogLevelName,
  ParlorConfig,
  ResolvedConfig,
  SessionLimitsConfig,
  TurnLimitConfig,
} from "./config.ts";
export { ParlorError, type ErrorCode } from "./boundary/errors.ts";
export type { LogLevel, LogLine } from "./boundary/log-line.ts";
export type { TickOverload } from "./boundary/tick-sample.ts";
export type { Log } from "./log.ts";
export { createServer, type EmbedOptions } from "./server/embed.ts";
export { serve, type ServeOptions } from "./server/serve.ts";
export type { ReloadListener, ReloadReport } from "./server/app/reload-report.ts";
export type {
  ClientCounts,
  DeliveryCounts,
  HostState,
  OutboundCounts,
  ScriptStatus,
  ServerHealth,
  ServerStatus,
  TaskOutcome,
  TaskWatch,
  TickStats,
} from "./server/public-types.ts";
export type { OverloadListener, RouteOverload } from "./server/engine/overload.ts";
export type { ParlorServer } from "./server/engine/parlor-server.ts";
export type { PushService } from "./server/engine/pusher.ts";
export type { RouteRow } from "./server/engine/rows.ts";
export type { AppProblem } from "./server/public-types.ts";
export type {
  CatchUpLimit,
  FixedDelta,
  HandleRequest,
  HttpContext,
  HttpDetails,
  HttpHandler,
  HttpHandlers,
  IngressResult,
  Isolation,
  OnBinary,
  OnClose,
  OnError,
  OnMessage,
  OnOpen,
  OnReload,
  OnTick,
  OnUpgrade,
  Overload,
  RealtimeRoomProxy,
  ReloadReason,
  RestoreState,
  RouteHandlers,
  SaveState,
  Scope,
  Threads,
  TickRate,
  TickWhenEmpty,
  UpgradeAnswer,
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
