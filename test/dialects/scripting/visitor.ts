import type { Payload } from "../../../src/boundary/payload.ts";
import type { HostSession } from "../../../src/host/api/host-session.ts";
import type { Program } from "../../../src/host/api/dialect.ts";
import type { Replica } from "../../../src/host/api/replica.ts";
import { TestClient } from "../../support/test-client.ts";

/** The parts of a stage that its clients use. */
interface VisitorStage {
  readonly program: Program;
  readonly replica: Replica;
}

/** A client of the program. */
export class Visitor extends TestClient {
  readonly session: HostSession;
  readonly #stage: VisitorStage;

  constructor(stage: VisitorStage, session: HostSession) {
    super();
    this.#stage = stage;
    this.session = session;
  }

  async opened(): Promise<void> {
    this.session.opened();
    await this.#stage.program.open?.(this.session);
  }

  async say(data: Payload): Promise<void> {
    await this.#stage.program.message?.(this.session, data);
  }

  async leave(): Promise<void> {
    this.session.closing();
    await this.#stage.program.close?.(this.session, 1000, "");
    this.#stage.program.endSession?.(this.session);
    this.#stage.replica.remove(this.session);
  }
}
