import { expect, test } from "vitest";
import { checkConfig } from "../../src/config.ts";
import { loadApp } from "../../src/load/load-app.ts";
import { statePerNode } from "../../src/load/state-per-node.ts";
import { folderOf } from "../support/running-app.ts";

const files = {
  "ws/plain.js": "export function onMessage(session) { session.send(1); }",
  "ws/route.js": 'export const scope = "route"; export function onMessage() {}',
  "ws/game.js": "export const tickRate = 20; export function onTick() {}",
};

async function warningsOf(config: object): Promise<string[]> {
  const checked = checkConfig(config);
  if ("problems" in checked) throw new Error(checked.problems.join());
  const app = await loadApp(folderOf(files));
  return statePerNode(app, checked.config).map(({ file, message, code }) => `${code} ${file}: ${message}`);
}

test("scripts that have one state are named where several fronts serve", async () => {
  const warnings = await warningsOf({ fronts: 3 });
  expect(warnings).toHaveLength(2);
  expect(warnings[0]).toContain(
    "PARLOR_STATE_PER_NODE ws/game.js: has one state (tickRate), and each of the 3 fronts",
  );
  expect(warnings[1]).toContain('ws/route.js: has one state (scope = "route")');
});

test("they are named in a cluster, too, and not where one process serves", async () => {
  expect((await warningsOf({ cluster: "redis://127.0.0.1:1" }))[0]).toContain("each node of the cluster");
  expect(await warningsOf({})).toEqual([]);
});

test("fronts is a number from 1 to 64", () => {
  expect(checkConfig({ fronts: 0 })).toHaveProperty("problems");
  expect(checkConfig({ fronts: 65 })).toHaveProperty("problems");
  expect(checkConfig({ fronts: 64 })).toHaveProperty("config.fronts", 64);
});
