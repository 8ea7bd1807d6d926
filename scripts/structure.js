// Measures the structure of src/: `node scripts/structure.js [FOLDER ...] [--list WHAT] [--check] [--root DIR]`.
// Without --list it prints the figures and every breach of a limit; --check fails when there is one.
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { parseArgs } from "node:util";
import ts from "typescript";
import { allowed, forwardingWithReason } from "./structure-allowed.js";
import { root as projectRoot } from "./tools.js";

const limits = {
  filesPerFolder: 20,
  codeLines: 250,
  functionMedian: 5,
  functionP90: 12,
  functionLines: 50,
  fields: 11,
  booleans: 3,
  seamMembers: 7,
  /** Of a thousand functions, callbacks that only keep `this` included; lower it when they become fewer. */
  forwarders: 36,
};
const sides = /^\/\/ (?:Boundary|Front|Host|Load|Cluster|Dialect|Server|CLI|Client|Base): \S/;
const seam = /(?:Ports|Parts|Listener|Watcher|Options|Host|Program|Receiver|Roles|Callbacks)$/;

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    list: { type: "string" },
    check: { type: "boolean", default: false },
    root: { type: "string", default: projectRoot },
  },
});
const root = resolve(options.root);
const folders = positionals.length === 0 ? ["src"] : positionals.map((path) => path.replace(/\/+$/, ""));

process.exitCode = main();

function main() {
  const files = sourceFiles(join(root, "src")).map(measure);
  const shown = files.filter(({ path }) => folders.some((folder) => `${path}/`.startsWith(`${folder}/`)));
  const report = reportOf(shown, files);
  if (options.list !== undefined) return list(report, options.list);
  for (const [name, figure] of Object.entries(report.figures)) console.log(`${name.padEnd(36)} ${figure}`);
  for (const [name, lines] of Object.entries(report.breaches)) {
    if (lines.length > 0)
      console.log(`\n${name}: ${lines.length}\n${lines.map((line) => `  ${line}`).join("\n")}`);
  }
  const broken = Object.values(report.breaches).some((lines) => lines.length > 0);
  return options.check && broken ? 1 : 0;
}

function list({ lists }, name) {
  if (!Object.hasOwn(lists, name)) {
    console.error(`structure: nothing is named ${name}; use --list ${Object.keys(lists).join("|")}`);
    return 1;
  }
  console.log(lists[name].join("\n"));
  return 0;
}

function sourceFiles(folder) {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts") && !name.endsWith(".d.ts"))
    .sort()
    .map((name) => join(folder, name));
}

/** Everything that one file contributes to the figures. */
function measure(file) {
  const text = readFileSync(file, "utf8");
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const path = relative(root, file).replaceAll("\\", "/");
  const lines = codeLines(source);
  const found = { path, folder: dirname(path), lines, first: text.split("\n", 1)[0] };
  const parts = { functions: [], classes: [], seams: [], forwarders: [], exports: [], imports: [] };
  const at = (node) => `${path}:${source.getLineAndCharacterOfPosition(node.getStart()).line + 1}`;
  const visit = (node) => {
    collect(node, parts, { at, lines });
    ts.forEachChild(node, visit);
  };
  visit(source);
  return { ...found, ...parts };
}

function collect(node, parts, place) {
  if (ts.isFunctionLike(node) && node.body !== undefined) collectFunction(node, parts, place);
  if (ts.isClassLike(node)) parts.classes.push(classOf(node, place));
  if (ts.isInterfaceDeclaration(node) && seam.test(node.name.text))
    parts.seams.push({ name: node.name.text, size: node.members.length, at: place.at(node) });
  if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) {
    const target = node.moduleSpecifier?.text;
    if (target?.startsWith(".")) parts.imports.push(target);
  }
  for (const name of exportedNames(node)) parts.exports.push({ name, at: place.at(node) });
}

function collectFunction(node, parts, { at, lines }) {
  const name = functionName(node);
  if (isForwarder(node)) parts.forwarders.push(`${at(node)} ${name ?? "(lambda)"}`);
  if (name !== null) parts.functions.push({ name, size: bodyLines(node.body, lines), at: at(node) });
}

