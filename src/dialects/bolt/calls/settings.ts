import type { ProgramLimits } from "../../../boundary/questions.ts";
import { callsOf, type Call } from "../checks.ts";

/** What Bolt allows unless a program says otherwise. */
const DEFAULTS: ProgramLimits = {
  maxPayload: 64 * 1024,
  messageRate: 100,
  maxSessions: 1000,
  maxPerAddress: 10,
  sameOrigin: true,
};

/** A program's limits, as it has set them. */
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

  /** Published of the rate: 0 is without limit. So it is of the others here. */
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
  throw new TypeError(`$bolt.${call} takes a whole number from ${least} on, got ${value}`);
}
