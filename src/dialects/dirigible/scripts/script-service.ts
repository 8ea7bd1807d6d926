import type { HostSession } from "../../../host/api/host-session.ts";
import type { Payload } from "../../../boundary/payload.ts";
import type { Services } from "../execution.ts";
import { ExecutionContext } from "../modules/execution-context.ts";
import { ModuleGraph } from "../modules/module-graph.ts";
import { readRequestFrame, type RequestFrame } from "./request-frame.ts";
import { WebsocketSession } from "../modules/websocket-session.ts";
import type { World } from "../script-globals.ts";

const WRONG_FORMAT = "Wrong format of the request";
/** Under this name the published context holds the session; upstream a param of this name overwrites it. */
const SESSION_KEY = "websocket-session";

/** A session of the v2 endpoint: its modules' world. */
export class ScriptSeat {
  readonly world: World;

  constructor(world: World) {
    this.world = world;
  }
}

/** Serves v2 clients: each message names a module, which is run anew with the message's params in its context. */
export class ScriptService {
  readonly #services: Services;
  readonly #beginWorld: (session: HostSession) => World;

  constructor(services: Services, beginWorld: (session: HostSession) => World) {
    this.#services = services;
    this.#beginWorld = beginWorld;
  }

  /** The only type of scripts that there is, is `js`. */
  upgrade(session: HostSession): void {
    const { directory } = this.#services.side;
    if (session.handshake.params?.["type"] === "js") directory.accept(session);
    else directory.refuse(session, 404, "no scripts of this type; /service/js is served");
  }

  message(session: HostSession, data: Payload): void {
    const { side } = this.#services;
    if (typeof data !== "string")
      return side.directory.close(session, 1003, "this endpoint takes text, not bytes");
    const frame = readRequestFrame(data);
    if (frame === null) side.commands.send(session.ref, WRONG_FORMAT);
    else this.#run(session, frame);
  }

  // The module's own value is not sent: published is what it does with its session.
  #run(session: HostSession, { module, params }: RequestFrame): void {
    if (module === null || module === "")
      throw new Error(
        `a message of /service/js names no module; it looks like {"module": "/a.js", "params": {}}`,
      );
    const { side } = this.#services;
    const context = new ExecutionContext([...params, [SESSION_KEY, new WebsocketSession(side, session)]]);
    const world = this.#worldOf(session);
    const graph = new ModuleGraph({ services: this.#services, world, context, session, clients: [] });
    graph.load(module, `a message of /service/js names the module "${module}"`);
  }

  #worldOf(session: HostSession): World {
    if (session.instance instanceof ScriptSeat) return session.instance.world;
    const seat = new ScriptSeat(this.#beginWorld(session));
    session.instance = seat;
    return seat.world;
  }
}