/** The name of a function that is declared or kept under a name; null for a lambda. */
function functionName(node) {
  if (ts.isConstructorDeclaration(node)) return "constructor";
  if (node.name !== undefined) return node.name.getText();
  const { parent } = node;
  const isKept = ts.isVariableDeclaration(parent) || ts.isPropertyDeclaration(parent);
  return isKept ? parent.name.getText() : null;
}

/** The lines of code between the braces, or of the expression. */
function bodyLines(body, lines) {
  const source = body.getSourceFile();
  const lineAt = (position) => source.getLineAndCharacterOfPosition(position).line;
  const [from, to] = [lineAt(body.getStart()), lineAt(body.getEnd())];
  const inner = ts.isBlock(body) && to > from ? [from + 1, to - 1] : [from, to];
  let count = 0;
  for (let line = inner[0]; line <= inner[1]; line++) if (lines.has(line)) count++;
  return count;
}

/** The lines that hold a token, as opposed to blank lines and comments. */
function codeLines(source) {
  const lines = new Set();
  const visit = (node) => {
    if (ts.isJSDoc(node)) return;
    if (node.getChildCount(source) > 0) return node.getChildren(source).forEach(visit);
    if (node.getWidth(source) === 0) return;
    const from = source.getLineAndCharacterOfPosition(node.getStart(source)).line;
    const to = source.getLineAndCharacterOfPosition(node.getEnd()).line;
    for (let line = from; line <= to; line++) lines.add(line);
  };
  source.statements.forEach(visit);
  return lines;
}

function classOf(node, { at }) {
  const fields = node.members.filter((member) => {
    return ts.isPropertyDeclaration(member) && !isStatic(member) && !isFunctionField(member);
  });
  const booleans = fields.filter((field) => !isReadonly(field) && isBoolean(field));
  return {
    name: node.name?.text ?? "(class)",
    fields: fields.length,
    booleans: booleans.length,
    at: at(node),
  };
}

function isStatic({ modifiers = [] }) {
  return modifiers.some(({ kind }) => kind === ts.SyntaxKind.StaticKeyword);
}

function isReadonly({ modifiers = [] }) {
  return modifiers.some(({ kind }) => kind === ts.SyntaxKind.ReadonlyKeyword);
}

function isFunctionField({ initializer }) {
  return (
    initializer !== undefined && (ts.isArrowFunction(initializer) || ts.isFunctionExpression(initializer))
  );
}

function isBoolean({ type, initializer }) {
  const literals = [ts.SyntaxKind.TrueKeyword, ts.SyntaxKind.FalseKeyword];
  return type?.kind === ts.SyntaxKind.BooleanKeyword || literals.includes(initializer?.kind);
}

/**
 * Whether the body is one call, to a function that has a name, with the same arguments. `/^a/.test(x)` is a predicate,
 * and in `new A(1).b(x)` and `a().b(x)` there are two calls.
 */
function isForwarder(node) {
  const call = onlyCall(node.body);
  if (
    call === null ||
    ts.isConstructorDeclaration(node) ||
    call.expression.kind === ts.SyntaxKind.SuperKeyword
  )
    return false;
  if (call.arguments.length !== node.parameters.length || !isPath(call.expression)) return false;
  return node.parameters.every(({ name, dotDotDotToken }, index) => {
    const given = call.arguments[index];
    const passed =
      dotDotDotToken === undefined ? given : ts.isSpreadElement(given) ? given.expression : undefined;
    return (
      passed !== undefined && ts.isIdentifier(name) && ts.isIdentifier(passed) && name.text === passed.text
    );
  });
}

/** A name, or a member of one: `a`, `this.#a.b`. */
function isPath(node) {
  if (ts.isNonNullExpression(node)) return isPath(node.expression);
  if (ts.isPropertyAccessExpression(node)) return isPath(node.expression);
  return ts.isIdentifier(node) || node.kind === ts.SyntaxKind.ThisKeyword;
}

