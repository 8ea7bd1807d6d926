// Dialect: a class as scripts of the Scripting API see it.

/**
 * A class as scripts see it: for `instanceof` and for its static functions. Each program has its own, because the static
 * functions reach that program; the class behind it is shared.
 */
export function published(
  name: string,
  { prototype }: Class,
  statics: Readonly<Record<string, unknown>>,
): object {
  const refuse = function (): never {
    const makers = Object.keys(statics).map((key) => `${name}.${key}`);
    const remedy =
      makers.length > 0 ? `use ${makers[0]} or another function of it` : "the server hands you one";
    throw new TypeError(`${name} has no constructor; ${remedy}`);
  };
  return withPrototype(refuse, { name, prototype, statics });
}

/** A class that scripts can construct. A script's class that extends it keeps its own prototype. */
export function constructible(
  name: string,
  { prototype }: Class,
  make: (...args: readonly unknown[]) => object,
): object {
  const construct = function (this: unknown, ...args: readonly unknown[]): object {
    if (new.target === undefined) throw new TypeError(`${name} is a class; write new ${name}(...)`);
    const made = make(...args);
    const own: unknown = new.target.prototype;
    if (own !== prototype) Object.setPrototypeOf(made, own as object);
    return made;
  };
  return withPrototype(construct, { name, prototype, statics: {} });
}

function withPrototype(
  target: object,
  { name, prototype, statics }: { name: string; prototype: object; statics: object },
): object {
  Object.defineProperty(target, "name", { value: name });
  Object.defineProperty(target, "prototype", { value: prototype });
  Object.defineProperty(target, Symbol.hasInstance, {
    value: (value: unknown) => typeof value === "object" && value !== null && prototype.isPrototypeOf(value),
  });
  return Object.assign(target, statics);
}

interface Class {
  readonly name: string;
  readonly prototype: object;
}
