// Front: whether HTTP can carry the head of a response that a script made.
import { validateHeaderName, validateHeaderValue } from "node:http";
import type { ResponseHead } from "../../boundary/commands.ts";
import { describePayload } from "../../boundary/payload.ts";

/** The first problem of a head; `null` when it can be sent. Heads come from user code, so every part is checked. */
export function responseProblem({ status, headers }: ResponseHead): ResponseProblem | null {
  if (!Number.isInteger(status) || status < 200 || status > 599) {
    const got = typeof status === "number" ? String(status) : describePayload(status);
    return { what: `status ${got}`, fix: "use a whole number from 200 to 599" };
  }
  let lengths = 0;
  for (const [name, value] of headers) {
    if (!isName(name)) return { what: `header name ${quote(name)}`, fix: "use letters, digits and hyphens" };
    if (!isValue(name, value)) {
      return {
        what: `a value of header ${quote(name)} that HTTP cannot carry`,
        fix: "encode it, or leave it out",
      };
    }
    if (name.toLowerCase() !== "content-length") continue;
    if (++lengths > 1 || !/^\d{1,15}$/.test(value)) {
      return {
        what: `content-length ${quote(value)}`,
        fix: "leave it out: it is set to the length of the body",
      };
    }
  }
  return null;
}

/** Why a head cannot be sent, and what the script's author can do. */
export interface ResponseProblem {
  readonly what: string;
  readonly fix: string;
}

function isName(name: unknown): boolean {
  return passes(() => validateHeaderName(name as string));
}

function isValue(name: string, value: unknown): boolean {
  return typeof value === "string" && passes(() => validateHeaderValue(name, value));
}

function passes(check: () => void): boolean {
  try {
    check();
    return true;
  } catch {
    return false;
  }
}

// Quoted, so that a name with a line break cannot break the line of the log.
function quote(text: unknown): string {
  return JSON.stringify(String(text).slice(0, 100));
}
