// Client: messages with a name, as contracts of scripts have them: text that is `{ "type": name, ... }`.
import type { ClientEvents } from "./client-events.ts";
import type { Emitter } from "./emitter.ts";

/** Sends messages by name, and calls listeners by name. */
export function namedMessages(
  { on }: Pick<Emitter<ClientEvents>, "on">,
  send: (text: string) => boolean,
): NamedMessages {
  return {
    emit: (name, data) => send(JSON.stringify({ type: name, ...(data as object) })),
    onMessage: (name, listener) =>
      on("message", (message) => {
        const data = dataOf(message, name);
        if (data !== null) listener(data as never);
      }),
  };
}

export interface NamedMessages {
  emit(name: string, data: unknown): boolean;
  onMessage(name: string, listener: (data: never) => void): () => void;
}

/** The fields of a message of this name; null for any other message. */
function dataOf(message: string | Uint8Array, name: string): object | null {
  if (typeof message !== "string" || message[0] !== "{" || !message.includes(JSON.stringify(name)))
    return null;
  try {
    const { type, ...data } = JSON.parse(message) as Record<string, unknown>;
    return type === name ? data : null;
  } catch {
    return null;
  }
}
