// Dialect: what Ring writes when nothing catches an error: its text, its line, and the calls that led there.
import { stackLines } from "../../../../boundary/text/stack-lines.ts";
import { lowerAscii } from "../runtime/bytes.ts";
import { caughtText } from "./caught-text.ts";
import { RingError } from "../runtime/ring-error.ts";

/** Where the compiled code of a program came from. */
export interface ProgramSource {
  /** The program's first file, as it is named in the text. */
  readonly file: string;
  /** The source of a place in a stack; null for a place that is not in the program. */
  placeOf(frame: StackPlace): { readonly line: number; readonly file: string } | null;
}

/** A place as a stack names it, counted from 1. */
export interface StackPlace {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** The text, in bytes. It ends without a line end, as Ring's does. */
export function uncaughtText(error: unknown, source: ProgramSource): string {
  const message = caughtText(error);
  const calls = callsIn(error, source).slice(IN_CALLER.test(message) ? 1 : 0);
  const builtin = error instanceof RingError && error.builtin !== "" ? `In ${error.builtin}() ` : "";
  const end = calls.findIndex(({ kind }) => kind === null);
  const functions = end < 0 ? calls.slice(0, -1) : calls.slice(0, end);
  const chain = functions.map((call, index) => chainText(call, calls[index + 1])).join("");
  const file = functions.length > 0 ? source.file : (calls[0]?.file ?? source.file);
  const depth = functions.filter((call, index) => isRepeated(call, functions[index + 1])).length;
  const recursion = depth === 0 ? "" : `\n---{ Recursion Depth: ${depth} }---\n`;
  return `\nLine ${calls[0]?.line ?? 0} ${message} \n${builtin}${chain}in file ${file} ${recursion}`;
}

/** Errors of a call that its function does not begin. */
const IN_CALLER = /^Error \(R(?:4|19|20)\)/;

// Of calls of a function by itself only the outermost is named.
function chainText(call: Call, caller: Call | undefined): string {
  if (caller === undefined || isRepeated(call, caller)) return "";
  return `In ${call.kind} ${call.name}() in file ${call.file}\n\nCalled from line ${caller.line} `;
}

function isRepeated(call: Call, caller: Call | undefined): boolean {
  return (
    caller !== undefined &&
    caller.kind === call.kind &&
    caller.name === call.name &&
    caller.file === call.file
  );
}

interface Call {
  /** Null for the statements at the top of a file. */
  readonly kind: "function" | "method" | null;
  readonly name: string;
  /** Where it stopped or called the next one. */
  readonly line: number;
  readonly file: string;
}

const FRAME = /^\s*at (?:\S*?([fmtc])\$(\S*) )?.*?\(?([^\s()]*):(\d+):(\d+)\)?$/;

// Braces within an expression are functions of their own in compiled code; their line is that of the function around.
function callsIn(error: unknown, source: ProgramSource): Call[] {
  const stack = error instanceof Error ? String(error.stack) : "";
  const calls: Call[] = [];
  let pending: { line: number; file: string } | null = null;
  for (const frame of stackLines(stack)) {
    const [, kind, name = "", file, line, column] = FRAME.exec(frame) ?? [];
    if (file === undefined) continue;
    const place = source.placeOf({ file, line: Number(line), column: Number(column) });
    if (place === null) continue;
    pending ??= place;
    if (kind === undefined) continue;
    calls.push({ kind: KINDS[kind] ?? null, name: plainName(name), ...pending });
    pending = null;
  }
  // The statement of the module that starts the program: it calls \`main\`.
  if (pending !== null) calls.push({ kind: null, name: "", ...pending });
  return calls;
}

const KINDS: Readonly<Record<string, Call["kind"]>> = { f: "function", m: "method", t: null, c: null };

function plainName(name: string): string {
  const bytes = name.replaceAll(/\$([\da-f]{2})/g, (_, code: string) =>
    String.fromCharCode(parseInt(code, 16)),
  );
  return lowerAscii(bytes);
}
