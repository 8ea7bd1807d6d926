// CLI: the metrics of the other fronts, as a front asks its parent for them.
import { isRecord } from "../../boundary/checks.ts";
import type { FrontPlace, FrontSamples } from "../../server/serve.ts";
import type { FromFront } from "./front-messages.ts";

/** Questions to the parent, by their numbers. */
export class OtherSamples {
  readonly #send: (message: FromFront) => void;
  readonly #waiting = new Map<number, (others: readonly FrontSamples[]) => void>();
  #asked = 0;

  constructor(send: (message: FromFront) => void) {
    this.#send = send;
  }

  /** Returns none if the parent does not reply in time: then the metrics are those of this front. */
  readonly ask = async (): Promise<readonly FrontSamples[]> => {
    const number = (this.#asked += 1);
    return new Promise((resolve) => {
      const settle = (others: readonly FrontSamples[]): void => {
        this.#waiting.delete(number);
        clearTimeout(timer);
        resolve(others);
      };
      const timer = setTimeout(settle, ASK_WITHIN, []).unref();
      this.#waiting.set(number, settle);
      this.#send({ sampleOthers: number });
    });
  };

  /** A message of the parent. */
  receive(message: unknown, place: Pick<FrontPlace, "samples">): void {
    if (!isRecord(message)) return;
    const { sample, samples, others } = message;
    if (typeof sample === "number") this.#send({ sampled: sample, samples: place.samples });
    if (typeof samples === "number" && Array.isArray(others))
      this.#waiting.get(samples)?.(others as readonly FrontSamples[]);
  }
}

/** Longer than the parent waits for a front. */
const ASK_WITHIN = 3000;
