import { expect, test } from "vitest";
import { hangReason, hangs, type Standing } from "../../../src/front/incarnation/hang-watch.ts";
import type { Host, Phase } from "../../../src/boundary/host.ts";

class StandIn implements Host {
  readonly incarnation = 1;
  phase: Phase = "event";
  deliver(): void {}
  async stop(): Promise<void> {}
  inspect(reason: string) {
    return { reason, event: 1, phase: this.phase, promised: [] };
  }
}

const standing = (phase: Phase, more: Partial<Standing> = {}): Standing => {
  const host = new StandIn();
  host.phase = phase;
  return { host, limit: 300, isLoading: false, isAwaited: false, ...more };
};

test("a host that works without progress for the limit hangs", () => {
  expect(hangs(standing("event"), 299)).toBe(false);
  expect(hangs(standing("event"), 300)).toBe(true);
  expect(hangReason(300)).toBe("no progress for 0.3 s (hangLimit)");
});

test("an idle host hangs only if the front waits for it", () => {
  expect(hangs(standing("idle"), 10_000)).toBe(false);
  expect(hangs(standing("idle", { isAwaited: true }), 300)).toBe(true);
});

test("a limit of 0 never ends, and a host that loads has more time", () => {
  expect(hangs(standing("event", { limit: 0 }), 1e9)).toBe(false);
  expect(hangs(standing("idle", { isLoading: true }), 9_999)).toBe(false);
  expect(hangs(standing("idle", { isLoading: true }), 10_000)).toBe(true);
});
