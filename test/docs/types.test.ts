import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { typeErrors } from "../support/typescript-app.ts";
import { readPages, type Block } from "./blocks.ts";
import { appsOf, type PageApp } from "./page-app.ts";

/** As in the apps that `parlor new` makes; JavaScript is checked where it says what its types are. */
const tsconfig = (types: string) => ({
  compilerOptions: {
    ...{ target: "es2023", lib: ["es2023"], module: "nodenext", types: ["node", types] },
    ...{ strict: true, noUncheckedIndexedAccess: true, resolveJsonModule: true, moduleDetection: "force" },
    ...{ allowJs: true, allowImportingTsExtensions: true, verbatimModuleSyntax: true },
    ...{ skipLibCheck: true, noEmit: true },
  },
  exclude: ["node_modules", "public"],
});

/** Programs in another API use its names instead of Diesel's, so their folder has a separate tsconfig. */
function typesFor(page: string, dir: string): string {
  const dialect = /dialects\/(bolt|scripting|dirigible)\.md$/.exec(page)?.[1];
  return `parlor/${dialect ?? (existsSync(join(dir, "scripting")) ? "scripting" : "globals")}`;
}

function checkTypes({ dir, steps, page }: PageApp & { readonly page: string }): string[] {
  const programs = steps.filter(({ kind }: Block) => kind === "run");
  for (const { line, text } of programs)
    writeFileSync(join(dir, `line-${line}.mjs`), `// @ts-check\n${text}`);
  writeFileSync(join(dir, "tsconfig.json"), JSON.stringify(tsconfig(typesFor(page, dir))));
  return typeErrors(dir);
}

// An app that is shown to be wrong need not fit the types.
const apps = readPages().flatMap((page) =>
  appsOf(page)
    .map((app) => ({ ...app, page: page.name }))
    .filter(({ steps, hasFiles }) => hasFiles || steps.some(({ kind }) => kind === "run"))
    .filter(({ steps }) => !steps.some(({ kind }) => kind === "problems")),
);

describe("the types of what pages show", () => {
  afterAll(() => apps.forEach((app) => app.remove()));

  test.each(apps)("$page, app $name", (app) => {
    expect(checkTypes(app)).toEqual([]);
  });
});
