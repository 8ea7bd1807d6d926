import { machineCpuSeconds, processCpuSeconds } from "../lib/proc.js";

/** What has been used up to now, in seconds; null where there is no /proc. */
export function sampleUsage(serverPid) {
  const { user, system } = process.cpuUsage();
  return {
    seconds: performance.now() / 1000,
    generatorCpu: (user + system) / 1e6,
    serverCpu: processCpuSeconds(serverPid),
    machineCpu: machineCpuSeconds(),
  };
}

/** What was used between two samples. */
export function usageBetween(before, after) {
  const difference = (key) => (after[key] === null || before[key] === null ? null : after[key] - before[key]);
  return Object.fromEntries(Object.keys(after).map((key) => [key, difference(key)]));
}
