export { defineConfig, type ParlorConfig } from "./config.ts";
export { ParlorError, type ErrorCode } from "./core/errors.ts";
export { createServer, serve } from "./server.ts";
export type {
  AppProblem,
  EmbedOptions,
  Log,
  LogLine,
  ParlorServer,
  ReloadReport,
  RouteOverload,
  RouteRow,
  ServeOptions,
  TaskOutcome,
} from "./server.ts";
export type { HttpHandlers, RouteHandlers } from "./server/embed.ts";
