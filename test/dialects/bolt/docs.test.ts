import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { boltApp } from "./support.ts";

const page = readFileSync("docs/dialects/bolt.md", "utf8");
const types = readFileSync("types/bolt.d.ts", "utf8");

/** What stands in the first column of the page's tables: `wsSendTo(cClientId, cMessage)` is `wsSendTo`. */
function tabled(): string[] {
  const firsts = page.split("\n").flatMap((line) => /^\| (`.*?`) +\|/.exec(line)?.slice(1) ?? []);
  return firsts.flatMap((first) =>
    [...first.matchAll(/`(?:\$bolt\.)?(\w+)\(/g)].map(([, name]) => String(name)),
  );
}

test("every call is in the page's tables, and nothing else is", async () => {
  const { names } = await boltApp(() => undefined);
  const { $bolt, ...functions } = names;
  expect(tabled().sort()).toEqual([...Object.keys($bolt), ...Object.keys(functions)].sort());
});

test("every call is typed, and nothing else is", async () => {
  const { names } = await boltApp(() => undefined);
  const { $bolt, ...functions } = names;
  const [, members = ""] = /interface Bolt \{\n(.*?)\n\}/s.exec(types) ?? [];
  expect([...members.matchAll(/^ {2}(\w+)\(/gm)].map(([, name]) => name).sort()).toEqual(
    Object.keys($bolt).sort(),
  );
  expect([...types.matchAll(/^declare function (\w+)\(/gm)].map(([, name]) => name).sort()).toEqual(
    Object.keys(functions).sort(),
  );
});
