// Dialect: the calls of `$bolt` that reach clients by their ids.
import { NORMAL_CLOSURE } from "../../../boundary/errors/close-codes.ts";
import type { Payload } from "../../../boundary/payload.ts";
import { bytesFromBase64 } from "../common/base64.ts";
import type { BoltContext } from "../state/context.ts";
import { callsOf, type Call } from "../common/checks.ts";
import { NO_SESSION } from "../../../boundary/refs.ts";

/**
 * Published: "Per-Client Send" and "Global Broadcast". In a cluster the clients are those of the program on all nodes: a
 * call is checked by what this node knows, returns at once, and the node of the client carries it out.
 */
export function clientCalls({ script, clients, dropped }: BoltContext): Record<string, Call> {
  const send = (id: string, data: Payload | null): number => {
    const session = clients.find(id) ?? clients.peer(id);
    if (session === null || data === null) return 0;
    script.commands.send(session.ref, data);
    return 1;
  };
  const closePeer = (id: string): number => {
    const peer = clients.peer(id);
    if (peer === null) return 0;
    script.commands.close(peer.ref, NORMAL_CLOSURE, "");
    return 1;
  };
  const close = (id: string): number => {
    const session = clients.find(id);
    if (session !== null) clients.shut(session);
    return session === null ? closePeer(id) : 1;
  };
  const broadcast = (message: string): number => {
    const sessions = clients.list();
    const routes = new Set(sessions.map((session) => session.route));
    for (const route of routes) script.commands.publish(route, message, NO_SESSION);
    return sessions.length === 0 ? NO_CLIENTS : sessions.length;
  };
  return callsOf({
    "wsSendTo(cClientId, cMessage)": send,
    "wsSendBinaryTo(cClientId, cBase64Data)": (id: string, base64: string) =>
      send(id, bytesFromBase64(script.platform.encodings, base64)),
    "wsCloseClient(cClientId)": close,
    "wsClientList()": () => clients.list().map((session) => session.id),
    "wsBroadcast(cMessage)": broadcast,
    "wsConnectionCount()": () => clients.list().length,
    "wsDroppedCount()": dropped,
  });
}

/** The published result of `wsBroadcast` while no client is connected. */
const NO_CLIENTS = -1;
