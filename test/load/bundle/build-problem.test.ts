import { expect, test } from "vitest";
import { loadApp } from "../../../src/load/load-app.ts";
import { TempApp } from "../temp-app.ts";

test.each([
  ["scripting/a.ts", "Scripting", /^cannot find the package "Scripting"; did you mean "scripting"\?$/],
  ["scripting/a.ts", "scriptng", /; did you mean "scripting"\?$/],
  ["scripting/a.ts", "scripting-tools", /; install it in the app: npm install scripting-tools$/],
  ["ws/a.ts", "Scripting", /; install it in the app: npm install Scripting$/],
])("the problem of a missing package in %s names the module that was meant: %s", async (file, name, text) => {
  const app = new TempApp({ [file]: `import { HttpServer } from "${name}";\nnew HttpServer();` });
  const { problems } = await loadApp(app.root);
  expect(problems.map(({ line, message }) => [line, message])).toEqual([
    [1, expect.stringMatching(text) as string],
  ]);
});
