// Dialect: the arguments of `createWebsocket`.
import type { UrlParts, WebPlatform } from "../../../host/api/web-platform.ts";
import { nearest } from "../../../boundary/text/nearest.ts";
import { stringFor } from "../../../boundary/checks.ts";

/** Returns the checked arguments; throws a TypeError for those that no connection can be made with. */
export function clientArguments(web: WebPlatform, given: ClientRequest): ClientArguments {
  const uri = uriFor(web, stringFor(CALL, "uri", given.uri));
  const handler = stringFor(CALL, "handler", given.handler);
  if (handler === "") throw new TypeError(`${CALL} takes a module's path as handler, got ""`);
  return { uri, handler, engine: engineFor(given.engine ?? "javascript") };
}

/** The arguments of `createWebsocket` as the script gave them. */
export interface ClientRequest {
  readonly uri: unknown;
  readonly handler: unknown;
  readonly engine: unknown;
}

/** The same, checked. */
export interface ClientArguments {
  readonly uri: string;
  readonly handler: string;
  readonly engine: string;
}

const CALL = "websockets.createWebsocket";
/** The published name of the default, and of the engines that the document lists: here all are the same. */
const ENGINES: readonly string[] = ["javascript", "graalvm", "rhino"];

function uriFor(web: WebPlatform, uri: string): string {
  const { protocol, hash } = parsed(web, uri);
  if (protocol !== "ws:" && protocol !== "wss:") {
    throw new TypeError(
      `${CALL}: ${JSON.stringify(uri)} is not the address of a WebSocket; start it with ws:// or wss://`,
    );
  }
  if (hash !== "")
    throw new TypeError(`${CALL}: ${JSON.stringify(uri)} has a fragment (${hash}); leave it out`);
  return uri;
}

function parsed(web: WebPlatform, uri: string): UrlParts {
  const parts = web.parseUrl(uri);
  if (parts !== null) return parts;
  throw new TypeError(
    `${CALL}: ${JSON.stringify(uri)} is not an address; write it like "ws://localhost:8080/path"`,
  );
}

function engineFor(given: unknown): string {
  const engine = stringFor(CALL, "engine", given);
  if (ENGINES.includes(engine)) return engine;
  const meant = nearest(engine, ENGINES);
  const hint =
    meant === null ? `leave it out, or take one of ${ENGINES.join(", ")}` : `did you mean "${meant}"?`;
  throw new TypeError(`${CALL}: unknown engine ${JSON.stringify(engine)}; ${hint}`);
}
