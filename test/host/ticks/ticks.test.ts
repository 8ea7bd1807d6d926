import { beforeEach, describe, expect, test } from "vitest";
import type { Handshake, ScriptEvent } from "../../../src/boundary/events.ts";
import { dialects } from "../../../src/dialects/index.ts";
import { InlineHost } from "../../../src/host/kinds/inline/inline-host.ts";
import { VirtualThread } from "../../support/virtual-thread.ts";
import type { LogLine } from "../../../src/boundary/log-line.ts";
import type { RunOptions } from "../../../src/boundary/script-info.ts";
import { defaultRunOptions } from "../../../src/boundary/script-info.ts";

const HANDSHAKE: Handshake = {
  id: "00000000-0000-4000-8000-000000000001",
  script: "ws /ws/game",
  route: "/ws/game",
  path: "/ws/game",
  query: "",
  headers: "",
  address: "192.0.2.7",
  params: null,
};

/** A real-time route of 100 ticks per second on its own host, in virtual time. */
class Game {
  readonly thread = new VirtualThread();
  readonly ticks: { readonly at: number; readonly deltaMs: number; readonly tick: number }[] = [];
  readonly lines: LogLine[] = [];
  readonly heard: string[] = [];
  onTick: (tick: number) => unknown = () => undefined;
  readonly #host: InlineHost;
  #events = 0;

  constructor(wishes: Partial<RunOptions> = {}) {
    const { clock, loop } = this.thread;
    const module = {
      onTick: (_room: unknown, deltaMs: number, tick: number) => {
        this.ticks.push({ at: Math.round(clock.ticks()), deltaMs, tick });
        return this.onTick(tick);
      },
      onMessage: (_session: unknown, text: string) =>
        void this.heard.push(`${text} after ${this.ticks.length}`),
    };
    const info = {
      kind: "ws",
      name: "ws/game.ts",
      route: HANDSHAKE.route,
      version: "1",
      dialect: "diesel",
      scope: "route",
      tickRate: 100,
      runOptions: { ...defaultRunOptions, ...wishes },
      exports: Object.keys(module),
    } as const;
    const limits = { slice: 4, handlerTimeout: 60_000 };
    const spec = { name: "game", scripts: [{ info, source: null, module }], shared: [], limits };
    const nothing = (): undefined => undefined;
    const listener = {
      onReady: nothing,
      onCommit: nothing,
      onExit: nothing,
      onLog: (line: LogLine) => void this.lines.push(line),
      onFollow: () => [],
      onQuestion: nothing,
    };
    this.#host = new InlineHost(1, spec, listener, { dialects, clock, loop });
  }

  deliver(...events: ScriptEvent[]): void {
    this.#host.deliver({ first: this.#events + 1, events, changes: [] });
    this.#events += events.length;
  }

  /** The front starts a host that takes over no session. */
  begin(): void {
    this.deliver({ kind: "takeover", sessions: [], reason: "reload" });
  }

  open(session = 1): void {
    this.deliver({ kind: "open", session, handshake: HANDSHAKE });
  }

  close(session = 1): void {
    this.deliver({ kind: "close", session, code: 1000, reason: "" });
  }

  get deltas(): number[] {
    return this.ticks.map(({ deltaMs }) => Math.round(deltaMs));
  }
}

/** Lets promises go on. */
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

let game: Game;
beforeEach(() => void (game = new Game()));

