// Dialect: runs a Bolt program: one evaluation for all sessions, one callback at a time.
import { isPromiseLike } from "../../boundary/checks.ts";
import { ParlorError } from "../../boundary/errors.ts";
import { SERVICE_RESTART } from "../../boundary/errors/close-codes.ts";
import type { RequestHead } from "../../boundary/events.ts";
import type { Payload } from "../../boundary/payload.ts";
import type { RequestRef } from "../../boundary/refs.ts";
import type { Instance, MaybePromise, Program, ScriptContext } from "../../host/api/dialect.ts";
import type { HostSession } from "../../host/api/host-session.ts";
import { CallContext, type BoltEvent } from "./state/call-context.ts";
import { CallbackQueue, type CallbackQueueOptions } from "./state/callback-queue.ts";
import { Settings } from "./state/settings.ts";
import { BoltExchange } from "./http/bolt-exchange.ts";
import { routeFor, sendPlainResponse } from "./http/plain-response.ts";
import { ProgramClients } from "./state/program-clients.ts";
import type { Callback } from "./routes/callback.ts";
import { ProgramRoutes, type WsEventType } from "./routes/program-routes.ts";
import { boltGlobals } from "./script-globals.ts";
import { after, inSequence } from "./common/sequence.ts";
import { scriptKey } from "../../boundary/script-key.ts";

/** A callback that throws, and a value that it returns, have no effect on the connection; a fault is logged. */
export class BoltProgram implements Program {
  readonly #script: ScriptContext;
  readonly #queue: CallbackQueue;
  readonly #call = new CallContext();
  readonly #clients: ProgramClients;
  readonly #routes: ProgramRoutes;
  readonly #settings: Settings;
  readonly #exchanges = new Map<RequestRef, BoltExchange>();
  /** `null` until the program has been evaluated; it stays null if the evaluation fails. */
  #instance: Instance | null = null;
  #isClaimPlanned = false;
  #isEnded = false;

  constructor(script: ScriptContext, bounds: Pick<CallbackQueueOptions, "limit" | "timeout">) {
    this.#script = script;
    this.#clients = new ProgramClients(script);
    this.#routes = new ProgramRoutes(script.info.route, this.#planClaim);
    this.#settings = new Settings(this.#planClaim);
    const onTimeout = (job: string): void => this.#timeOut(job, bounds.timeout);
    this.#queue = new CallbackQueue({ ...bounds, clock: script.platform.clock, onTimeout });
  }

  start(): MaybePromise {
    const globals = boltGlobals({
      script: this.#script,
      routes: this.#routes,
      settings: this.#settings,
      clients: this.#clients,
      call: this.#call,
      dropped: () => this.#queue.dropped,
    });
    return this.#evaluate(() => this.#script.instantiate(globals, null));
  }

  /** Published: the connect callback runs before the 101, and the client is let in whatever its result. */
  upgrade(session: HostSession): MaybePromise {
    return this.#queue.event({
      name: `onConnect of ${session.route}`,
      run: () => {
        if (this.#instance === null)
          return this.#script.directory.refuse(session, 503, "Service Unavailable");
        return after(this.#runCallbacks(session, "connect", null), () => this.#clients.admit(session));
      },
    });
  }

