// Front: the messages that rooms keep, as the hub uses them.
import type { HistoryRules } from "../../boundary/rooms/history-rules.ts";
import type { Payload } from "../../boundary/payload.ts";
import type { SeenPlace } from "../../boundary/rooms/seen-place.ts";

/** Keeps broadcasts for members that join later. */
export interface HistoryPort {
  /** Whether any room keeps messages: if not, nothing else is called for a broadcast. */
  readonly isOn: boolean;
  /** Keeps a message if the room does, and returns it encoded; otherwise returns it as it is. */
  keep(room: string, data: Payload): Payload | EncodedMessage;
  /** What a room has kept since `seen`; all if that is null, or of an earlier life of the history. */
  since(room: string, seen: SeenPlace | null): KeptMessages;
  /** Messages to the room may not come here for a while: what clients have seen of it says nothing any more. */
  interrupt(room: string): void;
  /** The scripts ask for this from now on. */
  setRules(rules: readonly HistoryRules[]): void;
}

/** A message that was encoded by the outbox, and can be sent any number of times. */
export interface EncodedMessage {
  readonly plain: Uint8Array;
  readonly place: { readonly offset: number };
}

/** The kept messages that one session gets. */
export interface KeptMessages {
  /** Null for a room that keeps nothing now. */
  readonly epoch: string | null;
  /** Of the last message that was sent to the room. */
  readonly offset: number;
  /** Whether these are all messages since the last that the client has seen; null if it has seen none. */
  readonly recovered: boolean | null;
  readonly messages: readonly EncodedMessage[];
}

/** Keeps nothing. */
export const NO_HISTORY: HistoryPort = {
  isOn: false,
  keep: (_room, data) => data,
  since: (_room, seen) => nothingKept(seen),
  interrupt() {},
  setRules() {},
};

/** Of a room that keeps nothing now: what a client has missed is not known. */
export function nothingKept(seen: SeenPlace | null): KeptMessages {
  return { epoch: null, offset: 0, recovered: seen === null ? null : false, messages: [] };
}
