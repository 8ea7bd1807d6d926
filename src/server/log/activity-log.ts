// Server: the entries of the levels debug and trace, and the access log.
import type { IncomingMessage } from "node:http";
import type { HttpRefusal } from "../../boundary/errors/refusals.ts";
import type { Payload } from "../../boundary/payload.ts";
import type { ScriptKey } from "../../boundary/script-key.ts";
import { loggedPath } from "../../boundary/text/path.ts";
import type { ResolvedConfig } from "../../config.ts";
import type { Activity, RequestedExchange } from "../../front/activity.ts";
import { Session } from "../../front/directory/session.ts";
import { ProxyTrust } from "../../front/http/proxy-trust.ts";
import type { Log, LogWriter } from "../../log.ts";
import type { LineFields } from "./server-log.ts";

/** Null when the log has neither level, and no access log: then nothing of it is made. */
export function activityLog(config: ActivitySettings, parts: ActivityParts): Activity | null {
  const isWanted = config.accessLog || config.logLevel === "debug" || config.logLevel === "trace";
  return isWanted ? new ActivityLog(config, parts) : null;
}

export type ActivitySettings = Pick<ResolvedConfig, "accessLog" | "logLevel" | "trustProxy">;

export interface ActivityParts {
  readonly log: Log;
  /** The fields of an entry about a script, or about a host. */
  about(script: ScriptKey): LineFields;
  aboutHost(slot: number): LineFields;
}

class ActivityLog implements Activity {
  readonly received: Activity["received"];
  readonly #config: ActivitySettings;
  readonly #proxies: ProxyTrust;
  readonly #parts: ActivityParts;
  readonly #access: (fields: LineFields, text: string) => void;
  readonly #debug: LogWriter;
  /** When each session that is open was opened. */
  readonly #openedAt = new WeakMap<Session, number>();

  constructor(config: ActivitySettings, parts: ActivityParts) {
    this.#config = config;
    this.#proxies = new ProxyTrust(config.trustProxy);
    this.#parts = parts;
    const { log } = parts;
    const isDebug = config.logLevel === "debug" || config.logLevel === "trace";
    this.#debug = isDebug ? log.debug : () => undefined;
    this.#access = config.accessLog
      ? (fields, text) => log.info({ kind: "access", ...fields }, text)
      : (fields, text) => this.#debug({ kind: "request", ...fields }, text);
    this.received = config.logLevel === "trace" ? this.#received : null;
  }

  opened(session: Session): void {
    this.#openedAt.set(session, performance.now());
    const { address, path } = session.handshake;
    this.#debug({ kind: "connect", ...this.#about(session), address }, "connected");
    if (this.#config.accessLog)
      this.#access({ ...this.#about(session), method: "GET", path, status: 101, address }, `GET ${path} 101`);
  }

  closed(session: Session, code: number, reason: string): void {
    const since = this.#openedAt.get(session);
    const duration = since === undefined ? 0 : rounded(performance.now() - since);
    const why = reason === "" ? "" : ` (${reason})`;
    const fields = { kind: "close", ...this.#about(session), closeCode: code, reason, duration };
    this.#debug(fields, `closed with ${code}${why} after ${(duration / 1000).toFixed(1)} s`);
  }

  refused(by: IncomingMessage | Session, { status, text }: HttpRefusal): void {
    const about = by instanceof Session ? this.#about(by) : {};
    const path = by instanceof Session ? by.handshake.path : loggedPath(by.url ?? "");
    const address = by instanceof Session ? by.handshake.address : this.#proxies.identityOf(by).address;
    const fields = { ...about, method: "GET", path, status, address, reason: text };
    if (this.#config.accessLog) return this.#access(fields, `GET ${path} ${status}: ${text}`);
    this.#debug({ kind: "refusal", ...fields }, `handshake at ${path} refused with ${status}: ${text}`);
  }

  requested(exchange: RequestedExchange): void {
    const start = performance.now();
    const { req, res } = exchange;
    // Read now: a connection that has ended no longer has an address.
    const address = this.#proxies.identityOf(req).address;
    res.once("close", () => {
      const duration = rounded(performance.now() - start);
      const about = exchange.head === null ? {} : this.#parts.about(exchange.head.script);
      const [method, path, status] = [req.method ?? "", loggedPath(req.url ?? ""), res.statusCode];
      const isWhole = res.writableFinished ? {} : { isCut: true };
      const how = res.writableFinished ? "" : ", cut";
      const fields = { ...about, method, path, status, duration, address, ...isWhole };
      this.#access(fields, `${method} ${path} ${status}, ${duration} ms${how}`);
    });
  }

  host(slot: number, what: "started" | "ended"): void {
    this.#debug({ kind: "host", ...this.#parts.aboutHost(slot), slot }, `host ${what}`);
  }

  readonly #received = (session: Session, data: Payload): void => {
    const { log } = this.#parts;
    const bytes = typeof data === "string" ? Buffer.byteLength(data) : data.byteLength;
    const fields = { kind: "message", ...this.#about(session), bytes, isBinary: typeof data !== "string" };
    (log.trace ?? log.debug)(fields, `message of ${bytes} bytes`);
  };

  #about({ handshake }: Session): LineFields {
    return { ...this.#parts.about(handshake.script), session: handshake.id };
  }
}

function rounded(ms: number): number {
  return Math.round(ms * 10) / 10;
}
