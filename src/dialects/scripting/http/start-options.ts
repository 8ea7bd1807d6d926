import type { ProgramLimits } from "../../../boundary/questions.ts";
import { recordFor } from "../checks.ts";
import { wrongKind } from "../published-class.ts";

const CALL = "HttpServer.start";
const DEFAULT_PORT = 8080;
const MIB = 1024 * 1024;

/** What `start` was asked for. */
export interface StartOptions {
  readonly port: number;
  readonly forceIPv4: boolean;
  readonly limits: ProgramLimits;
}

/** The options, or in a word why they cannot be had. What is of the wrong type is a TypeError. */
export function startOptions(value: unknown): StartOptions | string {
  const options = recordFor(CALL, "options", value);
  const port = wholeFor("port", options["port"], DEFAULT_PORT);
  const maxBody = wholeFor("maxRequestBodySize", options["maxRequestBodySize"], 50 * MIB);
  const maxPayload = wholeFor("maxWebSocketPayloadSize", options["maxWebSocketPayloadSize"], 16 * MIB);
  const forceIPv4 = options["forceIPv4"] ?? false;
  if (typeof forceIPv4 !== "boolean") throw wrongKind(CALL, "true or false as forceIPv4", forceIPv4);
  if (port > 65_535) return `${CALL}: port ${port} does not exist; ports go from 0 to 65535`;
  if ((options["tls"] ?? null) !== null) {
    return `${CALL}: tls is not to be had here; put a proxy that speaks TLS before the port`;
  }
  return { port, forceIPv4, limits: { maxPayload, maxBody } };
}

function wholeFor(what: string, value: unknown, fallback: number): number {
  const number = value ?? fallback;
  if (typeof number === "number" && Number.isInteger(number) && number >= 0) return number;
  throw wrongKind(CALL, `a whole number from 0 as ${what}`, number);
}
