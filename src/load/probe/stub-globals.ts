// Load: the globals of a script while it is probed: nothing that it does with them has an effect.
/** Stubs of the named globals. */
export function stubGlobals(names: readonly string[]): Record<string, unknown> {
  const injected: Record<string, unknown> = Object.create(null);
  for (const name of names) {
    if (name.startsWith("__") || name === "require") continue;
    // No timer starts: it would run the script's work without clients, on a thread that is about to end, and once more
    // than the script expects.
    if (timer.test(name)) injected[name] = stub;
    else if (name === "console" || !(name in globalThis)) injected[name] = stub();
  }
  return injected;
}

const timer = /^(?:set|clear)(?:Timeout|Interval|Immediate)$/;

/** A value on which every operation succeeds without an effect and returns the value itself. */
function stub(): unknown {
  // Not an arrow function, because it must also stand for a class.
  const target = function (): void {};
  const itself: unknown = new Proxy(target, {
    get: (_, key) => {
      // Without `then`, so that awaiting it ends. It reads as an empty string and an empty list.
      if (key === "then") return undefined;
      if (key === Symbol.toPrimitive) return (hint: string) => (hint === "number" ? 0 : "");
      if (key === Symbol.iterator) return () => [][Symbol.iterator]();
      return itself;
    },
    set: () => true,
    defineProperty: () => true,
    deleteProperty: () => true,
    apply: () => itself,
    construct: () => itself as object,
  });
  return itself;
}
