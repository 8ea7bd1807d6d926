import { expect, test } from "vitest";
import { packRecord, type PartEntry, type PartRecord } from "../../src/cluster/backplane/part-record.ts";
import {
  addEntries,
  namesLeftOut,
  partReplies,
  type PartReply,
} from "../../src/cluster/backplane/part-replies.ts";

const session = (id: string, rooms: readonly string[]): PartRecord => {
  return { id, route: "/ws/a", path: "/ws/a", address: "::1", state: "open", rooms };
};

function cut(records: readonly PartEntry[], limit: number): { read: PartEntry[]; sizes: number[] } {
  const replies = partReplies({ request: 7, epoch: "e", sequence: 3, limit }, records);
  const read: PartEntry[] = [];
  replies.forEach((bytes, at) => {
    const [kind, request, epoch, sequence, isLast, some] = JSON.parse(String(bytes)) as PartReply;
    expect([kind, request, epoch, sequence]).toEqual(["part", 7, "e", 3]);
    expect(isLast).toBe(at === replies.length - 1);
    addEntries(some, read);
  });
  return { read, sizes: replies.map(({ length }) => length) };
}

test("a part is cut by bytes, however long its names are", () => {
  const records = Array.from({ length: 40 }, (_, at) =>
    session(`s${at}`, ["x".repeat(at * 10), "ü".repeat(30)]),
  );
  const { read, sizes } = cut(records, 1000);
  expect(read).toEqual(records);
  expect(sizes.length).toBeGreaterThan(10);
  expect(Math.max(...sizes)).toBeLessThanOrEqual(1000);
});

test("the rooms of one session are spread over replies if they do not fit into one", () => {
  const records = [
    session("s1", ["one"]),
    session(
      "s2",
      Array.from({ length: 128 }, (_, at) => `${at}`.padEnd(100, "\n")),
    ),
    session("s3", []),
  ];
  const { read, sizes } = cut(records, 1000);
  expect(read).toEqual(records);
  expect(Math.max(...sizes)).toBeLessThanOrEqual(1000);
});

test("a room that fits into no reply is left out, and so is a number", () => {
  const long = "x".repeat(1000);
  const records = [session("s1", ["one", long, "two"]), session("s2", [long]), { id: `r:${long}`, count: 1 }];
  const { read, sizes } = cut(records, 400);
  expect(read).toEqual([session("s1", ["one", "two"]), session("s2", [])]);
  expect(Math.max(...sizes)).toBeLessThanOrEqual(400);
  expect(records.map((record) => namesLeftOut(record, 1200))).toEqual([1, 1, 1]);
});

test("a session that is spread over replies keeps what it shows in its rooms, and that it is away", () => {
  const rooms = Array.from({ length: 50 }, (_, at) => `room ${at}`);
  const presence = rooms.filter((_, at) => at % 3 > 0).map((room) => [room, '{"data":"x"}'] as const);
  const records = [
    { ...session("s1", rooms), presence, isAway: true },
    { ...session("s2", rooms), isAway: true },
    session("s3", rooms),
  ];
  const { read, sizes } = cut(records, 400);
  expect(read).toEqual(records);
  expect(sizes.length).toBeGreaterThan(10);
});

test("an empty part is one reply, and numbers travel as sessions do", () => {
  expect(cut([], 100)).toEqual({ read: [], sizes: [expect.any(Number)] });
  const counts = Array.from({ length: 30 }, (_, at) => ({ id: `r:${at}`, count: at }));
  expect(cut(counts, 120).read).toEqual(counts);
  expect(packRecord(counts[3]!)).toEqual(["r:3", 3]);
});
