// Host: why a thread or process ends, as far as its front knows before the end.
import type { HostExit } from "../../../boundary/host.ts";
import { unsure } from "../../runtime/progress-record.ts";

/** The last known reason counts; that the memory ran out stays true, whatever the host still reports. */
export class ExitCause {
  #reason = "";
  #isOutOfMemory = false;

  get isKnown(): boolean {
    return this.#reason !== "";
  }

  set(reason: string, isOutOfMemory = false): void {
    this.#reason = reason;
    this.#isOutOfMemory ||= isOutOfMemory;
  }

  /** `otherwise`: the reason when no cause is known, and the exit code, unless a signal ended the host. */
  exit(host: { inspect(reason: string): HostExit }, otherwise: string, code: number | null): HostExit {
    const exit = host.inspect(this.isKnown ? this.#reason : otherwise);
    if (this.#isOutOfMemory) return unsure(exit);
    return this.isKnown || code === null ? exit : { ...exit, exitCode: code };
  }
}
