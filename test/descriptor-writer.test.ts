import { describe, expect, test } from "vitest";
import { DescriptorWriter } from "../src/descriptor-writer.ts";
import { VirtualClock } from "./support/virtual-clock.ts";

/** A descriptor that takes a number of bytes, then fails with an error until the number is raised. */
class Sink {
  text = "";
  room = Infinity;
  error = "EAGAIN";

  write(bytes: Buffer, from: number): number {
    if (this.room <= 0) throw Object.assign(new Error(this.error), { code: this.error });
    const taken = bytes.subarray(from, from + this.room);
    this.text += taken.toString();
    this.room -= taken.length;
    return taken.length;
  }
}

function start(limit?: number) {
  const [sink, clock] = [new Sink(), new VirtualClock()];
  const writer = new DescriptorWriter(sink, limit === undefined ? { clock } : { clock, limit });
  return { sink, clock, writer };
}

describe("a writer that never waits", () => {
  test("writes what its reader has no room for as soon as there is room, in order", () => {
    const { sink, clock, writer } = start();
    sink.room = 3;
    writer.write("first\n");
    writer.write("second\n");
    expect(sink.text).toBe("fir");
    sink.room = 5;
    clock.advance(50);
    expect(sink.text).toBe("first\nse");
    sink.room = Infinity;
    clock.advance(50);
    expect(sink.text).toBe("first\nsecond\n");
  });

  test("counts lines beyond its limit, and reports them in one line when the others have left", () => {
    const { sink, clock, writer } = start(20);
    sink.room = 0;
    for (let line = 0; line < 10; line++) writer.write(`line ${line}\n`);
    clock.advance(10_000);
    expect(sink.text).toBe("");
    sink.room = Infinity;
    clock.advance(50);
    expect(sink.text).toMatch(/^line 0\nline 1\n8 lines of the log were lost.*\n$/);
  });

  test("counts the lines that a full disk does not take, and reports them when there is room again", () => {
    const { sink, clock, writer } = start();
    Object.assign(sink, { room: 4, error: "ENOSPC" });
    writer.write("cut in its middle\n");
    for (let line = 0; line < 99; line++) writer.write("lost\n");
    clock.advance(5000);
    expect(sink.text).toBe("cut ");
    sink.room = Infinity;
    clock.advance(1000);
    expect(sink.text).toMatch(/^cut \n100 lines of the log were lost.*\n$/);
    writer.write("next\n");
    expect(sink.text).toMatch(/\nnext\n$/);
  });

  test("survives a reader that goes while lines wait for it", () => {
    const { sink, clock, writer } = start();
    sink.room = 0;
    writer.write("waits\n");
    sink.error = "EPIPE";
    clock.advance(3000);
    writer.write("lost\n");
    Object.assign(sink, { room: Infinity });
    clock.advance(1000);
    expect(sink.text).toMatch(/^2 lines of the log were lost/);
  });
});
