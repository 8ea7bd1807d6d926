// Load: warns of handlers whose parameters or results are likely not what they are meant to be.
import { problem, type AppProblem } from "./files/app-problem.ts";
import type { ScriptFile } from "./files/script-file.ts";
import { childrenOf, isFunction, type AnyNode, type ModuleAst } from "./bundle/syntax.ts";
import type { WrittenScript } from "./written-script.ts";

/** The likely mistakes in the handlers of a script: at most one for each handler. */
export function handlerMistakes({ name: file, kind }: ScriptFile, source: WrittenScript): AppProblem[] {
  const look = kind === "ws" ? wrongParameter : kind === "http" ? wrongHttp : () => null;
  return exportedFunctions(source.program).flatMap(([handler, node]) => {
    const found = look(handler, node);
    return found === null
      ? []
      : [problem(found.key, { file, ...source.placeOf(found.at), ...found.values, handler })];
  });
}

type HandlerFunction = AnyNode & {
  readonly type: "FunctionDeclaration" | "FunctionExpression" | "ArrowFunctionExpression";
};

interface Mistake {
  readonly key: `PARLOR_HANDLER_SHAPE/${"parameter" | "response" | "nothing" | "promise"}`;
  readonly at: number;
  readonly values: { readonly name: string; readonly right: string };
}

function exportedFunctions({ body }: ModuleAst): [string, HandlerFunction][] {
  const exported = new Map<string, string>();
  const found = new Map<string, HandlerFunction>();
  for (const node of body) {
    const declaration = node.type === "ExportNamedDeclaration" ? node.declaration : node;
    for (const [name, value] of functionsIn(declaration)) {
      found.set(name, value);
      if (node.type === "ExportNamedDeclaration") exported.set(name, name);
    }
    if (node.type !== "ExportNamedDeclaration") continue;
    for (const { local, exported: as } of node.specifiers)
      if (local.type === "Identifier" && as.type === "Identifier") exported.set(as.name, local.name);
  }
  return [...exported].flatMap(([name, local]) => {
    const node = found.get(local);
    return node === undefined ? [] : [[name, node] as [string, HandlerFunction]];
  });
}

function functionsIn(node: AnyNode | null | undefined): [string, HandlerFunction][] {
  if (node?.type === "FunctionDeclaration" && node.id !== null)
    return [[node.id.name, node as HandlerFunction]];
  if (node?.type !== "VariableDeclaration") return [];
  return node.declarations.flatMap(({ id, init }): [string, HandlerFunction][] =>
    id.type === "Identifier" && init && isFunction(init) ? [[id.name, init as HandlerFunction]] : [],
  );
}

/** What a handler gets, and the names by which a first parameter shows that it is meant for another place. */
const PARAMETERS: Readonly<Record<string, readonly [right: string, wrong: RegExp]>> = {
  onMessage: ["session, text", /^(?:te?xt|msg|message|data|payload|body|raw|str|string|event|evt)$/i],
  onBinary: ["session, bytes", /^(?:bytes?|buf|buffer|data|msg|message|payload|chunk|event|evt)$/i],
  onClose: ["session, details", /^(?:code|reason|event|evt)$/i],
  onOpen: ["session", /^(?:event|evt)$/i],
  onError: ["session, error", /^(?:e|err|error|exception)$/i],
  onTick: ["room, deltaMs, tick", /^(?:dt|delta|deltaMs|ms|time|now|tick|frame|elapsed)$/i],
};

function wrongParameter(handler: string, { params }: HandlerFunction): Mistake | null {
  const [right, wrong] = PARAMETERS[handler] ?? [];
  const [first] = params;
  if (right === undefined || wrong === undefined || first?.type !== "Identifier" || !wrong.test(first.name))
    return null;
  return { key: "PARLOR_HANDLER_SHAPE/parameter", at: first.start, values: { name: first.name, right } };
}

const METHODS = /^(?:GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS|handleRequest)$/;

