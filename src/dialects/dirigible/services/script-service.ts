// Dialect: serves the clients of `/service/js` (v2), whose messages name modules to run.
import { cutText } from "../../../boundary/text/cut-text.ts";
import type { SessionService } from "./session-service.ts";
import { UNSUPPORTED_DATA } from "../../../boundary/errors/close-codes.ts";
import type { HostSession } from "../../../host/api/host-session.ts";
import type { Payload } from "../../../boundary/payload.ts";
import type { DirigibleContext } from "../state/context.ts";
import { ScriptSession } from "../state/session-state.ts";
import { ExecutionContext } from "../state/execution-context.ts";
import type { ScriptAccess } from "../registry/script-access.ts";
import { ModuleGraph } from "../modules/module-graph.ts";
import { readRequestFrame, type RequestFrame } from "./request-frame.ts";
import { WebsocketSession } from "../api/websocket-session.ts";
import type { ModuleGlobals, ModuleGlobalsStore } from "../common/module-globals.ts";

/** Each message names a module, which is evaluated with the message's params in its context. */
export class ScriptService implements SessionService {
  readonly #context: DirigibleContext;
  readonly #globalsStore: ModuleGlobalsStore;

  readonly #access: ScriptAccess;

  constructor(context: DirigibleContext, globalsStore: ModuleGlobalsStore, access: ScriptAccess) {
    this.#context = context;
    this.#globalsStore = globalsStore;
    this.#access = access;
  }

  /** The only type of scripts is `js`, and it is served where the app asks for it. */
  upgrade(session: HostSession): void {
    const { directory } = this.#context.script;
    if (session.handshake.params?.["type"] !== "js")
      return directory.refuse(session, 404, "there are no scripts of this type; use /service/js");
    if (this.#access.isOn) directory.accept(session);
    else directory.refuse(session, 404, 'clients may run no modules; see "v2" in dirigible/parlor.json');
  }

  message(session: HostSession, data: Payload): void {
    const { script } = this.#context;
    if (typeof data !== "string")
      return script.directory.close(session, UNSUPPORTED_DATA, "this endpoint takes text, not bytes");
    const frame = readRequestFrame(data);
    if (frame === null) script.commands.send(session.ref, WRONG_FORMAT);
    else this.#run(session, frame);
  }

  // The module's exports are not sent: it sends by its session, as published.
  #run(session: HostSession, { module, params }: RequestFrame): void {
    if (module === null || module === "")
      throw new Error(
        `a message of /service/js names no module; send a message like {"module": "/a.js", "params": {}}`,
      );
    if (!this.#access.mayRun(module))
      throw new Error(
        `a message of /service/js names the module ${JSON.stringify(cutText(module))}, which clients may not run; ` +
          `list it in dirigible/parlor.json: { "v2": ["my-project/my-module"] }`,
      );
    const { script } = this.#context;
    const context = new ExecutionContext([...params, [SESSION_KEY, new WebsocketSession(script, session)]]);
    const globals = this.#globalsOf(session);
    const graph = new ModuleGraph({
      program: this.#context,
      globals,
      context,
      session,
      clients: [],
    });
    graph.load(module, `a message of /service/js names the module "${cutText(module)}"`);
  }

  #globalsOf(session: HostSession): ModuleGlobals {
    if (session.instance instanceof ScriptSession) return session.instance.globals;
    const state = new ScriptSession(this.#globalsStore.create(session));
    session.instance = state;
    return state.globals;
  }
}

const WRONG_FORMAT = "Wrong format of the request";
/** Under this name the published context holds the session; upstream a param of this name overwrites it. */
const SESSION_KEY = "websocket-session";
