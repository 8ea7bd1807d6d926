// Server: reports the routes whose ticks overrun their period.
import type { Supervisor } from "../../front/supervise/supervisor.ts";
import type { TickOverload } from "../../boundary/tick-sample.ts";
import { infoOf } from "../../boundary/script-key.ts";

/** Reports the overruns of a host's scripts to a listener, by route. */
export function reportOverload(supervisor: Supervisor, listener: OverloadListener): void {
  supervisor.ticks.onOverload = (script, overload) => {
    const info = infoOf(supervisor.spec, script);
    if (info === undefined) return;
    const { route, name, version } = info;
    listener({ route, script: name, version, ...overload });
  };
}

/** The ticks of a real-time route overrun their period. */
export interface RouteOverload extends TickOverload {
  readonly route: string;
  readonly script: string;
  readonly version: string;
}

/** Called once when the ticks of a route start to overrun, and again only after they kept their period in between. */
export type OverloadListener = (overload: RouteOverload) => void;
