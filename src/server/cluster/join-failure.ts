// Server: why a server could not join its cluster, with a remedy that fits.
import { messageOf } from "../../boundary/checks.ts";
import { ParlorError } from "../../boundary/errors.ts";

/** `server` is its address without user and password. */
export function joinFailure(error: unknown, server: string): ParlorError {
  const reason = messageOf(error).replace(/\.$/, "");
  if (PASSWORD.test(reason)) return new ParlorError("PARLOR_CLUSTER/password", { server, reason });
  if (CERTIFICATE.test(reason)) return new ParlorError("PARLOR_CLUSTER/certificate", { server, reason });
  if (!PROTOCOL.test(reason)) return new ParlorError("PARLOR_CLUSTER/unreachable", { server, reason });
  const [kind, tls, plain] = server.startsWith("redis")
    ? ["Redis", "rediss:", "redis:"]
    : ["NATS", "tls:", "nats:"];
  if (server.startsWith(tls)) return new ParlorError("PARLOR_CLUSTER/tls", { server, reason, kind, plain });
  return new ParlorError("PARLOR_CLUSTER/protocol", { server, reason, kind, tls });
}

/** Whether the server has replied with an error: Redis begins it with a code. */
export function isReply(error: unknown): boolean {
  return /^[A-Z]{2,} /.test(messageOf(error));
}

const PASSWORD = /^(?:WRONGPASS|NOAUTH|NOPERM)|authorization violation|authentication/i;
const CERTIFICATE = /certificate|self-signed|altnames/i;
/** What clients report when the other side is no such server, or expects TLS. */
const PROTOCOL =
  /^(?:no reply|timeout)$|^(?:socket|connection) timeout|closed unexpectedly|ECONNRESET|protocol|wrong version/i;
