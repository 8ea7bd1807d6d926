// Load: finds the line on which the config sets an option, for a problem with its value.
import type { Bundle } from "./bundle/bundle.ts";
import { sourcePlace } from "./bundle/source-place.ts";
import { childrenOf, parseModule, type AnyNode } from "./bundle/syntax.ts";
import { problem, type AppProblem } from "./files/app-problem.ts";

/** The problem with the place of the option that its text names; as it is, if that is not found, or found twice. */
export function atOption(found: AppProblem, bundle: Bundle): AppProblem {
  const option = OPTION.exec(found.message)
    ?.slice(1)
    .find((name) => name !== undefined);
  if (found.line !== null || option === undefined) return found;
  const [at, another] = keysOf(parseModule(bundle.code), "", option);
  const place = at === undefined || another !== undefined ? null : sourcePlace(at, bundle);
  return place === null ? found : { ...found, file: place.source, line: place.line, column: place.column };
}

/** Problems of options, each with its place. */
export function optionProblems(texts: readonly string[], file: string, bundle: Bundle): AppProblem[] {
  return texts.map((text) => atOption(problem("PARLOR_CONFIG/option", { file, problem: text }), bundle));
}

/** `there is no option "admin.hots"`, `admin.port must be a number`, `"cluster.tls" is a function`. */
const OPTION =
  /^there is no option "([^"]+)"|^"?([A-Za-z]\w*(?:\.[A-Za-z]\w*)*)(?:\.\d+|\[\d+\])*"? (?:must|is) /;

/** Where each property of this path starts, `path` being that of the node. */
function keysOf(node: AnyNode, path: string, option: string): number[] {
  const name = node.type === "Property" ? keyOf(node.key) : null;
  const own = name === null ? path : `${path}${path === "" ? "" : "."}${name}`;
  const below = childrenOf(node).flatMap((child) => keysOf(child, own, option));
  return name !== null && own === option ? [node.start, ...below] : below;
}

function keyOf(key: AnyNode): string | null {
  if (key.type === "Identifier") return key.name;
  return key.type === "Literal" ? String(key.value) : null;
}
