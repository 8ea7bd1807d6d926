// Server: checks options, and turns them into the settings of hosts.
import { checkConfig, type ParlorConfig, type ResolvedConfig } from "../../config.ts";
import { ParlorError } from "../../boundary/errors.ts";
import type { HostSettings } from "./plan.ts";
import type { RuntimeLimits } from "../../boundary/host-spec.ts";

/** How long a host works on a batch before it commits and lets its event loop turn, ms. */
const SLICE_MS = 4;

/** Fills in the defaults; each wrong option is one line of the error. `where` names the source of the options. */
export function resolveConfig(config: ParlorConfig, where: string): ResolvedConfig {
  const checked = checkConfig(config);
  if ("config" in checked) return { ...checked.config, host: withoutBrackets(checked.config.host) };
  throw new ParlorError("PARLOR_OPTION/option", { where, problem: checked.problems.join(`\n${where}: `) });
}

// An IPv6 address as in a URL.
function withoutBrackets(host: string): string {
  return /^\[(.*:.*)\]$/.exec(host)?.[1] ?? host;
}

/** The limits of the hosts, from a server's settings. */
export function limitsOf(config: ResolvedConfig): RuntimeLimits {
  const { handlerTimeout, turnLimit, sessionLimits, hostLimits } = config;
  return { slice: SLICE_MS, handlerTimeout, turnLimit, sessionLimits, hostLimits };
}

/** The limits and bounds of the hosts, from a server's settings. */
export function settingsOf(config: ResolvedConfig): HostSettings {
  const { hangLimit, memoryLimit, idleThread, sharedThreads, allowedFolders } = config;
  return {
    limits: limitsOf(config),
    bounds: { hangLimit, memoryLimit, idleLimit: idleThread },
    sharedThreads,
    folders: allowedFolders,
  };
}
