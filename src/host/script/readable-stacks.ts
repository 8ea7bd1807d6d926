// Host: the stacks that scripts read and print, in the script's own files and lines.
import { stackMapper, type FindMap } from "./source-map.ts";

/** A stack is mapped when it is read for the first time: an error that is not printed costs nothing. */
export class ReadableStacks {
  readonly #map: ReturnType<typeof stackMapper>;
  /** The names of compiled code in the stacks that were mapped. */
  readonly #names = new WeakMap<object, string>();

  constructor(maps: FindMap) {
    this.#map = stackMapper(maps);
  }

  /**
   * Node calls `Error.prepareStackTrace` for each stack of this thread. A package may set another function, for a moment
   * or for good: it gets the places of the compiled code, as it would without this one.
   */
  install(): void {
    Error.prepareStackTrace = this.#text;
  }

  /** Whether the stack of a thrown value has code of this name, as the host has compiled it. */
  names(reason: unknown, name: string): boolean {
    try {
      if (!(reason instanceof Error)) return false;
      const text = String(reason.stack);
      return (this.#names.get(reason) ?? text).includes(name);
    } catch {
      // A thrown value is the script's: reading it may throw again.
      return false;
    }
  }

  readonly #text = (error: Error, sites: readonly NodeJS.CallSite[]): string => {
    const frames = sites.map((site) => `    at ${textOf(site)}`);
    this.#names.set(error, frames.join("\n"));
    return [headOf(error), ...this.#map(frames)].join("\n");
  };
}

function textOf(site: NodeJS.CallSite): string {
  try {
    return (site as unknown as { toString(): string }).toString();
  } catch {
    return "<anonymous>";
  }
}

// As Node writes it: errors of Node have their code in it.
function headOf(error: Error): string {
  try {
    const { code } = error as NodeJS.ErrnoException;
    const isOfNode = typeof code === "string" && symbolsOf(error).some((text) => text === "kIsNodeError");
    const text = Error.prototype.toString.call(error);
    return isOfNode && text.startsWith(`${error.name}:`)
      ? `${error.name} [${code}]${text.slice(error.name.length)}`
      : text;
  } catch {
    return "Error";
  }
}

function symbolsOf(error: Error): (string | undefined)[] {
  const symbols = Object.getOwnPropertySymbols(error).concat(
    Object.getOwnPropertySymbols(Object.getPrototypeOf(error)),
  );
  return symbols.map(({ description }) => description);
}
