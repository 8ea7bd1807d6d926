import { nearest } from "../../../boundary/nearest.ts";
import { stringFor } from "../checks.ts";

/** What a script gives `createWebsocket`, not yet checked. */
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
/** The published name of the default, and of the engines that the document says have the API: here all are one. */
const ENGINES: readonly string[] = ["javascript", "graalvm", "rhino"];

/** Refuses what no connection can be made of. */
export function clientArguments(given: ClientRequest): ClientArguments {
  const uri = uriFor(stringFor(CALL, "uri", given.uri));
  const handler = stringFor(CALL, "handler", given.handler);
  if (handler === "") throw new TypeError(`${CALL} takes a module's path as handler, got ""`);
  return { uri, handler, engine: engineFor(given.engine ?? "javascript") };
}

function uriFor(uri: string): string {
  const { protocol, hash } = parsed(uri);
  if (protocol !== "ws:" && protocol !== "wss:") {
    throw new TypeError(
      `${CALL}: ${JSON.stringify(uri)} is no address of a WebSocket: ws:// or wss:// begins it`,
    );
  }
  if (hash !== "")
    throw new TypeError(`${CALL}: ${JSON.stringify(uri)} has a fragment (${hash}); leave it out`);
  return uri;
}

function parsed(uri: string): URL {
  try {
    return new URL(uri);
  } catch {
    throw new TypeError(
      `${CALL}: ${JSON.stringify(uri)} is no address; write it like "ws://localhost:8080/path"`,
    );
  }
}

function engineFor(given: unknown): string {
  const engine = stringFor(CALL, "engine", given);
  if (ENGINES.includes(engine)) return engine;
  const meant = nearest(engine, ENGINES);
  const hint =
    meant === null ? `leave it out, or take one of ${ENGINES.join(", ")}` : `did you mean "${meant}"?`;
  throw new TypeError(`${CALL}: unknown engine ${JSON.stringify(engine)}; ${hint}`);
}
