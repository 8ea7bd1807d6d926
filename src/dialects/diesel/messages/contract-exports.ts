// Dialect: reads the exports `messages`, `on` and `calls` of an evaluated script.
import { isRecord } from "../../../boundary/checks.ts";
import { isContract } from "../../../boundary/contract/contract-shape.ts";
import { isStandardSchema, type StandardSchema } from "../../../boundary/contract/standard-schema.ts";
import type { MaybePromise } from "../../../host/api/dialect.ts";

/** The contract that the export `messages` is; null without one. */
export function contractOf(messages: unknown): ContractExport | null {
  return isContract(messages) ? messages : null;
}

export type ContractExport = Readonly<Record<string, unknown>>;

/** The schema of a message. A name that only a prototype has, such as `constructor`, is none. */
export function schemaOf(
  contract: ContractExport,
  section: "in" | "out",
  name: string,
): StandardSchema | null {
  const all = contract[section];
  const schema = isRecord(all) && Object.hasOwn(all, name) ? all[name] : null;
  return isStandardSchema(schema) ? schema : null;
}

/** A handler by its name in `on` or `calls`. */
export function handlerOf(handlers: unknown, name: string): MessageHandler | null {
  const handler = isRecord(handlers) && Object.hasOwn(handlers, name) ? handlers[name] : null;
  return typeof handler === "function" ? (handler as MessageHandler) : null;
}

type MessageHandler = (this: unknown, session: object, data: unknown) => MaybePromise;
