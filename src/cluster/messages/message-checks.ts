// Cluster: the checks of messages to rooms, routes and sessions, as other nodes send them.
import { isCount } from "../../boundary/guard/value-checks.ts";
import { parsedJson } from "../../boundary/text/parsed-json.ts";
import type { ChannelMessage, Frame } from "./frame.ts";
import { isRoomName, isSessionId } from "../backplane/part-checks.ts";

/** Whether a frame may have come by this channel: all of it is checked before any of it is delivered. */
export function fitsChannel(channel: string, { messages }: Pick<Frame, "messages">): boolean {
  return messages.every(channel.startsWith("n:") ? isForSession : isForMembers);
}

/** The close code and reason in a message that closes a session; null if they are malformed. */
export function closeIn(data: unknown): { readonly code: number; readonly reason: string } | null {
  const parsed = typeof data === "string" ? parsedJson(data) : null;
  if (!Array.isArray(parsed)) return null;
  const [code, reason] = parsed as unknown[];
  if (!isCount(code) || typeof reason !== "string" || reason.length > LONGEST_REASON) return null;
  return { code: code as number, reason };
}

// An action of a later release is not carried out, and counted where it would be.
function isForMembers({ action, id }: ChannelMessage): boolean {
  return (action === "send" || action === "unknown") && (id === "" || isSessionId(id));
}

function isForSession({ action, id, data }: ChannelMessage): boolean {
  if (!isSessionId(id)) return action === "unknown";
  if (action === "close") return closeIn(data) !== null;
  return (action !== "join" && action !== "leave") || isRoomName(data);
}

/** Longer ones than a close frame takes are cut when it is written. */
const LONGEST_REASON = 65_536;
