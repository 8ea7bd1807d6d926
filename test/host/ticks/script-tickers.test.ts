import { expect, test } from "vitest";
import type { ScriptInfo } from "../../../src/boundary/script-info.ts";
import { ScriptTickers } from "../../../src/host/ticks/script-tickers.ts";
import { VirtualThread } from "../../support/virtual-thread.ts";
import { scriptKey } from "../../../src/boundary/script-key.ts";

const GAME: ScriptInfo = {
  kind: "ws",
  name: "ws/game.ts",
  route: "/ws/game",
  version: "1",
  dialect: "diesel",
  scope: "route",
  tickRate: 10,
  exports: ["onTick"],
};

test("a replaced version does not tick again when one of its sessions ends", () => {
  const thread = new VirtualThread();
  let ticks = 0;
  const tickers = new ScriptTickers({ clock: thread.clock, loop: thread.loop }, { warn: () => undefined });
  tickers.add(GAME, () => {
    ticks += 1;
    return null;
  });
  tickers.setPopulation(scriptKey(GAME), 2);
  thread.live(1050);
  expect(ticks).toBe(10);
  tickers.stop();
  tickers.setPopulation(scriptKey(GAME), 1);
  thread.live(1000);
  expect(ticks).toBe(10);
});
