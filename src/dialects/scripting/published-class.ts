import { describePayload } from "../../boundary/payload.ts";

interface Class {
  readonly name: string;
  readonly prototype: object;
}

/**
 * A class as scripts see it: for `instanceof` and for its static functions. It is made for each program, because what
 * its functions reach differs; the class behind it is one.
 */
export function published(
  name: string,
  { prototype }: Class,
  statics: Readonly<Record<string, unknown>>,
): object {
  const refuse = function (): never {
    const makers = Object.keys(statics).map((key) => `${name}.${key}`);
    const remedy = makers.length > 0 ? `use ${makers[0]} or its kin` : "you are handed one by the server";
    throw new TypeError(`${name} has no constructor: ${remedy}`);
  };
  return dressed(refuse, { name, prototype, statics });
}

/** A class that scripts can construct. A class of theirs that extends it gets its own prototype. */
export function constructible(
  name: string,
  { prototype }: Class,
  make: (...args: readonly unknown[]) => object,
): object {
  const construct = function (this: unknown, ...args: readonly unknown[]): object {
    if (new.target === undefined) throw new TypeError(`${name} is a class: write new ${name}(...)`);
    const made = make(...args);
    const own: unknown = new.target.prototype;
    if (own !== prototype) Object.setPrototypeOf(made, own as object);
    return made;
  };
  return dressed(construct, { name, prototype, statics: {} });
}

function dressed(
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

/** Refuses what is no instance of a published class. */
export function wrongKind(call: string, wanted: string, value: unknown, remedy = ""): TypeError {
  return new TypeError(
    `${call} takes ${wanted}, got ${describePayload(value)}${remedy === "" ? "" : `; ${remedy}`}`,
  );
}
