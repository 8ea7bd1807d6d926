import { afterAll, describe, expect, test } from "vitest";
import { checkApp, formatProblem, serve, type Log } from "../../src/server/serve.ts";
import { blocksOf, readPages, shows, type Block } from "./blocks.ts";
import { playConsole } from "./curl.ts";
import { appsOf, type PageApp } from "./page-app.ts";
import { playProgram } from "./program.ts";
import { PATIENCE_MS } from "../support/patience.ts";
import { Talk } from "./talk.ts";

// Everything that a page shows is executed: its files are an app that is served, its talks and commands are played in
// the order of the page, and its programs are run.
const KINDS = new Set(["file", "run", "talk", "problems", "warnings", "log"]);

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
  describe.each(apps)("app $name", (app) => {
    if (app.hasFiles) test("has the problems and warnings of the page", () => expectInOrder(app));
    play(app);
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

function play({ dir, steps, hasFiles }: PageApp): void {
  const played = steps.filter(({ kind, language }) => {
    return /^(?:talk|log)$/.test(kind) || language === "console";
  });
  if (hasFiles && played.length > 0) test("behaves as the page shows", () => playServed(dir, played));
  for (const step of steps.filter(({ kind }) => kind === "run")) {
    test(`prints what the program at line ${step.line} shows`, () => playProgram(step, dir));
  }
}

async function playServed(dir: string, steps: readonly Block[]): Promise<void> {
  const lines: string[] = [];
  const server = await serve({ dir, port: 0, host: "127.0.0.1", log: logInto(lines) });
  const talk = new Talk(server.url);
  try {
    for (const { kind, text } of steps) {
      if (kind === "talk") await talk.play(text);
      else if (kind === "log") await expectLogged(lines, text.split("\n"));
      else await playConsole(text, server.url);
    }
    talk.expectSilence();
  } finally {
    await talk.end();
    await server.close();
  }
}

async function expectLogged(lines: readonly string[], shown: readonly string[]): Promise<void> {
  const missing = (): string[] => shown.filter((text) => !lines.some((line) => shows(text, line)));
  await expect.poll(missing, { timeout: PATIENCE_MS }).toEqual([]);
}

function logInto(lines: string[]): Log {
  const put = (_fields: object, text: string): void => void lines.push(text);
  return { debug: put, info: put, warn: put, error: put };
}
