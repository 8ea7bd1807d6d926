// Dialect: runs a Diesel script that serves WebSocket clients.
import { isPromiseLike, isRecord } from "../../boundary/checks.ts";
import { UNSUPPORTED_DATA } from "../../boundary/errors/close-codes.ts";
import type { Instance, LifeHooks, MaybePromise, Program, ScriptContext } from "../../host/api/dialect.ts";
import type { HostSession } from "../../host/api/host-session.ts";
import type { Payload } from "../../boundary/payload.ts";
import { offeredProtocols } from "../../boundary/text/subprotocol.ts";
import { closeDetails } from "./api/close-details.ts";
import { setAttribute } from "./state/attributes.ts";
import { exportsHook } from "../../boundary/host-spec.ts";
import { hooksIn } from "./hooks.ts";
import { Evaluation } from "./evaluation.ts";
import { RealtimeRoomProxy } from "./api/realtime-room-proxy.ts";
import { TypedMessages } from "./messages/typed-messages.ts";
import { DieselSessionState } from "./session-state.ts";
import { upgradeDecision, type UpgradeDecision } from "./upgrade-decision.ts";
import { UpgradeRequest, type TokenPlaces } from "./api/upgrade-request.ts";
import { WebSocketSession } from "./api/web-socket-session.ts";
import { DieselContext } from "./state/context.ts";
import type { ScriptInfo } from "../../boundary/script-info.ts";

/** One evaluation per connection, or one for the whole route. The faults of handlers are thrown on: the host logs them. */
export class WsProgram implements Program {
  readonly #script: ScriptContext;
  readonly #context: DieselContext;
  /** The evaluation that all sessions share; `null` when each has its own. */
  readonly #shared: Evaluation | null;
  /** Brings messages to handlers by name; `null` for a script without such handlers. */
  readonly #typed: TypedMessages | null;
  #hasLeftState = false;
  /** The argument of `onTick`, made at the first tick. */
  #room: RealtimeRoomProxy | null = null;

  constructor(script: ScriptContext) {
    this.#script = script;
    this.#context = new DieselContext(script, (session) => this.#stateOf(session).evaluation.messages);
    const isShared = script.info.scope === "route" || script.info.tickRate !== null;
    this.#shared = isShared ? new Evaluation() : null;
    this.#typed = script.info.isTyped === true ? new TypedMessages(script) : null;
  }

  /** A fault here lets no client in: the host refuses a session that was not accepted. */
  upgrade(session: HostSession): MaybePromise {
    return this.#within(session, (instance) => this.#decide(instance, session));
  }

  open(session: HostSession): MaybePromise {
    return this.#call(session, "onOpen");
  }

