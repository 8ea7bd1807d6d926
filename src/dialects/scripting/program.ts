// Dialect: runs a script of the Scripting API, which serves by the servers that it starts.
import type { ResponseHead } from "../../boundary/commands.ts";
import type { Instance, MaybePromise, Program, ScriptContext } from "../../host/api/dialect.ts";
import type { ClientEvent, RequestHead } from "../../boundary/events.ts";
import type { HostSession } from "../../host/api/host-session.ts";
import type { Payload } from "../../boundary/payload.ts";
import { isPromiseLike } from "../../boundary/checks.ts";
import { GOING_AWAY, NORMAL_CLOSURE, SERVICE_RESTART } from "../../boundary/errors/close-codes.ts";
import { HttpRequest, partsOfHandshake, partsOfHead } from "./http/http-request.ts";
import { HttpResponse, textResponse } from "./http/http-response.ts";
import { scriptingGlobals } from "./script-globals.ts";
import { ScriptingSessionState } from "./session-state.ts";
import type { HttpApp } from "./http/http-app.ts";
import type { WebsocketHandlers } from "./http/websocket-handlers.ts";
import { WebSocketSession } from "./api/web-socket-session.ts";
import { ScriptingContext } from "./state/context.ts";

/** Evaluated once; each of its servers is a port with routes. */
export class ScriptingProgram implements Program {
  readonly #script: ScriptContext;
  readonly #context: ScriptingContext;
  #instance: Instance | null = null;
  #isEvaluated = false;
  #isEnded = false;
  /** The sessions that wait until a server has started, or until it is clear that none will. */
  #waiting: (() => void)[] = [];

  constructor(script: ScriptContext) {
    this.#script = script;
    this.#context = new ScriptingContext(script);
    this.#context.onStart = this.#wake;
    this.#context.exit = this.#exit;
  }

