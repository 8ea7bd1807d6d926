import fc from "fast-check";
import { expect, test } from "vitest";
import { FrameBatch, type RawSocket } from "../../../src/front/outbox/frame-batch.ts";
import { firstByte, headerSize, writeHeader } from "../../../src/front/frames/frame.ts";
import { KeptFrames, KeptTotals } from "../../../src/front/resume/kept-frames.ts";

/** Takes what is written, as the bytes and the memory that they lie in. */
class Sink implements RawSocket {
  readonly writableLength = 0;
  readonly writable = true;
  readonly memories = new Set<ArrayBufferLike>();
  bytes = Buffer.alloc(0);

  write(data: Uint8Array): boolean {
    this.memories.add(data.buffer);
    this.bytes = Buffer.concat([this.bytes, data]);
    return true;
  }

  cork(): void {}
  uncork(): void {}
}

/** A text frame in the large memory of a turn. */
function frameOf(text: string): Buffer {
  const turn = Buffer.alloc(131_072);
  const header = headerSize(text.length);
  writeHeader(turn, 7, firstByte(true, false), text.length);
  turn.write(text, 7 + header, "latin1");
  return turn.subarray(7, 7 + header + text.length);
}

function writeTo(kept: KeptFrames, frame: Buffer, rawSocket: RawSocket): void {
  const link = { rawSocket, inflates: false };
  if (kept.writeSlice(frame, 1, link)) return;
  kept.write(new FrameBatch([frame], [{ from: 0, to: 1 }], null, null), link);
}

const LOOSE = { messages: 100_000, bytes: 100_000_000 };
const frames = Array.from({ length: 200 }, (_, at) => frameOf(`message ${at}`));

test("small frames of one session share memory, and keep none of the turns alive", () => {
  const [kept, first, second] = [new KeptFrames(LOOSE, new KeptTotals(1e9)), new Sink(), new Sink()];
  for (const frame of frames) writeTo(kept, frame, first);
  expect(first.bytes).toEqual(Buffer.concat(frames));
  kept.resend({ rawSocket: second, inflates: false });
  expect(second.bytes).toEqual(Buffer.concat(frames));
  const sizes = [...second.memories].map(({ byteLength }) => byteLength);
  expect(sizes.length).toBeLessThan(5);
  expect(Math.max(...sizes)).toBeLessThan(4096);
});

test("sessions share no memory", () => {
  const [first, second] = [new Sink(), new Sink()];
  for (const sink of [first, second]) {
    const kept = new KeptFrames(LOOSE, new KeptTotals(1e9));
    for (const frame of frames) writeTo(kept, frame, new Sink());
    kept.resend({ rawSocket: sink, inflates: false });
  }
  expect([...second.memories].some((memory) => first.memories.has(memory))).toBe(false);
});

const step = fc.oneof(
  { weight: 4, arbitrary: fc.nat(40).map((length) => ({ kind: "send", length }) as const) },
  { weight: 1, arbitrary: fc.nat(2000).map((length) => ({ kind: "send", length }) as const) },
  { weight: 2, arbitrary: fc.nat(60).map((count) => ({ kind: "acknowledge", count }) as const) },
);
const bounds = fc.record({
  messages: fc.integer({ min: 1, max: 60 }),
  bytes: fc.integer({ min: 2048, max: 8192 }),
});

test("the last frames within the bounds are kept, in runs and batches, until they are acknowledged", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 120 }), bounds, (steps, limits) => {
      const totals = new KeptTotals(1e9);
      const kept = new KeptFrames(limits, totals);
      const sent: Buffer[] = [];
      let acknowledged = 0;
      for (const one of steps) {
        if (one.kind === "send") {
          sent.push(frameOf("x".repeat(one.length)));
          writeTo(kept, sent.at(-1) as Buffer, new Sink());
        } else {
          acknowledged = Math.min(sent.length, acknowledged + one.count);
          expect(kept.acknowledge(acknowledged)).toBe(true);
        }
        expect(kept.next).toBe(sent.length);
        expect(kept.bytes).toBeLessThanOrEqual(limits.bytes);
        expect(totals.bytes).toBe(kept.bytes);
        if (!kept.has(acknowledged)) continue;
        const sink = new Sink();
        kept.resend({ rawSocket: sink, inflates: false });
        expect(sink.bytes).toEqual(Buffer.concat(sent.slice(acknowledged)));
        // A large batch of which a part was acknowledged would be kept whole; here each has one frame.
        expect(kept.bytes).toBe(sink.bytes.length);
      }
    }),
    { numRuns: 200 },
  );
});

test("at its end, a session counts for nothing", () => {
  const totals = new KeptTotals(1e9);
  const kept = new KeptFrames(LOOSE, totals);
  for (const frame of [...frames, frameOf("x".repeat(3000)), ...frames]) writeTo(kept, frame, new Sink());
  expect(totals.bytes).toBeGreaterThan(5000);
  kept.end();
  expect([totals.bytes, kept.bytes, totals.holders.size]).toEqual([0, 0, 0]);
});

test("a session that has just lost what it kept, because all keep too much, has nothing more to drop", () => {
  const totals = new KeptTotals(10_000);
  const kept = new KeptFrames(LOOSE, totals);
  writeTo(kept, frameOf("one"), new Sink());
  totals.bytes += 20_000;
  expect(kept.bound({ frames: LOOSE.messages + 1, bytes: 0 }, 0)).toBe(false);
  expect([kept.bytes, totals.holders.size]).toEqual([0, 0]);
});
