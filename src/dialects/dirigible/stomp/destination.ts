// Dialect: what the destinations of STOMP frames name.
import { StompError } from "./protocol/stomp-error.ts";

/** Where a frame SEND goes: to the handler of an endpoint, or to all that have subscribed to a topic. */
export type SendTarget =
  | { readonly kind: "endpoint"; readonly endpoint: string }
  | { readonly kind: "topic"; readonly destination: string };

/** Throws a StompError for a destination that nothing can be sent to. */
export function sendTarget(destination: string): SendTarget {
  const endpoint = /^\/ws\/stomp\/([^/]+)$/.exec(destination)?.[1];
  if (endpoint !== undefined) return { kind: "endpoint", endpoint: decoded(endpoint) };
  if (isTopic(destination)) return { kind: "topic", destination };
  throw new StompError(
    `nothing can be sent to the destination ${JSON.stringify(destination)}`,
    "send to /ws/stomp/ENDPOINT, or to /topic/NAME or /queue/NAME",
  );
}

/** What a client can subscribe to: messages to it alone, or all those of a topic. Throws a StompError for others. */
export function subscriptionKind(destination: string): "own" | "topic" {
  if (/^\/user\/queue\/.+/.test(destination)) return "own";
  if (isTopic(destination)) return "topic";
  throw new StompError(
    `there is nothing to subscribe to at ${JSON.stringify(destination)}`,
    "subscribe to /user/queue/reply/ENDPOINT, /user/queue/errors/ENDPOINT, /topic/NAME or /queue/NAME",
  );
}

/** Where an endpoint's handler replies to. */
export function replyDestination(endpoint: string): string {
  return `/user/queue/reply/${endpoint}`;
}

/** Where the client is sent what went wrong with its message to an endpoint. */
export function errorDestination(endpoint: string): string {
  return `/user/queue/errors/${endpoint}`;
}

// Upstream takes patterns, too. Refused rather than served as the name of one topic.
function isTopic(destination: string): boolean {
  if (!/^\/(?:topic|queue)\/.+/.test(destination)) return false;
  if (!/[*?{]/.test(destination)) return true;
  throw new StompError(
    `the destination ${JSON.stringify(destination)} is a pattern, which is not supported`,
    "name each topic by itself",
  );
}

function decoded(endpoint: string): string {
  try {
    return decodeURIComponent(endpoint);
  } catch {
    return endpoint;
  }
}
