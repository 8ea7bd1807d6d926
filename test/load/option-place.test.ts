import { describe, expect, test } from "vitest";
import { loadApp } from "../../src/load/load-app.ts";
import { TempApp } from "./temp-app.ts";

async function placesOf(config: string): Promise<string[]> {
  const common = 'export const common = {\n  prot: 1,\n};\nexport const drainTime = "x";';
  const files = { "parlor.config.ts": config, "lib/common.ts": common };
  const { problems } = await loadApp(
    new TempApp({ "ws/a.ts": "export const onOpen = () => {};", ...files }).root,
  );
  return problems.map(({ file, line, column }) => [file, line, column].join(":"));
}

describe("a wrong option is reported with the place at which the config sets it", () => {
  test.each([
    ["export default {\n  drainTime: 'x',\n};", ["parlor.config.ts:2:3"]],
    [
      'import { defineConfig } from "parlor";\nexport default defineConfig({ admin: { port: -1, hots: 1 } } as never);',
      ["parlor.config.ts:2:40", "parlor.config.ts:2:50"],
    ],
    ["export default { port: 1, admin: { port: -1 } };", ["parlor.config.ts:1:36"]],
    ['const a = { "prot": 1 };\nexport default { ...a };', ["parlor.config.ts:1:13"]],
    ['import { common } from "./lib/common.ts";\nexport default { ...common };', ["lib/common.ts:2:3"]],
    [
      'import { drainTime } from "./lib/common.ts";\nexport default { drainTime };',
      ["parlor.config.ts:2:18"],
    ],
    ["export default {\n  allowedOrigins: [/a/] };", ["parlor.config.ts:2:3"]],
    ["export default {\n  cluster: { url: () => 1 } };", ["parlor.config.ts:2:14"]],
  ])("%s", async (config, places) => {
    expect(await placesOf(config)).toEqual(places);
  });

  test.each([
    "const a = { drainTime: 1 };\nexport default { ...a, drainTime: 'x' };",
    "export default Object.fromEntries([['prot', 1]]);",
  ])("an option that is set at no place or at several has none: %s", async (config) => {
    const [place] = await placesOf(config);
    expect(place).toBe("parlor.config.ts::");
  });
});