function onlyCall(body) {
  let node = body;
  if (ts.isBlock(node)) {
    if (node.statements.length !== 1) return null;
    const [statement] = node.statements;
    if (!ts.isExpressionStatement(statement) && !ts.isReturnStatement(statement)) return null;
    node = statement.expression;
  }
  while (
    node !== undefined &&
    (ts.isAwaitExpression(node) || ts.isVoidExpression(node) || ts.isParenthesizedExpression(node))
  )
    node = node.expression;
  return node !== undefined && ts.isCallExpression(node) ? node : null;
}

function exportedNames(node) {
  const isExported = node.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword) ?? false;
  if (!isExported) return [];
  if (ts.isVariableStatement(node))
    return node.declarationList.declarations.map(({ name }) => name.getText());
  return node.name === undefined ? [] : [node.name.getText()];
}

function reportOf(files, all) {
  const functions = files.flatMap((file) => file.functions);
  const sizes = functions.map(({ size }) => size).sort((a, b) => a - b);
  const at = (share) => sizes[Math.min(sizes.length - 1, Math.floor(share * sizes.length))] ?? 0;
  const forwarders = files.flatMap((file) => file.forwarders);
  const classes = files.flatMap((file) => file.classes);
  const seams = files.flatMap((file) => file.seams);
  const figures = {
    files: files.length,
    "code lines": sum(files.map(({ lines }) => lines.size)),
    "functions (median, p90, longest)": `${sizes.length} (${at(0.5)}, ${at(0.9)}, ${sizes.at(-1) ?? 0})`,
    "most fields, most booleans of a class": `${most(classes, "fields")}, ${most(classes, "booleans")}`,
    "most members of a seam": most(seams, "size"),
    "forwarders, beside those with a reason": forwarders.filter(isUnexplained).length,
    "  of them callbacks without a name": forwarders.filter(isUnexplained).filter(isLambda).length,
    ...withReason(forwarders),
  };
  return { figures, breaches: breachesOf({ files, all, functions, classes, seams }), lists: listsOf(files) };
}

function breachesOf({ files, all, functions, classes, seams }) {
  const over = (items, key, limit) =>
    items.filter((item) => item[key] > limit).map((item) => `${item.at} ${item.name}: ${item[key]}`);
  const sized = files.map((file) => ({ name: "", at: file.path, size: file.lines.size }));
  const breaches = {
    [`folders with more than ${limits.filesPerFolder} files`]: fullFolders(files),
    [`files over ${limits.codeLines} lines of code`]: over(sized, "size", limits.codeLines),
    [`functions over ${limits.functionLines} lines`]: over(functions, "size", limits.functionLines),
    [`classes with more than ${limits.fields} fields`]: over(classes, "fields", limits.fields),
    [`classes with more than ${limits.booleans} booleans of state`]: over(
      classes,
      "booleans",
      limits.booleans,
    ),
    [`seams with more than ${limits.seamMembers} members`]: over(seams, "size", limits.seamMembers),
    [`forwarders over ${limits.forwarders} in a thousand functions`]: tooMany(all),
    "names exported twice": exportedTwice(files, all),
    "first lines without a side": files.filter(({ first }) => !isFirstLine(first)).map(({ path }) => path),
    "cycles of folders": cycles(all).filter((cycle) => folders.some((folder) => cycle.includes(folder))),
  };
  const isOpen = (line) => !allowed.some(({ entry }) => line.includes(entry));
  return Object.fromEntries(Object.entries(breaches).map(([name, lines]) => [name, lines.filter(isOpen)]));
}

