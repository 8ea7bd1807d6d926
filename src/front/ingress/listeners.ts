// Front: the ports that programs open besides the server's own.
import type { Answer, Question } from "../../boundary/questions.ts";
import { normalizePath } from "../../boundary/text/path.ts";
import { REFUSALS } from "../../boundary/errors/refusals.ts";
import type { ResolvedConfig } from "../../config.ts";
import type { QuestionReceiver } from "../front-parts.ts";
import type { HttpTransport } from "../http/http-transport.ts";
import type { Arrival } from "../websocket/handshake.ts";
import type { Gateway } from "./gateway.ts";
import { Leases } from "./leases.ts";
import { programLimits } from "./socket-routes.ts";
import {
  ProgramServer,
  type ListenQuestion,
  type ProgramServerHandlers,
  type ProgramServerOptions,
  type RequestArrival,
} from "./program-server.ts";

/**
 * All requests and handshakes of such a port are its program's. A port stays open while its program restarts, and so do
 * its sessions.
 */
export class Listeners implements QuestionReceiver {
  /** The open ports, with the question that asked for each. */
  readonly leases = new Leases<ProgramServer, ListenQuestion>((servers) => {
    for (const server of servers) server.close();
  });
  readonly #parts: ListenersParts;

  constructor(parts: ListenersParts) {
    this.#parts = parts;
  }

  /** Replies at once where possible; else when the port is open, or cannot be opened. */
  answer(question: Question, reply: (answer: Answer) => void, slot: number): void {
    if (question.kind === "listen") return this.#listen(question, reply, slot);
    const open = this.#find(slot, ({ listener }) => listener === question.listener);
    if (open !== undefined && question.keepsSockets === true) open.stopListening();
    if (open !== undefined) this.leases.remove(open);
    reply({ ok: true, port: 0 });
  }

  #listen(question: ListenQuestion, reply: (answer: Answer) => void, slot: number): void {
    const expired = this.#find(slot, (asked, isExpired) => isExpired && isSame(asked, question));
    if (expired !== undefined) {
      this.leases.set(expired, slot, question);
      return reply({ ok: true, port: expired.port });
    }
    const server = this.#createServer();
    this.leases.set(server, slot, question);
    server.open(question, (answer) => {
      if (!answer.ok) this.leases.remove(server);
      reply(answer);
    });
  }

  #createServer(): ProgramServer {
    const { http, gateway, config } = this.#parts;
    const handlers: ProgramServerHandlers = {
      onRequest: (arrival) => this.#request(server, arrival),
      onUpgrade: (arrival) => this.#upgrade(server, arrival),
      onClientError: http.handleClientError,
      connections: gateway.bounds.connections,
    };
    const server = new ProgramServer(handlers, config);
    return server;
  }

  #request(server: ProgramServer, { req, res, asksToContinue }: RequestArrival): void {
    const lease = this.leases.all.get(server);
    if (lease === undefined) return void req.destroy();
    const { http } = this.#parts;
    req.url = withSingleSlashes(req.url);
    // A path that no honest client asks for gets 404, as on the server's own port.
    if (normalizePath(req.url) === null) return http.handle(req, res);
    const { script, listener, limits } = lease.value;
    const route = routeOf(lease.value);
    const target = { script, route, params: null, bodyLimit: limits.maxBody, listener };
    http.handleFor(target, req, res, asksToContinue);
  }

  #upgrade(server: ProgramServer, arrival: Arrival): void {
    const lease = this.leases.all.get(server);
    const { request, socket } = arrival;
    if (lease === undefined) return void socket.destroy();
    socket.on("error", () => socket.destroy());
    const { gateway } = this.#parts;
    const refuse = (): void => gateway.refuseHandshake(request, socket, REFUSALS.UPGRADE_PIPELINED);
    if (this.#parts.http.awaitsResponse(socket, refuse)) return;
    request.url = withSingleSlashes(request.url);
    if (normalizePath(request.url) === null)
      return gateway.refuseHandshake(request, socket, REFUSALS.NO_ROUTE);
    const { slot, value } = lease;
    const { script, listener } = value;
    const program = { wantsPings: true, listener };
    const limits = programLimits(value.limits, this.#parts.config.limits);
    const target = {
      script,
      route: routeOf(value),
      slot,
      awaitsDecision: true,
      resume: null,
      limits,
      program,
    };
    this.#parts.gateway.upgradeTo({ data: target, params: null }, arrival);
  }

  #find(
    slot: number,
    fits: (asked: ListenQuestion, isExpired: boolean) => boolean,
  ): ProgramServer | undefined {
    for (const [server, lease] of this.leases.all) {
      if (lease.slot === slot && fits(lease.value, lease.isExpired)) return server;
    }
    return undefined;
  }
}

export interface ListenersParts {
  readonly gateway: Gateway;
  readonly http: HttpTransport;
  readonly config: ProgramServerOptions & Pick<ResolvedConfig, "limits">;
}

// A program that is loaded again asks for the same port: by its number, or by the program's own number for it.
function isSame(open: ListenQuestion, wanted: ListenQuestion): boolean {
  if (open.host !== wanted.host || open.script !== wanted.script) return false;
  return wanted.port === open.port && (wanted.port !== 0 || wanted.listener === open.listener);
}

// The name under which the sessions of the port are in the directory.
function routeOf({ script, listener }: ListenQuestion): string {
  return `${script}#${listener}`;
}

function withSingleSlashes(target = "/"): string {
  const at = target.indexOf("?");
  const path = at === -1 ? target : target.slice(0, at);
  return path.replace(/\/{2,}/g, "/") + (at === -1 ? "" : target.slice(at));
}
