// The page about Ring shows what its program prints, and lists the built-in functions.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { ringLibrary } from "../../../../src/dialects/bolt/ring/library/library.ts";
import { RingError } from "../../../../src/dialects/bolt/ring/runtime/ring-error.ts";
import type { Builtin, RingRun } from "../../../../src/dialects/bolt/ring/runtime/builtin.ts";
import { RingProgram } from "../../../../src/dialects/bolt/ring/program/ring-program.ts";
import { blocksOf } from "../../../docs/blocks.ts";
import { outputOf } from "./run-ring.ts";

const page = readFileSync("docs/dialects/bolt-ring.md", "utf8");

function section(title: string): string {
  return page.split(/^## /m).find((part) => part.startsWith(`${title}\n`)) ?? "";
}

test("the rules print what the page shows", async () => {
  const blocks = blocksOf(page);
  const program = blocks.find(({ language, file }) => language === "ring" && file === null);
  const [command = "", ...printed] =
    blocks.find(({ text }) => text.startsWith("$ parlor ring"))?.text.split("\n") ?? [];
  expect(command).toBe("$ parlor ring rules.ring");
  const folder = mkdtempSync(join(tmpdir(), "parlor-ring-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, "rules.ring"), program?.text ?? "");
  expect((await outputOf(join(folder, "rules.ring"))).trimEnd().split("\n")).toEqual(printed);
});

test("every built-in function is in the page's table or in the one of what is left out, and nothing else is", () => {
  const run = {} as RingRun;
  const library = ringLibrary();
  const isLeftOut = (builtin: Builtin | undefined): boolean => {
    try {
      builtin?.(run, []);
      return false;
    } catch (error) {
      return error instanceof RingError && error.message.startsWith("Error (R47)");
    }
  };
  const names = [...new RingProgram(run, library).builtins, "locals", "islocal"];
  const served = names.filter((name) => !isLeftOut(library[name]));
  const listed = [...section("Built-in functions").matchAll(/^\| \S.*? +\| (`.*)\|$/gm)].flatMap(
    ([, cell = ""]) => [...cell.matchAll(/`(\w+)`/g)].map(([, name]) => String(name)),
  );
  expect(listed.toSorted()).toEqual(served.toSorted());
});
