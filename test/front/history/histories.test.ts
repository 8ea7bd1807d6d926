import { describe, expect, it } from "vitest";
import type { EncodedMessage } from "../../../src/front/directory/history-port.ts";
import { Histories } from "../../../src/front/history/histories.ts";
import { decodeFrames, describeFrame } from "../../support/server-frames.ts";
import { VirtualClock } from "../../support/virtual-clock.ts";

function textsOf(messages: readonly EncodedMessage[]): string[] {
  return messages.map(({ plain }) => decodeFrames(Buffer.from(plain)).map(describeFrame).join());
}

class Fixture {
  readonly clock = new VirtualClock();
  readonly histories: Histories;

  constructor(historyTotal = 1_000_000) {
    this.histories = new Histories(this.clock, { history: {}, historyTotal });
    this.histories.setRules([{ "news/*": { size: 3, seconds: 10 }, "news/long": { size: 5, seconds: 60 } }]);
  }

  keep(room: string, ...texts: string[]): void {
    for (const text of texts) this.histories.keep(room, text);
  }

  kept(room: string): string[] {
    return textsOf(this.histories.since(room, null).messages);
  }
}

describe("the messages that rooms keep", () => {
  it("are the newest ones, as many as the rule says, in order", () => {
    const fixture = new Fixture();
    fixture.keep("news/a", "1", "2", "3", "4");
    expect(fixture.kept("news/a")).toEqual(["2", "3", "4"]);
    expect(fixture.histories.since("news/a", null)).toMatchObject({ offset: 4, recovered: null });
  });

  it("are those of rooms with a rule only", () => {
    const { histories } = new Fixture();
    expect(histories.keep("chat", "1")).toBe("1");
    expect(histories.since("chat", ["e", 1])).toEqual({
      epoch: null,
      offset: 0,
      recovered: false,
      messages: [],
    });
  });

  it("are dropped when their time is over, and an empty history is freed without being asked", () => {
    const fixture = new Fixture();
    fixture.keep("news/a", "1");
    fixture.clock.advance(5000);
    fixture.keep("news/a", "2");
    fixture.clock.advance(5000);
    expect(fixture.kept("news/a")).toEqual(["2"]);
    fixture.clock.advance(6000);
    expect(fixture.histories.figures).toEqual({ rooms: 0, messages: 0, bytes: 0, dropped: 0 });
  });

  it("leave no timer behind when all are gone", () => {
    const fixture = new Fixture();
    fixture.keep("news/a", "1");
    fixture.clock.advance(20_000);
    expect(fixture.clock.waiting).toBe(0);
  });

  it("are bounded in all, and the oldest of any room go first, counted", () => {
    const fixture = new Fixture(1000);
    fixture.keep("news/a", "1");
    fixture.keep("news/b", "2", "3");
    fixture.keep("news/a", "4");
    const { bytes, dropped } = fixture.histories.figures;
    expect(bytes).toBeLessThanOrEqual(1000);
    expect(dropped).toBe(1);
    expect(fixture.kept("news/a")).toEqual(["4"]);
    expect(fixture.kept("news/b")).toEqual(["2", "3"]);
  });

  it.each([
    ["a long text", "x".repeat(1001)],
    ["a text whose bytes are more than its characters", "é".repeat(400)],
    ["a text that is too long with what keeping it costs", "x".repeat(800)],
    ["bytes", new Uint8Array(900)],
  ])("do not make place for a message that alone takes more than may be kept: %s", (_, long) => {
    const fixture = new Fixture(1000);
    fixture.keep("news/b", "1");
    fixture.keep("news/a", "2");
    const { epoch } = fixture.histories.since("news/a", null);
    // It is sent as it is.
    expect(fixture.histories.keep("news/a", long)).toBe(long);
    fixture.keep("news/a", "3");
    expect(fixture.histories.since("news/a", [epoch!, 1]).recovered).toBe(false);
    expect(fixture.kept("news/b")).toEqual(["1"]);
    expect(fixture.kept("news/a")).toEqual(["3"]);
    expect(fixture.histories.figures.dropped).toBe(2);
  });

  it("are those since the place that a client has seen last", () => {
    const fixture = new Fixture();
    fixture.keep("news/a", "1", "2", "3");
    const { epoch } = fixture.histories.since("news/a", null);
    const since = (offset: number, of = epoch!): [boolean | null, string[]] => {
      const { recovered, messages } = fixture.histories.since("news/a", [of, offset]);
      return [recovered, textsOf(messages)];
    };
    expect(since(1)).toEqual([true, ["2", "3"]]);
    expect(since(3)).toEqual([true, []]);
    expect(since(4)).toEqual([false, ["1", "2", "3"]]);
    expect(since(1, "other")).toEqual([false, ["1", "2", "3"]]);
    fixture.keep("news/a", "4", "5");
    expect(since(1)).toEqual([false, ["3", "4", "5"]]);
    expect(since(2)).toEqual([true, ["3", "4", "5"]]);
  });

  it("get another epoch when the history starts again, or was interrupted", () => {
    const fixture = new Fixture();
    const epochOf = (): string | null => fixture.histories.since("news/a", null).epoch;
    fixture.keep("news/a", "1");
    const first = epochOf();
    fixture.histories.interrupt("news/a");
    expect(epochOf()).not.toBe(first);
    fixture.clock.advance(11_000);
    expect(epochOf()).toBeNull();
    fixture.keep("news/a", "2");
    expect(fixture.histories.since("news/a", [first!, 1])).toMatchObject({ offset: 1, recovered: false });
  });

  it("follow the rules of the scripts, and those of the configuration before them", () => {
    const { clock } = new Fixture();
    const histories = new Histories(clock, {
      history: { "news/*": { size: 2, seconds: 10 } },
      historyTotal: 1_000_000,
    });
    histories.setRules([{ "*": { size: 4, seconds: 10 } }]);
    for (const text of ["1", "2", "3"]) for (const room of ["news/a", "chat"]) histories.keep(room, text);
    expect(textsOf(histories.since("news/a", null).messages)).toEqual(["2", "3"]);
    expect(textsOf(histories.since("chat", null).messages)).toEqual(["1", "2", "3"]);
    histories.setRules([{ "*": { size: 1, seconds: 10 } }]);
    expect(textsOf(histories.since("chat", null).messages)).toEqual(["3"]);
    histories.setRules([]);
    expect(histories.isOn).toBe(true);
    expect(histories.figures).toMatchObject({ rooms: 1, messages: 2 });
  });
});
