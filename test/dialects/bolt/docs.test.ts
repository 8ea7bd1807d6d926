import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { NOT_IN_PARLOR } from "../../../src/dialects/bolt/api/not-in-parlor.ts";
import { boltApp } from "./stage.ts";

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
  expect(new Set(tabled())).toEqual(new Set([...Object.keys($bolt), ...Object.keys(functions)]));
});

test("every call is typed, and nothing else is", async () => {
  const { names } = await boltApp(() => undefined);
  const { $bolt, ...functions } = names;
  const [, members = ""] = /interface Bolt \{\n(.*?)\n\}/s.exec(types) ?? [];
  expect(namesIn(members, /^ {2}(\w+)\(/gm)).toEqual(new Set(Object.keys($bolt)));
  expect(namesIn(types, /^declare function (\w+)\(/gm)).toEqual(new Set(Object.keys(functions)));
});

test("the page lists the calls that are not in Parlor, with what to use instead", () => {
  const [, section = ""] = /\n## Not in Parlor\n(.*?)(?:\n## |$)/s.exec(page) ?? [];
  const rows = section.split("\n").flatMap((line) => {
    const [, topic = "", calls = "", instead = ""] =
      /^\| (\S.*?) +\| (`.*?`) +\| (.*?) +\|$/.exec(line) ?? [];
    return topic === "" ? [] : [{ topic, calls: calls.slice(1, -1).split("`, `"), instead }];
  });
  expect(rows).toEqual(NOT_IN_PARLOR);
});

test("a call that is not in Parlor says so by name, and no call is both", async () => {
  const { bolt } = await boltApp(() => undefined);
  for (const { calls, instead } of NOT_IN_PARLOR) {
    for (const signature of calls) {
      const name = signature.slice(0, signature.indexOf("("));
      expect(Object.keys(bolt)).not.toContain(name);
      expect(() => bolt[name]("any", "arguments")).toThrow(
        new Error(`$bolt.${signature} is not in Parlor: ${instead.replaceAll("`", "")}`),
      );
    }
  }
});

function namesIn(text: string, pattern: RegExp): Set<string> {
  return new Set(Array.from(text.matchAll(pattern), ([, name]) => String(name)));
}
