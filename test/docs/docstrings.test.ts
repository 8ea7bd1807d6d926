import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import ts from "typescript";
import { afterAll, describe, expect, test } from "vitest";
import * as parlor from "../../src/index.ts";
import { connect } from "../support/client.ts";
import { root } from "./blocks.ts";

interface Example {
  readonly name: string;
  readonly code: string;
}

// As it is published, with the docstrings: the sources take four times as long to read.
const entry = join(root, "dist/index.d.ts");
const program = ts.createProgram([entry], {
  module: ts.ModuleKind.NodeNext,
  target: ts.ScriptTarget.ES2023,
});
const checker = program.getTypeChecker();

/** Everything that the package exports, each symbol where it is declared. */
function publicSymbols(): ts.Symbol[] {
  const source = program.getSourceFile(entry);
  const module = source === undefined ? undefined : checker.getSymbolAtLocation(source);
  const exported = module === undefined ? [] : checker.getExportsOfModule(module);
  return exported.map((symbol) =>
    symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol,
  );
}

function examplesOf(symbol: ts.Symbol): Example[] {
  const tags = symbol.getJsDocTags(checker).filter(({ name }) => name === "example");
  return tags.map(({ text }) => ({ name: symbol.name, code: ts.displayPartsToString(text) }));
}

type Exports = Readonly<Record<string, unknown>>;
const AsyncFunction = (async () => undefined).constructor as new (
  ...code: string[]
) => (...values: unknown[]) => Promise<parlor.ParlorServer | null>;

/** Where the folders lie that examples name. */
const folders = mkdtempSync(join(tmpdir(), "parlor-docstrings-"));
mkdirSync(join(folders, "my-app/ws"), { recursive: true });
writeFileSync(
  join(folders, "my-app/ws/echo.js"),
  "export const onMessage = (session, text) => session.send(text);",
);

const serve: typeof parlor.serve = ({ dir, ...options }) =>
  parlor.serve({ ...options, dir: join(folders, dir) });

/** Runs an example as the body of a function that knows the package's exports; returns its `server`. */
function run({ code }: Example): Promise<parlor.ParlorServer | null> {
  const names = Object.keys(parlor);
  const values = names.map((name) => (name === "serve" ? serve : (parlor as Exports)[name]));
  const made = new AsyncFunction(...names, `${code}\nreturn typeof server === "undefined" ? null : server;`);
  return made(...values);
}

// The examples of types are exports of scripts; the tests of the types compile them.
const examples = publicSymbols()
  .filter(({ flags }) => flags & ts.SymbolFlags.Function)
  .flatMap(examplesOf);

describe("docstrings of the package", () => {
  afterAll(() => rmSync(folders, { recursive: true, force: true }));

  test("exist for every export", () => {
    const bare = publicSymbols().filter((symbol) => symbol.getDocumentationComment(checker).length === 0);
    expect(bare.map(({ name }) => name)).toEqual([]);
    expect(existsSync(entry)).toBe(true);
  });

  test.each(["createServer", "serve"])("%s has an example", (name) => {
    expect(examples.map((example) => example.name)).toContain(name);
  });

  test.each(examples)("the example of $name runs", async (example) => {
    const server = await run(example);
    if (server === null) return;
    try {
      for (const { kind, route } of server.routes) {
        if (kind !== "ws") continue;
        const client = connect(server.url.replace("http", "ws") + route);
        await client.opened;
        client.send("hello");
        expect(await client.next()).toBe("hello");
      }
    } finally {
      await server.close();
    }
  });
});
