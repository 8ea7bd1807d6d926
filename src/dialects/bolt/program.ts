import type { Instance, MaybePromise, Program, ScriptContext } from "../../host/api/dialect.ts";
import type { RequestHead } from "../../boundary/events.ts";
import type { HostSession } from "../../host/api/host-session.ts";
import type { Payload } from "../../boundary/payload.ts";
import type { Callback } from "./routes/callback.ts";
import { ProgramClients } from "./clients.ts";
import { BoltExchange } from "./http/bolt-exchange.ts";
import { after, inSequence, isPromise } from "./sequence.ts";
import { boltGlobals } from "./script-globals.ts";
import { sendPlainResponse, routeFor } from "./http/plain-response.ts";
import { CallbackQueue, type CallbackQueueOptions } from "./callback-queue.ts";
import { ProgramRoutes, type WsEventType } from "./routes/program-routes.ts";
import { Settings } from "./calls/settings.ts";
import { CallContext, type BoltEvent } from "./call-context.ts";
import type { RequestRef } from "../../boundary/refs.ts";

/** What a queue is given by whoever makes the program. */
export type QueueBounds = Omit<CallbackQueueOptions, "onTimeout">;

/** Close code for sessions that the program, loaded anew, has no route for. */
const SERVICE_RESTART = 1012;

/**
 * Runs a Bolt program: one evaluation for all, one callback at a time. What a callback throws or returns has no effect on
 * the connection: it is logged, and that is all.
 */
export class BoltProgram implements Program {
  readonly #script: ScriptContext;
  readonly #queue: CallbackQueue;
  readonly #turn = new CallContext();
  readonly #clients: ProgramClients;
  readonly #routes: ProgramRoutes;
  readonly #settings = new Settings(() => this.#planClaim());
  readonly #exchanges = new Map<RequestRef, BoltExchange>();
  /** `null` until the program has been evaluated, and for good if it could not be. */
  #instance: Instance | null = null;
  #isClaimPlanned = false;
  #isEnded = false;

  constructor(script: ScriptContext, bounds: QueueBounds) {
    this.#script = script;
    this.#clients = new ProgramClients(script);
    this.#routes = new ProgramRoutes(script.info.route, () => this.#planClaim());
    this.#queue = new CallbackQueue({ ...bounds, onTimeout: (what) => this.#giveUp(what, bounds.timeout) });
  }

  start(): MaybePromise {
    const names = boltGlobals({
      script: this.#script,
      routes: this.#routes,
      settings: this.#settings,
      clients: this.#clients,
      turn: this.#turn,
      dropped: () => this.#queue.dropped,
    });
    return this.#evaluate(() => this.#script.instantiate(names, null));
  }

  /** Published: the connect callback runs before the 101, and whatever it does the client is let in. */
  upgrade(session: HostSession): MaybePromise {
    return this.#queue.event({
      what: `onConnect of ${session.route}`,
      run: () => {
        if (this.#instance === null)
          return this.#script.directory.refuse(session, 503, "Service Unavailable");
        return after(this.#tell(session, "connect", null), () => this.#clients.admit(session));
      },
    });
  }

  /** Nothing is left to tell: the connect callback has run. */
  open(): void {}

