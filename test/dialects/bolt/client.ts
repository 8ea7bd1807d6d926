import type { SessionSnapshot } from "../../../src/boundary/events.ts";
import type { Payload } from "../../../src/boundary/payload.ts";
import type { Session } from "../../../src/front/directory/session.ts";
import type { Dispatcher } from "../../../src/front/dispatch/dispatcher.ts";
import type { FakeFront } from "../../support/fake-front.ts";
import { settled } from "../../support/settled.ts";
import { TestClient } from "../../support/test-client.ts";

/** The parts of a program's stage that its clients use. */
interface ClientApp {
  readonly front: Pick<FakeFront<TestClient>, "directory" | "hub">;
  readonly dispatcher: Pick<Dispatcher, "push">;
}

/** The client's end of a session. */
export class Client extends TestClient {
  readonly app: ClientApp;
  readonly place: Session;
  readonly #beforeOpen: Payload[] = [];
  isOpen = false;

  constructor(app: ClientApp, place: Session) {
    super();
    this.app = app;
    this.place = place;
  }

  get id(): string {
    return this.place.handshake.id;
  }

  /** The 101: messages that were sent before it follow. */
  override accepted(): void {
    super.accepted();
    this.isOpen = true;
    this.inbox.push(...this.#beforeOpen.splice(0));
    const { ref: session, handshake } = this.place;
    this.app.front.directory.setState(this.place, "open");
    this.app.dispatcher.push({ kind: "open", session, handshake });
  }

  override receive(data: Payload): void {
    (this.isOpen ? this.inbox : this.#beforeOpen).push(data);
  }

  async say(...data: readonly Payload[]): Promise<void> {
    this.post(...data);
    await settled();
  }

  post(...data: readonly Payload[]): void {
    for (const one of data) {
      this.app.dispatcher.push({ kind: "message", session: this.place.ref, data: one });
    }
  }

  async leave(code = 1000, reason = ""): Promise<void> {
    this.app.front.hub.closed(this.place, code, reason);
    await settled();
  }

  /** The snapshot for the incarnation that takes the session over. */
  get snapshot(): SessionSnapshot {
    const { ref: session, handshake, rooms } = this.place;
    const names = Array.from(rooms ?? [], (room) => room.name);
    return { session, handshake, state: "open", isOpened: true, rooms: names, attributes: [] };
  }
}
