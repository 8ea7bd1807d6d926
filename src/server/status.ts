import type { TickStats } from "../front/supervise/tick-window.ts";
import type { Supervisor } from "../front/supervise/supervisor.ts";
import type { Front } from "../front/front.ts";
import type { Deployment } from "./deployment.ts";

/** How a script that is served is doing. */
export interface ScriptStatus {
  readonly route: string;
  readonly script: string;
  readonly version: string;
  readonly state: Supervisor["state"];
  /** The host that it runs on. */
  readonly host: string;
  readonly sessions: number;
  /** Events that wait for the host, and handlers that wait for a promise. */
  readonly waiting: number;
  readonly pending: number;
  /** Messages since the server began: from its clients, and to clients from its scripts. Of the whole host. */
  readonly received: number;
  readonly sent: number;
  readonly ticks: TickStats | null;
  readonly restarts: number;
  readonly reloads: number;
  /** For how long nothing was delivered in the last reload, ms. */
  readonly lastPause: number;
}

/** How a server is doing. */
export interface ServerStatus {
  readonly uptime: number;
  readonly sessions: number;
  readonly faults: number;
  /** Messages to clients that have gone, or read too slowly. */
  readonly dropped: number;
  /** Messages of clients whose session a script had closed already. */
  readonly discarded: number;
  readonly scripts: readonly ScriptStatus[];
}

/** How every script is doing that has a host. `slots`: the hosts by name. */
export function statusOf(
  front: Front,
  { hosts }: Deployment,
  slots: ReadonlyMap<string, number>,
): ScriptStatus[] {
  return [...hosts.keys()].flatMap((name) => {
    const slot = slots.get(name) ?? 0;
    const supervisor = front.supervisor(slot);
    return supervisor === undefined ? [] : rowsOf(front, supervisor, { name, slot });
  });
}

function rowsOf(
  front: Front,
  supervisor: Supervisor,
  { name, slot }: { readonly name: string; readonly slot: number },
): ScriptStatus[] {
  const { spec, state, dispatcher, restarts, handover, ticks } = supervisor;
  return spec.scripts.map(({ info }) => ({
    route: info.route,
    script: info.name,
    version: info.version,
    state,
    host: name,
    sessions: info.kind === "ws" ? front.sessionsOf(slot) : 0,
    waiting: dispatcher.waiting,
    pending: dispatcher.pending,
    ...front.traffic(slot),
    ticks: ticks.figures(info.name),
    restarts,
    reloads: handover.count,
    lastPause: handover.lastPause,
  }));
}
