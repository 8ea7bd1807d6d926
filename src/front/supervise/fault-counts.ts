// Front: how many faults the scripts of a host have reported.
import type { HostSpec } from "../../boundary/host-spec.ts";
import { faultsIn, type LogLine } from "../../boundary/log-line.ts";

/** Counts since the host's place exists, whatever its version. */
export class FaultCounts {
  readonly #named = new Map<string, number>();
  /** Faults whose lines were dropped: it is not known which script of the host they are of. */
  #unnamed = 0;
  readonly #specNow: () => Pick<HostSpec, "scripts">;

  /** `specNow` returns the current scripts of the host. */
  constructor(specNow: () => Pick<HostSpec, "scripts">) {
    this.#specNow = specNow;
  }

  /** A host has logged a line, which may report a fault. A host can put any name in it. */
  note(line: LogLine): void {
    const faults = faultsIn(line);
    if (faults === 0) return;
    const { script } = line;
    if (!this.#specNow().scripts.some(({ info }) => info.name === script)) this.#unnamed += faults;
    else this.#named.set(script, (this.#named.get(script) ?? 0) + faults);
  }

  /** The faults of a script, by its name. Those that no script is known for count for each. */
  of(script: string): number {
    return (this.#named.get(script) ?? 0) + this.#unnamed;
  }
}
