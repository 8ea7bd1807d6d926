// Server: `defineMessages`, for the contract of a route.
import type { Messages } from "../../../types/diesel.d.ts";

/**
 * Returns the contract as it is. It only gives the editor the type: which messages there are in which direction, and
 * what their data is.
 * docs/contracts.md has examples.
 */
export function defineMessages<const M extends Messages>(messages: M): M {
  return messages;
}
