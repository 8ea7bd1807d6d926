// Boundary: the log lines about limits that clients, or scripts that act for them, have reached.
import type { ErrorTable } from "./error-table.ts";

export const limitErrors = {
  PARLOR_LIMIT: {
    level: "warn",
    text: {
      bodyLimit:
        "{count|request was|requests were} refused with 413, the last from {from}: a body may have {limit|byte|bytes} (bodyLimit, or the script's own limit); raise the limit if the clients are legitimate",
      bodyTotal:
        "{count|request was|requests were} refused with 503, the last from {from}: bodies that have not arrived whole take {limit|byte|bytes} (bodyTotal); raise the limit if the clients are legitimate",
      clients:
        "{count|connection|connections} to other servers failed, the last from {from}: the scripts of one thread or process may have {limit} (hostLimits.clients); close some, or raise the limit",
      handshakeBytes:
        "{count|handshake was|handshakes were} refused with 503, the last from {from}: the clients of its route keep {limit} bytes of headers (handshakeBytes); raise the limit if the clients are legitimate",
      maxAway:
        "{count|session that was away|sessions that were away} ended early, the last from {from}: {limit|session|sessions} may be away (maxAway); raise the limit if the clients are legitimate",
      maxCalls:
        "{count|session was|sessions were} closed with 3903, the last from {from}: a client may have {limit|request|requests} without a reply (maxCalls); raise the limit if the clients are legitimate",
      maxConnectionsPerAddress:
        "{count|connection was|connections were} closed at once, the last from {from}: an address may have {limit} (maxConnectionsPerAddress); raise the limit if the clients are legitimate",
      maxFragments:
        "{count|connection was|connections were} closed with 1008, the last from {from}: a message may come in {limit|fragment|fragments} (maxFragments); raise the limit if the clients are legitimate",
      maxHandshakes:
        "{count|handshake was|handshakes were} refused with 503, the last from {from}: {limit|waits for a decision of its script|wait for a decision of their scripts} (maxHandshakes); look at the promises that onUpgrade waits for",
      maxHeaderSize:
        "{count|request was|requests were} refused with 431, the last from {from}: its headers were too long (maxHeaderSize); raise the limit if the clients are legitimate",
      maxPayload:
        "{count|connection was|connections were} closed with 1009, the last from {from}: a message may have {limit|byte|bytes} (maxPayload); raise the limit if the clients are legitimate",
      maxPerAddress:
        "{count|handshake was|handshakes were} refused with 429, the last from {from}: an address may have {limit|session|sessions} of its route (limits.maxPerAddress); raise the limit if the clients are legitimate",
      maxPings:
        "{count|connection was|connections were} closed with 1008, the last from {from}: a client may send {limit|ping or pong|pings and pongs} a second (maxPings); raise the limit if the clients are legitimate",
      maxRequests:
        "{count|request was|requests were} refused with 503, the last from {from}: {limit|has|have} no complete response (maxRequests); look at the promises that scripts wait for, or raise the limit",
      maxSessions:
        "{count|handshake was|handshakes were} refused with 503, the last from {from}: its route may have {limit|session|sessions} (limits.maxSessions); raise the limit if the clients are legitimate",
      messageRate:
        "messages came faster than {limit} a second {count|time|times}, the last time from {from}: they were read later, or their session was closed (limits.messageRate); raise the limit if the clients are legitimate",
      pingsAtOnce:
        "{count|connection was|connections were} ended, the last from {from}: a client may send {limit|ping|pings} in one packet; a client that checks its connection sends one at a time",
      requestTimeout:
        "{count|request was|requests were} refused with 408, the last from {from}: it had not arrived in time (handshakeTimeout for the headers, requestTimeout for all); raise the limit if the clients are legitimate",
      scriptRequests:
        "{count|request was|requests were} refused with 503, the last from {from}: too many events wait for its script (waitingEvents, waitingBytes); look at what keeps the script busy",
      unfinishedBytes:
        "{count|connection was|connections were} closed with 1008, the last from {from}: unfinished messages take more than {limit} bytes, or one of them takes more than twice maxPayload and 1 MiB (unfinishedBytes); raise the limit if the clients are legitimate",
      unsentLimit:
        "{count|session was|sessions were} closed with 1013, the last from {from}: its client read so slowly that more than {limit} bytes waited for it (unsentLimit); if such clients are legitimate, raise the limit or set another policy (slow)",
      unsentResponse:
        "{count|response was|responses were} cut, the last to {from}: its client left more than {limit} bytes unread (unsentResponse); stream in smaller parts, or raise the limit",
      unsentTimeout:
        "{count|connection was|connections were} closed, the last from {from}: its client took nothing of what waited for it for {limit} ms (unsentTimeout); raise the limit if the clients are legitimate",
      unsentTotal:
        "{count|connection was|connections were} closed, the last from {from}: more than {limit} bytes waited for all clients together, and its client was among the slowest (unsentTotal); raise the limit if the clients are legitimate",
      whenFull:
        "messages came while too many of their session waited {count|time|times}, the last time from {from}: they were dropped, or their session was closed (whenFull); look at what keeps the script busy",
    },
    help: "Clients, or scripts on their behalf, have reached a limit. The first time is logged at once. Further times are counted, and each limit has at most one line a minute, with their number. Clients within the limits are not affected. `limits` of `/_parlor/health` counts all of them; [Limits](limits.md) lists every limit.",
    remedy:
      "Look at the address in the line. If the clients are legitimate, raise the option that the line names. Behind a proxy, set `trustProxy`, otherwise all clients have the address of the proxy.",
  },
} as const satisfies ErrorTable;
