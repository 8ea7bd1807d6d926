// Dialect: the options of `HttpServer.start`.
import type { ProgramLimits } from "../../../boundary/questions.ts";
import { recordFor, wrongKind } from "../common/checks.ts";

/** The options, or one line that says why they cannot be met. Throws a TypeError for a wrong type. */
export function startOptions(value: unknown): StartOptions | string {
  const options = recordFor(CALL, "options", value);
  const port = wholeFor("port", options["port"], DEFAULT_PORT);
  const maxBody = wholeFor("maxRequestBodySize", options["maxRequestBodySize"], MAX_BODY);
  const maxPayload = wholeFor("maxWebSocketPayloadSize", options["maxWebSocketPayloadSize"], MAX_PAYLOAD);
  const forceIPv4 = options["forceIPv4"] ?? false;
  if (typeof forceIPv4 !== "boolean") throw wrongKind(CALL, "true or false as forceIPv4", forceIPv4);
  if (port > 65_535) return `${CALL}: port ${port} is out of range (0 to 65535)`;
  if ((options["tls"] ?? null) !== null) {
    return `${CALL}: tls is not supported; put a TLS proxy in front of the port`;
  }
  return { port, forceIPv4, limits: { maxPayload, maxBody } };
}

export interface StartOptions {
  readonly port: number;
  readonly forceIPv4: boolean;
  readonly limits: ProgramLimits;
}

const CALL = "HttpServer.start";
const DEFAULT_PORT = 8080;
/** Published defaults, in bytes. */
const MAX_BODY = 50 * 1024 * 1024;
const MAX_PAYLOAD = 16 * 1024 * 1024;

function wholeFor(what: string, value: unknown, fallback: number): number {
  const number = value ?? fallback;
  if (typeof number === "number" && Number.isInteger(number) && number >= 0) return number;
  throw wrongKind(CALL, `a whole number from 0 as ${what}`, number);
}
