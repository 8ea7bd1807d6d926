import { join } from "node:path";
import ts from "typescript";
import { expect, it } from "vitest";

const entry = join(import.meta.dirname, "../../dist/index.d.ts");
const program = ts.createProgram([entry], { module: ts.ModuleKind.NodeNext, target: ts.ScriptTarget.ES2023 });
const checker = program.getTypeChecker();
const exported = new Map(exportedSymbols().map((symbol) => [symbol, symbol.name]));

/** Everything that the built package exports, each symbol where it is declared. */
function exportedSymbols(): ts.Symbol[] {
  const source = program.getSourceFile(entry);
  const module = source === undefined ? undefined : checker.getSymbolAtLocation(source);
  return module === undefined ? [] : checker.getExportsOfModule(module).map(declared);
}

function declared(symbol: ts.Symbol): ts.Symbol {
  return symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
}

/** The nodes whose types a program sees: signatures, members, and what an alias stands for. */
function shownBy(declaration: ts.Declaration): ts.Node[] {
  if (ts.isTypeAliasDeclaration(declaration)) return isNameOfText(declaration) ? [] : [declaration.type];
  if (ts.isClassDeclaration(declaration) || ts.isInterfaceDeclaration(declaration)) {
    const members: readonly ts.Node[] = declaration.members;
    const isShown = (member: ts.Node): boolean => !ts.isConstructorDeclaration(member);
    return [...(declaration.heritageClauses ?? []), ...members.filter(isShown)];
  }
  return [declaration];
}

// A code or a level is a text: how the list of them is made is not shown.
function isNameOfText({ name }: ts.TypeAliasDeclaration): boolean {
  const type = checker.getTypeAtLocation(name);
  const parts = type.isUnion() ? type.types : [type];
  return parts.every((part) => part.isStringLiteral());
}

function typesIn(node: ts.Node): ts.Symbol[] {
  const own = ts.isTypeReferenceNode(node)
    ? node.typeName
    : ts.isExpressionWithTypeArguments(node)
      ? node.expression
      : ts.isImportTypeNode(node)
        ? node.qualifier
        : undefined;
  const symbol = own === undefined ? undefined : checker.getSymbolAtLocation(own);
  const below: ts.Symbol[] = [];
  ts.forEachChild(node, (child) => void below.push(...typesIn(child)));
  return symbol === undefined ? below : [declared(symbol), ...below];
}

function isOurs(symbol: ts.Symbol): boolean {
  if (symbol.flags & ts.SymbolFlags.TypeParameter) return false;
  return (symbol.declarations ?? []).some((node) => {
    const { fileName } = node.getSourceFile();
    return !fileName.includes("node_modules");
  });
}

it("every type that a public member shows can be imported from the package", () => {
  const unnamed = [...exported].flatMap(([symbol, name]) => {
    const shown = (symbol.declarations ?? []).flatMap(shownBy).flatMap(typesIn);
    return shown.filter((type) => isOurs(type) && !exported.has(type)).map((type) => `${name}: ${type.name}`);
  });
  expect([...new Set(unnamed)]).toEqual([]);
});

it("the walk sees the types of members", () => {
  const names = [...exported].map(([, name]) => name);
  expect(names).toEqual(expect.arrayContaining(["ParlorServer", "ServerStatus", "createServer"]));
  const [server] = [...exported.keys()].filter(({ name }) => name === "ParlorServer");
  const shown = (server?.declarations ?? []).flatMap(shownBy).flatMap(typesIn);
  expect(shown.map(({ name }) => name)).toEqual(
    expect.arrayContaining(["RouteRow", "ServerStatus", "TaskWatch"]),
  );
});
