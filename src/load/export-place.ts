// Load: finds the line on which a script's own file has an export, for a problem with its value.
import { readFileSync } from "node:fs";
import type { Bundle } from "./bundle/bundle.ts";
import { sourcePlace, type SourcePlace } from "./bundle/source-place.ts";
import { parseModule, type AnyNode, type ModuleAst } from "./bundle/syntax.ts";
import type { AppProblem } from "./files/app-problem.ts";
import type { ScriptFile } from "./files/script-file.ts";

/** The problem with the place of the export that its text is about; as it is, if the text names none. */
export function atExport(
  found: AppProblem,
  { script, bundle, exports }: { script: ScriptFile; bundle: Bundle; exports: readonly string[] },
): AppProblem {
  if (found.line !== null) return found;
  const name = nameIn(found.message, new Set(exports));
  if (name === null) return found;
  const place = placeInBundle(name, bundle);
  if (place !== null && place.source === script.name)
    return { ...found, line: place.line, column: place.column };
  return { ...found, ...placeInFile(name, script.file) };
}

function nameIn(text: string, exports: ReadonlySet<string>): string | null {
  for (const [word] of text.matchAll(/[\w$]+/g)) if (exports.has(word)) return word;
  return null;
}

// The bundler keeps the places of declarations, and the map leads back to the file.
function placeInBundle(name: string, bundle: Bundle): SourcePlace | null {
  const program = parseModule(bundle.code);
  const at = declarationOf(localName(program, name), program);
  return at === null ? null : sourcePlace(at, bundle);
}

// A factory returns its exports: `return { tickRate: tickRate2 }`.
function localName(program: ModuleAst, name: string): string {
  const end = program.body.findLast(({ type }) => type === "ReturnStatement");
  const returned = end?.type === "ReturnStatement" ? end.argument : null;
  if (returned?.type !== "ObjectExpression") return name;
  for (const property of returned.properties) {
    if (property.type !== "Property" || property.value.type !== "Identifier") continue;
    if (property.key.type === "Identifier" && property.key.name === name) return property.value.name;
  }
  return name;
}

function declarationOf(name: string, { body }: ModuleAst): number | null {
  for (const node of body) {
    const found = declared(node).find((id) => id.type === "Identifier" && id.name === name);
    if (found !== undefined) return found.start;
  }
  return null;
}

function declared(node: AnyNode): AnyNode[] {
  if (node.type === "VariableDeclaration") return node.declarations.map(({ id }) => id);
  const isNamed = node.type === "FunctionDeclaration" || node.type === "ClassDeclaration";
  return isNamed && node.id !== null ? [node.id] : [];
}

// What another file declares is named by this one: `export { tickRate } from "../lib/settings.ts"`.
function placeInFile(name: string, file: string): Omit<SourcePlace, "source"> | null {
  const text = textOf(file);
  const found = new RegExp(String.raw`^export\b[^;]*?\b${name.replaceAll("$", String.raw`\$`)}\b`, "m").exec(
    text,
  );
  if (found === null) return null;
  const before = text.slice(0, found.index + found[0].length - name.length).split("\n");
  return { line: before.length, column: (before.at(-1) ?? "").length + 1 };
}

// Synchronous, so that the problems of several scripts keep their order. It happens in a broken script only.
function textOf(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return ""; // removed meanwhile
  }
}
