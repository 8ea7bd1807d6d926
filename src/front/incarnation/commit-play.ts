// Front: one commit that is played piece by piece, and how far it has come.
import type { Commit } from "../../boundary/batch.ts";
import type { CommandList } from "../../boundary/commands.ts";
import type { CommitReceipt } from "../../boundary/host.ts";
import type { CommitOutput } from "./incarnation-ports.ts";

/** Its acknowledgement takes effect when all of its commands have been applied. */
export class CommitPlay {
  readonly receipt: CommitReceipt;
  readonly acknowledgement: Commit;
  #list: CommandList;
  #at = 0;
  /** The parts that have not been read, last first. */
  readonly #parts: (() => CommandList)[];

  constructor({ parts = [], ...commit }: Commit, receipt: CommitReceipt) {
    this.receipt = receipt;
    this.acknowledgement = { ...commit, commands: [] };
    this.#list = commit.commands;
    this.#parts = [...parts].reverse();
  }

  /** Plays a little. Returns false when there is nothing left. */
  step(output: CommitOutput): boolean {
    if (this.#at < this.#list.length) {
      this.#at = output.play(this.#list, this.#at);
      return true;
    }
    const next = this.#parts.pop();
    if (next === undefined) return false;
    this.#list = next();
    this.#at = 0;
    return true;
  }
}