  async start(): Promise<void> {
    try {
      const instance = await this.#script.instantiate(scriptingGlobals(this.#context), null);
      this.#instance = instance;
      if (this.#isEnded) instance.end();
    } finally {
      this.#isEvaluated = true;
      this.#wake();
    }
  }

  /** Published: middleware runs before the upgrade and can refuse it. */
  upgrade(session: HostSession): MaybePromise {
    const app = this.#context.apps.get(session.handshake.listener ?? 0);
    if (app === undefined) return this.#script.directory.refuse(session, 503, STOPPED);
    const request = this.#requestOf(session);
    const screened = app.screen(request);
    if (isPromiseLike(screened))
      return screened.then((response) => this.#admit({ session, app, request }, response));
    return this.#admit({ session, app, request }, screened);
  }

  open(session: HostSession): MaybePromise {
    // A session that the previous version accepted has no state here yet.
    if (this.#stateOf(session) === null) this.#attachAgain(session);
    return this.#stateOf(session)?.call("onConnected");
  }

  message(session: HostSession, data: Payload): MaybePromise {
    const state = this.#stateOf(session);
    if (typeof data === "string") return state?.call("handleText", data);
    return state?.call("handleBinary", this.#context.makeData(data));
  }

  ping(session: HostSession): MaybePromise {
    return this.#stateOf(session)?.call("onPong");
  }

  pong(session: HostSession): MaybePromise {
    return this.#stateOf(session)?.call("onPong");
  }

  /** A client that left before `onConnected` never connected, as far as the script knows. */
  close(session: HostSession): MaybePromise {
    if (session.isOpened) return this.#stateOf(session)?.call("onDisconnected");
  }

  async takeOver(session: HostSession): Promise<void> {
    while (!this.#attachAgain(session) && !this.#isEvaluated) {
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
    const state = this.#stateOf(session);
    if (state?.has("onReload") === true) await state.call("onReload");
    else this.#forget(session);
  }

  async request(head: RequestHead, body: Uint8Array | null): Promise<void> {
    const app = this.#context.apps.get(head.listener ?? 0);
    if (app === undefined) return this.#respond(head, textResponse(503, STOPPED));
    const request = new HttpRequest(
      partsOfHead(this.#script.platform.web, head),
      body ?? NO_BODY,
      this.#context,
    );
    this.#respond(head, await app.respond(request));
  }

  client(event: ClientEvent): MaybePromise {
    return this.#context.clients.get(event.client)?.(event) as MaybePromise;
  }

  endSession(session: HostSession): void {
    session.instance = null;
  }

  dispose(): void {
    this.#isEnded = true;
    this.#instance?.end();
  }

  #admit(
    { session, app, request }: { session: HostSession; app: HttpApp; request: HttpRequest },
    screened: HttpResponse | null,
  ): MaybePromise {
    if (screened !== null) return this.#refuse(session, screened);
    const match = app.find(request);
    if (match === null) return app.missing(request).then((response) => this.#refuse(session, response));
    const { target } = match;
    if (target.kind === "http")
      return this.#refuse(session, textResponse(400, "this path does not take WebSocket connections"));
    this.#attach(session, target.handlers);
    this.#script.directory.accept(session);
  }

  #refuse(session: HostSession, response: HttpResponse): void {
    const parts = HttpResponse.read(response);
    const body = parts?.body ?? "";
    const text = typeof body === "string" ? body : this.#context.makeData(body).toDecodedString();
    this.#script.directory.refuse(session, parts?.status ?? 500, text === "" ? (parts?.phrase ?? "") : text);
  }

  #respond({ request }: RequestHead, response: HttpResponse): void {
    const parts = HttpResponse.read(response);
    if (parts === null) return;
    const head: ResponseHead = { status: parts.status, headers: parts.headers };
    this.#script.commands.respond(request, head);
    this.#script.commands.write(request, parts.body, true);
  }

  #requestOf(session: HostSession): HttpRequest {
    return new HttpRequest(partsOfHandshake(session.handshake), NO_BODY, this.#context);
  }

  // A session's port has the same number in the new version if the program starts its servers in the same order.
  #attachAgain(session: HostSession): boolean {
    const request = this.#requestOf(session);
    const own = this.#context.apps.get(session.handshake.listener ?? 0);
    for (const app of own === undefined ? this.#context.apps.values() : [own]) {
      const target = app.find(request)?.target;
      if (target?.kind !== "ws") continue;
      this.#attach(session, target.handlers);
      return true;
    }
    return false;
  }

  // Without a state: a program that does not know the session gets no event of its end either.
  #forget(session: HostSession): void {
    session.instance = null;
    this.#script.directory.close(session, SERVICE_RESTART, "the program was reloaded");
  }

  #attach(session: HostSession, handlers: WebsocketHandlers): void {
    session.instance = new ScriptingSessionState(
      this,
      new WebSocketSession(this.#context, session),
      handlers,
    );
  }

  #stateOf(session: HostSession): ScriptingSessionState | null {
    const state = session.instance;
    return state instanceof ScriptingSessionState && state.isOf(this) ? state : null;
  }

  // As when the program is removed: its clients are notified of the end, and no handler is called after that.
  readonly #exit = (): void => {
    const { onExit, clients, hasExited } = this.#context;
    if (hasExited) return;
    this.#context.hasExited = this.#isEnded = true;
    const servers = onExit.size === 1 ? "server" : `${onExit.size} servers`;
    if (onExit.size > 0) this.#script.warn("PARLOR_PROGRAM_EXIT", { servers });
    for (const unlisten of [...onExit]) unlisten();
    for (const session of this.#script.directory.allOwn()) this.#dismiss(session);
    for (const client of clients.keys()) this.#script.commands.closeClient(client, NORMAL_CLOSURE, "");
    clients.clear();
    this.#instance?.end();
  };

  #dismiss(session: HostSession): void {
    session.instance = null;
    this.#script.directory.refuse(session, 503, EXITED);
    this.#script.directory.close(session, GOING_AWAY, EXITED);
  }

  readonly #wake = (): void => {
    for (const resolve of this.#waiting.splice(0)) resolve();
  };
}

const NO_BODY = new Uint8Array();
const STOPPED = "the server has been stopped";
const EXITED = "the program has ended";
