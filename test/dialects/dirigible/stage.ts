import type { RouteClaim } from "../../../src/boundary/questions.ts";
import type { Commands } from "../../../src/boundary/commands.ts";
import { CommandLog } from "../../../src/host/runtime/command-log.ts";
import { playCommands } from "../../../src/boundary/play/play-commands.ts";
import { dirigible } from "../../../src/dialects/dirigible/index.ts";
import type { MaybePromise, Program, ScriptContext } from "../../../src/host/api/dialect.ts";
import { registryModule } from "../../../src/load/bundle/registry-module.ts";
import { HostSession } from "../../../src/host/api/host-session.ts";
import type { Platform } from "../../../src/host/api/platform.ts";
import { ScriptHarness, contextDefaults, inboxCommands, programInfo } from "../../support/script-harness.ts";
import { VirtualClock } from "../../support/virtual-clock.ts";
import { numberedHandshake } from "../../support/test-client.ts";
import { WebAnswers } from "../../support/web-answers.ts";
import { moduleInstance, type Timer } from "./module-instance.ts";
import { Peer } from "./peer.ts";
import { Visitor } from "./visitor.ts";

/** The files of a registry by their paths; a value that is not a text is written as JSON. */
export type Files = Readonly<Record<string, unknown>>;

/** A registry: sessions have inboxes, and a test plays the peers of outbound connections. */
export class Stage extends ScriptHarness {
  /** The lines that modules have printed: `log hello`. */
  readonly lines: string[] = [];
  readonly visitors = new Map<number, Visitor>();
  readonly peers: Peer[] = [];
  readonly compiled: string[] = [];
  readonly timers: Timer[] = [];
  readonly clock = new VirtualClock();
  readonly program: Program;
  claims: readonly RouteClaim[] = [];
  readonly #log: CommandLog;
  readonly #receivers = this.#front();
  #refs = 0;

  private constructor(files: ScriptContext["files"]) {
    const log = new CommandLog(() => undefined);
    super(programInfo("dirigible", "dirigible"), log);
    this.#log = log;
    const context = this.context({
      instantiate: () => moduleInstance(this.lines, this.timers),
      platform: this.#platform(),
      files,
    });
    this.program = dirigible.program(context);
  }

  /** The registry of these files, started. */
  static async begun(files: Files): Promise<Stage> {
    const stage = new Stage(await filesOf({ "parlor.json": { v2: true }, ...files }));
    await stage.run(() => stage.program.start?.());
    return stage;
  }

  /** Replaces the files. */
  async edit(files: Files): Promise<void> {
    const read = await filesOf({ "parlor.json": { v2: true }, ...files });
    await this.run(() => this.program.files?.(read));
  }

  /** What `parlor run` does; resolved when the module is done. */
  module(path?: string): Promise<void> {
    return this.run(() => this.program.run?.(path));
  }

  /** Connects to an endpoint (`chat`), to the scripts (`/service/js`), or to `/stomp`. */
  async connect(to: string): Promise<Visitor> {
    const visitor = this.#arrive(to);
    await this.run(() => this.program.upgrade?.(visitor.session));
    if (!visitor.session.isAccepted) return visitor;
    visitor.session.opened();
    await this.run(() => this.program.open?.(visitor.session));
    return visitor;
  }

  /** A turn of the host: an error is a fault, and commands take effect. */
  async run(call: () => MaybePromise): Promise<void> {
    const turn = this.begin(call);
    await turn;
  }

  /** `run` without a wait: the synchronous part is over when this returns. */
  begin(call: () => MaybePromise): Promise<void> {
    let result: MaybePromise;
    try {
      result = call();
    } catch (error) {
      result = Promise.reject(error as Error);
    }
    this.settle();
    return Promise.resolve(result)
      .then(
        () => undefined,
        (error: unknown) => this.fault(error, "handler"),
      )
      .then(() => this.settle());
  }

  settle(): void {
    const on = this.#receivers;
    playCommands(this.#log.take(), { sessions: on, http: on, programs: on });
  }

  /** The texts of the faults since the previous call. */
  takeFaults(): string[] {
    const texts = this.faultTexts;
    this.faults.length = 0;
    return texts;
  }

  takeLines(): string[] {
    return this.lines.splice(0);
  }

  /** Fires all pending timers. */
  fire(): void {
    for (const timer of this.timers.splice(0)) if (!timer.isCleared) timer.callback();
    this.settle();
  }

  #arrive(to: string): Visitor {
    const ref = ++this.#refs;
    const [path, route, params] = placeOf(to);
    const handshake = numberedHandshake(ref, {
      script: "program dirigible",
      route,
      path,
      address: "::1",
      params,
    });
    const visitor = new Visitor(this, new HostSession(ref, handshake, "connecting"));
    this.visitors.set(ref, visitor);
    this.replica.add(visitor.session);
    return visitor;
  }

  #front(): Commands {
    const peer = (ref: number): Peer => this.peers.find((one) => one.ref === ref)!;
    return inboxCommands(this.visitors, new WebAnswers(), {
      broadcast: (room, data) => {
        for (const visitor of this.visitors.values())
          if (visitor.session.rooms?.has(room) === true) visitor.receive(data);
      },
      claim: (_script, claims) => void (this.claims = claims),
      connect: (script, ref, { url, once }) =>
        void this.peers.push(new Peer(this, { script, ref, url, once })),
      sendClient: (ref, data) => peer(ref).receive(data),
      closeClient: (ref, code, reason) => peer(ref).close(code, reason),
    });
  }

  #platform(): Platform {
    const { platform } = contextDefaults();
    return {
      ...platform,
      clock: this.clock,
      compile: (source) => {
        const factory = platform.compile(source);
        if (source.parameters.length > 0) this.compiled.push(source.name);
        return factory;
      },
    };
  }
}

function placeOf(to: string): [path: string, route: string, params: Record<string, string> | null] {
  if (to === "/stomp") return [to, to, null];
  if (to.startsWith("/service/")) return [to, "/service/:type", { type: to.slice("/service/".length) }];
  return [`/websockets/v4/service/${to}`, "/websockets/v4/service/:endpoint", { endpoint: to }];
}

/** A `*.websocket` artefact. */
export function artefact(handler: string, endpoint: string): object {
  return { handler, endpoint, description: "for a test" };
}

function filesOf(files: Files): Promise<ScriptContext["files"]> {
  const reading = Object.entries(files).map(async ([path, content]) => {
    const text = typeof content === "string" ? content : JSON.stringify(content);
    const module = await registryModule({ name: `dirigible/${path}`, text }, { root: process.cwd() });
    return module === undefined ? { path, text } : { path, text, module };
  });
  return Promise.all(reading);
}
