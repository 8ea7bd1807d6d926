/** Gives stand-ins for what a script is handed while Parlor only looks at what it exports. */
export function stubGlobals(names: readonly string[]): Record<string, unknown> {
  const injected: Record<string, unknown> = Object.create(null);
  for (const name of names) {
    if (name.startsWith("__") || name === "require") continue;
    if (timer.test(name)) injected[name] = refuse;
    else if (name === "console" || !(name in globalThis)) injected[name] = inert();
  }
  return injected;
}

const timer = /^(?:set|clear)(?:Timeout|Interval|Immediate)$/;

// A timer that fired would run the script's work in a thread that is about to end, with nobody connected, and once
// more than the script expects; so no timer starts, and what it gives back is good for nothing but clearing it.
const refuse = (): unknown => inert();

/** A value that takes whatever is done with it and gives itself back. Commands made on it have no effect. */
function inert(): unknown {
  // Of a function that is no arrow, because it must also stand for a class.
  const target = function (): void {};
  const itself: unknown = new Proxy(target, {
    get: (_, key) => {
      // Without `then`, so that awaiting it ends; and it reads as an empty text and an empty list.
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
