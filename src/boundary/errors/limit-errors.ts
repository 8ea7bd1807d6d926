// Boundary: the log lines about limits that clients, or scripts that act for them, have reached.
import type { ErrorTable } from "./error-table.ts";

export const limitErrors = {
  PARLOR_LIMIT: {
    level: "warn",
    text: {
      bodyLimit:
        "{count|request was|requests were} refused with 413, the last of {from}: a body may have {limit|byte|bytes} (bodyLimit, or the script's own limit); raise the limit if they are honest",
      bodyTotal:
        "{count|request was|requests were} refused with 503, the last of {from}: bodies that have not arrived whole take {limit|byte|bytes} (bodyTotal); raise the limit if they are honest",
      clients:
        "{count|connection|connections} to other servers failed, the last of {from}: the scripts of one thread or process may have {limit} (hostLimits.clients); close some, or raise the limit",
      handshakeBytes:
        "{count|handshake was|handshakes were} refused with 503, the last of {from}: the clients of its route keep {limit} bytes of headers (handshakeBytes); raise the limit if they are honest",
      maxConnectionsPerAddress:
        "{count|connection was|connections were} closed at once, the last of {from}: an address may have {limit} (maxConnectionsPerAddress); raise the limit if they are honest",
      maxFragments:
        "{count|connection was|connections were} closed with 1008, the last of {from}: a message may come in {limit|fragment|fragments} (maxFragments); raise the limit if they are honest",
      maxHandshakes:
        "{count|handshake was|handshakes were} refused with 503, the last of {from}: {limit|waits for a decision of its script|wait for a decision of their scripts} (maxHandshakes); look at the promises that onUpgrade waits for",
      maxHeaderSize:
        "{count|request was|requests were} refused with 431, the last of {from}: its headers were too long (maxHeaderSize); raise the limit if they are honest",
      maxPayload:
        "{count|connection was|connections were} closed with 1009, the last of {from}: a message may have {limit|byte|bytes} (maxPayload); raise the limit if they are honest",
      maxPerAddress:
        "{count|handshake was|handshakes were} refused with 429, the last of {from}: an address may have {limit|session|sessions} of its route (limits.maxPerAddress); raise the limit if they are honest",
      maxPings:
        "{count|connection was|connections were} closed with 1008, the last of {from}: a client may send {limit|ping or pong|pings and pongs} a second (maxPings); raise the limit if they are honest",
      maxRequests:
        "{count|request was|requests were} refused with 503, the last of {from}: {limit|has|have} no complete response (maxRequests); look at the promises that scripts wait for, or raise the limit",
      maxSessions:
        "{count|handshake was|handshakes were} refused with 503, the last of {from}: its route may have {limit|session|sessions} (limits.maxSessions); raise the limit if they are honest",
      messageRate:
        "{count|time|times} messages came faster than {limit} a second, the last time from {from}: they were read later, or closed their session (limits.messageRate); raise the limit if they are honest",
      requestTimeout:
        "{count|request was|requests were} refused with 408, the last of {from}: it had not arrived in time (handshakeTimeout for the headers, requestTimeout for all); raise the limit if they are honest",
      scriptRequests:
        "{count|request was|requests were} refused with 503, the last of {from}: too many events wait for its script (waitingEvents, waitingBytes); look at what keeps the script busy",
      unfinishedBytes:
        "{count|connection was|connections were} closed with 1008, the last of {from}: unfinished messages take more than {limit} bytes, or one of them three times its own (unfinishedBytes); raise the limit if they are honest",
    },
    help: "Clients, or the scripts that act for them, have reached a limit. The first time leads to a line at once. Further ones are counted, and each limit has at most one line a minute, with their number. Clients within the limits are not affected. `limits` of `/_parlor/health` counts all of them; [Limits](limits.md) lists every limit.",
    remedy:
      "Look at the address in the line. If the clients are honest, raise the option that the line names. Behind a proxy, set `trustProxy`, or all clients have the address of the proxy.",
  },
} as const satisfies ErrorTable;
