// Dialect: the calls of `$bolt` that set a program's limits.
import type { ProgramLimits } from "../../../boundary/questions.ts";
import { callsOf, type Call } from "../common/checks.ts";

/** A program's limits: Bolt's defaults, and the values that the program has set. */
export class Settings {
  #ws: ProgramLimits = DEFAULTS;
  #http: ProgramLimits = {};
  readonly #onChange: () => void;

  constructor(onChange: () => void) {
    this.#onChange = onChange;
  }

  get ws(): ProgramLimits {
    return this.#ws;
  }

  get http(): ProgramLimits {
    return this.#http;
  }

  /** Published for the rate, and true for the others here: 0 means no limit. */
  calls(): Record<string, Call> {
    return callsOf({
      "setWsMaxConnections(nMax)": (max: number) =>
        this.#setWs({ maxSessions: whole("setWsMaxConnections(nMax)", max) }),
      "setWsMaxPerIp(nMax)": (max: number) =>
        this.#setWs({ maxPerAddress: whole("setWsMaxPerIp(nMax)", max) }),
      "setWsMessageRateLimit(nPerSecond)": (rate: number) =>
        this.#setWs({ messageRate: whole("setWsMessageRateLimit(nPerSecond)", rate) }),
      "setBodyLimit(nBytes)": (bytes: number) => {
        this.#http = { maxBody: whole("setBodyLimit(nBytes)", bytes, 1) };
        this.#onChange();
      },
    });
  }

  #setWs(limits: ProgramLimits): void {
    this.#ws = { ...this.#ws, ...limits };
    this.#onChange();
  }
}

function whole(call: string, value: number, least = 0): number {
  if (Number.isSafeInteger(value) && value >= least) return value;
  throw new TypeError(`$bolt.${call} takes a whole number of ${least} or more, got ${value}`);
}

/** Bolt's limits for a program that sets none. */
const DEFAULTS: ProgramLimits = {
  maxPayload: 64 * 1024,
  messageRate: 100,
  maxSessions: 1000,
  maxPerAddress: 10,
  sameOrigin: true,
};
