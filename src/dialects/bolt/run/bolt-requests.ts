// Dialect: handles the requests of a Bolt program, one at a time.
import type { RequestHead } from "../../../boundary/events.ts";
import type { RequestRef } from "../../../boundary/refs.ts";
import type { MaybePromise, ScriptContext } from "../../../host/api/dialect.ts";
import { after, inSequence } from "../common/sequence.ts";
import type { ProgramRoutes } from "../routes/program-routes.ts";
import { SseStreams } from "../sse/sse-streams.ts";
import type { CallContext } from "../state/call-context.ts";
import type { CallbackRunner } from "./callback-runner.ts";
import { BoltExchange } from "../http/bolt-exchange.ts";
import { routeFor, sendPlainResponse } from "../http/plain-response.ts";

/** Finds the route of a request, runs its callbacks and sends the response. */
export class BoltRequests {
  /** The requests whose callbacks run. */
  readonly exchanges = new Map<RequestRef, BoltExchange>();
  readonly streams: SseStreams;
  readonly #script: ScriptContext;
  readonly #call: CallContext;
  readonly #runner: CallbackRunner;

  constructor(script: ScriptContext, call: CallContext, runner: CallbackRunner) {
    this.#script = script;
    this.streams = new SseStreams(script.commands, script.platform.clock);
    this.#call = call;
    this.#runner = runner;
  }

  /**
   * `routes`: null for a program that could not be evaluated. A stream is open when the response has started: other
   * callbacks run then, and `ended` gets its end.
   */
  respond(
    routes: ProgramRoutes | null,
    { head, body }: { readonly head: RequestHead; readonly body: Uint8Array | null },
    ended: (end: MaybePromise) => void,
  ): MaybePromise {
    const found = routeFor(routes, head);
    if ("status" in found) return sendPlainResponse(this.#script.commands, head, found);
    if ("sse" in found) return ended(this.streams.open(found.sse, head));
    const { route } = found;
    const exchange = new BoltExchange(head, body, { route, id: this.#script.randomUUID() });
    this.exchanges.set(head.request, exchange);
    const chain = (): MaybePromise => this.#handle(exchange);
    return after(
      this.#call.runExchange(exchange, () => this.#runner.guarded(route.handler.where, chain, exchange)),
      () => {
        this.exchanges.delete(head.request);
        exchange.send(this.#script.commands);
      },
    );
  }

  // Published: a `before` that responds ends the request; neither the handler nor an `after` follows.
  #handle(exchange: BoltExchange): MaybePromise {
    const { middleware } = this.#runner;
    const { before, handler, after: afters } = exchange.route;
    const isOpen = (): boolean => !exchange.hasResponse;
    const first = this.#runner.steps([...middleware.before, ...before]);
    return after(inSequence(first, isOpen), () => {
      const rest = [handler, ...afters, ...middleware.after];
      if (isOpen()) return inSequence(this.#runner.steps(rest), () => true);
    });
  }
}
