import { once } from "node:events";
import { createServer, type Server } from "node:http";
import { connect, type AddressInfo, type Socket } from "node:net";
import { AdminAccess } from "../../../src/front/ingress/admin-access.ts";
import type { CodedText } from "../../../src/boundary/errors.ts";
import type { RequestHead } from "../../../src/boundary/events.ts";
import type { HttpListener, HttpOptions } from "../../../src/front/http/http-options.ts";
import { HttpTransport } from "../../../src/front/http/http-transport.ts";
import { httpServerOptions, type HttpServerLimits } from "../../../src/front/http/http-server.ts";
import { defaults } from "../../../src/config.ts";
import { VirtualClock } from "../../support/virtual-clock.ts";
import type { RequestRef } from "../../../src/boundary/refs.ts";
import { REFUSALS, type HttpRefusal } from "../../../src/boundary/errors/refusals.ts";
import type { Clock } from "../../../src/boundary/clock.ts";
import type { ScriptKey } from "../../../src/boundary/script-key.ts";

/** A request that has been delivered. */
export interface Delivered {
  readonly head: RequestHead;
  readonly body: Uint8Array | null;
}

const LIMITS = { bodyLimit: 1024 * 1024, unsentLimit: 16 * 1024 * 1024, handlerTimeout: 60_000 };

type Match = ReturnType<HttpListener["match"]>;

/** Stands in for the front: it records all calls, and tests respond in its place. */
export class FakeFront implements HttpListener {
  readonly routes = new Map<string, Match>([
    ["/notify", { script: "http /notify", route: "/notify", params: null }],
  ]);
  readonly delivered: Delivered[] = [];
  readonly aborted: RequestRef[] = [];
  readonly faults: string[] = [];
  readonly limits: string[] = [];
  readonly #waiting: (() => void)[] = [];
  /** Called at each delivery. */
  onDeliver: (head: RequestHead, body: Uint8Array | null) => void = () => {};

  match(path: string): Match {
    return this.routes.get(path) ?? null;
  }

  absence(path: string): HttpRefusal {
    return path === "/ws/live" ? REFUSALS.UPGRADE_REQUIRED : REFUSALS.NOT_FOUND;
  }

  deliver(head: RequestHead, body: Uint8Array | null): void {
    this.delivered.push({ head, body });
    this.onDeliver(head, body);
    this.#wakeAll();
  }

  abort(request: RequestRef): void {
    this.aborted.push(request);
    this.#wakeAll();
  }

  nameOf(script: ScriptKey): string {
    return script === "http /notify" ? "http/notify.ts" : script;
  }

  readonly source = {
    health: async (): Promise<{ status: string; sessions: number }> => ({ status: "ok", sessions: 3 }),
    metrics: async (): Promise<{ text: string; contentType: string }> => ({
      text: "up 1",
      contentType: "text/plain",
    }),
  };

  readonly onLimit = (name: string, limit: number, from: string): void =>
    void this.limits.push(`${name} ${limit} ${from}`);

  onFault({ text }: CodedText): void {
    this.faults.push(text);
    this.#wakeAll();
  }

  /** Waits until enough calls have come for `isEnough`. */
  async until(isEnough: () => boolean): Promise<void> {
    while (!isEnough()) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  #wakeAll(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}

export interface Site {
  readonly url: string;
  readonly port: number;
  readonly front: FakeFront;
  readonly http: HttpTransport;
  readonly clock: VirtualClock;
  readonly server: Server;
  /** A raw connection on which `text` was written. */
  raw(text: string): RawClient;
  close(): Promise<void>;
}

export interface SiteOptions extends Partial<Omit<HttpOptions, "clock">> {
  readonly clock?: Clock;
  readonly limits?: Partial<HttpServerLimits>;
  readonly host?: string;
}

/** A real server on a free port with a front that tests play. */
export async function openSite({
  limits = {},
  host = "127.0.0.1",
  ...options
}: SiteOptions = {}): Promise<Site> {
  const front = new FakeFront();
  const clock = new VirtualClock();
  const access = { own: new AdminAccess(null), adminPort: new AdminAccess(null, true) };
  const http = new HttpTransport(
    { ...LIMITS, publicDir: null, clock, access, onLimit: front.onLimit, ...options },
    front,
  );
  const server = createServer(httpServerOptions({ ...defaults, ...limits }), http.handle);
  server.on("checkContinue", http.handleContinue).on("clientError", http.handleClientError);
  await once(server.listen(0, host), "listening");
  const { port } = server.address() as AddressInfo;
  const raw = (text: string): RawClient => new RawClient(port, text);
  const close = async (): Promise<void> => {
    const closed = once(server.close(), "close");
    server.closeAllConnections();
    await closed;
  };
  return { url: `http://127.0.0.1:${port}`, port, front, http, clock, server, raw, close };
}

/** A client that sends exactly the given bytes, and keeps all that it receives. */
export class RawClient {
  readonly socket: Socket;
  heard = "";
  error: NodeJS.ErrnoException | null = null;
  /** When the connection is over, all that was heard. */
  readonly ended: Promise<string>;
  readonly #waiting: (() => void)[] = [];

  constructor(port: number, text: string) {
    this.socket = connect({ port, host: "127.0.0.1", allowHalfOpen: true });
    this.socket.setEncoding("latin1").on("data", (part: Buffer | string) => this.#hear(String(part)));
    this.socket.on("error", (error) => (this.error = error)).on("end", () => this.socket.end());
    this.ended = new Promise((resolve) => this.socket.on("close", () => resolve(this.heard)));
    this.socket.write(text, "latin1");
  }

  /** Waits until `text` was heard. */
  async hears(text: string | RegExp): Promise<string> {
    while (this.heard.search(text) === -1) {
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
    return this.heard;
  }

  #hear(part: string): void {
    this.heard += part;
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}

/** A request without a body, or its beginning. */
export function requestText(line: string, ...headers: string[]): string {
  return [`${line} HTTP/1.1`, "Host: app.test", ...headers, "", ""].join("\r\n");
}
