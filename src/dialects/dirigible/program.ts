import type { RouteClaim } from "../../boundary/questions.ts";
import type { MaybePromise, Program, ScriptContext } from "../../host/api/dialect.ts";
import type { ClientEvent, ProgramFile } from "../../boundary/events.ts";
import type { HostSession } from "../../host/api/host-session.ts";
import type { Payload } from "../../boundary/payload.ts";
import { fileProblem } from "./checks.ts";
import { ClientRegistry } from "./clients/client-registry.ts";
import { ENDPOINT_ROUTE, EndpointSession, EndpointService } from "./endpoints/endpoint-service.ts";
import { Endpoints } from "./endpoints/endpoints.ts";
import type { Execution, DirigibleContext } from "./execution.ts";
import { ExecutionContext } from "./modules/execution-context.ts";
import { SharedValues } from "./modules/shared-values.ts";
import { HandlerModules } from "./endpoints/handler-modules.ts";
import { ModuleGraph } from "./modules/module-graph.ts";
import { ModuleRegistry } from "./modules/module-registry.ts";
import { ScriptSession, ScriptService } from "./scripts/script-service.ts";
import { SCRIPT_ROUTE } from "./modules/websocket-module.ts";
import { ModuleGlobalsStore } from "./script-globals.ts";

/** Runs the app's registry: its WebSocket endpoints, its outbound clients, and modules by their paths. */
export class DirigibleProgram implements Program {
  readonly #context: DirigibleContext;
  readonly #globalsStore: ModuleGlobalsStore;
  readonly #clients: ClientRegistry;
  readonly #handlers: HandlerModules;
  readonly #endpoints: Endpoints;
  readonly #endpointService: EndpointService;
  readonly #scriptService: ScriptService;
  /** What is wrong with the files, as last told. */
  #told: ReadonlySet<string> = new Set();

  constructor(script: ScriptContext) {
    const registry = new ModuleRegistry(script);
    this.#globalsStore = new ModuleGlobalsStore(script);
    this.#clients = new ClientRegistry(script, this.#globalsStore, (handler, call, globals) => {
      return this.#handlers.call(handler, call, globals) as MaybePromise;
    });
    this.#context = { script, registry, sharedValues: new SharedValues(), clients: this.#clients };
    this.#handlers = new HandlerModules(this.#context);
    this.#endpoints = new Endpoints(registry);
    const createGlobals = (session: HostSession) => this.#globalsStore.create(session);
    this.#endpointService = new EndpointService({
      script,
      endpoints: this.#endpoints,
      handlers: this.#handlers,
      createGlobals,
    });
    this.#scriptService = new ScriptService(this.#context, createGlobals);
  }

  start(): void {
    const { script } = this.#context;
    script.commands.claim(script.info.name, [claimOf(ENDPOINT_ROUTE), claimOf(SCRIPT_ROUTE)]);
    this.#survey([]);
  }

  /** The code is swapped and the artefacts are read anew; globals, clients and sessions stay. */
  files(files: readonly ProgramFile[]): void {
    const broken = this.#context.registry.replace(files);
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
      throw fileProblem(
        "which module of dirigible/ is to be run? Name it by its path there, like chat/start.js",
      );
    const globals = this.#globalsStore.create(null);
    const context = new ExecutionContext();
    const execution: Execution = {
      program: this.#context,
      globals: globals,
      context,
      session: null,
      clients: [],
    };
    try {
      new ModuleGraph(execution).load(module, `the module "${module}" cannot be run`);
      await settled(execution);
    } finally {
      globals.end();
    }
  }

  endSession(session: HostSession): void {
    const state = session.instance;
    session.instance = null;
    if (state instanceof EndpointSession || state instanceof ScriptSession) state.globals.end();
  }

  dispose(): void {
    this.#globalsStore.endAll();
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
    const { script } = this.#context;
    const problems = [
      ...this.#endpoints.update(),
      ...broken.map(({ message }) => message),
      ...this.#unready(),
    ];
    for (const text of problems) if (!this.#told.has(text)) script.fault(fileProblem(text), "registry");
    this.#told = new Set(problems);
  }

  // Handlers are compiled before the first client comes, so that a slip is told when it is made.
  #unready(): string[] {
    const { registry } = this.#context;
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
  return { kind: "ws", pattern, awaitsDecision: true, wantsPings: false, limits: {} };
}

async function settled({ globals: globals, clients }: Execution): Promise<void> {
  let known = -1;
  while (known < clients.length) {
    known = clients.length;
    await globals.idle();
    await Promise.all(clients.map(({ ended }) => ended));
  }
}
