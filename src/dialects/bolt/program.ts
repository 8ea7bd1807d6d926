// Dialect: runs a Bolt program: one evaluation for all sessions, one callback at a time.
import { isPromiseLike } from "../../boundary/checks.ts";
import { ParlorError } from "../../boundary/errors.ts";
import { SERVICE_RESTART } from "../../boundary/errors/close-codes.ts";
import type { RequestHead } from "../../boundary/events.ts";
import type { Payload } from "../../boundary/payload.ts";
import type { RequestRef } from "../../boundary/refs.ts";
import { scriptKey } from "../../boundary/script-key.ts";
import type { Instance, MaybePromise, Program, ScriptContext } from "../../host/api/dialect.ts";
import type { HostSession } from "../../host/api/host-session.ts";
import { after, inSequence } from "./common/sequence.ts";
import { evaluateRing, isRing } from "./ring/host/ring-evaluation.ts";
import { unmatched, unmatchedText } from "./routes/constraint.ts";
import { GlobalMiddleware } from "./routes/global-middleware.ts";
import { ProgramRoutes, type WsEventType } from "./routes/program-routes.ts";
import { BoltRequests } from "./run/bolt-requests.ts";
import { CallbackRunner } from "./run/callback-runner.ts";
import { boltGlobals } from "./script-globals.ts";
import { CallContext, type BoltEvent } from "./state/call-context.ts";
import { CallbackQueue, type CallbackQueueOptions } from "./state/callback-queue.ts";
import { ProgramClients } from "./state/program-clients.ts";
import { Settings } from "./state/settings.ts";

/** A callback that throws, and a value that it returns, have no effect on the connection; a fault is logged. */
export class BoltProgram implements Program {
  readonly #script: ScriptContext;
  readonly #queue: CallbackQueue;
  readonly #call = new CallContext();
  readonly #clients: ProgramClients;
  readonly #routes: ProgramRoutes;
  readonly #settings: Settings;
  readonly #runner: CallbackRunner;
  readonly #requests: BoltRequests;
  /** `null` until the program has been evaluated; it stays null if the evaluation fails. */
  #instance: Instance | null = null;
  #isClaimPlanned = false;
  #isEnded = false;

  constructor(script: ScriptContext, bounds: Pick<CallbackQueueOptions, "limit" | "timeout">) {
    this.#script = script;
    const onChange = this.#planClaim;
    this.#routes = new ProgramRoutes({
      mount: script.info.route,
      log: script,
      onChange,
    });
    this.#clients = new ProgramClients(script, (route) => this.#routes.wsRoute(route) !== null);
    this.#runner = new CallbackRunner(script, new GlobalMiddleware());
    this.#requests = new BoltRequests(script, this.#call, this.#runner);
    this.#settings = new Settings(this.#planClaim);
    const onTimeout = (job: string): void => this.#timeOut(job, bounds.timeout);
    this.#queue = new CallbackQueue({ ...bounds, clock: script.platform.clock, onTimeout });
  }

  start(): MaybePromise {
    const globals = boltGlobals({
      script: this.#script,
      routes: this.#routes,
      middleware: this.#runner.middleware,
      settings: this.#settings,
      clients: this.#clients,
      call: this.#call,
      streams: this.#requests.streams,
      dropped: () => this.#queue.dropped,
    });
    const isInRing = isRing(this.#script.info.name);
    return this.#evaluate(() => {
      return isInRing ? evaluateRing(this.#script, globals) : this.#script.instantiate(globals, null);
    });
  }

  /** Published: the connect callback runs before the 101, and the client is let in whatever its result. */
  upgrade(session: HostSession): MaybePromise {
    return this.#queue.event({
      name: `onConnect of ${session.route}`,
      run: () => {
        const refusal = this.#refusalOf(session);
        if (refusal !== null) return this.#script.directory.refuse(session, refusal.status, refusal.text);
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
    let end: MaybePromise;
    const run = (): MaybePromise => {
      const routes = this.#instance === null ? null : this.#routes;
      return this.#requests.respond(routes, { head, body }, (ended) => void (end = ended));
    };
    return after(this.#queue.request({ name: `${head.method} ${head.url}`, run }), () => end);
  }

  /** The client has gone. Its callbacks run to their end, as they would in Bolt. */
  abort(request: RequestRef): void {
    if (this.#requests.streams.close(request)) return;
    const exchange = this.#requests.exchanges.get(request);
    if (exchange !== undefined) exchange.isGone = true;
  }

  endSession(session: HostSession): void {
    session.instance = null;
  }

  dispose(): void {
    this.#isEnded = true;
    this.#requests.streams.end();
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
    this.#runner.evaluated(instance.exports);
    for (const callback of [...this.#routes.callbacks, ...this.#runner.middleware.callbacks]) {
      const problem = callback.problem(instance.exports);
      if (problem !== null) this.#script.warn("PARLOR_HANDLER_NAME/callback", problem);
    }
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

  #refusalOf(session: HostSession): { readonly status: number; readonly text: string } | null {
    if (this.#instance === null) return { status: 503, text: "Service Unavailable" };
    const constraints = this.#routes.wsRoute(session.route)?.constraints ?? [];
    const failed = unmatched(constraints, session.handshake.params);
    return failed === null ? null : { status: 400, text: unmatchedText(failed) };
  }

  // An event without a callback runs no middleware. Published: a route's own belongs to its message callback.
  #runCallbacks(session: HostSession, type: WsEventType, data: Payload | null): MaybePromise {
    const route = this.#routes.wsRoute(session.route);
    if (route === null || route.callbacks[type].isNone) return;
    const event: BoltEvent = { type, session, route, data, isAborted: false };
    const { before, after: afters } = type === "message" ? route : NO_MIDDLEWARE;
    const { middleware } = this.#runner;
    const callbacks = [
      ...middleware.before,
      ...before,
      route.callbacks[type],
      ...afters,
      ...middleware.after,
    ];
    const steps = this.#runner.steps(callbacks);
    const where = `${route.callbacks[type].where} (client ${session.id})`;
    const chain = (): MaybePromise => inSequence(steps, () => !event.isAborted);
    return this.#call.runEvent(event, () => this.#runner.guarded(where, chain));
  }

  #timeOut(job: string, timeout: number): void {
    this.#call.clear();
    const error = new ParlorError("PARLOR_HANDLER_TIMEOUT/program", { seconds: timeout / 1000 });
    error.stack = "";
    this.#script.fault(error, job);
  }
}

const NO_MIDDLEWARE = { before: [], after: [] } as const;
