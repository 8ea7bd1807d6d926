import { existsSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { describe, expect, test } from "vitest";
import * as parlor from "../../src/index.ts";
import { connect } from "../support/client.ts";
import { root } from "./blocks.ts";

interface Example {
  readonly name: string;
  readonly code: string;
}

const entry = join(root, "src/index.ts");
const program = ts.createProgram([entry], {
  module: ts.ModuleKind.NodeNext,
  target: ts.ScriptTarget.ES2023,
  allowImportingTsExtensions: true,
  noEmit: true,
});
const checker = program.getTypeChecker();

/** What the package exports, by name, with imports followed to where it is declared. */
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

/** Runs an example as the body of a function that knows what the package exports; answers its `server`. */
function run({ code }: Example): Promise<parlor.ParlorServer | null> {
  const names = Object.keys(parlor);
  const values = names.map((name) => (parlor as Exports)[name]);
  const made = new AsyncFunction(...names, `${code}\nreturn typeof server === "undefined" ? null : server;`);
  return made(...values);
}

const examples = publicSymbols().flatMap(examplesOf);

describe("docstrings of the package", () => {
  test("exist for every export", () => {
    const bare = publicSymbols().filter((symbol) => symbol.getDocumentationComment(checker).length === 0);
    expect(bare.map(({ name }) => name)).toEqual([]);
    expect(existsSync(entry)).toBe(true);
  });

  test("createServer has an example", () => {
    expect(examples.map(({ name }) => name)).toContain("createServer");
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