  message(session: HostSession, data: Payload): MaybePromise {
    const instance = this.#instanceFor(session);
    if (isPromiseLike(instance)) return instance.then((made) => this.#deliver(made, session, data));
    return this.#deliver(instance, session, data);
  }

  call(session: HostSession, text: string): MaybePromise {
    const api = this.#stateOf(session).session;
    return this.#within(session, (instance) => this.#context.calls.respond(instance, api, session, text));
  }

  reply(session: HostSession, text: string): void {
    this.#context.calls.settle(session, text);
  }

  /** Called while the session is still in its rooms. Published: they are cleaned up "when onClose returns". */
  close(session: HostSession, code: number, reason: string): MaybePromise {
    return this.#call(session, "onClose", closeDetails(code, reason));
  }

  away(session: HostSession): MaybePromise {
    return this.#call(session, "onAway");
  }

  returned(session: HostSession): MaybePromise {
    return this.#call(session, "onReturn");
  }

  drained(session: HostSession): MaybePromise {
    return this.#call(session, "onDrain");
  }

  takeOver(session: HostSession): MaybePromise {
    const { saved } = session;
    const reason = session.takeoverReason ?? "reload";
    session.saved = undefined;
    // A session's own state comes from a version whose connections had their own variables.
    if (saved !== undefined && this.#shared !== null) this.#leaveState("connection");
    if (saved === undefined || this.#shared !== null) return this.#call(session, "onReload", reason);
    return this.#within(session, (instance) => {
      const restored = this.#restore(instance, saved);
      const args = [this.#stateOf(session).session, reason];
      return isPromiseLike(restored)
        ? restored.then(() => call(instance, "onReload", args))
        : call(instance, "onReload", args);
    });
  }

  load(): MaybePromise {
    return this.#shared?.instance(this.#script, null) as MaybePromise;
  }

  /** `undefined` for an instance that was never made, or is still being evaluated. */
  save(session: HostSession | null): unknown {
    const evaluation = session === null ? this.#shared : this.#ownEvaluation(session);
    const instance = evaluation?.ready;
    return instance === null || instance === undefined ? undefined : call(instance, "saveState", []);
  }

  restore(saved: unknown): MaybePromise {
    const instance = this.#shared?.instance(this.#script, null);
    if (instance === undefined) return this.#leaveState("route");
    return isPromiseLike(instance)
      ? instance.then((made) => call(made, "restoreState", [saved]))
      : call(instance, "restoreState", [saved]);
  }

  /** Of the evaluation that all sessions share. */
  hooks(): LifeHooks | null | Promise<LifeHooks> {
    if (this.#shared === null || !exportsHook(this.#script.info)) return null;
    const instance = this.#shared.instance(this.#script, null);
    return isPromiseLike(instance)
      ? instance.then(({ exports }) => hooksIn(exports))
      : hooksIn(instance.exports);
  }

  drain(): void {
    this.#shared?.ready?.stopIntervals?.();
  }

  tick(deltaMs: number, index: number): MaybePromise {
    const evaluation = this.#shared;
    if (evaluation === null) return;
    this.#room ??= new RealtimeRoomProxy(
      this.#script,
      evaluation,
      (session) => this.#stateOf(session).session,
    );
    const args = [this.#room, deltaMs, index];
    const instance = evaluation.instance(this.#script, null);
    return isPromiseLike(instance)
      ? instance.then((made) => call(made, "onTick", args))
      : call(instance, "onTick", args);
  }

  /** Only for an instance that is ready: a failed evaluation must not be repeated to report its failure. */
  error(session: HostSession | null, error: unknown): MaybePromise {
    const state = session === null ? null : this.#stateOf(session);
    const instance = (state?.evaluation ?? this.#shared)?.ready;
    if (instance !== null && instance !== undefined)
      return call(instance, "onError", [state?.session ?? null, error]);
  }

  ending(session: HostSession): void {
    this.#context.calls.endSession(session);
  }

  endSession(session: HostSession): void {
    this.#context.calls.endSession(session);
    const state = session.instance;
    session.instance = null;
    if (state instanceof DieselSessionState && state.evaluation !== this.#shared) state.evaluation.end();
  }

  dispose(): void {
    this.#shared?.end();
    for (const session of this.#script.directory.allOwn()) {
      const state = session.instance;
      if (state instanceof DieselSessionState && state.program === this) this.endSession(session);
    }
  }

  // Once for all sessions. State of one scope means nothing in the other.
  #leaveState(before: ScriptInfo["scope"]): void {
    if (this.#hasLeftState) return;
    this.#hasLeftState = true;
    const { name } = this.#script.info;
    const now = before === "route" ? "connection" : "route";
    this.#script.warn("PARLOR_STATE_LEFT", { script: name, before, now });
  }

  // A fault in `restoreState` is reported, and the session continues.
  #restore(instance: Instance, saved: unknown): MaybePromise {
    try {
      const restored = call(instance, "restoreState", [saved]);
      return isPromiseLike(restored) ? restored.then(undefined, this.#failed) : restored;
    } catch (error) {
      this.#failed(error);
    }
  }

  readonly #failed = (error: unknown): void => {
    this.#script.fault(error, "restoreState");
  };

  #ownEvaluation(session: HostSession): Evaluation | null {
    const state = session.instance;
    if (!(state instanceof DieselSessionState) || state.program !== this) return null;
    return state.evaluation === this.#shared ? null : state.evaluation;
  }

  #deliver(instance: Instance, session: HostSession, data: Payload): MaybePromise {
    const api = this.#stateOf(session).session;
    if (this.#typed !== null) return this.#typed.deliver(instance, { api, session }, data);
    const args = [api, data];
    if (typeof data === "string") return call(instance, "onMessage", args);
    if (typeof instance.exports["onBinary"] === "function") return call(instance, "onBinary", args);
    this.#script.directory.close(session, UNSUPPORTED_DATA, "this route takes text, not bytes");
  }

  #decide(instance: Instance, session: HostSession): MaybePromise {
    const decision = call(instance, "onUpgrade", [
      new UpgradeRequest(session.handshake, tokenPlaces(instance)),
    ]);
    if (isPromiseLike(decision)) return decision.then((settled) => this.#apply(instance, session, settled));
    this.#apply(instance, session, decision);
  }

  #apply(instance: Instance, session: HostSession, value: unknown): void {
    const { directory } = this.#script;
    const decision = this.#decisionOf(instance, session, value);
    if (!decision.isAccepted)
      return directory.refuse(session, decision.status, decision.reason, decision.headers);
    for (const [key, attribute] of Object.entries(decision.attributes)) {
      setAttribute(this.#context, session, key, attribute);
    }
    directory.accept(session, decision);
  }

  #decisionOf(instance: Instance, { handshake }: HostSession, value: unknown): UpgradeDecision {
    const { protocols: served = [] } = this.#script.info;
    try {
      return upgradeDecision(value, { offered: offeredProtocols(handshake.headers), served });
    } catch (error) {
      throw error instanceof Error ? this.#script.placed(error, instance.exports["onUpgrade"]) : error;
    }
  }

  #call(session: HostSession, handler: string, more?: unknown): MaybePromise {
    const api = this.#stateOf(session).session;
    const args = more === undefined ? [api] : [api, more];
    return this.#within(session, (instance) => call(instance, handler, args));
  }

  #within(session: HostSession, then: (instance: Instance) => MaybePromise): MaybePromise {
    const instance = this.#instanceFor(session);
    return isPromiseLike(instance) ? instance.then(then) : then(instance);
  }

  // The timers of a shared evaluation belong to no session.
  #instanceFor(session: HostSession): Instance | Promise<Instance> {
    const owner = this.#shared === null ? session : null;
    return this.#stateOf(session).evaluation.instance(this.#script, owner);
  }

  #stateOf(session: HostSession): DieselSessionState {
    const state = session.instance;
    if (state instanceof DieselSessionState && state.program === this) return state;
    const api = new WebSocketSession(this.#context, session);
    const made = new DieselSessionState(this, api, this.#shared ?? new Evaluation());
    session.instance = made;
    return made;
  }
}

/** Calls the exported function of this name, if the script has it. */
function call(instance: Instance, name: string, args: readonly unknown[]): MaybePromise {
  const handler = instance.exports[name];
  if (typeof handler === "function")
    return (handler as (...args: readonly unknown[]) => MaybePromise)(...args);
}

/** The script's `token`, as the contract has checked it. */
function tokenPlaces({ exports }: Instance): TokenPlaces {
  const places = exports["token"];
  return isRecord(places) ? places : {};
}
