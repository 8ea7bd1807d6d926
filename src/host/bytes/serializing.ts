// Host: values as bytes and back, by V8's own format, with functions that no script can replace.
import { Deserializer, Serializer } from "node:v8";

/** `head`: bytes that come first, for the caller to fill in. Throws for a value that cannot be cloned. */
export function serialize(value: unknown, head: Uint8Array | null = null): Buffer {
  const serializer = new Serializer();
  if (head !== null) write.writeRawBytes(serializer, head);
  write.writeHeader(serializer);
  write.writeValue(serializer, value);
  return write.releaseBuffer(serializer);
}

/** Throws if the bytes are not those of a value. Bytes in the value get memory of their own. */
export function deserialize(bytes: Uint8Array): unknown {
  const deserializer = new Deserializer(bytes);
  read.readHeader(deserializer);
  return read.readValue(deserializer);
}

// Taken before any script runs, which may replace the methods of both classes.
const write = methodsOf(Serializer.prototype);
const read = methodsOf(Deserializer.prototype);

/** The methods of a class as functions whose first argument is the object. */
function methodsOf<Self extends object>(prototype: Self): Methods<Self> {
  const names = Object.getOwnPropertyNames(prototype).filter((name) => name !== "constructor");
  const methods = names.map((name) => [name, unbound(prototype, name)] as const);
  return Object.fromEntries(methods) as Methods<Self>;
}

// As a bound call: it works also after the script has replaced `call` itself.
function unbound(prototype: object, name: string): unknown {
  const method = Reflect.get(prototype, name) as (...args: unknown[]) => unknown;
  return Function.prototype.call.bind(method);
}

type Methods<Self> = {
  readonly [Name in keyof Self]: Self[Name] extends (...args: infer Args) => infer Result
    ? (self: Self, ...args: Args) => Result
    : never;
};