function listsOf(files) {
  const perFolder = new Map();
  for (const { folder, forwarders } of files)
    perFolder.set(folder, (perFolder.get(folder) ?? 0) + forwarders.length);
  const counts = [...perFolder]
    .filter(([, count]) => count > 0)
    .map(([folder, count]) => `${count} ${folder}`);
  const biggest = (items, key) =>
    items.sort((a, b) => b[key] - a[key]).map((item) => `${item[key]} ${item.at} ${item.name}`);
  return {
    forwarders: [...files.flatMap((file) => file.forwarders), "", ...counts],
    functions: biggest(
      files.flatMap((file) => file.functions),
      "size",
    ),
    fields: biggest(
      files.flatMap((file) => file.classes),
      "fields",
    ),
    booleans: biggest(
      files.flatMap((file) => file.classes),
      "booleans",
    ),
    seams: biggest(
      files.flatMap((file) => file.seams),
      "size",
    ),
    files: biggest(
      files.map((file) => ({ name: "", at: file.path, size: file.lines.size })),
      "size",
    ),
  };
}

/** All of src/ shares one number of forwarders. */
function tooMany(files) {
  const functions = files.flatMap((file) => file.functions).length;
  const { length } = files.flatMap((file) => file.forwarders).filter(isUnexplained);
  const most = Math.floor((functions * limits.forwarders) / 1000);
  return length > most ? [`${length}, at most ${most}: see --list forwarders`] : [];
}

function isUnexplained(forwarder) {
  return !forwardingWithReason.some(({ path }) => path.test(forwarder));
}

function isLambda(forwarder) {
  return forwarder.endsWith(" (lambda)");
}

/** How many forwarders each reason explains. */
function withReason(forwarders) {
  const counts = forwardingWithReason.map(({ path, reason }) => [
    `  ${reason}`,
    forwarders.filter((forwarder) => path.test(forwarder)).length,
  ]);
  return Object.fromEntries(counts);
}

function isFirstLine(line) {
  return sides.test(line) && line.length <= 120;
}

function fullFolders(files) {
  const counts = new Map();
  for (const { folder } of files) counts.set(folder, (counts.get(folder) ?? 0) + 1);
  return [...counts].filter(([, n]) => n > limits.filesPerFolder).map(([folder, n]) => `${folder}: ${n}`);
}

function exportedTwice(files, all) {
  const places = new Map();
  for (const { name, at } of all.flatMap((file) => file.exports))
    places.set(name, [...(places.get(name) ?? []), at]);
  const paths = new Set(files.map(({ path }) => path));
  const isShown = (at) => paths.has(at.split(":", 1)[0]);
  const twice = [...places].filter(([, ats]) => new Set(ats.map((at) => at.split(":", 1)[0])).size > 1);
  return twice.filter(([, ats]) => ats.some(isShown)).map(([name, ats]) => `${name}: ${ats.join(", ")}`);
}

/** Folders that import each other, directly or through others, each group as one line. */
function cycles(files) {
  const edges = new Map();
  for (const { path, imports } of files) {
    const folder = boxOf(path);
    for (const target of imports) {
      const other = boxOf(relative(root, resolve(root, dirname(path), target)).replaceAll("\\", "/"));
      if (other !== folder) edges.set(folder, (edges.get(folder) ?? new Set()).add(other));
    }
  }
  const reach = new Map([...edges.keys()].map((folder) => [folder, reachable(folder, edges)]));
  const mutual = (folder) =>
    [...reach.keys()].filter((other) => reach.get(folder).has(other) && reach.get(other).has(folder));
  const groups = new Set(
    [...reach.keys()].map((folder) =>
      mutual(folder)
        .sort((a, b) => (a < b ? -1 : 1))
        .join(" <-> "),
    ),
  );
  return [...groups].filter((group) => group.includes("<->"));
}

/** The folder of a file; a file directly in src/ stands for itself. */
function boxOf(path) {
  const folder = dirname(path);
  return folder === "src" ? path : folder;
}

function reachable(start, edges) {
  const seen = new Set();
  const waiting = [start];
  for (let folder = waiting.pop(); folder !== undefined; folder = waiting.pop()) {
    for (const next of edges.get(folder) ?? []) {
      if (seen.has(next)) continue;
      seen.add(next);
      waiting.push(next);
    }
  }
  return seen;
}

function sum(numbers) {
  return numbers.reduce((total, number) => total + number, 0);
}

function most(items, key) {
  return items.reduce((top, item) => Math.max(top, item[key]), 0);
}
