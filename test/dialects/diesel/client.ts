import type { Hub } from "../../../src/front/directory/hub.ts";
import type { Session } from "../../../src/front/directory/session.ts";
import type { MaybePromise, Program } from "../../../src/host/api/dialect.ts";
import type { HostSession } from "../../../src/host/api/host-session.ts";
import type { Replica } from "../../../src/host/api/replica.ts";
import type { Payload } from "../../../src/boundary/payload.ts";
import { TestClient } from "../../support/test-client.ts";

/** The parts of a script's host that its clients use. */
interface ClientHost {
  readonly program: Program;
  readonly replica: Replica;
  readonly front: { readonly hub: Hub; settle(): void };
  run(client: Client, where: string, call: () => MaybePromise): Promise<void>;
}

/** A connected client and both of its sessions, the front's and the host's. */
export class Client extends TestClient {
  readonly host: ClientHost;
  readonly session: HostSession;
  readonly place: Session;

  constructor(host: ClientHost, session: HostSession, place: Session) {
    super();
    this.host = host;
    this.session = session;
    this.place = place;
  }

  get id(): string {
    return this.session.id;
  }

  say(data: Payload): Promise<void> {
    return this.host.run(this, "onMessage", () => this.host.program.message?.(this.session, data));
  }

  /** The client closes: the close event, then the session is gone everywhere. */
  async leave(code = 1000, reason = ""): Promise<void> {
    const { host, session, place } = this;
    host.front.hub.closed(place, code, reason);
    session.closing();
    await host.run(this, "onClose", () => host.program.close?.(session, code, reason));
    this.release();
    host.front.hub.finish(place);
    host.front.settle();
  }

  release(): void {
    this.host.program.endSession?.(this.session);
    this.host.replica.remove(this.session);
  }
}