function wrongHttp(handler: string, node: HandlerFunction): Mistake | null {
  if (!METHODS.test(handler)) return null;
  const second = node.params[1];
  if (second?.type === "Identifier" && /^(?:res|response|reply)$/i.test(second.name)) {
    const right = handler === "handleRequest" ? "context" : "request, { params, address }";
    return { key: "PARLOR_HANDLER_SHAPE/parameter", at: second.start, values: { name: second.name, right } };
  }
  return forgottenAwait(node) ?? wrongResult(handler, node);
}

// Only what can be no response: a value that is built elsewhere may be one.
function wrongResult(handler: string, node: HandlerFunction): Mistake | null {
  const right = handler === "handleRequest" ? "Results.ok().json(value)" : "Response.json(value)";
  const results = resultsOf(node);
  const wrong = results.find((value) => value !== null && NOT_A_RESPONSE.test(value.type));
  if (wrong) return { key: "PARLOR_HANDLER_SHAPE/response", at: wrong.start, values: { name: "", right } };
  const isEmpty =
    node.body.type === "BlockStatement" && !results.some((value) => value !== null) && !throws(node.body);
  return isEmpty
    ? { key: "PARLOR_HANDLER_SHAPE/nothing", at: node.start, values: { name: "", right } }
    : null;
}

const NOT_A_RESPONSE = /^(?:ObjectExpression|ArrayExpression|Literal|TemplateLiteral)$/;

function resultsOf({ body }: HandlerFunction): (AnyNode | null)[] {
  if (body.type !== "BlockStatement") return [body];
  const found: (AnyNode | null)[] = [];
  walk(body, (node) => {
    if (node.type === "ReturnStatement") found.push(node.argument ?? null);
  });
  return found;
}

function throws(body: AnyNode): boolean {
  let found = false;
  walk(body, (node) => (found ||= node.type === "ThrowStatement"));
  return found;
}

const READERS = /^(?:json|text|formData|arrayBuffer|blob|bytes)$/;
const ON_PROMISES = /^(?:then|catch|finally)$/;

// `request.json().name` and `const { name } = request.json()`.
function forgottenAwait(node: HandlerFunction): Mistake | null {
  const [request] = node.params;
  if (request?.type !== "Identifier") return null;
  let found: AnyNode | null = null;
  walk(node.body, (used) => (found ??= bareRead(used, request.name)));
  if (found === null) return null;
  const call = found as AnyNode & { readonly callee: { readonly property: { readonly name: string } } };
  const name = `${request.name}.${call.callee.property.name}()`;
  return { key: "PARLOR_HANDLER_SHAPE/promise", at: call.start, values: { name, right: `await ${name}` } };
}

function bareRead(node: AnyNode, request: string): AnyNode | null {
  if (node.type === "MemberExpression") {
    const isChained = node.property.type === "Identifier" && ON_PROMISES.test(node.property.name);
    return !isChained && isRead(node.object, request) ? node.object : null;
  }
  if (node.type === "VariableDeclarator") {
    const { id, init } = node;
    return /^(?:Object|Array)Pattern$/.test(id.type) && init && isRead(init, request) ? init : null;
  }
  if (node.type === "TemplateLiteral") return node.expressions.find((part) => isRead(part, request)) ?? null;
  if (node.type !== "CallExpression" || !SYNCHRONOUS.test(calledName(node.callee))) return null;
  return node.arguments.find((argument) => isRead(argument, request)) ?? null;
}

/** Calls that take a value and no promise. */
const SYNCHRONOUS = /^(?:broadcast|broadcastExcept|send|parse|stringify|json|String|Number|log)$/;

function calledName(callee: AnyNode): string {
  if (callee.type === "Identifier") return callee.name;
  return callee.type === "MemberExpression" && callee.property.type === "Identifier"
    ? callee.property.name
    : "";
}

function isRead(node: AnyNode, request: string): boolean {
  if (node.type !== "CallExpression" || node.callee.type !== "MemberExpression") return false;
  const { object, property } = node.callee;
  const isReader = property.type === "Identifier" && READERS.test(property.name);
  return isReader && object.type === "Identifier" && object.name === request;
}

// Not into functions within it: what they return is not the handler's.
function walk(node: AnyNode, visit: (node: AnyNode) => void): void {
  visit(node);
  for (const child of childrenOf(node)) if (!isFunction(child)) walk(child, visit);
}
