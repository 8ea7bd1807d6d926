// Dialect: the clients of a Bolt program that read server-sent events.
import type { Clock, Timer } from "../../../boundary/clock.ts";
import type { HttpCommands } from "../../../boundary/commands.ts";
import type { RequestHead } from "../../../boundary/events.ts";
import type { RequestRef } from "../../../boundary/refs.ts";
import type { MaybePromise } from "../../../host/api/dialect.ts";
import type { BoltSseRoute } from "../routes/program-routes.ts";
import { PING } from "./sse-event.ts";

/** Keeps their responses open until the client or the program ends. */
export class SseStreams {
  /** Published default: clients of one route; 503 above. */
  maxSubscribers = 1000;
  readonly #commands: HttpCommands;
  readonly #clock: Clock;
  readonly #streams = new Map<RequestRef, Stream>();
  #timer: Timer | null = null;

  constructor(commands: HttpCommands, clock: Clock) {
    this.#commands = commands;
    this.#clock = clock;
  }

  /** Starts a response. The promise settles at its end. */
  open(route: BoltSseRoute, { request, method, params }: RequestHead): MaybePromise {
    if (this.#of(route).length >= this.maxSubscribers) return this.#refuse(request);
    this.#commands.respond(request, { status: 200, headers: HEADERS });
    if (method === "HEAD") return this.#commands.write(request, null, true);
    this.#commands.write(request, PING, false);
    this.#timer ??= this.#planPing();
    return new Promise<void>(
      (end) => void this.#streams.set(request, { request, route, params: params ?? {}, end }),
    );
  }

  /** Sends a text to the clients of a route that `isWanted`. Returns to how many. */
  send(route: BoltSseRoute, text: string, isWanted: (params: Params) => boolean): number {
    const streams = this.#of(route).filter(({ params }) => isWanted(params));
    for (const { request } of streams) this.#commands.write(request, text, false);
    return streams.length;
  }

  /** The client has gone. Returns whether it was one of these. */
  close(request: RequestRef): boolean {
    const stream = this.#streams.get(request);
    if (stream === undefined) return false;
    this.#streams.delete(request);
    this.#commands.write(request, null, true);
    stream.end();
    return true;
  }

  /** The program ends: its clients connect again by themselves. */
  end(): void {
    this.#timer?.cancel();
    for (const request of [...this.#streams.keys()]) this.close(request);
  }

  #of(route: BoltSseRoute): Stream[] {
    return [...this.#streams.values()].filter((stream) => stream.route === route);
  }

  #refuse(request: RequestRef): void {
    const headers = [
      ["content-type", "text/plain; charset=utf-8"],
      ["retry-after", "5"],
    ] as const;
    this.#commands.respond(request, { status: 503, headers });
    this.#commands.write(request, "SSE subscriber limit reached", true);
  }

  #planPing(): Timer {
    return this.#clock.after(PING_INTERVAL, () => {
      for (const request of this.#streams.keys()) this.#commands.write(request, PING, false);
      this.#timer = this.#streams.size === 0 ? null : this.#planPing();
    });
  }
}

/** The parameters of a path. */
export type Params = Readonly<Record<string, string>>;

interface Stream {
  readonly request: RequestRef;
  readonly route: BoltSseRoute;
  readonly params: Params;
  readonly end: () => void;
}

/** Published: a comment is sent this often, in ms. */
const PING_INTERVAL = 15_000;

const HEADERS = [
  ["Content-Type", "text/event-stream"],
  ["Cache-Control", "no-cache"],
  ["X-Accel-Buffering", "no"],
] as const;
