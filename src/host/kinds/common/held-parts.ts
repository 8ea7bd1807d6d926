// Host: the parts of a commit that has not come as a whole, on the front's side.
import type { CommandList } from "../../../boundary/commands.ts";
import { commandsProblem } from "../../../boundary/guard/command-checks.ts";
import { DEFAULT_TURN_LIMIT, type TurnLimit } from "../../../boundary/turn/turn-limit.ts";
import { valueIn } from "./frames.ts";

/** They are bounded by what a host may call in one turn, or a host that never ends its commit would fill the front. */
export class HeldParts {
  readonly #most: { readonly parts: number; readonly bytes: number };
  #list: (() => CommandList)[] = [];
  #bytes = 0;

  constructor({ commands, bytes }: TurnLimit = DEFAULT_TURN_LIMIT) {
    const parts = 2 * (commands / COMMANDS_OF_PART + bytes / BYTES_OF_PART) + FURTHER;
    this.#most = { parts, bytes: 2 * bytes + commands * COMMAND_BYTES + FURTHER * BYTES_OF_PART };
  }

  /** Throws if the commit becomes larger than any that a script can make. */
  add(bytes: Uint8Array): void {
    this.#bytes += bytes.byteLength;
    this.#list.push(() => commandsIn(bytes));
    if (this.#list.length <= this.#most.parts && this.#bytes <= this.#most.bytes) return;
    this.take();
    throw new Error("a commit is larger than turnLimit");
  }

  /** All of them, for the commit that they belong to; null when there are none. */
  take(): (() => CommandList)[] | null {
    if (this.#list.length === 0) return null;
    const list = this.#list;
    this.#list = [];
    this.#bytes = 0;
    return list;
  }
}

// Read when its turn comes: a large commit is read in slices, and carried out in slices.
function commandsIn(bytes: Uint8Array): CommandList {
  const commands = valueIn(bytes);
  const problem = Array.isArray(commands) ? commandsProblem(commands) : "a part of a commit is not a list";
  if (problem !== null) throw new Error(problem);
  return commands as CommandList;
}

/** What a part holds at least, half of the time. */
const COMMANDS_OF_PART = 1536;
const BYTES_OF_PART = 128 * 1024;
/** A command without its texts, serialized. */
const COMMAND_BYTES = 64;
/** Parts beyond the limit: of events before this one, and of commands that the limit does not count. */
const FURTHER = 256;