  message(session: HostSession, data: Payload): void {
    this.#queue.message({
      name: `onMessage of ${session.route}`,
      run: () => (this.#clients.isShut(session) ? undefined : this.#runCallbacks(session, "message", data)),
    });
  }

  /** Published: the client has left the rooms and the client list before its disconnect callback runs. */
  close(session: HostSession): MaybePromise {
    this.#clients.remove(session);
    return this.#queue.event({
      name: `onDisconnect of ${session.route}`,
      run: () => this.#runCallbacks(session, "disconnect", null),
    });
  }

  /** Clients, rooms and ids outlive the program's evaluation; only a client whose route is gone is closed. */
  takeOver(session: HostSession): MaybePromise {
    return this.#queue.event({
      name: `taking over a client of ${session.route}`,
      run: () => {
        const isServed = this.#instance === null || this.#routes.wsRoute(session.route) !== null;
        if (!isServed) this.#script.directory.close(session, SERVICE_RESTART, "the route no longer exists");
      },
    });
  }

  request(head: RequestHead, body: Uint8Array | null): MaybePromise {
    const run = (): MaybePromise => this.#respond(head, body);
    return this.#queue.request({ name: `${head.method} ${head.url}`, run });
  }

  /** The client has gone. Its callbacks run to their end, as they would in Bolt. */
  abort(request: RequestRef): void {
    const exchange = this.#exchanges.get(request);
    if (exchange !== undefined) exchange.isGone = true;
  }

  endSession(session: HostSession): void {
    session.instance = null;
  }

  dispose(): void {
    this.#isEnded = true;
    this.#instance?.end();
  }

  // Waiting jobs continue in either case: with callbacks, or with the response that there are none.
  #evaluate(instantiate: () => Instance | Promise<Instance>): MaybePromise {
    try {
      const made = instantiate();
      if (!isPromiseLike(made)) return this.#open(made);
      return made.then(this.#open, this.#fail);
    } catch (error) {
      this.#fail(error);
    }
  }

  readonly #open = (instance: Instance): void => {
    if (this.#isEnded) return instance.end();
    this.#instance = instance;
    for (const problem of this.#routes.problems(instance.exports))
      this.#script.warn("PARLOR_HANDLER_NAME/callback", problem);
    this.#claim();
    this.#queue.open();
  };

  readonly #fail = (error: unknown): never => {
    this.#queue.open();
    throw error;
  };

  // Nothing is claimed before the evaluation has ended: a version that does not load replaces no good one.
  readonly #planClaim = (): void => {
    if (this.#instance === null || this.#isClaimPlanned) return;
    this.#isClaimPlanned = true;
    void Promise.resolve().then(this.#claim);
  };

  readonly #claim = (): void => {
    this.#isClaimPlanned = false;
    if (this.#isEnded) return;
    const { ws, http } = this.#settings;
    this.#script.commands.claim(scriptKey(this.#script.info), this.#routes.claims(ws, http));
  };

  // Middleware belongs to a route's callbacks: an event without a callback runs no middleware.
  #runCallbacks(session: HostSession, type: WsEventType, data: Payload | null): MaybePromise {
    const route = this.#routes.wsRoute(session.route);
    if (route === null || route.callbacks[type].isNone) return;
    const event: BoltEvent = { type, session, route, data, isAborted: false };
    const steps = this.#steps([...route.before, route.callbacks[type], ...route.after]);
    const where = `${route.callbacks[type].where} (client ${session.id})`;
    const chain = (): MaybePromise => inSequence(steps, () => !event.isAborted);
    return this.#call.runEvent(event, () => this.#guarded(where, chain));
  }

  #respond(head: RequestHead, body: Uint8Array | null): MaybePromise {
    const found = routeFor(this.#instance === null ? null : this.#routes, head);
    if ("status" in found) return sendPlainResponse(this.#script.commands, head, found);
    const { route } = found;
    const exchange = new BoltExchange(head, body, { route, id: this.#script.randomUUID() });
    this.#exchanges.set(head.request, exchange);
    const failed = (): void => exchange.respond(500, "Internal Server Error", "text/plain; charset=utf-8");
    const chain = (): MaybePromise => this.#handle(exchange);
    return after(
      this.#call.runExchange(exchange, () => this.#guarded(route.handler.where, chain, failed)),
      () => {
        this.#exchanges.delete(head.request);
        exchange.send(this.#script.commands);
      },
    );
  }

  // Published: a `before` that responds ends the request; neither the handler nor an `after` follows.
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
      return isPromiseLike(result) ? Promise.resolve(result).catch(caught) : undefined;
    } catch (error) {
      caught(error);
    }
  }

  #timeOut(job: string, timeout: number): void {
    this.#call.clear();
    const error = new ParlorError("PARLOR_HANDLER_TIMEOUT/program", { seconds: timeout / 1000 });
    error.stack = "";
    this.#script.fault(error, job);
  }
}
