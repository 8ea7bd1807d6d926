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
import { Configurations } from "./state/configurations.ts";
import { LogLevels } from "./state/log-levels.ts";
import { SharedValues } from "./state/shared-values.ts";
import { handlerProblems } from "./modules/file-problems.ts";
import { HandlerModules } from "./modules/handler-modules.ts";
import { ModuleGraph } from "./modules/module-graph.ts";
import { ModuleRegistry } from "./registry/module-registry.ts";
import { ScriptAccess } from "./registry/script-access.ts";
import { ScriptService } from "./services/script-service.ts";
import type { SessionService } from "./services/session-service.ts";
import { StompConnection } from "./stomp/stomp-connection.ts";
import { STOMP_ROUTE, StompService } from "./stomp/stomp-service.ts";
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
  readonly #scriptAccess: ScriptAccess;
  readonly #endpointService: EndpointService;
  readonly #stompService: StompService;
  readonly #services: ReadonlyMap<string, SessionService>;
  /** The problems of the files that have been reported. */
  #reported: ReadonlySet<string> = new Set();

  constructor(script: ScriptContext) {
    const registry = new ModuleRegistry(script);
    this.#globalsStore = new ModuleGlobalsStore(script);
    this.#clients = new ClientRegistry(script, this.#globalsStore, () => this.#handlers);
    this.#context = {
      ...{ script, registry, clients: this.#clients },
      ...{
        sharedValues: new SharedValues(),
        configurations: new Configurations(),
        logLevels: new LogLevels(),
      },
    };
    this.#handlers = new HandlerModules(this.#context);
    this.#endpoints = new Endpoints(registry);
    this.#scriptAccess = new ScriptAccess(registry);
    const parts = {
      script,
      endpoints: this.#endpoints,
      handlers: this.#handlers,
      globalsStore: this.#globalsStore,
    };
    this.#endpointService = new EndpointService(parts);
    this.#stompService = new StompService(parts);
    this.#services = new Map<string, SessionService>([
      [ENDPOINT_ROUTE, this.#endpointService],
      [SCRIPT_ROUTE, new ScriptService(this.#context, this.#globalsStore, this.#scriptAccess)],
      [STOMP_ROUTE, this.#stompService],
    ]);
  }

  start(): void {
    const { script } = this.#context;
    script.commands.claim(scriptKey(script.info), [...this.#services.keys()].map(claimOf));
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
    const service = this.#services.get(session.route);
    if (service?.upgrade !== undefined) service.upgrade(session);
    else this.#context.script.directory.accept(session);
  }

  open(session: HostSession): MaybePromise {
    return this.#services.get(session.route)?.open?.(session);
  }

  message(session: HostSession, data: Payload): MaybePromise {
    return this.#services.get(session.route)?.message(session, data);
  }

  close(session: HostSession, code: number, reason: string): MaybePromise {
    return this.#services.get(session.route)?.close?.(session, code, reason);
  }

  takeOver(session: HostSession): void {
    this.#services.get(session.route)?.takeOver?.(session);
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
    if (state instanceof StompConnection) state.end();
  }

  dispose(): void {
    this.#stompService.endAll();
    this.#globalsStore.endAll();
  }

  // Each problem of the files is reported once, not again at every change of another file.
  #reportProblems(broken: readonly Error[]): void {
    const { script, registry } = this.#context;
    const problems = [
      ...this.#endpoints.update(),
      ...this.#scriptAccess.update(),
      ...broken.map(({ message }) => message),
      ...handlerProblems(this.#endpoints, registry),
    ];
    for (const text of problems) if (!this.#reported.has(text)) script.fault(fileProblem(text), "registry");
    this.#reported = new Set(problems);
  }
}

const STOMP_PROTOCOLS = ["v12.stomp", "v11.stomp", "v10.stomp"];

function claimOf(pattern: string): RouteClaim {
  const claim = { kind: "ws", pattern, awaitsDecision: true, wantsPings: false, limits: {} } as const;
  // A browser fails to connect if none of the versions that it offers is agreed on.
  return pattern === STOMP_ROUTE ? { ...claim, protocols: STOMP_PROTOCOLS } : claim;
}

async function settled({ globals, clients }: Execution): Promise<void> {
  let known = -1;
  while (known < clients.length) {
    known = clients.length;
    await globals.idle();
    await Promise.all(clients.map(({ ended }) => ended));
  }
}
