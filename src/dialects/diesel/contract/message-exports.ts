// Dialect: the exports `messages`, `on` and `calls` of a WebSocket script.
import type { ContractFacts } from "../../../boundary/contract/contract-facts.ts";
import { nearest } from "../../../boundary/text/nearest.ts";
import type { Exports } from "./read-exports.ts";

/** The contract of a script for its facts, and whether its messages go to handlers by name. */
export function messagesIn(exports: Exports): { readonly messages?: ContractFacts; readonly isTyped?: true } {
  const contract = contractAt(exports);
  const names = MESSAGE_EXPORTS.filter((name) => isMeant(exports, name));
  return {
    ...(contract === null ? {} : { messages: contract }),
    ...(names.length === 0 ? {} : { isTyped: true }),
  };
}

/** Those of these exports that have an effect; a script may use the names for something else. */
export function messageExports(exports: Exports): string[] {
  return MESSAGE_EXPORTS.filter((name) => isMeant(exports, name));
}

/** What is wrong with them, one line each. */
export function wrongMessages(exports: Exports): string[] {
  const shape = shapeAt(exports, "messages");
  const problems = shape?.type === "contract" ? [...shape.problems] : [];
  for (const name of ["on", "calls"]) problems.push(...noFunctionsIn(exports, name));
  const contract = contractAt(exports);
  if (contract === null || problems.length > 0) return problems;
  const hasOthers = Object.hasOwn(exports, "onMessage");
  return [
    ...unmatched("on", "messages.in", handlerNames(exports, "on"), Object.keys(contract.in)),
    ...unmatched("calls", "messages.calls", handlerNames(exports, "calls"), Object.keys(contract.calls)),
    ...(hasOthers ? [] : unhandled("on", "in", Object.keys(contract.in), handlerNames(exports, "on"))),
    ...unhandled("calls", "calls", Object.keys(contract.calls), handlerNames(exports, "calls")),
  ];
}

const MESSAGE_EXPORTS = ["messages", "on", "calls"];

function isMeant(exports: Exports, name: string): boolean {
  const type = shapeAt(exports, name)?.type;
  return type === "contract" || type === "handlers";
}

function contractAt(exports: Exports): ContractFacts | null {
  const shape = shapeAt(exports, "messages");
  return shape?.type === "contract" ? shape.contract : null;
}

function handlerNames(exports: Exports, name: string): readonly string[] {
  const shape = shapeAt(exports, name);
  return shape?.type === "handlers" ? shape.names : [];
}

function noFunctionsIn(exports: Exports, name: string): string[] {
  const shape = shapeAt(exports, name);
  if (shape?.type === "other")
    return [
      `${name} must be an object of functions, as in { say(session, data) { ... } }; it is ${shape.description}`,
    ];
  if (shape?.type !== "handlers") return [];
  return shape.others.map((other) => `${name}.${other} must be a function, as all of ${name} are`);
}

function unmatched(
  name: string,
  where: string,
  handlers: readonly string[],
  known: readonly string[],
): string[] {
  return handlers
    .filter((handler) => !known.includes(handler))
    .map((handler) => {
      const free = known.filter((one) => !handlers.includes(one));
      const meant = nearest(handler, free) ?? nearest(handler, known);
      const better = meant === null ? `add it to ${where}, or remove it` : `did you mean "${meant}"?`;
      return `${name}.${handler} has no message in ${where}; ${better}`;
    });
}

function unhandled(
  name: string,
  section: string,
  known: readonly string[],
  handlers: readonly string[],
): string[] {
  return known
    .filter((one) => !handlers.includes(one) && !handlers.some((handler) => isMisspelt(handler, one, known)))
    .map((one) => {
      const example = `export const ${name} = { ${one}(session, data) { ... } }`;
      return `messages.${section}.${one} has no handler; add it, as in: ${example}`;
    });
}

// The line about the handler names the message.
function isMisspelt(handler: string, one: string, known: readonly string[]): boolean {
  return !known.includes(handler) && nearest(handler, [one]) !== null;
}

function shapeAt(exports: Exports, name: string): Exports[string] | undefined {
  return Object.hasOwn(exports, name) ? exports[name] : undefined;
}
