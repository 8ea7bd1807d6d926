// Host: sends commits to the front: large ones in parts, and none while the front is too far behind.
import type { Commit } from "../../../boundary/batch.ts";
import type { CommandList } from "../../../boundary/commands.ts";
import { endOfCommand } from "../../../boundary/turn/command-places.ts";
import type { Brake } from "./brake.ts";
import { bytesOf } from "./frames.ts";
import { packCommit, type PackedCommit, type CommitPart } from "./messages.ts";

/** The front reads a part when it plays it: so a large commit does not take its thread for itself. */
export class CommitSender {
  /** How many commits of ticks were sent, in 32 bits. */
  ticks = 0;
  readonly #post: PostCommit;
  readonly #brake: Brake;

  constructor(post: PostCommit, brake: Brake) {
    this.#post = post;
    this.#brake = brake;
  }

  /** `bytes`: those of payloads and names. */
  readonly send = (commit: Commit, bytes: number): void => {
    const { length } = commit.commands;
    if (length > WHOLE || bytes > PART.bytes) this.#sendParts(commit, bytes);
    else this.#post(packCommit(commit));
    if (commit.urgent) this.ticks = (this.ticks + 1) | 0;
    this.#brake.sent(length, bytes);
  };

  // All parts first: the commit takes effect as a whole, or not at all if the host dies before it is sent.
  #sendParts(commit: Commit, bytes: number): void {
    const { commands } = commit;
    const most = placesOfPart(commands.length, bytes);
    for (let from = 0; from < commands.length;) {
      const to = endOfPart(commands, from, most);
      const bytes = bytesOf(commands.slice(from, to));
      this.#post({ kind: "part", bytes }, [bytes.buffer as ArrayBuffer]);
      this.#brake.moves();
      from = to;
    }
    this.#post(packCommit({ ...commit, commands: [] }));
  }
}

/** `moved`: memory that goes to the front with the message, where threads share it: to copy it costs both sides time. */
type PostCommit = (message: PackedCommit | CommitPart, moved?: ArrayBuffer[]) => void;

// Parts of about the same number of bytes, as far as commands are alike.
function placesOfPart(places: number, bytes: number): number {
  return Math.max(1, Math.min(PART.places, Math.floor((places * PART.bytes) / (bytes + 1))));
}

function endOfPart(commands: CommandList, from: number, most: number): number {
  let to = from;
  while (to < commands.length && to - from < most) to = endOfCommand(commands, to);
  return Math.min(to, commands.length);
}

/** Places in its list up to which a commit is sent whole. */
const WHOLE = 1536;
/** What a part holds, roughly: to read it takes the front a millisecond. */
const PART = { places: 6144, bytes: 128 * 1024 };
