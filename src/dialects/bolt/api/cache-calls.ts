// Dialect: the calls of `$bolt` that keep texts for some time.
import type { Clock } from "../../../boundary/clock.ts";
import { callsOf, checkWhole, type Call } from "../common/checks.ts";
import { Cache } from "../state/cache.ts";

/** Published: "Caching". The cache is the program's own, and is empty when the program is loaded again. */
export function cacheCalls(clock: Clock): Record<string, Call> {
  const cache = new Cache(clock);
  return callsOf({
    "cacheSet(cKey, cValue)": (key: string, value: string) => cache.set(key, value, cache.lifetime),
    // Published: no time of its own is 0.
    "cacheSetTTL(cKey, cValue, nTTL)": (key: string, value: string, seconds: number) =>
      cache.set(key, value, seconds > 0 ? seconds * SECOND : cache.lifetime),
    "cacheGet(cKey)": cache.get,
    "cacheDelete(cKey)": cache.delete,
    "cacheClear()": cache.clear,
    "setCacheCapacity(nCapacity)": (capacity: number) => {
      cache.capacity = checkWhole("setCacheCapacity(nCapacity)", capacity, 1);
    },
    "setCacheTTL(nSeconds)": (seconds: number) => {
      cache.lifetime = checkWhole("setCacheTTL(nSeconds)", seconds, 1) * SECOND;
    },
  });
}

/** In milliseconds. */
const SECOND = 1000;