  message(session: HostSession, data: Payload): void {
    this.#queue.message({
      what: `onMessage of ${session.route}`,
      run: () => (this.#clients.isShut(session) ? undefined : this.#tell(session, "message", data)),
    });
  }

  /** Published: rooms and client list are without the client before its disconnect callback runs. */
  close(session: HostSession): MaybePromise {
    this.#clients.remove(session);
    return this.#queue.event({
      what: `onDisconnect of ${session.route}`,
      run: () => this.#tell(session, "disconnect", null),
    });
  }

  /** Clients, rooms and ids outlive the program's evaluation; only a route that is no more cannot go on. */
  takeOver(session: HostSession): MaybePromise {
    return this.#queue.event({
      what: `taking over a client of ${session.route}`,
      run: () => {
        const isServed = this.#instance === null || this.#routes.wsRoute(session.route) !== null;
        if (!isServed) this.#script.directory.close(session, SERVICE_RESTART, "the route is no more");
      },
    });
  }

  request(head: RequestHead, body: Uint8Array | null): MaybePromise {
    const run = (): MaybePromise => this.#answer(head, body);
    return this.#queue.request({ what: `${head.method} ${head.url}`, run });
  }

  /** The client has gone. Its callbacks run to their end, as they would in Bolt. */
  abort(request: RequestRef): void {
    const exchange = this.#exchanges.get(request);
    if (exchange !== undefined) exchange.isGone = true;
  }

  /** Published nowhere: pings are answered, and a program does not see them. */
  pong(): void {}

  tick(): void {}

  run(): void {}

  /** Published nowhere: what fails is logged. */
  error(): void {}

  endSession(session: HostSession): void {
    session.instance = null;
  }

  dispose(): void {
    this.#isEnded = true;
    this.#instance?.end();
  }

  // Whatever becomes of it, what waits goes on: to callbacks, or to the answer that there are none.
  #evaluate(instantiate: () => Instance | Promise<Instance>): MaybePromise {
    try {
      const made = instantiate();
      if (!isPromise(made)) return this.#begin(made);
      return made.then(
        (instance) => this.#begin(instance),
        (error: unknown) => this.#fail(error),
      );
    } catch (error) {
      this.#fail(error);
    }
  }

  #begin(instance: Instance): void {
    if (this.#isEnded) return instance.end();
    this.#instance = instance;
    for (const problem of this.#routes.problems(instance.exports)) this.#script.warn(problem);
    this.#claim();
    this.#queue.open();
  }

  #fail(error: unknown): never {
    this.#queue.open();
    throw error;
  }

  // Until the program has been evaluated nothing is claimed: a version that does not load replaces no good one.
  #planClaim(): void {
    if (this.#instance === null || this.#isClaimPlanned) return;
    this.#isClaimPlanned = true;
    queueMicrotask(() => this.#claim());
  }

  #claim(): void {
    this.#isClaimPlanned = false;
    if (this.#isEnded) return;
    const { ws, http } = this.#settings;
    this.#script.commands.claim(this.#script.info.name, this.#routes.claims(ws, http));
  }

  // Middleware belongs to a route's callbacks: an event that has none runs none.
  #tell(session: HostSession, type: WsEventType, data: Payload | null): MaybePromise {
    const route = this.#routes.wsRoute(session.route);
    if (route === null || route.callbacks[type].isNone) return;
    const event: BoltEvent = { type, session, route, data, isAborted: false };
    const steps = this.#steps([...route.before, route.callbacks[type], ...route.after]);
    const where = `${route.callbacks[type].where} (client ${session.id})`;
    const chain = (): MaybePromise => inSequence(steps, () => !event.isAborted);
    return this.#turn.runEvent(event, () => this.#guarded(where, chain));
  }

  #answer(head: RequestHead, body: Uint8Array | null): MaybePromise {
    const found = routeFor(this.#instance === null ? null : this.#routes, head);
    if ("status" in found) return sendPlainResponse(this.#script.commands, head, found);
    const { route } = found;
    const exchange = new BoltExchange(head, body, { route, id: this.#script.randomUUID() });
    this.#exchanges.set(head.request, exchange);
    const failed = (): void => exchange.respond(500, "Internal Server Error", "text/plain; charset=utf-8");
    const chain = (): MaybePromise => this.#handle(exchange);
    return after(
      this.#turn.runExchange(exchange, () => this.#guarded(route.handler.where, chain, failed)),
      () => {
        this.#exchanges.delete(head.request);
        exchange.send(this.#script.commands);
      },
    );
  }

  // Published: a `before` that answers ends it; neither the handler nor an `after` follows.
  #handle(exchange: BoltExchange): MaybePromise {
    const { before, handler, after: afters } = exchange.route;
    const isOpen = (): boolean => !exchange.hasResponse;
    return after(inSequence(this.#steps(before), isOpen), () => {
      if (isOpen()) return inSequence(this.#steps([handler, ...afters]), () => true);
    });
  }

  #steps(callbacks: readonly Callback[]): (() => unknown)[] {
    return callbacks.map((callback) => () => callback.call(this.#instance?.exports ?? {}));
  }

  #guarded(where: string, run: () => MaybePromise, failed?: () => void): MaybePromise {
    const caught = (error: unknown): void => {
      this.#script.fault(error, where);
      failed?.();
    };
    try {
      const result = run();
      return isPromise(result) ? Promise.resolve(result).catch(caught) : undefined;
    } catch (error) {
      caught(error);
    }
  }

  #giveUp(what: string, patience: number): void {
    this.#turn.clear();
    const seconds = patience / 1000;
    const text = `its promise has not settled after ${seconds} s: given up, the program's next callback goes on`;
    const error = new Error(text);
    error.stack = "";
    this.#script.fault(error, what);
  }
}
