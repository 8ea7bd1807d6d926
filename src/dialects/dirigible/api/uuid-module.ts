// Dialect: the published module `utils/v4/uuid`.
import type { Execution } from "../state/execution.ts";

/** Random UUIDs, and the check of a text. */
export function uuidModule({ program: { script } }: Execution): object {
  return {
    random: () => script.randomUUID(),
    validate: (input: unknown) => typeof input === "string" && UUID.test(input),
  };
}

const UUID = /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/i;
