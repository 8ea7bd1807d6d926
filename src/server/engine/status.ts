// Server: the figures of a running server, script by script, as `server.status` and `parlor top` show them.
import type { TickStats } from "../../front/supervise/tick-window.ts";
import type { SupervisorState } from "../../front/supervise/run-state.ts";
import type { Supervisor } from "../../front/supervise/supervisor.ts";
import type { Front } from "../../front/front.ts";
import type { Deployment } from "./deployment.ts";
import { scriptKey } from "../../boundary/script-key.ts";

/** Returns the state of every script that has a host. `slots`: the slots of the hosts, by name. */
export function statusOf(
  front: Front,
  { hosts }: Deployment,
  slots: ReadonlyMap<string, number>,
): ScriptStatus[] {
  return [...hosts].flatMap(([name, spec]) => {
    const slot = slots.get(name) ?? 0;
    const supervisor = front.supervisor(slot);
    return supervisor === undefined ? [] : rowsOf(front, supervisor, { name: spec.name, slot });
  });
}

/** The state of one script on one host. */
export interface ScriptStatus {
  /** The path that clients ask for; empty for cron and programs. */
  readonly route: string;
  /** The script's name in the app: `ws/chat.ts`. */
  readonly script: string;
  readonly version: string;
  readonly state: SupervisorState;
  /**
   * Seconds until a failed host is tried again; 0 when the next client starts it, null when it has not failed.
   */
  readonly nextTry: number | null;
  /** The host that it runs on. */
  readonly host: string;
  /** Connected clients of the script on this host. */
  readonly sessions: number;
  /** Events that wait for the host. */
  readonly waiting: number;
  /** Handlers whose promise has not settled. */
  readonly pending: number;
  /** Messages from clients to all scripts of the host, since the server started. */
  readonly received: number;
  /** Messages to clients from all scripts of the host, since the server started. */
  readonly sent: number;
  /** Its ticks in the last ten seconds; null if it has none. */
  readonly ticks: TickStats | null;
  /** Bytes of memory that the host uses; null without a host, and while it is not known. */
  readonly memory: number | null;
  /**
   * For how long the host has been busy since its start, ms: a thread by its event loop, a process by its CPU time.
   * Null without a host, for functions of the program itself, and while it is not known.
   */
  readonly busy: number | null;
  /** Errors that the script threw, since the server started. */
  readonly faults: number;
  /** Starts of the host after a crash or a hang, or because its memory ran out. */
  readonly restarts: number;
  /** The restarts by their reason. */
  readonly restartReasons: Readonly<Record<"crash" | "hang" | "memory", number>>;
  readonly reloads: number;
  /** Milliseconds for which nothing was delivered in the last reload. */
  readonly lastPause: number;
}

/** The state of a server and of its scripts. */
export interface ServerStatus {
  /** Seconds since the server started. */
  readonly uptime: number;
  /** Connected clients. */
  readonly sessions: number;
  /** Errors that scripts threw, since the server started. */
  readonly faults: number;
  /** Messages to clients that have gone, or that read too slowly. */
  readonly dropped: number;
  /** Messages of clients whose session a script had closed already. */
  readonly discarded: number;
  /** Bytes of the messages that rooms keep for later members; left out by earlier releases. */
  readonly historyBytes?: number;
  /** Counts of messages that do not add up, of sessions, rooms and routes. Each is a fault of Parlor. */
  readonly miscounts: readonly string[];
  readonly scripts: readonly ScriptStatus[];
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
    nextTry: supervisor.nextTry === null ? null : Math.ceil(supervisor.nextTry / 1000),
    host: name,
    sessions: info.kind === "ws" ? front.sessionsOf(slot) : 0,
    waiting: dispatcher.waiting,
    pending: dispatcher.pending,
    ...front.traffic(slot),
    ticks: ticks.figures(scriptKey(info)),
    memory: supervisor.usedBytes === 0 ? null : supervisor.usedBytes,
    busy: supervisor.busyMs,
    faults: supervisor.faults.of(info.name),
    restarts: restarts.total,
    restartReasons: { ...restarts.byReason },
    reloads: handover.count,
    lastPause: handover.lastPause,
  }));
}
