// Dialect: a room as the server sees it.
import type { ScriptContext } from "../../../host/api/dialect.ts";
import { toPayload } from "../../../boundary/payload.ts";
import type { Lifetime } from "../state/lifetime.ts";
import { NO_SESSION } from "../../../boundary/refs.ts";

/** A room as the server sees it. Published: no `join`, `leave` and `broadcastExcept`, which "require a sender session". */
export class WebSocketServiceRoom {
  readonly #script: ScriptContext;
  readonly #life: Lifetime;
  readonly #name: string;

  constructor(script: ScriptContext, life: Lifetime, name: string) {
    this.#script = script;
    this.#life = life;
    this.#name = name;
  }

  /** Sends a string or bytes to all members. */
  broadcast(message: unknown): void {
    const data = toPayload("room.broadcast", message);
    if (!this.#life.isEnded) this.#script.commands.broadcast(this.#name, data, NO_SESSION);
  }

  /** The number of members, on all threads. */
  members(): number {
    return this.#script.directory.memberCount(this.#name);
  }

  /** The ids of the members. */
  getMemberIds(): string[] {
    return this.#script.directory.members(this.#name).map((entry) => entry.id);
  }

  /** The room's name. */
  getName(): string {
    return this.#name;
  }

  /** Published: "has at least one member". */
  exists(): boolean {
    return this.members() > 0;
  }
}
