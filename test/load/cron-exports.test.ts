import { expect, test } from "vitest";
import { readCronExports } from "../../src/load/cron-exports.ts";
import { TempApp } from "./temp-app.ts";

async function exportsOf(source: string, more: Record<string, string> = {}) {
  const { code } = await new TempApp({ "cron/a.ts": source, ...more }).bundle("cron/a.ts");
  return readCronExports(code).exports;
}

test("literals and functions are read, and nothing is run", async () => {
  const source = `import { timezone } from "./zone.ts";
    export const schedule: string = "*/5 * * * * *"; export { timezone }; export const runs = \`once\`;
    export const on = true, off = false, less = -3, none = null;
    export default async function (a, b = 1) {} export const run = (...all) => {};
    throw new Error("must not run");`;
  expect(await exportsOf(source, { "cron/zone.ts": `export const timezone = "Europe/Berlin";` })).toEqual({
    schedule: { type: "data", value: "*/5 * * * * *" },
    timezone: { type: "data", value: "Europe/Berlin" },
    runs: { type: "data", value: "once" },
    on: { type: "data", value: true },
    off: { type: "data", value: false },
    less: { type: "data", value: -3 },
    none: { type: "data", value: null },
    default: { type: "function", async: true, length: 1 },
    run: { type: "function", async: false, length: 0 },
  });
});

test.each([
  "export const schedule = process.env.WHEN;",
  "export const schedule = `${process.env.N} * * * *`;",
  "export let schedule = '* * * * *'; schedule = process.env.WHEN;",
  "export const schedule = [1];",
  "export const schedule = /x/;",
  "const { schedule } = process.env; export { schedule };",
])("an export that is not a literal is described, not evaluated: %s", async (source) => {
  expect((await exportsOf(source))["schedule"]).toMatchObject({ type: "other" });
});

test("module code without exports, also with await", async () => {
  expect(await exportsOf("await fetch('data:,x'); console.log(1);")).toEqual({});
});
