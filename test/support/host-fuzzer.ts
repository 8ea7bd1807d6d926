import { frameOf } from "../../src/host/kinds/common/frames.ts";
import { COMMANDS } from "../../src/boundary/codes/command-numbers.ts";

/** What the messages may name. */
export interface FuzzWorld {
  /** Sessions of the fuzzed host, and of others. */
  readonly own: readonly number[];
  readonly others: readonly number[];
  /** Scripts of the fuzzed host, and of others; routes and rooms of the server. */
  readonly scripts: readonly string[];
  readonly names: readonly string[];
}

/** A repeatable source of numbers. */
export class Dice {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** Below `size`. */
  below(size: number): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % size;
  }

  chance(oneIn: number): boolean {
    return this.below(oneIn) === 0;
  }

  of<Value>(list: readonly Value[]): Value {
    return list[this.below(list.length)] as Value;
  }

  many<Value>(most: number, make: () => Value): Value[] {
    return Array.from({ length: this.below(most + 1) }, make);
  }
}

/**
 * Makes messages as a host sends them to its front, and breaks most of them: wrong types, ranges, lengths, kinds and
 * commands, sessions and scripts of others, deep nesting, long texts. The same seed makes the same messages.
 */
export class HostFuzzer {
  readonly #dice: Dice;
  readonly #world: () => FuzzWorld;

  constructor(seed: number, world: () => FuzzWorld) {
    this.#dice = new Dice(seed);
    this.#world = world;
  }

  message(): unknown {
    const dice = this.#dice;
    let message = this.#valid();
    for (let broken = dice.below(3); broken > 0; broken -= 1) message = this.#break(message);
    return message;
  }

  /** A message as a process writes it to its pipe, or bytes that are none. */
  frame(): Uint8Array {
    const dice = this.#dice;
    const frame = new Uint8Array(frameOf(this.message()));
    if (!dice.chance(8)) return frame;
    const act = dice.below(4);
    if (act === 0) return frame.slice(0, dice.below(frame.length));
    if (act === 1) return Uint8Array.from(dice.many(64, () => dice.below(256)));
    const at = act === 2 ? dice.below(8) : dice.below(frame.length);
    frame[at] = dice.below(256);
    return frame;
  }

