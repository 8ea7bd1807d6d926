// Host: values as bytes and back, by V8's own format, with functions that no script can replace.
import { Deserializer, Serializer } from "node:v8";

/**
 * `head`: bytes that come first, for the caller to fill in. `views`: writes views of an ArrayBuffer, in place of V8, which
 * writes their whole buffer. Throws for a value that cannot be cloned.
 */
export function serialize(
  value: unknown,
  head: Uint8Array | null = null,
  views: ViewCodec | null = null,
): Buffer {
  const serializer = new Serializer();
  if (views !== null) writeViewsBy(serializer, views);
  if (head !== null) write.writeRawBytes(serializer, head);
  write.writeHeader(serializer);
  write.writeValue(serializer, value);
  return write.releaseBuffer(serializer);
}

/** Throws if the bytes are not those of a value. Bytes in the value get memory of their own. `views`: as written. */
export function deserialize(bytes: Uint8Array, views: ViewCodec | null = null): unknown {
  const deserializer = new Deserializer(bytes);
  if (views !== null) readViewsBy(deserializer, views);
  read.readHeader(deserializer);
  return read.readValue(deserializer);
}

/** How views of an ArrayBuffer are written and read. */
export interface ViewCodec {
  write(view: ArrayBufferView, to: ViewWriter): void;
  read(from: ViewReader): ArrayBufferView;
}

interface ViewWriter {
  double(value: number): void;
  raw(bytes: Uint8Array): void;
  value(value: unknown): void;
}

interface ViewReader {
  double(): number;
  raw(length: number): Uint8Array;
  value(): unknown;
}

function writeViewsBy(serializer: Serializer, views: ViewCodec): void {
  const to: ViewWriter = {
    double: (value) => write.writeDouble(serializer, value),
    raw: (bytes) => write.writeRawBytes(serializer, bytes),
    value: (value) => void write.writeValue(serializer, value),
  };
  treatViewsAsHostObjects(serializer, true);
  (serializer as Serializer & ViewHooks)._writeHostObject = (value) => {
    if (!isView(value)) throw new Error("an object with an inside of its own could not be cloned");
    views.write(value, to);
  };
}

function readViewsBy(deserializer: Deserializer, views: ViewCodec): void {
  const from: ViewReader = {
    double: () => read.readDouble(deserializer),
    raw: (length) => read.readRawBytes(deserializer, length),
    value: () => read.readValue(deserializer),
  };
  (deserializer as Deserializer & ViewHooks)._readHostObject = () => views.read(from);
}

/** What Node calls on its two classes, unknown to their types. */
interface ViewHooks {
  _writeHostObject(value: object): void;
  _readHostObject(): object;
}

// Taken before any script runs, which may replace the methods of both classes.
// oxlint-disable-next-line typescript/unbound-method -- a static function that needs no `this`
const { isView } = ArrayBuffer;
const write = methodsOf(Serializer.prototype);
const read = methodsOf(Deserializer.prototype);

const treatViewsAsHostObjects = unbound(Serializer.prototype, "_setTreatArrayBufferViewsAsHostObjects") as (
  serializer: Serializer,
  mode: boolean,
) => void;

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
