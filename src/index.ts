export { defineConfig, type ParlorConfig } from "./config.ts";
export { ParlorError, type ErrorCode } from "./boundary/errors.ts";
export { createServer, serve } from "./server/serve.ts";
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
} from "./server/serve.ts";
export type { HttpHandlers, RouteHandlers } from "./server/embed.ts";
