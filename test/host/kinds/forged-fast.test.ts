import { deserialize, serialize } from "node:v8";
import { setImmediate as turn } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { messageOf } from "../../../src/boundary/checks.ts";
import type { Batch } from "../../../src/boundary/batch.ts";
import type { HostSpec } from "../../../src/boundary/host-spec.ts";
import type { Host, HostListener } from "../../../src/boundary/host.ts";
import { FrameReader } from "../../../src/host/kinds/common/frames.ts";
import { HostInbox } from "../../../src/host/kinds/common/host-inbox.ts";
import { HostFuzzer } from "../../support/host-fuzzer.ts";
import { readAttributes } from "../../support/read-attributes.ts";
import { VirtualClock } from "../../support/virtual-clock.ts";
import { INLINE } from "../../suites/places.ts";
import { Stage } from "../../suites/stage.ts";

const NEIGHBOUR = `
  export function onOpen(session) {
    session.room("hall").join();
    session.setAttribute("name", "neighbour");
    session.send("open");
  }
  export function onMessage(session, text) { session.send(text); }`;

/** The front's end of a host, as threads and processes have it, without one behind it: it acknowledges each batch. */
class ForgedHost implements Host {
  readonly incarnation: number;
  readonly #inbox: HostInbox;
  readonly #reader: FrameReader;

  constructor(incarnation: number, spec: HostSpec, listener: HostListener) {
    this.incarnation = incarnation;
    this.#inbox = new HostInbox(spec, listener, {
      onRefused: (reason) => {
        this.#inbox.isOver = true;
        listener.onExit({ reason, event: 0, phase: "microtasks", promised: [] });
      },
      reply: () => undefined,
      onApplied: () => undefined,
    });
    this.#reader = new FrameReader(this.#inbox.receive);
    queueMicrotask(() => this.#inbox.receive({ kind: "ready" }));
  }

  get isOver(): boolean {
    return this.#inbox.isOver;
  }

  deliver({ first, events }: Batch): void {
    queueMicrotask(() => this.#inbox.receive([first + events.length - 1, [], [], [], [], [], false, 0]));
  }

  stop(): Promise<void> {
    this.#inbox.isOver = true;
    return Promise.resolve();
  }

  end(): void {
    this.#inbox.refuse("the test ends it");
  }

  /** What comes over the port of a thread. */
  message(message: unknown): void {
    this.#inbox.receive(deserialize(serialize(message)));
  }

  /** What comes out of the pipe of a process. */
  bytes(bytes: Uint8Array): void {
    try {
      this.#reader.push(Buffer.from(bytes));
    } catch (error) {
      this.#inbox.refuse(`it cannot be read (${messageOf(error)})`);
    }
  }
}

const MANY = Number(process.env["PARLOR_FUZZ"] ?? 3000);
/** A host that has served for this long has not failed to load, ms. */
const LONG = 60_000;

describe.each(["thread", "process"])("the front's end of a %s", (place) => {
  test(`takes ${MANY} forged messages, and touches no session of other hosts`, async () => {
    const seed = Number(process.env["PARLOR_FUZZ_SEED"] ?? Date.now() % 1_000_000);
    if (MANY > 3000) console.log(`${MANY} forged messages on the front's end of a ${place}: seed ${seed}`);
    const clock = new VirtualClock();
    let host: ForgedHost | null = null;
    const stage = new Stage(
      {
        ...INLINE,
        makeHost: (incarnation, spec, listener) => {
          if (!spec.name.includes("r1")) return INLINE.makeHost(incarnation, spec, listener);
          return (host = new ForgedHost(incarnation, spec, listener));
        },
      },
      { clock },
    );
    const route = await stage.route("export function onMessage() {}");
    const neighbour = (await stage.route(NEIGHBOUR)).connect();
    await stage.sees(() => neighbour.inbox.length === 1);
    let guest = route.connect();
    const fuzzer = new HostFuzzer(seed, () => ({
      own: [guest.session.ref],
      others: [neighbour.session.ref],
      scripts: [route.info.name, `ws ${route.info.route}`],
      names: ["hall", neighbour.session.handshake.route, neighbour.session.handshake.script],
    }));
    let ended = 0;
    for (let at = 0; at < MANY; at += 1) {
      if (guest.isGone || guest.closed !== null) guest = route.connect();
      const living = host as ForgedHost | null;
      expect(living, `seed ${seed}, message ${at}`).not.toBeNull();
      if (place === "thread") living?.message(fuzzer.message());
      else living?.bytes(fuzzer.frame());
      // A frame with a false length would swallow all further ones.
      if (place === "process" && at % 20 === 0) living?.end();
      await turn();
      clock.advance(1);
      if (living?.isOver === true) {
        ended += 1;
        clock.advance(LONG);
        await turn();
      }
      if (at % 500 > 0) continue;
      neighbour.says(`at ${at}`);
      await stage.sees(() => neighbour.inbox.at(-1) === `at ${at}`);
      stage.passages.length = stage.lines.length = stage.deaths.length = stage.outcomes.length = 0;
    }
    expect(ended, `seed ${seed}`).toBeGreaterThan(MANY / 10);
    expect(neighbour.closed, `seed ${seed}`).toBeNull();
    expect(neighbour.session.state).toBe("open");
    expect(Array.from(neighbour.session.rooms ?? [], ({ name }) => name)).toEqual(["hall"]);
    expect(readAttributes(neighbour.session)).toEqual(new Map([["name", "neighbour"]]));
  }, 600_000);
});
