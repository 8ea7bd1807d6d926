import { expect, test } from "vitest";
import { dialects } from "../../src/dialects/index.ts";
import { InlineHost } from "../../src/host/kinds/inline/inline-host.ts";
import { Engine } from "../../src/server/engine/engine.ts";
import { EMPTY_DEPLOYMENT } from "../../src/server/engine/deployment.ts";
import { limitsOf, resolveConfig } from "../../src/server/engine/options.ts";
import type { RouteOverload } from "../../src/server/engine/overload.ts";
import { LogRecorder } from "../support/log-recorder.ts";
import { VirtualThread } from "../support/virtual-thread.ts";
import { defaultRunOptions } from "../../src/boundary/script-info.ts";

/** A server with one route that ticks a hundred times per second without clients; a tick takes so many ms. */
async function serve(costs: { ms: number }) {
  const { clock, loop, ...thread } = bound(new VirtualThread());
  const log = new LogRecorder();
  const overloads: RouteOverload[] = [];
  const config = resolveConfig({ port: 0 }, "the test");
  const engine = new Engine({
    config,
    log: log.log,
    site: { publicDir: null },
    hosts: {
      makeHost: (incarnation, spec, listener) =>
        new InlineHost(incarnation, spec, listener, { dialects, clock, loop }),
    },
    clock,
    loop,
    onOverload: (overload) => void overloads.push(overload),
  });
  const module = { onTick: () => clock.advance(costs.ms) };
  const info = {
    kind: "ws",
    name: "ws/game.ts",
    route: "/ws/game",
    version: "5a1e",
    dialect: "diesel",
    scope: "route",
    tickRate: 100,
    runOptions: { ...defaultRunOptions, tickWhenEmpty: true },
    exports: ["onTick"],
  } as const;
  const spec = {
    name: "game",
    scripts: [{ info, source: null, module }],
    shared: [],
    limits: limitsOf(config),
  };
  await engine.installer.install({ ...EMPTY_DEPLOYMENT, hosts: new Map([["game", spec]]) });
  return { engine, overloads, log, live: thread.live };
}

function bound(thread: VirtualThread) {
  return { clock: thread.clock, loop: thread.loop, live: (ms: number) => thread.live(ms) };
}

test("an embedder is notified once when ticks take too long, besides one line in the log", async () => {
  const costs = { ms: 1 };
  const { engine, overloads, log, live } = await serve(costs);
  live(3000);
  expect([overloads, log.texts]).toEqual([[], []]);
  costs.ms = 14;
  live(5000);
  expect(overloads).toEqual([
    { route: "/ws/game", script: "ws/game.ts", version: "5a1e", cost: 16.384, period: 10 },
  ]);
  expect(log.texts).toEqual([expect.stringMatching(/^ws\/game.ts: ticks overrun their budget/)]);
  await engine.stop();
});
