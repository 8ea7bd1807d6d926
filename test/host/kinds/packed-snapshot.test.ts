import { expect, test } from "vitest";
import type { DirectoryRecord, Snapshot } from "../../../src/boundary/directory-record.ts";
import { SINGLE } from "../../../src/boundary/directory-record.ts";
import { packSnapshot, unpackSnapshot } from "../../../src/host/kinds/common/packed-snapshot.ts";

const record = (ref: number, more: Partial<DirectoryRecord> = {}): DirectoryRecord => {
  const rooms = ["hall", "\uD800 alone", "\u2028"];
  return {
    ref,
    id: `s${ref}`,
    route: "/ws/a",
    path: "/ws/a/ü",
    address: "::1",
    state: "open",
    rooms,
    ...more,
  };
};

test("a snapshot is the same after its way to a host, whatever sessions have", () => {
  const snapshot: Snapshot = [
    { kind: "added", record: record(1) },
    { kind: "added", record: record(2, { rooms: [], state: "connecting", isElsewhere: true }) },
    { kind: "added", record: record(3, { presence: [["hall", '{"data":"\\"}"}']], isElsewhere: true }) },
    { kind: "added", record: record(4, { isAway: true }) },
    { kind: "added", record: record(5, { presence: [["hall", '{"data":1}']], isAway: true }) },
    { kind: "counted", room: "hall", members: 7 },
    { kind: "counted", room: null, members: 9 },
    { kind: "cluster", cluster: SINGLE },
  ];
  expect(unpackSnapshot(structuredClone(packSnapshot(snapshot)))).toEqual(snapshot);
  expect(unpackSnapshot(packSnapshot([]))).toEqual([]);
});

test("a snapshot of many sessions goes in pieces, in their order", () => {
  const snapshot: Snapshot = Array.from({ length: 25_000 }, (_, at) => {
    return { kind: "added", record: record(at, { rooms: [] }) };
  });
  const packed = packSnapshot(snapshot);
  expect(packed.texts).toHaveLength(3);
  expect(unpackSnapshot(packed)).toEqual(snapshot);
});
