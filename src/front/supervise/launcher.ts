// Front: starts the incarnations of one supervisor's hosts.
import type { HostFactory, HostSpec } from "../../boundary/host-spec.ts";
import { EmptyHost, isEmptied } from "../handover/empty-host.ts";
import { hostMessageRouter, type HostRoles } from "../incarnation/host-message-router.ts";
import { HostQueue } from "../incarnation/host-queue.ts";
import { Incarnation, type HostStarter } from "../incarnation/incarnation.ts";
import type { FrontPorts } from "./front-ports.ts";

/** Starts an incarnation. A spec whose scripts have all left gets a host that stands in for them. */
export type Launcher = (spec: HostSpec) => Incarnation;

export function launcher(starter: Required<HostStarter>, roles: HostRoles, front: FrontPorts): Launcher {
  return (spec) => {
    const number = front.lifecycle.nextIncarnation();
    const queue = new HostQueue(front, {
      onCommit: (commit) => roles.roleOf(number)?.onCommit(commit),
      problemWith: (commit) => roles.roleOf(number)?.dispatcher?.problemWith(commit) ?? null,
    });
    const listener = hostMessageRouter(number, roles, { queue, log: front.reports });
    const makeHost = isEmptied(spec) ? EMPTY : starter.makeHost;
    return new Incarnation(number, spec, { ...starter, makeHost, listener, queue });
  };
}

const EMPTY: HostFactory = (...args) => new EmptyHost(...args);
