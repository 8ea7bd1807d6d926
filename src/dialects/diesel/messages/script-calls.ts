// Dialect: requests of clients to a script, and of a script to its clients, each with its reply.
import { LATE_REPLY } from "../../../boundary/commands.ts";
import { isPromiseLike, isRecord, stringFor } from "../../../boundary/checks.ts";
import {
  issuesText,
  isStandardSchema,
  type StandardSchema,
  type ValidationResult,
} from "../../../boundary/contract/standard-schema.ts";
import type { Instance, MaybePromise, ScriptContext } from "../../../host/api/dialect.ts";
import type { HostSession } from "../../../host/api/host-session.ts";
import { contractOf, handlerOf } from "./contract-exports.ts";

/** One per program. What it sends are envelopes of `parlor.v1`; other clients get none. */
export class ScriptCalls {
  readonly #script: ScriptContext;
  /** The requests of this program that wait for a reply, by their numbers. */
  readonly #asked = new Map<number, Asked>();
  /** Sessions that have ended, while a handler of theirs may still be pending. */
  readonly #ended = new WeakSet<HostSession>();
  #last = 0;

  constructor(script: ScriptContext) {
    this.#script = script;
  }

  /** A request of a client: its handler's result is the reply. The session's next event waits for it. */
  respond(instance: Instance, api: object, session: HostSession, text: string): MaybePromise {
    const { id, name, data } = JSON.parse(text) as Record<string, unknown>;
    const reply = (content: object): void => this.#send(session, { type: "reply", id, ...content });
    const refuse = (code: string, message: string): void => reply({ error: { code, message } });
    const { calls, messages } = instance.exports;
    const handler = typeof name === "string" ? handlerOf(calls, name) : null;
    if (handler === null) return refuse("unknown", "this route has no call of this name");
    const run = (input: unknown): MaybePromise => {
      const result: unknown = handler.call(calls, api, input);
      if (isPromiseLike(result))
        return result.then((value) => reply({ data: value ?? null })) as Promise<unknown>;
      reply({ data: result ?? null });
    };
    const take = (checked: ValidationResult): MaybePromise =>
      checked.issues === undefined ? run(checked.value) : refuse("invalid", issuesText(checked.issues));
    return this.#guarded(refuse, () => {
      const schema = inputOf(messages, String(name));
      if (schema === null) return run(data);
      const checked = schema["~standard"].validate(data);
      return isPromiseLike(checked) ? checked.then(take) : take(checked);
    });
  }

  /** A reply of a client. One that is not awaited is dropped, and counted. */
  settle(session: HostSession, text: string): void {
    const { id, data, error } = JSON.parse(text) as Record<string, unknown>;
    const asked = this.#asked.get(Number(id));
    if (asked?.session !== session) return this.#script.commands.report(session.ref, LATE_REPLY, "", null);
    if (!isRecord(error)) return asked.end(() => asked.resolve(data));
    asked.end(() => asked.reject(new CallError(String(error["code"]), String(error["message"]))));
  }

  /** Asks a client. Rejects when it refuses, when no reply comes in time, and when its session ends. */
  ask(session: HostSession, name: unknown, data: unknown, options: unknown): Promise<unknown> {
    const type = stringFor("session.request", "name", name);
    const timeout = timeoutOf(options);
    if (session.handshake.protocol !== "parlor.v1")
      return Promise.reject(new CallError("plain", "the client does not speak parlor.v1"));
    if (!session.isOpen || this.#ended.has(session))
      return Promise.reject(new CallError("closed", "the session is closed"));
    const id = ++this.#last;
    return new Promise((resolve, reject) => {
      this.#send(session, { type: "request", id, name: type, data: data ?? null });
      const timer = this.#script.platform.clock.after(timeout, () =>
        this.#asked
          .get(id)
          ?.end(() => reject(new CallError("timeout", `no reply to ${type} within ${timeout} ms`))),
      );
      const end = (then: () => void): void => {
        timer.cancel();
        this.#asked.delete(id);
        then();
      };
      this.#asked.set(id, { session, resolve, reject, end });
    });
  }

  /** The session has ended: none of its replies comes. */
  endSession(session: HostSession): void {
    this.#ended.add(session);
    for (const asked of [...this.#asked.values()])
      if (asked.session === session)
        asked.end(() => asked.reject(new CallError("closed", "the session has ended")));
  }

  // The client learns code and message of an error that has a code, and never a stack. The host logs all others.
  #guarded(refuse: (code: string, message: string) => void, work: () => MaybePromise): MaybePromise {
    const fail = (error: unknown): void => {
      const code = ownCode(error);
      if (code !== null) return refuse(code, (error as Error).message);
      refuse("failed", "the call has failed");
      throw error;
    };
    try {
      const result = work();
      return isPromiseLike(result) ? result.then(undefined, fail) : result;
    } catch (error) {
      fail(error);
    }
  }

  #send(session: HostSession, content: object): void {
    if (session.state !== "closed") this.#script.commands.envelope(session.ref, JSON.stringify(content));
  }
}

/** Why a request has no result. */
class CallError extends Error {
  override readonly name = "CallError";
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

interface Asked {
  readonly session: HostSession;
  resolve(value: unknown): void;
  reject(error: Error): void;
  end(then: () => void): void;
}

function inputOf(messages: unknown, name: string): StandardSchema | null {
  const calls = contractOf(messages)?.["calls"];
  const call = isRecord(calls) && Object.hasOwn(calls, name) ? calls[name] : null;
  const schema = isRecord(call) ? call["in"] : null;
  return isStandardSchema(schema) ? schema : null;
}

// Errors of Node and Parlor have codes, too: theirs are faults, and may hold a path of the server.
function ownCode(error: unknown): string | null {
  if (!(error instanceof Error) || "errno" in error || "syscall" in error) return null;
  const { code } = error as { code?: unknown };
  return typeof code === "string" && !NOT_OWN.test(code) ? code : null;
}

/** Codes of Node, of its HTTP client and its HTTP parser, and of Parlor. */
const NOT_OWN = /^(?:ERR|PARLOR|UND_ERR|HPE)_|^(?:ABORT_ERR|MODULE_NOT_FOUND)$/;

function timeoutOf(options: unknown): number {
  const timeout = isRecord(options) ? (options["timeout"] ?? DEFAULT_TIMEOUT) : DEFAULT_TIMEOUT;
  if (typeof timeout === "number" && timeout > 0 && timeout <= LONGEST_TIMEOUT) return timeout;
  throw new RangeError(`session.request takes a timeout from 1 to ${LONGEST_TIMEOUT} ms`);
}

const DEFAULT_TIMEOUT = 10_000;
const LONGEST_TIMEOUT = 3_600_000;
