import { checkConfig, type ParlorConfig, type ResolvedConfig } from "../config.ts";
import { ParlorError } from "../boundary/errors.ts";
import type { HostSettings } from "./plan.ts";
import type { RuntimeLimits } from "../boundary/host-spec.ts";

/** How long a host works on a batch before it commits what is done and lets its own loop turn, ms. */
const SLICE_MS = 4;

/** Fills in what was left out; a wrong option is one line. `where` tells people where they are from. */
export function resolveConfig(config: ParlorConfig, where: string): ResolvedConfig {
  const checked = checkConfig(config);
  if ("config" in checked) return { ...checked.config, host: withoutBrackets(checked.config.host) };
  throw new ParlorError("PARLOR_OPTION/option", { where, problem: checked.problems.join(`\n${where}: `) });
}

// An address of IPv6 as it stands in a URL.
function withoutBrackets(host: string): string {
  return /^\[(.*:.*)\]$/.exec(host)?.[1] ?? host;
}

/** What a server's settings mean for the hosts of its scripts. */
export function limitsOf(config: ResolvedConfig): RuntimeLimits {
  return { slice: SLICE_MS, handlerTimeout: config.handlerTimeout };
}

/** The same, with how the hosts are watched. */
export function settingsOf(config: ResolvedConfig): HostSettings {
  const { hangLimit, memoryLimit, idleThread, sharedThreads } = config;
  return {
    limits: limitsOf(config),
    bounds: { hangLimit, memoryLimit, idleLimit: idleThread },
    sharedThreads,
  };
}
