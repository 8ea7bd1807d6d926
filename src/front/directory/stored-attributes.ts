// Front: the attributes of one session, and how many bytes they had when they were set.
import type { StoredValue } from "../../boundary/stored-value.ts";
import { attributeSize } from "../../boundary/guard/kept-checks.ts";

/** The values passed to `setAttribute`, as bytes where they are not simple: they survive the script. */
export class StoredAttributes {
  readonly values: ReadonlyMap<string, StoredValue>;
  readonly #values = new Map<string, StoredValue>();
  /** The sizes of those whose live values have replaced what was set. */
  #refreshed: Map<string, number> | null = null;
  #bytes = 0;

  constructor() {
    this.values = this.#values;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** What all of them would have if this one were set. */
  bytesWith(name: string, value: StoredValue): number {
    return this.#bytes - this.#sizeOf(name) + attributeSize(name, value);
  }

  set(name: string, value: StoredValue): void {
    this.#bytes = this.bytesWith(name, value);
    this.#refreshed?.delete(name);
    this.#values.set(name, value);
  }

  /** The script has changed the live value since it set it: its share of a list of values says little of its own size. */
  refresh(name: string, value: StoredValue): void {
    if (!this.#values.has(name)) return;
    (this.#refreshed ??= new Map()).set(name, this.#sizeOf(name));
    this.#values.set(name, value);
  }

  delete(name: string): void {
    this.#bytes -= this.#sizeOf(name);
    this.#refreshed?.delete(name);
    this.#values.delete(name);
  }

  #sizeOf(name: string): number {
    const value = this.#values.get(name);
    if (value === undefined) return 0;
    return this.#refreshed?.get(name) ?? attributeSize(name, value);
  }
}