describe("ticks of a route", () => {
  test("ticks start with the first session, pause after the last one, and resume with one period", () => {
    game.begin();
    game.thread.live(50);
    expect(game.ticks).toEqual([]);
    game.open(1);
    game.open(2);
    game.thread.live(25);
    game.close(1);
    game.thread.live(10);
    expect(game.ticks.map(({ at }) => at)).toEqual([60, 70, 80]);
    game.close(2);
    game.thread.live(1000);
    expect(game.ticks).toHaveLength(3);
    game.open(3);
    game.thread.live(25);
    expect(game.ticks.map(({ tick }) => tick)).toEqual([1, 2, 3, 4, 5]);
    expect(game.ticks.slice(3).map(({ at }) => at)).toEqual([1095, 1105]);
    expect(game.deltas).toEqual([10, 10, 10, 10, 10]);
  });

  test("go on while no session is connected, where that is asked for", () => {
    game = new Game({ tickWhenEmpty: true });
    game.begin();
    game.thread.live(25);
    game.open();
    game.thread.live(10);
    game.close();
    game.thread.live(10);
    expect(game.ticks.map(({ at }) => at)).toEqual([10, 20, 30, 40]);
  });

  test("late ticks are left out, or made up for, or get one period each, as the script asks", () => {
    const run = (wishes: Partial<RunOptions>): Game => {
      game = new Game(wishes);
      game.onTick = (tick) => void (tick === 2 && game.thread.clock.advance(45));
      game.open();
      game.thread.live(81);
      return game;
    };
    expect(run({}).deltas).toEqual([10, 10, 45, 5, 10]);
    const caughtUp = run({ overload: "catch-up", catchUpLimit: 5 });
    expect(caughtUp.ticks.map(({ at }) => at)).toEqual([10, 20, 65, 65, 65, 65, 70, 80]);
    expect(run({ overload: "catch-up", catchUpLimit: 1 }).ticks).toHaveLength(6);
    const fixed = run({ overload: "catch-up", fixedDelta: true });
    expect([fixed.ticks.length, ...new Set(fixed.deltas)]).toEqual([8, 10]);
  });

  test("are behind the messages that have arrived since the last one", () => {
    game.open();
    const say = (text: string) => game.deliver({ kind: "message", session: 1, data: text });
    game.thread.arrives(15, () => say("asleep"));
    game.thread.arrives(19.9, () => say("just before"));
    game.thread.live(25);
    expect(game.heard).toEqual(["asleep after 1", "just before after 1"]);
  });
});

describe("a tick whose promise never settles", () => {
  test("is given up like any handler's: one line, and ticks go on", async () => {
    game.onTick = (tick) => (tick === 3 ? new Promise(() => undefined) : undefined);
    game.open();
    game.thread.live(50_000);
    await settled();
    game.thread.live(1000);
    expect(game.ticks).toHaveLength(3);
    expect(game.lines).toEqual([]);
    game.thread.live(16_000);
    await settled();
    game.thread.live(1000);
    expect(game.lines.map(({ level, fault, script, text }) => [level, fault, script, text])).toEqual([
      [
        "error",
        "interrupted",
        "ws/game.ts",
        expect.stringMatching(/^onTick: .*not settled after 60 s.*events continue/),
      ],
    ]);
    expect(game.ticks.length).toBeGreaterThan(90);
    expect(game.ticks[3]?.tick).toBe(4);
  });

  test("a tick that settles after it was given up disturbs no later one", async () => {
    let settle = (): void => undefined;
    game.onTick = (tick) => {
      if (tick === 1) return new Promise<void>((resolve) => (settle = resolve));
      return tick === 2 ? new Promise(() => undefined) : undefined;
    };
    game.open();
    game.thread.live(67_000);
    await settled();
    game.thread.live(20);
    expect(game.ticks).toHaveLength(2);
    settle();
    await settled();
    game.thread.live(1000);
    expect(game.ticks).toHaveLength(2);
  });

  test("a tick that rejects in time is a fault, and the next one comes", async () => {
    game.onTick = (tick) => (tick === 1 ? Promise.reject(new Error("no")) : undefined);
    game.open();
    game.thread.live(15);
    await settled();
    game.thread.live(10);
    expect(game.ticks).toHaveLength(2);
    expect(game.lines.map(({ fault }) => fault)).toEqual(["handler"]);
    game.thread.live(100_000);
    expect(game.lines).toHaveLength(1);
  });
});
