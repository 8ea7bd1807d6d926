// Host: values that a script keeps, as bytes and back: attributes and saved states.
import { deserialize, serialize, type ViewCodec } from "./serializing.ts";

/**
 * The value as bytes. Throws, with the reason, for a value that cannot be cloned. Views of one ArrayBuffer share it
 * afterwards as well. A Buffer leaves its pool behind: a clone would take 8 KiB (Node 20) or 64 KiB (Node 24) for each.
 */
export function keptBytes(value: unknown): Buffer {
  return serialize(value, null, VIEWS);
}

/** The value whose bytes these are. A Buffer comes back as a Uint8Array, as from any clone. */
export function keptValue(bytes: Uint8Array): unknown {
  return deserialize(bytes, VIEWS);
}

const VIEWS: ViewCodec = {
  write(view, to) {
    if (isBuffer(view) && view.buffer instanceof Memory) {
      to.double(POOLED);
      to.double(view.byteLength);
      return to.raw(view as Buffer);
    }
    to.double(kindOf(view));
    to.double(view.byteOffset);
    to.double(view.byteLength);
    to.value(view.buffer);
  },
  read(from) {
    const kind = from.double();
    if (kind === POOLED) return new Bytes(from.raw(from.double()));
    const [offset, length] = [from.double(), from.double()];
    const Kind = KINDS[kind] as ViewKind;
    return new Kind(from.value() as ArrayBuffer, offset, length / (Kind.BYTES_PER_ELEMENT ?? 1));
  },
};

// Taken before any script runs.
// oxlint-disable-next-line typescript/unbound-method -- a static function that needs no `this`
const { isBuffer } = Buffer;
const [Bytes, Memory] = [Uint8Array, ArrayBuffer];

interface ViewKind {
  readonly BYTES_PER_ELEMENT?: number;
  new (buffer: ArrayBuffer, offset: number, length: number): ArrayBufferView;
}

const NAMES = "DataView Int8Array Uint8Array Uint8ClampedArray Int16Array Uint16Array Int32Array Uint32Array"
  .concat(" Float32Array Float64Array BigInt64Array BigUint64Array Float16Array")
  .split(" ");
/** The kinds of views that this Node knows. Both hosts of a takeover run on the same Node. */
const KINDS = NAMES.map((name) => Reflect.get(globalThis, name) as ViewKind | undefined);
const POOLED = -1;

function kindOf(view: ArrayBufferView): number {
  const kind = KINDS.findIndex((one) => one !== undefined && view instanceof one);
  if (kind === -1)
    throw new Error(`a ${Object.prototype.toString.call(view).slice(8, -1)} cannot be handed over`);
  return kind;
}