  #valid(): unknown {
    const dice = this.#dice;
    if (dice.chance(2)) return this.#commit();
    const packed = this.#packed();
    return dice.of<() => unknown>([
      () => ({ kind: "ready" }),
      () => ({ kind: "log", line: this.#line() }),
      () => ({ kind: "tickSample", sample: this.#sample() }),
      () => ({ kind: "prepared", problem: dice.of([null, "no"]) }),
      () => ({ kind: "sessionState", packed }),
      () => ({ kind: "handedOver", result: this.#result() }),
      () => ({ kind: "sessionReleased", handover: { session: this.#session(), packed } }),
      () => ({ kind: "follow" }),
      () => ({ kind: "question", question: this.#question() }),
      () => ({ kind: "error", message: this.#text(), stack: this.#text() }),
    ])();
  }

  #commit(): unknown[] {
    const dice = this.#dice;
    const numbers = (): number[] => (dice.chance(3) ? dice.many(3, () => dice.below(40)) : []);
    const commands = dice.many(6, () => this.#command()).flat();
    const through = dice.chance(2) ? 0 : dice.below(1000);
    return [through, numbers(), numbers(), numbers(), commands, numbers(), dice.chance(9), dice.below(3)];
  }

  #command(): unknown[] {
    const dice = this.#dice;
    const name = dice.of(Object.keys(COMMANDS) as (keyof typeof COMMANDS)[]);
    const [session, text, data] = [this.#session(), this.#text(), this.#data()];
    const args: Record<keyof typeof COMMANDS, () => unknown[]> = {
      send: () => [session, data],
      close: () => [session, dice.of([1000, 4000, 99, 1e9]), text],
      join: () => [session, text],
      joinWith: () => [session, text, dice.chance(2), dice.of([null, text, 7])],
      leave: () => [session, text],
      broadcast: () => [text, data, session],
      publish: () => [text, data, session],
      sendWith: () => [session, data, dice.of([null, text, "", 7]), dice.of([null, "latest", "none"])],
      broadcastWith: () => [text, data, session, dice.of([null, text]), dice.of([null, "close"])],
      publishWith: () => [text, data, session, dice.of([null, text]), dice.of([null, "drop-oldest"])],
      setAttribute: () => [
        session,
        text,
        dice.of<unknown>([1, "x", undefined, { bytes: new Uint8Array(9), at: 0, of: 1 }]),
      ],
      accept: () => [session, { protocol: dice.of([null, "chat"]), headers: [["X-Tea", "green"]] }],
      envelope: () => [session, text],
      report: () => [session, text, text, dice.of([null, text])],
      refuse: () => [session, dice.of([403, 200, 1e9]), text, []],
      respond: () => [session, { status: dice.of<unknown>([200, 99, "x"]), headers: [[text, text]] }],
      write: () => [session, dice.of([null, data]), dice.chance(2)],
      fail: () => [session],
      claim: () => [this.#script(), [this.#claim()]],
      connect: () => [this.#script(), dice.below(9), "ws://127.0.0.1:1/", dice.of([null, text])],
      sendClient: () => [dice.below(9), data],
      closeClient: () => [dice.below(9), 1000, text],
    };
    return [COMMANDS[name], ...args[name]()];
  }

  #claim(): unknown {
    const dice = this.#dice;
    const flags = { awaitsDecision: dice.chance(2), wantsPings: dice.chance(2) };
    return {
      kind: dice.of(["ws", "http"]),
      pattern: this.#text(),
      ...flags,
      limits: { maxBody: dice.below(9) },
    };
  }

  #line(): unknown {
    const dice = this.#dice;
    return {
      level: dice.of(["debug", "info", "warn", "error"]),
      text: this.#text(),
      code: null,
      script: this.#script(),
      version: "1",
      event: dice.below(9),
      fault: dice.of([null, "handler", "timer"]),
      at: null,
    };
  }

  #sample(): unknown {
    const counts = (): number[] => this.#dice.many(200, () => this.#dice.below(9));
    return { script: this.#script(), lateness: counts(), cost: counts(), skipped: 0, overload: null };
  }

  #packed(): unknown {
    const dice = this.#dice;
    const sessions = dice.many(3, () => this.#session());
    const keys = sessions.map(() => this.#text());
    const bytes = Uint8Array.from(dice.many(20, () => dice.below(256)));
    return {
      saved: dice.of([null, bytes]),
      attributes: dice.of([null, { sessions, keys, values: bytes }]),
      ...(dice.chance(3) ? { shared: { script: this.#script(), bytes } } : {}),
    };
  }

  #result(): unknown {
    const dice = this.#dice;
    if (dice.chance(2)) return { refusal: this.#text() };
    const schedule = dice.of([null, { start: 0, due: 1, index: 1, last: 0 }]);
    const draining = dice.many(3, () => this.#session());
    return { state: { scripts: [{ script: this.#script(), schedule }], draining } };
  }

  #question(): unknown {
    const dice = this.#dice;
    const [script, listener] = [this.#script(), dice.below(3)];
    if (dice.chance(2)) return { kind: "unlisten", script, listener, keepsSockets: dice.of([true, false]) };
    return { kind: "listen", script, listener, port: dice.of([0, -1, 1e9]), host: null, limits: {} };
  }

  #session(): number {
    const { own, others } = this.#world();
    return this.#dice.of([...own, ...others, 0, 999_999]);
  }

  #script(): string {
    const { scripts, names } = this.#world();
    return this.#dice.of(this.#dice.chance(4) ? names : scripts);
  }

  #text(): string {
    const { names } = this.#world();
    return this.#dice.of([...names, "", "x", "\u0000\r\n", "__proto__", "ü".repeat(200)]);
  }

  #data(): unknown {
    return this.#dice.of(["hi", "", "x".repeat(1000), new Uint8Array([1, 2]), new Uint8Array(0)]);
  }

  /** Replaces, removes, adds or cuts one part somewhere in the message. */
  #break(message: unknown): unknown {
    const dice = this.#dice;
    if (typeof message !== "object" || message === null || ArrayBuffer.isView(message) || dice.chance(12))
      return this.#junk();
    if (Array.isArray(message) && message.length > 10_000) return message;
    if (Array.isArray(message)) return this.#breakList([...(message as unknown[])]);
    const record: Record<string, unknown> = { ...message };
    const key = dice.of(Object.keys(record).length === 0 ? ["kind"] : Object.keys(record));
    if (dice.chance(4)) delete record[key];
    else record[key] = this.#break(record[key]);
    return record;
  }

  #breakList(list: unknown[]): unknown[] {
    const dice = this.#dice;
    const at = dice.below(list.length + 1);
    const act = dice.below(6);
    if (act === 0) list.length = at;
    else if (act === 1) list.splice(at, 0, this.#junk());
    else if (act === 2) list.splice(at, 1);
    else if (act === 3 && dice.chance(10)) list.length = 4_000_000_000;
    else list[Math.min(at, Math.max(0, list.length - 1))] = this.#break(list[Math.min(at, list.length - 1)]);
    return list;
  }

  #junk(): unknown {
    const dice = this.#dice;
    return dice.of<() => unknown>([
      () => -1,
      () => 0.5,
      () => NaN,
      () => Infinity,
      () => 2 ** 53,
      () => 99,
      () => 10n,
      () => null,
      () => undefined,
      () => true,
      () => "junk",
      () => (dice.chance(20) ? "x".repeat(1_000_000) : "x"),
      () => [],
      () => [1, 2, 3, 4, 5, 6, 7],
      () => ({}),
      () => ({ kind: "echo" }),
      () => ({ length: 7 }),
      () => new Map([[1, 2]]),
      () => new Date(NaN),
      () => new Uint16Array(3),
      () => new ArrayBuffer(3),
      () => nested(dice.of([10, 1000])),
    ])();
  }
}

function nested(levels: number): unknown {
  let value: unknown = 1;
  for (let level = 0; level < levels; level += 1) value = [value];
  return value;
}
