// Server: notices that hosts on threads of their own have become many.
import type { HostSpec } from "../../boundary/host-spec.ts";
import type { HostStarter } from "../../front/incarnation/incarnation.ts";

/** Starts hosts as `hosts` does, and calls `onMany` once, when more threads run than most machines have memory for. */
export function noticingMany(
  hosts: HostStarter,
  running: () => Iterable<HostSpec>,
  onMany: (threads: number) => void,
): HostStarter {
  let isReported = false;
  return {
    ...hosts,
    makeHost: (incarnation, spec, listener) => {
      const threads = isReported ? 0 : countThreads(running());
      if (threads > MANY) {
        isReported = true;
        onMany(threads);
      }
      return hosts.makeHost(incarnation, spec, listener);
    },
  };
}

/** Each takes 8 MiB or more. */
const MANY = 64;

function countThreads(specs: Iterable<HostSpec>): number {
  let threads = 0;
  for (const spec of specs) if (isThread(spec)) threads += 1;
  return threads;
}

// The scripts of an inline host are functions.
function isThread({ isolation, scripts }: HostSpec): boolean {
  return isolation !== "process" && scripts.some(({ source }) => source !== null);
}
