import { expect, test } from "vitest";
import { keptBytes, keptValue } from "../../../src/host/bytes/kept-values.ts";

const copyOf = (value: unknown): unknown => keptValue(keptBytes(value));

test("a Buffer of 2 bytes takes its own bytes, whatever the size of its pool", () => {
  const list = Array.from({ length: 10 }, () => Buffer.from("hi"));
  expect(list.every(({ buffer }) => buffer.byteLength >= 8192)).toBe(true);
  expect(keptBytes(list).length).toBeLessThan(500);
  expect(copyOf(list)).toEqual(list.map((bytes) => new Uint8Array(bytes)));
});

test.each([
  ["DataView", new DataView(new Uint8Array([1, 2, 3]).buffer, 1)],
  ["Int8Array", new Int8Array([-1])],
  ["Uint8Array", new Uint8Array([1, 2, 3]).subarray(1)],
  ["Uint8ClampedArray", new Uint8ClampedArray([300])],
  ["Int16Array", new Int16Array([-2, 2])],
  ["Uint32Array", new Uint32Array([2 ** 32 - 1])],
  ["Float32Array", new Float32Array([0.5])],
  ["Float64Array", new Float64Array([Math.PI])],
  ["BigInt64Array", new BigInt64Array([-(2n ** 63n)])],
  ["BigUint64Array", new BigUint64Array([2n ** 64n - 1n])],
  ["empty", new Uint8Array()],
])("a view comes back as it was: %s", (_, view) => {
  expect(copyOf({ deep: [view] })).toEqual({ deep: [view] });
});

test("views of one buffer share it afterwards, also beside a Buffer and the buffer itself", () => {
  const buffer = new ArrayBuffer(16);
  const [low, high] = [new Uint8Array(buffer, 0, 8), new Float64Array(buffer, 8, 1)];
  const copy = copyOf({ pooled: Buffer.from("x"), low, buffer, high, again: low }) as Record<
    string,
    Uint8Array
  >;
  expect(copy["low"]?.buffer).toBe(copy["buffer"]);
  expect(copy["high"]?.buffer).toBe(copy["buffer"]);
  expect(copy["again"]).toBe(copy["low"]);
  expect(copy["pooled"]).toEqual(new Uint8Array([120]));
});

test("bytes that come back have memory of their own", () => {
  const bytes = keptBytes(Buffer.from("hello"));
  const copy = keptValue(bytes);
  bytes.fill(0);
  expect(copy).toEqual(new Uint8Array(Buffer.from("hello")));
});

test.each([
  ["a shared buffer", new SharedArrayBuffer(8)],
  ["a view of a shared buffer", new Uint8Array(new SharedArrayBuffer(8))],
  ["a Buffer on a shared buffer", Buffer.from(new SharedArrayBuffer(8))],
])("%s cannot be kept", (_, value) => {
  expect(() => keptBytes([value])).toThrow("could not be cloned");
});
