import { runInNewContext } from "node:vm";
import { describe, expect, test } from "vitest";
import { remedyFor, toPayload } from "../../src/boundary/payload.ts";

const BYTES = [1, 2, 3, 4, 5, 6, 7, 8];

function filled<T extends ArrayBufferLike>(buffer: T): T {
  new Uint8Array(buffer).set(BYTES);
  return buffer;
}

const whole = filled(new ArrayBuffer(8));
const views: [string, () => unknown, number[]][] = [
  ["an ArrayBuffer", () => whole, BYTES],
  ["a SharedArrayBuffer", () => filled(new SharedArrayBuffer(8)), BYTES],
  ["a DataView", () => new DataView(whole, 2, 3), [3, 4, 5]],
  ["a Float32Array", () => new Float32Array(whole, 4, 1), [5, 6, 7, 8]],
  ["a BigUint64Array", () => new BigUint64Array(whole), BYTES],
  ["an Int16Array", () => new Int16Array(whole, 2, 1), [3, 4]],
  ["a Uint8ClampedArray", () => new Uint8ClampedArray(whole, 7), [8]],
  ["a slice of a Buffer", () => Buffer.from(whole).subarray(3, 5), [4, 5]],
  ["a pooled Buffer", () => Buffer.from("tea"), [116, 101, 97]],
  ["an empty view", () => new Float64Array(0), []],
  ["a view of a SharedArrayBuffer", () => new Uint8Array(filled(new SharedArrayBuffer(8)), 6), [7, 8]],
  ["a DataView of a SharedArrayBuffer", () => new DataView(filled(new SharedArrayBuffer(8)), 6), [7, 8]],
  ["a view of another realm", () => runInNewContext("new Uint16Array([513])"), [1, 2]],
  ["an ArrayBuffer of another realm", () => runInNewContext("new Uint8Array([9]).buffer"), [9]],
];

describe("toPayload", () => {
  test.each(views)("the bytes of %s, and no others, are copied", (_, make, bytes) => {
    const value = make();
    const payload = toPayload("send", value) as Uint8Array;
    expect([...payload]).toEqual(bytes);
    expect(payload.constructor).toBe(Uint8Array);
    expect(payload.buffer).toBeInstanceOf(ArrayBuffer);
    expect(payload.buffer.byteLength).toBe(bytes.length);
  });

  test("a change of the view after the call changes nothing that is sent", () => {
    const view = new Float32Array([1]);
    const payload = toPayload("send", view) as Uint8Array;
    view[0] = 2;
    expect(new DataView(payload.buffer).getFloat32(0, true)).toBe(1);
  });

  test("a detached buffer is refused", () => {
    const view = new Uint16Array(4);
    structuredClone(view, { transfer: [view.buffer] });
    expect(() => toPayload("send", view)).toThrow(TypeError);
  });
});

describe("the remedy fits the value", () => {
  test.each<[string, unknown, string]>([
    ["an object", {}, "did you mean JSON.stringify(value)?"],
    ["a list", [1], "did you mean JSON.stringify(value)?"],
    ["a date", new Date(), "did you mean JSON.stringify(value)?"],
    ["a number", 5, "did you mean String(value)?"],
    ["a bigint", 5n, "did you mean String(value)?"],
    ["a boolean", true, "did you mean String(value)?"],
    ["a URL", new URL("http://x/"), "did you mean String(value)?"],
    ["an Error", new TypeError("x"), "did you mean String(value)?"],
    ["nothing", undefined, "check where the value should have been set"],
    ["null", null, "check where the value should have been set"],
    ["a function", () => 1, "did you mean to call it?"],
    ["a promise", Promise.resolve(""), "did you forget await?"],
    ["a Blob", new Blob(["x"]), "did you mean await value.arrayBuffer()?"],
    ["a Map", new Map(), "did you mean JSON.stringify([...value])?"],
    ["a stream", new ReadableStream(), "read it, and send its parts"],
  ])("%s", (_, value, remedy) => {
    expect(remedyFor(value)).toBe(remedy);
    expect(() => toPayload("session.send", value)).toThrow(`session.send takes a string or bytes, got `);
  });
});
