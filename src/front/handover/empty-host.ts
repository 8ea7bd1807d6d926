// Front: stands in for the next version of a host that has none: its sessions have left for other hosts.
import type { Batch } from "../../boundary/batch.ts";
import type { Host, HostListener } from "../../boundary/host.ts";
import type { HostSpec, ScriptSpec } from "../../boundary/host-spec.ts";

/** Takes over like any next version, so that the previous one drains. Nothing is expected to come for it. */
export class EmptyHost implements Host {
  readonly incarnation: number;
  readonly #listener: HostListener;

  constructor(incarnation: number, _spec: HostSpec, listener: HostListener) {
    this.incarnation = incarnation;
    this.#listener = listener;
    queueMicrotask(listener.onReady);
  }

  deliver({ first, events }: Batch): void {
    const through = first + events.length - 1;
    const nothing = {
      pending: [],
      waiting: [],
      settled: [],
      commands: [],
      discarded: [],
      refused: 0,
      urgent: false,
    };
    queueMicrotask(() => this.#listener.onCommit({ through, ...nothing }));
  }

  prepare(_sessions: unknown, isLast: boolean): void {
    if (isLast) queueMicrotask(() => this.#listener.onPrepared?.(null));
  }

  stop(): Promise<void> {
    return Promise.resolve();
  }
}

/** The spec of a host whose scripts have all left. */
export function emptied(spec: HostSpec): HostSpec {
  return { ...spec, scripts: NO_SCRIPTS, shared: [] };
}

/** Whether a host with this spec is a stand-in. */
export function isEmptied({ scripts }: HostSpec): boolean {
  return scripts === NO_SCRIPTS;
}

const NO_SCRIPTS: readonly ScriptSpec[] = Object.freeze([]);
