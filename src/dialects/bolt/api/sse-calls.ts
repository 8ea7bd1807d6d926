// Dialect: the calls of `$bolt` for server-sent events.
import { callsOf, checkWhole, type Call } from "../common/checks.ts";
import type { BoltSseRoute, ProgramRoutes } from "../routes/program-routes.ts";
import { sseEvent } from "../sse/sse-event.ts";
import type { Params, SseStreams } from "../sse/sse-streams.ts";

/** Published: "Server-Sent Events". A path is that of an `sse` route, as registered. */
export function sseCalls(routes: ProgramRoutes, streams: SseStreams): Record<string, Call> {
  const broadcast = (path: string, event: string, params: Params): number => {
    const route = routes.sseRouteOf(path);
    return route === null ? NO_ROUTE : streams.send(route, event, wantedBy(route, params));
  };
  return callsOf({
    "sseBroadcast(cPath, cData)": (path: string, data: string) => broadcast(path, sseEvent(data, null), {}),
    "sseBroadcastEvent(cPath, cEventName, cData)": (path: string, name: string, data: string) =>
      broadcast(path, sseEvent(data, name), {}),
    "sseBroadcastParams(cPath, cData, aParams)": (path: string, data: string, params: unknown) =>
      broadcast(path, sseEvent(data, null), readParams("sseBroadcastParams", params)),
    "sseBroadcastEventParams(cPath, cEventName, cData, aParams)": (...args: EventWithParams) =>
      broadcast(args[0], sseEvent(args[2], args[1]), readParams("sseBroadcastEventParams", args[3])),
    "sseFilterParams(cPath)": (path: string) => {
      const route = routes.sseRouteOf(path);
      if (route === null)
        throw new TypeError(`$bolt.sseFilterParams(cPath): no sse route has the path ${path}`);
      route.isFiltered = true;
    },
    "sseMaxSubscribers(nMax)": (max: number) => {
      streams.maxSubscribers = checkWhole("sseMaxSubscribers(nMax)", max, 1);
    },
  });
}

type EventWithParams = [path: string, name: string, data: string, params: unknown];

/** The published result for a path that no `sse` route has. */
const NO_ROUTE = -1;

// Published: a filtered route's clients get the events whose parameters include all of theirs.
function wantedBy({ isFiltered }: BoltSseRoute, given: Params): (params: Params) => boolean {
  if (!isFiltered) return () => true;
  return (params) => Object.entries(params).every(([name, value]) => given[name] === value);
}

function readParams(call: string, params: unknown): Params {
  const isObject = typeof params === "object" && params !== null;
  const entries = isObject ? Object.entries(params) : [];
  const texts = entries.filter((entry): entry is [string, string] => typeof entry[1] === "string");
  if (isObject && texts.length === entries.length) return Object.fromEntries(texts);
  throw new TypeError(`$bolt.${call} takes an object of texts as aParams, such as { name: "sports" }`);
}
