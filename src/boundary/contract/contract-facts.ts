// Boundary: what a script's contract of messages says, as plain data.

/** The messages of a contract by name. Without a JSON Schema, which not every library has, only the names are known. */
export interface ContractFacts {
  /** From clients. */
  readonly in: MessageFacts;
  /** To clients. */
  readonly out: MessageFacts;
  readonly calls: Readonly<Record<string, CallFacts>>;
}

/** A JSON Schema for each message, null where none can be had. */
export type MessageFacts = Readonly<Record<string, JsonSchema | null>>;

/** The data of a request, and that of its reply. */
export interface CallFacts {
  readonly in: JsonSchema | null;
  readonly out: JsonSchema | null;
}

/** A JSON Schema of draft 2020-12. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** Whether all messages of a contract have a JSON Schema. A call may leave out either side. */
export function hasAllSchemas({ in: input, out, calls }: ContractFacts): boolean {
  const all = [...Object.values(input), ...Object.values(out)];
  const ofCalls = Object.values(calls).flatMap((call) => [call.in, call.out]);
  return [...all, ...ofCalls].every((schema) => schema !== null);
}
