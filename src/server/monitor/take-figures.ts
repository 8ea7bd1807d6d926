// Server: reads the figures of one scrape from the parts of a server.
import type { Front } from "../../front/front.ts";
import type { FlowSnapshot } from "../../front/flow/flow-counts.ts";
import type { RouteFigures } from "../../front/flow/traffic-snapshot.ts";
import type { Supervisor } from "../../front/supervise/supervisor.ts";
import { scriptKey } from "../../boundary/script-key.ts";
import type { HostFigures, MetricFigures, ProcessFigures } from "./metric-figures.ts";
import type { RouteLabels } from "./route-labels.ts";

/** The parts of the figures that the front has. `slots`: the hosts that serve. */
export function frontFigures(
  front: Front,
  slots: Iterable<number>,
): Pick<MetricFigures, "hosts" | "ticks" | "cluster"> {
  const supervisors = [...slots].flatMap((slot) => {
    const supervisor = front.supervisor(slot);
    return supervisor ?? [];
  });
  return {
    hosts: supervisors.map(hostOf),
    ticks: supervisors.flatMap(ticksOf),
    cluster: front.directory.cluster,
  };
}

/** Of this process. `startedAt`: ms since 1970. */
export function processFigures(startedAt: number): ProcessFigures {
  const { user, system } = process.cpuUsage();
  return {
    startedAt: startedAt / 1000,
    cpuSeconds: (user + system) / 1e6,
    residentBytes: process.memoryUsage.rss(),
  };
}

/** The figures of the routes by their labels: those with the same one are added up. */
export function labelled(routes: readonly RouteFigures[], labels: RouteLabels): RouteFigures[] {
  const figures = new Map<string, RouteFigures>();
  for (const own of routes) {
    const route = labels.of(own.route);
    const known = figures.get(route);
    figures.set(route, known === undefined ? { ...own, route } : sumOf(known, own));
  }
  return [...figures.values()];
}

function sumOf(a: RouteFigures, b: RouteFigures): RouteFigures {
  return {
    route: a.route,
    sessions: a.sessions + b.sessions,
    inbound: flowSum(a.inbound, b.inbound),
    refused: a.refused + b.refused,
    lateReplies: a.lateReplies + b.lateReplies,
    outbound: flowSum(a.outbound, b.outbound),
  };
}

function flowSum<Reason extends string>(
  a: FlowSnapshot<Reason>,
  b: FlowSnapshot<Reason>,
): FlowSnapshot<Reason> {
  const dropped = { ...a.dropped } as Record<Reason, number>;
  for (const reason of Object.keys(dropped) as Reason[]) dropped[reason] += b.dropped[reason];
  return {
    offered: a.offered + b.offered,
    delivered: a.delivered + b.delivered,
    queued: a.queued + b.queued,
    bytes: a.bytes + b.bytes,
    dropped,
  };
}

function hostOf(supervisor: Supervisor): HostFigures {
  const { name, state, isFailing, dispatcher, age, usedBytes, restarts, handover } = supervisor;
  return {
    ...{ host: name, state, isFailing },
    waiting: dispatcher.waiting,
    age: age.oldest / 1000,
    pending: dispatcher.pending,
    times: dispatcher.times,
    memory: usedBytes,
    restarts: restarts.byReason,
    reloads: handover.count,
  };
}

// The scripts of a host without ticks have no figures.
function ticksOf({ spec, ticks }: Supervisor): MetricFigures["ticks"] {
  return spec.scripts.flatMap(({ info }) => {
    const stats = ticks.figures(scriptKey(info));
    return stats === null ? [] : [{ route: info.route, host: spec.name, stats }];
  });
}
