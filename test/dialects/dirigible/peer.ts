import type { ClientPeer } from "../../../src/boundary/commands.ts";
import type { ClientEvent } from "../../../src/boundary/events.ts";
import type { Payload } from "../../../src/boundary/payload.ts";
import type { ScriptKey } from "../../../src/boundary/script-key.ts";
import type { MaybePromise, Program } from "../../../src/host/api/dialect.ts";
import { TestClient } from "../../support/test-client.ts";

/** The parts of a stage that the peers of its connections use. */
interface PeerStage {
  readonly program: Program;
  run(call: () => MaybePromise): Promise<void>;
}

/** The other end of an outbound connection. */
export class Peer extends TestClient {
  readonly ref: number;
  readonly url: string;
  readonly once: string | null;
  readonly #script: ScriptKey;
  readonly #stage: PeerStage;

  constructor(stage: PeerStage, { script, ref, url, once }: ClientPeer & { script: ScriptKey; ref: number }) {
    super();
    this.#stage = stage;
    this.#script = script;
    this.ref = ref;
    this.url = url;
    this.once = once;
  }

  open(): Promise<void> {
    return this.happens({ kind: "clientOpen", ...this.#ids() });
  }

  say(data: Payload): Promise<void> {
    return this.happens({ kind: "clientMessage", ...this.#ids(), data });
  }

  fail(message: string): Promise<void> {
    return this.happens({ kind: "clientError", ...this.#ids(), message });
  }

  /** The peer closes. */
  leave(code = 1000, reason = ""): Promise<void> {
    return this.happens({ kind: "clientClose", ...this.#ids(), code, reason });
  }

  happens(event: ClientEvent): Promise<void> {
    return this.#stage.run(() => this.#stage.program.client?.(event));
  }

  #ids(): { readonly script: ScriptKey; readonly client: number } {
    return { script: this.#script, client: this.ref };
  }
}
