// Dialect: the calls of `$bolt` that set a program's limits.
import type { ProgramLimits } from "../../../boundary/questions.ts";
import { callsOf, checkWhole, type Call } from "../common/checks.ts";

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
        this.#setWs({ maxSessions: checkWhole("setWsMaxConnections(nMax)", max) }),
      "setWsMaxPerIp(nMax)": (max: number) =>
        this.#setWs({ maxPerAddress: checkWhole("setWsMaxPerIp(nMax)", max), countsLoopback: true }),
      "setWsMessageRateLimit(nPerSecond)": (rate: number) =>
        this.#setWs({ messageRate: checkWhole("setWsMessageRateLimit(nPerSecond)", rate) }),
      "setBodyLimit(nBytes)": (bytes: number) => {
        this.#http = { maxBody: checkWhole("setBodyLimit(nBytes)", bytes, 1) };
        this.#onChange();
      },
    });
  }

  #setWs(limits: ProgramLimits): void {
    this.#ws = { ...this.#ws, ...limits };
    this.#onChange();
  }
}

/**
 * Bolt's limits for a program that sets none. Published: 10 clients of an address; here loopback is aside until the
 * program sets the limit, so that tests are possible.
 */
const DEFAULTS: ProgramLimits = {
  maxPayload: 4 * 1024 * 1024,
  maxFrame: 64 * 1024,
  messageRate: 100,
  maxSessions: 1000,
  maxPerAddress: 10,
  sameOrigin: true,
};
