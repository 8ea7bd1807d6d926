// Host: where a function is written, for faults in what it returned: their stacks do not show it.
import type { CompileSource } from "../../../boundary/host-spec.ts";

/** The stack frame of a function of a compiled script, in the form of V8; null for a function from elsewhere. */
export function handlerFrame(
  handler: unknown,
  source: Pick<CompileSource, "code" | "name"> | null,
): string | null {
  if (typeof handler !== "function" || source === null) return null;
  const at = source.code.indexOf(Function.prototype.toString.call(handler));
  if (at < 0) return null;
  const before = source.code.slice(0, at);
  const line = before.split("\n").length;
  return `    at ${handler.name} (${source.name}:${line}:${at - before.lastIndexOf("\n")})`;
}
