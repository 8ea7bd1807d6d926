// Dialect: runs the app's registry: its WebSocket endpoints, its outbound clients, and modules by their paths.
import type { RouteClaim } from "../../boundary/questions.ts";
import type { MaybePromise, Program, ScriptContext } from "../../host/api/dialect.ts";
import type { ClientEvent, ProgramFile } from "../../boundary/events.ts";
import type { HostSession } from "../../host/api/host-session.ts";
import type { Payload } from "../../boundary/payload.ts";
import { fileProblem } from "./common/checks.ts";
import { ClientRegistry } from "./services/client-registry.ts";
import { ENDPOINT_ROUTE, EndpointService } from "./services/endpoint-service.ts";
import { Endpoints } from "./registry/endpoints.ts";
import type { DirigibleContext } from "./state/context.ts";
import type { Execution } from "./state/execution.ts";
import { EndpointSession, ScriptSession } from "./state/session-state.ts";
import { ExecutionContext } from "./state/execution-context.ts";
import { SharedValues } from "./state/shared-values.ts";
import { HandlerModules } from "./modules/handler-modules.ts";
import { ModuleGraph } from "./modules/module-graph.ts";
import { ModuleRegistry } from "./registry/module-registry.ts";
import { ScriptService } from "./services/script-service.ts";
import { SCRIPT_ROUTE } from "./api/websocket-module.ts";
import { ModuleGlobalsStore } from "./common/module-globals.ts";
import { scriptKey } from "../../boundary/script-key.ts";

/** An edit of a file replaces its code; shared values, clients and sessions stay. */
export class DirigibleProgram implements Program {
  readonly #context: DirigibleContext;
  readonly #globalsStore: ModuleGlobalsStore;
  readonly #clients: ClientRegistry;
  readonly #handlers: HandlerModules;
  readonly #endpoints: Endpoints;
  readonly #endpointService: EndpointService;
  readonly #scriptService: ScriptService;
  /** The problems of the files that have been reported. */
  #reported: ReadonlySet<string> = new Set();

  constructor(script: ScriptContext) {
    const registry = new ModuleRegistry(script);
    this.#globalsStore = new ModuleGlobalsStore(script);
    this.#clients = new ClientRegistry(script, this.#globalsStore, (handler, call, globals) => {
      return this.#handlers.call(handler, call, globals) as MaybePromise;
    });
    this.#context = { script, registry, sharedValues: new SharedValues(), clients: this.#clients };
    this.#handlers = new HandlerModules(this.#context);
    this.#endpoints = new Endpoints(registry);
    this.#endpointService = new EndpointService({
      script,
      endpoints: this.#endpoints,
      handlers: this.#handlers,
      globalsStore: this.#globalsStore,
    });
    this.#scriptService = new ScriptService(this.#context, this.#globalsStore);
  }

  start(): void {
    const { script } = this.#context;
    script.commands.claim(scriptKey(script.info), [claimOf(ENDPOINT_ROUTE), claimOf(SCRIPT_ROUTE)]);
    this.#reportProblems([]);
  }

  /** Replaces the code, and reads the artefacts again. */
  files(files: readonly ProgramFile[]): void {
    const broken = this.#context.registry.replace(files);
    this.#handlers.forget();
    this.#reportProblems(broken);
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

  /** Resolves when the module's timers have fired and the clients that it created have ended. */
  async run(module?: string): Promise<void> {
    if (module === undefined || module === "")
      throw fileProblem("no module is named; give its path in dirigible/, such as chat/start.js");
    const globals = this.#globalsStore.create(null);
    const context = new ExecutionContext();
    const execution: Execution = {
      program: this.#context,
      globals,
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

  // Each problem of the files is reported once, not again at every change of another file.
  #reportProblems(broken: readonly Error[]): void {
    const { script } = this.#context;
    const problems = [
      ...this.#endpoints.update(),
      ...broken.map(({ message }) => message),
      ...this.#handlerProblems(),
    ];
    for (const text of problems) if (!this.#reported.has(text)) script.fault(fileProblem(text), "registry");
    this.#reported = new Set(problems);
  }

  // Handlers are compiled before the first client comes, so that a mistake is reported when it is made.
  #handlerProblems(): string[] {
    const { registry } = this.#context;
    return Array.from(this.#endpoints.byName.values()).flatMap(({ handler, file }) => {
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

async function settled({ globals, clients }: Execution): Promise<void> {
  let known = -1;
  while (known < clients.length) {
    known = clients.length;
    await globals.idle();
    await Promise.all(clients.map(({ ended }) => ended));
  }
}
