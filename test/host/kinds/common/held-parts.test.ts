import { expect, test } from "vitest";
import { bytesOf } from "../../../../src/host/kinds/common/frames.ts";
import { HeldParts } from "../../../../src/host/kinds/common/held-parts.ts";

const part = bytesOf([1, 1, "x"]);
const LIMIT = { commands: 1000, bytes: 1024 * 1024 };

test("the parts of a commit are checked when they are read", () => {
  const held = new HeldParts(LIMIT);
  for (const bytes of [part, bytesOf([99, 1]), bytesOf("text"), new Uint8Array(9)]) held.add(bytes);
  const [right, ...wrong] = held.take() ?? [];
  expect(right?.()).toEqual([1, 1, "x"]);
  expect(wrong).toHaveLength(3);
  for (const read of wrong) expect(read).toThrow();
  expect(held.take()).toBeNull();
});

test("parts without an end are refused: many small ones, and few large ones", () => {
  const many = (bytes: Uint8Array) => (): void => {
    const held = new HeldParts(LIMIT);
    for (let at = 0; at < 10_000; at += 1) held.add(bytes);
  };
  expect(many(part)).toThrow(/larger than turnLimit/);
  expect(many(new Uint8Array(8 * 1024 * 1024))).toThrow(/larger than turnLimit/);
});
