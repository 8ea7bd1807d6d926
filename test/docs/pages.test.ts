import { afterAll, describe, expect, test } from "vitest";
import { checkApp, formatProblem } from "../../src/server/serve.ts";
import { blocksOf, readPages, shows, type Block } from "./blocks.ts";
import { appsOf, type PageApp } from "./page-app.ts";
import { isPlayedFast, play } from "./play.ts";

// Everything that a page shows is executed: its files are an app that is served, its talks and commands are played in
// the order of the page, and its programs are run. Most pages are played with the slow tests.
const KINDS = new Set(["file", "run", "talk", "problems", "warnings", "log", "steps"]);

describe("the blocks of a page", () => {
  test("are distinguished by the word behind their language", () => {
    const page = "a\n```ts file=ws/a.ts app=tea\nlet a;\n```\n````text talk\n```\n````\n```sh\nls\n```\n";
    expect(blocksOf(page).map(({ kind, file, app, text, line }) => [kind, file, app, text, line])).toEqual([
      ["file", "ws/a.ts", "tea", "let a;", 3],
      ["talk", null, "main", "```", 6],
      ["", null, "main", "ls", 9],
    ]);
    expect(() => blocksOf("```ts\nlet a;")).toThrow("without an end");
  });

  test("match any text at an ellipsis, and only there", () => {
    expect(shows('{"at":…}', '{"at":17}')).toBe(true);
    expect(shows("a.c", "abc")).toBe(false);
    expect(shows("a", "ab")).toBe(false);
  });
});

describe.each(readPages())("$name", (page) => {
  test("has no code that is not executed", () => {
    const untried = page.blocks.filter(({ language, kind }) => {
      return (/^(?:ts|js)$/.test(language) && kind === "") || (kind !== "" && !KINDS.has(kind));
    });
    expect(untried.map(({ line }) => line)).toEqual([]);
  });

  const apps = appsOf(page);
  afterAll(() => apps.forEach((app) => app.remove()));
  const isFast = isPlayedFast(page);
  describe.each(apps.filter((app) => app.hasFiles || isFast))("app $name", (app) => {
    if (app.hasFiles) test("has the problems and warnings of the page", () => expectInOrder(app));
    if (isFast) play(app);
  });
});

async function expectInOrder({ dir, steps }: PageApp): Promise<void> {
  const { problems, warnings } = await checkApp(dir);
  expect(problems.map(formatProblem)).toEqual(linesOf(steps, "problems"));
  expect(warnings.map(formatProblem)).toEqual(linesOf(steps, "warnings"));
}

function linesOf(steps: readonly Block[], kind: string): string[] {
  return steps.filter((step) => step.kind === kind).flatMap(({ text }) => text.split("\n"));
}
