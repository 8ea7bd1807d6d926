// Front: finds counts of messages that do not add up, of sessions, rooms and routes.
import type { Directory } from "../directory/directory.ts";
import type { Session } from "../directory/session.ts";
import { INBOUND_DROPS, OUTBOUND_DROPS, type FlowCounts } from "../flow/flow-counts.ts";
import { queueOf } from "./session-queue.ts";

/** Returns a line for each count that is wrong, up to 20: none, unless Parlor has a fault. */
export function miscounts({ routes, rooms }: Pick<Directory, "routes" | "rooms">): string[] {
  const wrong: string[] = [];
  for (const [route, { traffic, members }] of routes) {
    if (traffic === null) continue;
    const waits = { inbound: 0, outbound: 0 };
    for (const session of members) {
      waits.inbound += session.inbound.flow.queued;
      waits.outbound += outboundOf(session).queued;
      note(wrong, `session ${session.handshake.id}, inbound`, session.inbound.flow, INBOUND_DROPS);
      note(wrong, `session ${session.handshake.id}, outbound`, outboundOf(session), OUTBOUND_DROPS);
    }
    note(wrong, `${route}, inbound`, traffic.inbound, INBOUND_DROPS, waits.inbound);
    note(wrong, `${route}, outbound`, traffic.outbound, OUTBOUND_DROPS, waits.outbound);
    if (wrong.length >= MOST) return wrong.slice(0, MOST);
  }
  for (const [name, { flow }] of rooms) note(wrong, `room ${name.slice(0, 50)}`, flow, OUTBOUND_DROPS);
  return wrong.slice(0, MOST);
}

const MOST = 20;

function outboundOf(session: Session): FlowCounts<string> {
  return queueOf(session).flow;
}

/** `least`: what waits for the sessions of a route. Those that have ended, but not been written, add to it. */
function note<Reason extends string>(
  wrong: string[],
  of: string,
  flow: FlowCounts<Reason>,
  ...[reasons, least = 0]: [readonly Reason[], number?]
): void {
  const { offered, delivered, queued, dropped } = flow.snapshot(reasons);
  let lost = 0;
  for (const reason of reasons) lost += dropped[reason];
  if (offered !== delivered + queued + lost || queued < least)
    wrong.push(
      `${of}: ${offered} offered, ${delivered} delivered, ${queued} queued of ${least}, ${lost} dropped`,
    );
}
