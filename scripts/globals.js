// Writes types/globals.d.ts, the globals of scripts, from types/diesel.d.ts, where programs import the same types from.
// With --check it writes nothing, and fails if the two differ.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./tools.js";

const source = join(root, "types/diesel.d.ts");
const target = join(root, "types/globals.d.ts");

const head = `/**
 * The names that every Parlor script may use without an import. Made of diesel.d.ts by \`node scripts/globals.js\`.
 *
 * Add \`"types": ["node", "parlor/globals"]\` to the \`compilerOptions\` of your tsconfig.json and write, for example,
 * \`export function onOpen(session: WebSocketSession) { ... }\` in \`ws/chat.ts\`. In a \`.js\` script write
 * \`/** @type {OnOpen} *\\/ export const onOpen = (session) => { ... }\`.
 *
 * They follow the DieselEngine scripting API call by call; "Parlor adds" marks what it does not have. The global
 * \`Request\` and \`Response\` are the web's own, from \`@types/node\` or \`"lib": ["dom"]\`.
 */
`;

const tail = `
/**
 * The server, as every script sees it: all its sessions and rooms, and a few helpers. No import is needed.
 *
 * @example
 * diesel.getWebSocketService().room("lobby").broadcast("The shop closes in ten minutes");
 */
declare const diesel: Diesel;

/**
 * Makes the responses of \`handleRequest\` in a file of \`http/\`; each call can be chained. No import is needed.
 *
 * @example
 * export const handleRequest: HandleRequest = (context) => Results.ok().json({ hello: context.getParameter("name") });
 */
declare const Results: ResultsFactory;
`;

const text = globalsOf(readFileSync(source, "utf8"));
if (!process.argv.includes("--check")) writeFileSync(target, text);
else if (readFileSync(target, "utf8") !== text) {
  console.error("types/globals.d.ts is not what types/diesel.d.ts makes of it; run node scripts/globals.js");
  process.exitCode = 1;
}

function globalsOf(module) {
  const body = module.slice(module.indexOf("*/") + 3).replace(/^export /gm, "");
  return `${head}${body}${tail}`;
}
