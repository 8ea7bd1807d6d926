import type { ScriptContext } from "../../../host/api/dialect.ts";
import type { Payload } from "../../../boundary/payload.ts";
import { bytesOf } from "../base64.ts";
import type { ProgramClients } from "../clients.ts";
import { callsOf, type Call } from "../checks.ts";
import { NO_SESSION } from "../../../boundary/refs.ts";

/** What the calls work on. */
export interface ClientParts {
  readonly script: ScriptContext;
  readonly clients: ProgramClients;
  /** Message events that found the queue full. */
  readonly dropped: () => number;
}

/** Published: "Per-Client Send" and "Global Broadcast". */
export function clientCalls({ script, clients, dropped }: ClientParts): Record<string, Call> {
  const send = (id: string, data: Payload | null): number => {
    const session = clients.find(id);
    if (session === null || data === null) return 0;
    script.commands.send(session.ref, data);
    return 1;
  };
  const close = (id: string): number => {
    const session = clients.find(id);
    if (session === null) return 0;
    clients.shut(session);
    return 1;
  };
  const broadcast = (message: string): number => {
    const sessions = clients.list();
    const routes = new Set(sessions.map((session) => session.route));
    for (const route of routes) script.commands.publish(route, message, NO_SESSION);
    return sessions.length === 0 ? NOBODY_THERE : sessions.length;
  };
  return callsOf({
    "wsSendTo(cClientId, cMessage)": send,
    "wsSendBinaryTo(cClientId, cBase64Data)": (id: string, base64: string) => send(id, bytesOf(base64)),
    "wsCloseClient(cClientId)": close,
    "wsClientList()": () => clients.list().map((session) => session.id),
    "wsBroadcast(cMessage)": broadcast,
    "wsConnectionCount()": () => clients.list().length,
    "wsDroppedCount()": dropped,
  });
}

/** What `wsBroadcast` answers when nobody is connected. */
const NOBODY_THERE = -1;
