// Server: the types of other folders that a public member of the server shows.
export type { AppProblem } from "../load/files/app-problem.ts";
export type { OutboundCounts } from "../front/clients/outbound.ts";
export type { DeliveryCounts } from "../front/outbox/delivery.ts";
export type { SupervisorState as HostState } from "../front/supervise/run-state.ts";
export type { TickStats } from "../front/supervise/tick-window.ts";
export type { TaskOutcome, TaskWatch } from "../front/task-runs.ts";
export type { ClientCounts, ServerHealth } from "./engine/health.ts";
export type { ScriptStatus, ServerStatus } from "./engine/status.ts";
