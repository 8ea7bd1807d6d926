import type { Commands } from "../../src/boundary/commands.ts";
import { errorText } from "../../src/boundary/errors.ts";
import type { ScriptInfo } from "../../src/boundary/script-info.ts";
import type { Instance, ScriptContext } from "../../src/host/api/dialect.ts";
import { Replica } from "../../src/host/api/replica.ts";
import { nodePlatform } from "../../src/host/script/node-platform.ts";
import { realClock } from "../../src/real-clock.ts";
import type { TestClient } from "./test-client.ts";
import type { WebAnswers } from "./web-answers.ts";

// oxlint-disable-next-line typescript/no-explicit-any -- a script sees the published objects without types
export type Published = any;

/** A script without a file: given the published names, it returns its exports. */
export type Source = (names: Published) => unknown;

export interface LoggedFault {
  readonly where: string;
  readonly error: unknown;
}

/** What a script has reported to its host. */
export class ScriptReports {
  readonly faults: LoggedFault[] = [];
  readonly warnings: string[] = [];
  readonly logs: Pick<ScriptContext, "warn" | "log"> = {
    warn: (key, values) => void this.warnings.push(errorText(key, values)),
    log: (text) => void this.warnings.push(text),
  };

  get faultTexts(): string[] {
    return this.faults.map(({ error }) => (error instanceof Error ? error.message : String(error)));
  }
}

/** A script's host without a thread and without a runtime: a test calls the handlers of its program. */
export class ScriptHarness extends ScriptReports {
  readonly info: ScriptInfo;
  readonly commands: Commands;
  readonly replica: Replica;

  constructor(info: ScriptInfo, commands: Commands) {
    super();
    this.info = info;
    this.commands = commands;
    // Nothing of what a test's program sends waits for a commit.
    this.replica = new Replica(Object.assign(commands, { sentTo: () => 0 }), () => this.follow());
  }

  /** The sessions of other hosts. */
  protected follow(): ReturnType<ConstructorParameters<typeof Replica>[1]> {
    return [];
  }

  protected fault(error: unknown, where: string): void {
    this.faults.push({ where, error });
  }

  protected context(more: Pick<ScriptContext, "instantiate"> & Partial<ScriptContext>): ScriptContext {
    return {
      ...contextDefaults(),
      info: this.info,
      commands: this.commands,
      directory: this.replica,
      fault: (error, where) => this.fault(error, where),
      ...this.logs,
      ...more,
    };
  }
}

/** The parts of a context that no test of a dialect looks at. */
export function contextDefaults(): Pick<
  ScriptContext,
  "randomUUID" | "ask" | "platform" | "files" | "handlerTimeout" | "placed"
> {
  return {
    randomUUID: () => crypto.randomUUID(),
    ask: () => ({ ok: false, reason: "no program may listen here" }),
    platform: nodePlatform(null, realClock),
    files: [],
    handlerTimeout: 60_000,
    placed: (error) => error,
  };
}

/** Evaluates a source; `more` is what the instance does besides having exports. */
export function instanceOf(
  source: Source,
  names: Readonly<Record<string, unknown>>,
  more: Partial<Instance>,
): Instance | Promise<Instance> {
  const instance = (exports: unknown): Instance => ({
    end: () => undefined,
    idle: () => Promise.resolve(),
    ...more,
    exports: (exports ?? {}) as Record<string, unknown>,
  });
  const made = source(names);
  return made instanceof Promise ? made.then(instance) : instance(made);
}

/** The info of a program, for a dialect whose scripts are programs. */
export function programInfo(dialect: string, name: string): ScriptInfo {
  const nothing = { route: "", version: "1", tickRate: null, exports: [] };
  return { kind: "program", name, dialect, scope: "route", ...nothing };
}

/** Receives commands without a front: messages go to inboxes. Commands that are not listed have no effect. */
export function inboxCommands(
  clients: ReadonlyMap<number, TestClient>,
  answers: WebAnswers,
  more: Partial<Commands>,
): Commands {
  const ignore = (): void => undefined;
  return {
    send: (ref, data) => clients.get(ref)!.receive(data),
    close: (ref, code, reason) => clients.get(ref)!.close(code, reason),
    envelope: (ref, text) => clients.get(ref)!.receive(text),
    report: (ref, code, message, of) =>
      clients.get(ref)!.receive(JSON.stringify({ type: "error", code, message, of })),
    refuse: (ref, status, reason) => clients.get(ref)!.refuse(status, reason),
    accept: ignore,
    respond: (request, head) => answers.respond(request, head),
    write: (request, data, last) => answers.write(request, data, last),
    fail: (request) => answers.fail(request),
    join: ignore,
    leave: ignore,
    broadcast: ignore,
    publish: ignore,
    setAttribute: ignore,
    claim: ignore,
    connect: ignore,
    sendClient: ignore,
    closeClient: ignore,
    ...more,
  };
}
