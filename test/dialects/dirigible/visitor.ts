import type { Payload } from "../../../src/boundary/payload.ts";
import type { HostSession } from "../../../src/host/api/host-session.ts";
import type { MaybePromise, Program } from "../../../src/host/api/dialect.ts";
import type { Replica } from "../../../src/host/api/replica.ts";
import { TestClient } from "../../support/test-client.ts";

/** The parts of a stage that its clients use. */
interface VisitorStage {
  readonly program: Program;
  readonly replica: Replica;
  run(call: () => MaybePromise): Promise<void>;
}

/** A client of the registry. */
export class Visitor extends TestClient {
  readonly session: HostSession;
  readonly #stage: VisitorStage;

  constructor(stage: VisitorStage, session: HostSession) {
    super();
    this.#stage = stage;
    this.session = session;
  }

  get id(): string {
    return this.session.id;
  }

  say(data: Payload): Promise<void> {
    return this.#stage.run(() => this.#stage.program.message?.(this.session, data));
  }

  /** A request of a v2 client. */
  ask(module: string, params: Readonly<Record<string, unknown>> = {}): Promise<void> {
    return this.say(JSON.stringify({ module, params }));
  }

  async leave(code = 1000, reason = ""): Promise<void> {
    this.session.closing();
    await this.#stage.run(() => this.#stage.program.close?.(this.session, code, reason));
    this.#stage.program.endSession?.(this.session);
    this.#stage.replica.remove(this.session);
  }
}
