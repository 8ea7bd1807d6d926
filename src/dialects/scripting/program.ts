import type { ResponseHead } from "../../boundary/commands.ts";
import type { Instance, MaybePromise, Program, ScriptContext } from "../../host/api/dialect.ts";
import type { ClientEvent, RequestHead } from "../../boundary/events.ts";
import type { HostSession } from "../../host/api/host-session.ts";
import type { Payload } from "../../boundary/payload.ts";
import { isPromise } from "./checks.ts";
import { HttpRequest, partsOfHandshake, partsOfHead } from "./http/http-request.ts";
import { HttpResponse, textResponse } from "./http/http-response.ts";
import { scriptingNames } from "./script-globals.ts";
import { Seat } from "./session-state.ts";
import type { Site } from "./http/http-app.ts";
import type { WebsocketHandlers } from "./websocket-handlers.ts";
import { WebSocketSession } from "./web-socket-session.ts";
import { Wires } from "./context.ts";

const NOTHING = new Uint8Array();
const STOPPED = "the server has been stopped";
/** What a client is told whom the program has forgotten. */
const SERVICE_RESTART = 1012;

/** Runs a script of the Scripting app: evaluated once, it serves by the servers that it starts. */
export class ScriptingProgram implements Program {
  readonly #side: ScriptContext;
  readonly #wires: Wires;
  #instance: Instance | null = null;
  #isEvaluated = false;
  #isEnded = false;
  /** Who waits until a server has started, or none will. */
  #waiting: (() => void)[] = [];

  constructor(side: ScriptContext) {
    this.#side = side;
    this.#wires = new Wires(side);
    this.#wires.onStart = () => this.#wake();
  }

  async start(): Promise<void> {
    try {
      const instance = await this.#side.instantiate(scriptingNames(this.#wires), null);
      this.#instance = instance;
      if (this.#isEnded) instance.end();
    } finally {
      this.#isEvaluated = true;
      this.#wake();
    }
  }

  /** Published: middleware runs before the upgrade and can refuse it. */
  upgrade(session: HostSession): MaybePromise {
    const site = this.#wires.sites.get(session.handshake.listener ?? 0);
    if (site === undefined) return this.#side.directory.refuse(session, 503, STOPPED);
    const request = this.#requestOf(session);
    const screened = site.screen(request);
    if (isPromise(screened))
      return screened.then((answer) => this.#admit({ session, site, request }, answer));
    return this.#admit({ session, site, request }, screened);
  }

  open(session: HostSession): MaybePromise {
    // One that was let in by the program's version before has no seat yet.
    if (this.#seatOf(session) === null) this.#seatAnew(session);
    return this.#seatOf(session)?.call("onConnected");
  }

  message(session: HostSession, data: Payload): MaybePromise {
    const seat = this.#seatOf(session);
    if (typeof data === "string") return seat?.call("handleText", data);
    return seat?.call("handleBinary", this.#wires.makeData(data));
  }

  ping(session: HostSession): MaybePromise {
    return this.#seatOf(session)?.call("onPong");
  }

  pong(session: HostSession): MaybePromise {
    return this.#seatOf(session)?.call("onPong");
  }

  /** A client that left before it was told of the connection never connected, as far as the script knows. */
  close(session: HostSession): MaybePromise {
    if (session.isOpened) return this.#seatOf(session)?.call("onDisconnected");
  }

  async takeOver(session: HostSession): Promise<void> {
    while (!this.#seatAnew(session) && !this.#isEvaluated) {
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
    const seat = this.#seatOf(session);
    if (seat?.has("onReload") === true) await seat.call("onReload");
    else this.#forget(session);
  }

  async request(head: RequestHead, body: Uint8Array | null): Promise<void> {
    const site = this.#wires.sites.get(head.listener ?? 0);
    if (site === undefined) return this.#respond(head, textResponse(503, STOPPED));
    const request = new HttpRequest(partsOfHead(head), body ?? NOTHING, this.#wires.makeData);
    this.#respond(head, await site.answer(request));
  }

  client(event: ClientEvent): MaybePromise {
    return this.#wires.clients.get(event.client)?.(event) as MaybePromise;
  }

  endSession(session: HostSession): void {
    session.instance = null;
  }

  dispose(): void {
    this.#isEnded = true;
    this.#instance?.end();
  }

  /** A script of the app knows no ticks, jobs and faults, and what it answers it answers to the end. */
  tick(): void {}

  run(): void {}

  abort(): void {}

  error(): void {}

  #admit(
    { session, site, request }: { session: HostSession; site: Site; request: HttpRequest },
    screened: HttpResponse | null,
  ): MaybePromise {
    if (screened !== null) return this.#refuse(session, screened);
    const match = site.find(request);
    if (match === null) return site.missing(request).then((answer) => this.#refuse(session, answer));
    const { target } = match;
    if (target.kind === "http")
      return this.#refuse(session, textResponse(400, "this path is no WebSocket's"));
    this.#seat(session, target.handlers);
    this.#side.directory.accept(session);
  }

  #refuse(session: HostSession, response: HttpResponse): void {
    const answer = HttpResponse.read(response);
    const body = answer?.body ?? "";
    const text = typeof body === "string" ? body : new TextDecoder().decode(body);
    this.#side.directory.refuse(session, answer?.status ?? 500, text === "" ? (answer?.phrase ?? "") : text);
  }

  #respond({ request }: RequestHead, response: HttpResponse): void {
    const answer = HttpResponse.read(response);
    if (answer === null) return;
    const head: ResponseHead = { status: answer.status, headers: answer.headers };
    this.#side.commands.respond(request, head);
    this.#side.commands.write(request, answer.body, true);
  }

  #requestOf(session: HostSession): HttpRequest {
    return new HttpRequest(partsOfHandshake(session.handshake), NOTHING, this.#wires.makeData);
  }

  // The port that a session came in by has the same number as before, if the program starts its servers in the same order.
  #seatAnew(session: HostSession): boolean {
    const request = this.#requestOf(session);
    const own = this.#wires.sites.get(session.handshake.listener ?? 0);
    for (const site of own === undefined ? this.#wires.sites.values() : [own]) {
      const target = site.find(request)?.target;
      if (target?.kind !== "ws") continue;
      this.#seat(session, target.handlers);
      return true;
    }
    return false;
  }

  // Without its seat: a program that does not know the session is not told of its end either.
  #forget(session: HostSession): void {
    session.instance = null;
    this.#side.directory.close(session, SERVICE_RESTART, "the program was loaded anew");
  }

  #seat(session: HostSession, handlers: WebsocketHandlers): void {
    session.instance = new Seat(this, new WebSocketSession(this.#wires, session), handlers);
  }

  #seatOf(session: HostSession): Seat | null {
    const seat = session.instance;
    return seat instanceof Seat && seat.isOf(this) ? seat : null;
  }

  #wake(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}
