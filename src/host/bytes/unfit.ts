// Host: which values can be handed over and set as attributes: one set for threads and processes.
import { getBuiltinModule } from "node:process";
import { types } from "node:util";

/**
 * Why a value cannot be handed over, in a few words; null when it can, as far as its shape goes. The rest shows when it
 * is serialized: functions, symbols, promises, and objects of Node or the web with an inside of their own.
 */
export function unfitReason(value: unknown): string | null {
  return isObject(value) && !isFlat(value) ? reasonOf(value, DEEPEST, new Set()) : null;
}

// Most values are plain and flat. A host that is replaced looks at ten thousand of them once, before this code is warm.
function isFlat(value: object): boolean {
  return isPlain(value) && !partsOf(value).some(isObject);
}

function isPlain(value: object): boolean {
  const prototype = Object.getPrototypeOf(value) as object | null;
  return prototype === Object.prototype || prototype === Array.prototype;
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

type Class = abstract new () => object;

// Serialized, it leaves nothing behind but bytes that cannot be read.
const { Module: WasmModule } = Reflect.get(globalThis, "WebAssembly") as { Module: Class };

// Their insides do not cross. Some versions of Node refuse to serialize them, others leave an empty object of them.
const WITH_INSIDES = {
  "node:buffer": ["Blob"],
  "node:stream/web": ["ReadableStream", "WritableStream", "TransformStream"],
  "node:worker_threads": ["MessagePort", "BroadcastChannel"],
};

/**
 * Node loads these classes when they are first read, which takes longer than most of a host's start; many hosts never
 * need them. They are read from Node's modules: a script may have replaced its globals.
 */
function classesWithInsides(): readonly Class[] {
  return (loaded ??= Object.entries(WITH_INSIDES).flatMap(([module, names]) => {
    const found: object = getBuiltinModule(module) ?? {};
    return names.map((name) => Reflect.get(found, name) as Class);
  }));
}

let loaded: readonly Class[] | null = null;

// Nothing of these is looked for in the values that scripts hold most.
const WITHOUT_INSIDES = [Map, Set, Date, RegExp, Error, ArrayBuffer];

/** A clone that a thread can write may be too deep for a process to read: its stack is a quarter as large. */
const DEEPEST = 500;

// In the order in which a clone is written: an object that occurs twice counts at its first occurrence.
function reasonOf(value: object, levels: number, seen: Set<object>): string | null {
  const kind = isPlain(value) ? null : unfitKind(value);
  if (kind !== null) return `a ${kind} cannot be handed over`;
  if (ArrayBuffer.isView(value) || seen.has(value)) return null;
  if (levels === 0) return `it is nested more than ${DEEPEST} levels deep`;
  seen.add(value);
  for (const part of partsOf(value)) {
    const reason = isObject(part) ? reasonOf(part, levels - 1, seen) : null;
    if (reason !== null) return reason;
  }
  return null;
}

function unfitKind(value: object): string | null {
  if (ArrayBuffer.isView(value) || WITHOUT_INSIDES.some((one) => value instanceof one)) return null;
  if (value instanceof WasmModule) return "WebAssembly.Module";
  if (types.isCryptoKey(value)) return "CryptoKey";
  return classesWithInsides().find((one) => value instanceof one)?.name ?? null;
}

function partsOf(value: object): readonly unknown[] {
  if (Array.isArray(value)) return value;
  if (value instanceof Map) return [...value].flat();
  if (value instanceof Set) return [...value];
  return value instanceof Error ? [value.cause] : Object.values(value);
}
