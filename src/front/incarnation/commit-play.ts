// Front: one commit that is played piece by piece, and how far it has come.
import type { Commit } from "../../boundary/batch.ts";
import type { CommandList } from "../../boundary/commands.ts";
import type { CommitReceipt } from "../../boundary/host.ts";
import { emptyList } from "../../boundary/turn/empty-list.ts";
import type { CommitOutput } from "./incarnation-ports.ts";

/**
 * All of its parts are read, and so checked, before the first command is played: a commit that is wrong has no effect.
 * Its acknowledgement takes effect when all of its commands have been applied.
 */
export class CommitPlay {
  readonly receipt: CommitReceipt;
  readonly acknowledgement: Commit;
  #list: CommandList;
  #at = 0;
  readonly #parts: ReadPart[];
  /** Parts that have been read and kept, in order: the first ones. The others are read again when they are played. */
  readonly #kept: CommandList[] = [];
  #checked = 0;
  #played = 0;

  constructor({ parts = [], ...commit }: Commit, receipt: CommitReceipt) {
    this.receipt = receipt;
    this.acknowledgement = { ...commit, commands: [] };
    this.#list = commit.commands;
    this.#parts = [...parts];
  }

  /** Whether all parts have been read, and no command has been played. */
  get isAtStart(): boolean {
    return this.#checked === this.#parts.length && this.#played === 0 && this.#at === 0;
  }

  /** Does a little. Returns false when there is nothing left. */
  step(output: CommitOutput): boolean {
    if (this.#checked < this.#parts.length) this.#check();
    else if (this.#at < this.#list.length) this.#at = output.play(this.#list, this.#at);
    else if (this.#played < this.#parts.length) this.#next();
    else return this.#end();
    return true;
  }

  #end(): false {
    emptyList(this.#list);
    return false;
  }

  #check(): void {
    const list = this.#parts[this.#checked]!();
    this.#checked += 1;
    if (this.#checked > MOST_KEPT) return emptyList(list);
    this.#kept.push(list);
    this.#parts[this.#checked - 1] = NOTHING;
  }

  #next(): void {
    const at = this.#played;
    emptyList(this.#list);
    this.#list = at < this.#kept.length ? this.#kept[at]! : this.#parts[at]!();
    this.#at = 0;
    if (at < this.#kept.length) this.#kept[at] = [];
    this.#parts[at] = NOTHING;
    this.#played += 1;
  }
}

type ReadPart = () => CommandList;

/** Parts whose lists are kept: those of an immense commit would fill the heap of the front, which holds it up. */
const MOST_KEPT = 24;

const NOTHING: ReadPart = () => [];
