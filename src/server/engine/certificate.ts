// Server: opens the certificate of a server's port, as the option `tls` names it.
import { resolve } from "node:path";
import { ServedCertificate } from "../../front/tls/served-certificate.ts";
import type { Log } from "../../log.ts";
import { realClock } from "../../real-clock.ts";
import type { TlsConfig } from "../../port-config.ts";

/**
 * Reads the key and the certificate; null without TLS. `dir`: where relative paths start.
 *
 * @throws ParlorError `PARLOR_TLS` if they cannot be used.
 */
export function certificateOf(
  tls: TlsConfig | null,
  { dir, log }: { readonly dir: string; readonly log: Log },
): ServedCertificate | null {
  if (tls === null) return null;
  const files = { ...tls, key: resolve(dir, tls.key), cert: resolve(dir, tls.cert) };
  return new ServedCertificate(files, { clock: realClock, log });
}
