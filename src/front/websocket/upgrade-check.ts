// Front: whether a request is a proper WebSocket handshake (RFC 6455, 4.2.1), and the response to one that is not.
import type { IncomingMessage } from "node:http";
import { REFUSALS, type HttpRefusal } from "../../boundary/errors/refusals.ts";

/**
 * Why a request is not a handshake that this server understands; null when it is one. `ws` checks the same, with one
 * status for most causes and a page as body.
 */
export function upgradeProblem({ method, headers, httpVersion }: HandshakeRequest): HttpRefusal | null {
  if (httpVersion !== "1.1") return REFUSALS.HTTP_VERSION;
  if (method !== "GET") return REFUSALS.UPGRADE_METHOD;
  if (!VERSIONS.has(headers["sec-websocket-version"])) return REFUSALS.UPGRADE_VERSION;
  if (headers["transfer-encoding"] !== undefined || (headers["content-length"] ?? "0") !== "0")
    return REFUSALS.UPGRADE_BODY;
  if (!KEY.test(headers["sec-websocket-key"] ?? "")) return REFUSALS.UPGRADE_KEY;
  return null;
}

/** The parts of a request that decide. */
export type HandshakeRequest = Pick<IncomingMessage, "method" | "headers" | "httpVersion">;

/** Version 8 is a draft that differs from 13 in the name of one header only; `ws` speaks both. */
const VERSIONS: ReadonlySet<string | undefined> = new Set(["13", "8"]);

/** 16 bytes in base64. */
const KEY = /^[+/0-9A-Za-z]{22}==$/;
