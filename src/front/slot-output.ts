// Front: where the commits of one host take effect: its commands are played, and what they send is counted.
import type { Commit } from "../boundary/batch.ts";
import type { CommandList, CommandReceivers } from "../boundary/commands.ts";
import { playCommands, playSome } from "../boundary/play/play-commands.ts";
import type { Outbox } from "./directory/outbox-port.ts";
import type { CommitOutput } from "./incarnation/incarnation-ports.ts";
import type { TurnSlices } from "./incarnation/turn-slices.ts";

export class SlotOutput implements CommitOutput {
  readonly slices: TurnSlices;
  readonly #parts: SlotOutputParts;

  constructor(parts: SlotOutputParts) {
    this.#parts = parts;
    this.slices = parts.slices;
  }

  apply({ commands, parts = NONE, discarded, refused }: Commit): void {
    const { counts, outbox, traffic, receivers } = this.#parts;
    counts.discarded += discarded.length;
    counts.refusedCalls += refused;
    if (commands.length === 0 && parts.length === 0) return;
    // All are read, and so checked, before any takes effect.
    const lists = [commands, ...parts.map((read) => read())];
    const before = outbox.counts?.offered ?? 0;
    for (const list of lists) playCommands(list, receivers);
    traffic.sent += (outbox.counts?.offered ?? 0) - before;
  }

  play(commands: CommandList, at: number): number {
    const { outbox, traffic, receivers } = this.#parts;
    const before = outbox.counts?.offered ?? 0;
    const next = playSome(commands, at, receivers, CHUNK);
    traffic.sent += (outbox.counts?.offered ?? 0) - before;
    return next;
  }

  flush(mayHold: boolean): void {
    const { outbox, holdMs } = this.#parts;
    if (mayHold && !outbox.hasClose) outbox.hold(holdMs);
    else outbox.flush();
  }
}

export interface SlotOutputParts {
  readonly slices: TurnSlices;
  readonly outbox: Outbox;
  readonly receivers: CommandReceivers;
  readonly counts: { discarded: number; refusedCalls: number };
  readonly traffic: { sent: number };
  /** For how long a flush may be held, ms. */
  readonly holdMs: number;
}

const NONE: readonly (() => CommandList)[] = [];

/** Commands that are played between two looks at the clock. */
const CHUNK = 64;
