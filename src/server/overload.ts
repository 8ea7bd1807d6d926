import type { Supervisor } from "../front/supervise/supervisor.ts";
import type { TickOverload } from "../boundary/tick-sample.ts";

/** The ticks of a real-time route take longer than there is time for them. */
export interface RouteOverload extends TickOverload {
  readonly route: string;
  readonly script: string;
  readonly version: string;
}

export type OverloadListener = (overload: RouteOverload) => void;

/** Has somebody told, by route, of what a host's ticks cost too much. */
export function reportOverload(supervisor: Supervisor, listener: OverloadListener): void {
  supervisor.ticks.onOverload = (script, overload) => {
    const info = supervisor.spec.scripts.find(({ info: { name } }) => name === script)?.info;
    if (info === undefined) return;
    const { route, version } = info;
    listener({ route, script, version, ...overload });
  };
}
