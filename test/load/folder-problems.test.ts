import { expect, test } from "vitest";
import { checkApp, formatProblem } from "../../src/server/serve.ts";
import { folderOf } from "../support/running-app.ts";

/** The problems of an app whose `dirigible/` has these files. */
async function problemsOf(files: Readonly<Record<string, string>>): Promise<string[]> {
  const entries = Object.entries(files).map(([path, text]) => [`dirigible/${path}`, text]);
  const { problems } = await checkApp(folderOf(Object.fromEntries(entries) as Record<string, string>));
  return problems.map(formatProblem);
}

test("a check finds mistakes in artefacts and in the syntax of all modules, and evaluates none", async () => {
  const problems = await problemsOf({
    "a.js": "exports. = 1",
    "b.mjs": `import "./nowhere";\nexport const x = ;`,
    "c.ts": "throw new Error('never'); const x: number = ",
    "good.js": "throw new Error('never');",
    "no-field.websocket": `{ "handler": "good" }`,
    "no-handler.websocket": `{ "handler": "god", "endpoint": "x" }`,
    "one.websocket": `{ "handler": "good", "endpoint": "same" }`,
    "two.websocket": `{ "handler": "good", "endpoint": "same" }`,
    "page.html": "<p>",
  });
  expect(problems).toEqual([
    expect.stringMatching(
      /^dirigible\/no-field\.websocket: "endpoint" is missing, so it is not served; write /,
    ),
    expect.stringMatching(
      /^dirigible: dirigible\/one\.websocket and dirigible\/two\.websocket define the same endpoint "same"/,
    ),
    expect.stringMatching(
      /^dirigible\/no-handler\.websocket: handler "god": there is no .+; did you mean "good"\?/,
    ),
    expect.stringMatching(/^dirigible\/a\.js:1: syntax error: Unexpected token '='/),
    expect.stringMatching(/^dirigible\/b\.mjs:2:18: syntax error: Unexpected ";"/),
    expect.stringMatching(/^dirigible\/c\.ts:1:\d+: syntax error: Unexpected end of file/),
  ]);
});

test("code for browsers may await at its top level, a handler may not", async () => {
  const files = { "page.mjs": "await fetch('/');", "h.mjs": "await 1; export const onMessage = () => {};" };
  expect(await problemsOf(files)).toEqual([]);
  expect(await problemsOf({ ...files, "h.websocket": `{ "handler": "h", "endpoint": "h" }` })).toEqual([
    expect.stringMatching(
      /^dirigible\/h\.mjs:1:1: syntax error: a module of the registry cannot await at its top level/,
    ),
  ]);
});

test("a registry without mistakes has no problems", async () => {
  const files = {
    "h.ts": `import { websockets } from "sdk/net"; export const onMessage = (m: string): string => m + websockets.getMethod();`,
    "h.websocket": `{ "handler": "h", "endpoint": "h" }`,
    "data.json": "{",
  };
  expect(await problemsOf(files)).toEqual([]);
});
