import { expect, test } from "vitest";
import { HangWatch, type Watched } from "../../../src/front/incarnation/hang-watch.ts";
import type { Host, Phase } from "../../../src/boundary/host.ts";

class StandIn implements Host {
  readonly incarnation = 1;
  at = 0;
  phase: Phase = "event";
  deliver(): void {}
  async stop(): Promise<void> {}
  progress(): number {
    return this.at;
  }
  inspect(reason: string) {
    return { reason, event: 1, phase: this.phase, promised: [] };
  }
}

function watching(host: Host, more: Partial<Watched> = {}) {
  const watch = new HangWatch();
  const watched: Watched = { host, limit: 300, isLoading: false, isAwaited: false, ...more };
  return { watch, turns: (count: number) => Array.from({ length: count }, () => watch.check(watched, 100)) };
}

test("a host without progress for the limit hangs", () => {
  expect(watching(new StandIn()).turns(4)).toEqual([null, null, null, 300]);
});

test("a host that makes progress does not hang, however busy it is", () => {
  const host = new StandIn();
  const { turns } = watching(host);
  for (let turn = 0; turn < 10; turn += 1) {
    host.at += 1;
    expect(turns(2)).toEqual([null, null]);
  }
});

test("an idle host hangs only if the front waits for it", () => {
  const host = new StandIn();
  host.phase = "idle";
  expect(watching(host).turns(20)).toEqual(Array(20).fill(null));
  expect(watching(host, { isAwaited: true }).turns(4)[3]).toBe(300);
});

test("a limit of 0 never ends, and a host that loads has more time", () => {
  expect(watching(new StandIn(), { limit: 0 }).turns(20)).toEqual(Array(20).fill(null));
  expect(watching(new StandIn(), { isLoading: true }).turns(100)).toEqual(Array(100).fill(null));
});
