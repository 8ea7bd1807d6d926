import type { Batch, Commit } from "../../src/boundary/batch.ts";
import type { Clock } from "../../src/boundary/clock.ts";
import { playCommands } from "../../src/boundary/play/play-commands.ts";
import type { ScriptEvent } from "../../src/boundary/events.ts";
import { Dispatcher } from "../../src/front/dispatch/dispatcher.ts";
import { ProgressRecord } from "../../src/host/runtime/progress-record.ts";
import { Runtime, type RuntimeListener } from "../../src/host/runtime/runtime.ts";
import { realLoop } from "../../src/real-clock.ts";
import type { FakeFront } from "./fake-front.ts";
import type { TestClient } from "./test-client.ts";

const LIMITS = { batchEvents: 256, batchBytes: 1 << 20, waitingEvents: 10_000, waitingBytes: 1 << 24 };

/** A slot of a front with its host: the real queue of events and the real runtime, without a thread. */
export class RuntimeHost<C extends TestClient> {
  readonly dispatcher: Dispatcher;
  readonly runtime: Runtime;
  readonly #front: FakeFront<C>;
  readonly #slot: number;

  constructor(front: FakeFront<C>, slot: number, parts: Pick<RuntimeListener, "onFault"> & { clock: Clock }) {
    this.#front = front;
    this.#slot = slot;
    this.dispatcher = new Dispatcher({ loop: realLoop, clock: parts.clock }, LIMITS, {
      onDone: (event) => this.#done(event),
      onLost: () => undefined,
      onPressure: () => undefined,
      shareOf: () => null,
      onRelieved: () => undefined,
      takeChanges: () => front.directory.takeChanges(slot),
    });
    const { clock, onFault } = parts;
    const listener = { onFault, onPopulation: () => undefined, onTakeOver: () => undefined };
    this.runtime = new Runtime(this.#ports(clock), { slice: 4, handlerTimeout: 60_000 }, listener);
  }

  /** Events are delivered from now on. */
  connect(): void {
    const deliver = (batch: Batch): void => this.runtime.deliver(batch);
    this.dispatcher.connect({ incarnation: 1, deliver, stop: () => Promise.resolve() }, []);
  }

  #ports(clock: Clock): ConstructorParameters<typeof Runtime>[0] {
    return {
      clock,
      loop: realLoop,
      progress: new ProgressRecord(),
      commit: (commit: Commit) => {
        playCommands(commit.commands, this.#front.receivers);
        this.dispatcher.acknowledge(commit);
      },
      log: () => undefined,
      follow: () => this.#front.directory.follow(this.#slot),
    };
  }

  #done(event: ScriptEvent): void {
    if (event.kind !== "close") return;
    const session = this.#front.directory.sessions.get(event.session);
    if (session !== undefined) this.#front.hub.finish(session);
  }
}
