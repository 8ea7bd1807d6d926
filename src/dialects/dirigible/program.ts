import type { RouteClaim } from "../../boundary/questions.ts";
import type { MaybePromise, Program, ScriptContext } from "../../host/api/dialect.ts";
import type { ClientEvent, ProgramFile } from "../../boundary/events.ts";
import type { HostSession } from "../../host/api/host-session.ts";
import type { Payload } from "../../boundary/payload.ts";
import { problem } from "./checks.ts";
import { ClientRegistry } from "./clients/client-registry.ts";
import { ENDPOINT_ROUTE, EndpointSeat, EndpointService } from "./endpoints/endpoint-service.ts";
import { Endpoints } from "./endpoints/endpoints.ts";
import type { Execution, Services } from "./execution.ts";
import { ExecutionContext } from "./modules/execution-context.ts";
import { Globals } from "./modules/shared-values.ts";
import { Handlers } from "./endpoints/handler-modules.ts";
import { ModuleGraph } from "./modules/module-graph.ts";
import { Registry } from "./modules/module-registry.ts";
import { ScriptSeat, ScriptService } from "./scripts/script-service.ts";
import { SCRIPT_ROUTE } from "./modules/websocket-module.ts";
import { Worlds } from "./script-globals.ts";

/** Runs the app's registry: its WebSocket endpoints, its outbound clients, and modules by their paths. */
export class DirigibleProgram implements Program {
  readonly #services: Services;
  readonly #worlds: Worlds;
  readonly #clients: ClientRegistry;
  readonly #handlers: Handlers;
  readonly #endpoints: Endpoints;
  readonly #endpointService: EndpointService;
  readonly #scriptService: ScriptService;
  /** What is wrong with the files, as last told. */
  #told: ReadonlySet<string> = new Set();

  constructor(side: ScriptContext) {
    const registry = new Registry(side);
    this.#worlds = new Worlds(side);
    this.#clients = new ClientRegistry(side, this.#worlds, (handler, telling, world) => {
      return this.#handlers.tell(handler, telling, world) as MaybePromise;
    });
    this.#services = { side, registry, globals: new Globals(), clients: this.#clients };
    this.#handlers = new Handlers(this.#services);
    this.#endpoints = new Endpoints(registry);
    const beginWorld = (session: HostSession) => this.#worlds.begin(session);
    this.#endpointService = new EndpointService({
      side,
      endpoints: this.#endpoints,
      handlers: this.#handlers,
      beginWorld,
    });
    this.#scriptService = new ScriptService(this.#services, beginWorld);
  }

  start(): void {
    const { side } = this.#services;
    side.commands.claim(side.info.name, [claimOf(ENDPOINT_ROUTE), claimOf(SCRIPT_ROUTE)]);
    this.#survey([]);
  }

  /** The code is swapped and the artefacts are read anew; globals, clients and sessions stay. */
  files(files: readonly ProgramFile[]): void {
    const broken = this.#services.registry.replace(files);
    this.#handlers.forget();
    this.#survey(broken);
    this.#endpointService.sweep();
  }

  upgrade(session: HostSession): void {
    if (isEndpoint(session)) this.#endpointService.upgrade(session);
    else this.#scriptService.upgrade(session);
  }

  open(session: HostSession): MaybePromise {
    if (isEndpoint(session)) return this.#endpointService.open(session);
  }

  message(session: HostSession, data: Payload): MaybePromise {
    if (isEndpoint(session)) return this.#endpointService.message(session, data);
    return this.#scriptService.message(session, data);
  }

  close(session: HostSession, code: number, reason: string): MaybePromise {
    if (isEndpoint(session)) return this.#endpointService.close(session, code, reason);
  }

  client(event: ClientEvent): MaybePromise {
    return this.#clients.take(event);
  }

  /** Done when the module's timers have fired and the clients that it made have ended. */
  async run(module?: string): Promise<void> {
    if (module === undefined || module === "")
      throw problem("which module of dirigible/ is to be run? Name it by its path there, like chat/start.js");
    const world = this.#worlds.begin(null);
    const context = new ExecutionContext();
    const execution: Execution = { services: this.#services, world, context, session: null, clients: [] };
    try {
      new ModuleGraph(execution).load(module, `the module "${module}" cannot be run`);
      await settled(execution);
    } finally {
      world.end();
    }
  }

  endSession(session: HostSession): void {
    const seat = session.instance;
    session.instance = null;
    if (seat instanceof EndpointSeat || seat instanceof ScriptSeat) seat.world.end();
  }

  dispose(): void {
    this.#worlds.end();
  }

  /** Sessions outlive the host; of theirs, nothing but the globals is lost with it. */
  takeOver(): void {}

  /** Published: what a handler throws is told to nobody. */
  error(): void {}

  pong(): void {}

  tick(): void {}

  request(): void {}

  abort(): void {}

  // Whatever is wrong with the files is told once, not at every change of another file.
  #survey(broken: readonly Error[]): void {
    const { side } = this.#services;
    const problems = [
      ...this.#endpoints.update(),
      ...broken.map(({ message }) => message),
      ...this.#unready(),
    ];
    for (const text of problems) if (!this.#told.has(text)) side.fault(problem(text), "registry");
    this.#told = new Set(problems);
  }

  // Handlers are compiled before the first client comes, so that a slip is told when it is made.
  #unready(): string[] {
    const { registry } = this.#services;
    return Array.from(this.#endpoints.all()).flatMap(({ handler, file }) => {
      const path = registry.resolve(handler, null);
      if (path === null)
        return [registry.missing(`${registry.nameOf(file)}: handler "${handler}"`, handler, null).message];
      try {
        if (path.endsWith(".js")) registry.factoryOf(path);
        return [];
      } catch (error) {
        return [(error as Error).message];
      }
    });
  }
}

function isEndpoint(session: HostSession): boolean {
  return session.route === ENDPOINT_ROUTE;
}

function claimOf(pattern: string): RouteClaim {
  return { kind: "ws", pattern, awaitsDecision: true, hearsPings: false, limits: {} };
}

async function settled({ world, clients }: Execution): Promise<void> {
  let known = -1;
  while (known < clients.length) {
    known = clients.length;
    await world.idle();
    await Promise.all(clients.map(({ ended }) => ended));
  }
}
