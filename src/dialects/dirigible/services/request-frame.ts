// Dialect: a request of a v2 client.
import { isRecord } from "../../../boundary/checks.ts";
import { parsedJson } from "../../../boundary/text/parsed-json.ts";

/** The module to run, and the values of its context. */
export interface RequestFrame {
  /** `null` when the client has named none. */
  readonly module: string | null;
  readonly params: readonly (readonly [string, string | null])[];
}

/** Reads a frame; `null` for any other text. Published: params are a map of strings; numbers and booleans become strings. */
export function readRequestFrame(text: string): RequestFrame | null {
  const frame = parsedJson(text);
  if (!isRecord(frame)) return null;
  const module = own(frame, "module") ?? null;
  const params = own(frame, "params") ?? {};
  if ((module !== null && typeof module !== "string") || !isRecord(params)) return null;
  if (Object.values(params).some((value) => typeof value === "object" && value !== null)) return null;
  const literals = Object.values(params).some((value) => typeof value === "number")
    ? numbersAsText(text)
    : params;
  const entries = Object.entries(literals).map(([name, value]): [string, string | null] => {
    return [name, value === null ? null : textOf(value)];
  });
  return { module, params: entries };
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

function own(frame: Readonly<Record<string, unknown>>, name: string): unknown {
  return Object.hasOwn(frame, name) ? frame[name] : undefined;
}

// As the client wrote them: 1.50 stays "1.50", and an id of 19 digits keeps all of them.
function numbersAsText(text: string): Readonly<Record<string, unknown>> {
  const quoted = text.replace(/"[^"\\]*(?:\\.[^"\\]*)*"|-?\d[\d.eE+-]*/g, (token) =>
    token.startsWith('"') ? token : `"${token}"`,
  );
  return (JSON.parse(quoted) as { params: Readonly<Record<string, unknown>> }).params;
}
