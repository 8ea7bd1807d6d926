import type { ScriptContext } from "../../../host/api/dialect.ts";
import { toPayload } from "../../../boundary/payload.ts";
import type { Life } from "../lifetime.ts";
import { NO_SESSION } from "../../../boundary/refs.ts";

/** A room as the server sees it. Published: no `join`, `leave` and `broadcastExcept`, which "require a sender session". */
export class WebSocketServiceRoom {
  readonly #side: ScriptContext;
  readonly #life: Life;
  readonly #name: string;

  constructor(side: ScriptContext, life: Life, name: string) {
    this.#side = side;
    this.#life = life;
    this.#name = name;
  }

  broadcast(message: unknown): void {
    const data = toPayload("room.broadcast", message);
    if (!this.#life.isEnded) this.#side.commands.broadcast(this.#name, data, NO_SESSION);
  }

  members(): number {
    return this.#side.directory.memberCount(this.#name);
  }

  getMemberIds(): string[] {
    return this.#side.directory.members(this.#name).map((entry) => entry.id);
  }

  getName(): string {
    return this.#name;
  }

  /** Published: "has at least one member". */
  exists(): boolean {
    return this.members() > 0;
  }
}
