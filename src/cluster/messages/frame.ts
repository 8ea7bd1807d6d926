// Cluster: the frame in which messages travel between nodes, as bytes.
import type { Payload } from "../../boundary/payload.ts";
import { LONGEST_KEY, SLOW_POLICIES, type MessageOptions } from "../../boundary/flow/slow-policy.ts";
import { isNodeId, type NodeIdentity } from "../backplane/node-identity.ts";
import { CLUSTER_VERSION } from "../backplane/part-store.ts";
import { ByteReader } from "./byte-reader.ts";
import { ByteWriter } from "./byte-writer.ts";

/** The messages of one node on one channel that were sent in one turn, or some of them. */
export interface Frame extends FrameHead {
  readonly version: number;
  readonly node: string;
  readonly incarnation: string;
  readonly messages: readonly ChannelMessage[];
  /** The first number that each node is sent that listens, as far as the frame has them. */
  readonly starts?: ReadonlyMap<string, number>;
}

/** The place of a frame among the frames of its node on its channel. */
export interface FrameHead {
  /** Which counting of this channel: a node that forgets a quiet channel starts another one later. */
  readonly era: number;
  /** The running number of the first message. Without messages: of the next one that will be sent. */
  readonly first: number;
}

/** A message to all members of the channel's room or route, or a request about one session of the channel's node. */
export interface ChannelMessage {
  readonly action: Action;
  /** The public id of the session: the one that is excluded, or the one that is meant. Empty: none. */
  readonly id: string;
  readonly data: Payload;
  /** How it waits for its clients; left out for most messages. */
  readonly options?: MessageOptions | undefined;
}

/** What a message asks for. On the channels of rooms and routes it is always `send`. */
export type Action = (typeof ACTIONS)[number] | "unknown";

/** At most eight. `unknown` is the action of a later version. */
const ACTIONS = ["send", "close", "join", "leave"] as const;

/** The version of frames, their first byte. */
export const FRAME_VERSION = CLUSTER_VERSION;

/** Appends a message to the body of a frame: flags, id, data, and what later versions may add to. */
export function writeMessage(body: ByteWriter, { action, id, data, options }: ChannelMessage): void {
  const isBinary = typeof data !== "string";
  const extended = options === undefined ? 0 : EXTENDED;
  body.byte((isBinary ? BINARY : 0) + ACTIONS.indexOf(action as "send") * ACTION_UNIT + extended);
  body.text(id);
  if (isBinary) body.bytes(data);
  else body.text(data);
  if (options !== undefined) writeOptions(body, options);
}

/** Puts the head before a body of `count` messages. */
export function packFrame(
  { id, incarnation }: NodeIdentity,
  { era, first }: FrameHead,
  { count, body, starts }: FrameContent,
): Uint8Array {
  const frame = new ByteWriter(id.length + 40 + body.length);
  frame.byte(FRAME_VERSION);
  frame.text(id);
  frame.text(incarnation);
  frame.number(era);
  frame.number(first);
  frame.number(count);
  frame.raw(body);
  if (starts !== undefined) writeStarts(frame, starts);
  return frame.taken();
}

/** `count` messages, as bytes. An earlier release skips what follows them. */
export interface FrameContent {
  readonly count: number;
  readonly body: Uint8Array;
  readonly starts?: ReadonlyMap<string, number>;
}

/** Reads a frame; null if it is malformed. Of another version only version and node are read. */
export function readFrame(bytes: Uint8Array): Frame | null {
  const reader = new ByteReader(bytes);
  const version = reader.byte();
  if (reader.isBroken) return null;
  if (version !== FRAME_VERSION) return foreignFrame(version, reader);
  const head = { version, node: reader.text(), incarnation: reader.text() };
  const place = { era: reader.number(), first: reader.number() };
  const messages = readMessages(reader, reader.number());
  const frame = { ...head, ...place, messages, ...(!reader.isAtEnd && { starts: readStarts(reader) }) };
  if (reader.isBroken || !isNodeId(head.node) || !INCARNATION.test(head.incarnation)) return null;
  return place.first + messages.length <= MOST_MESSAGES ? frame : null;
}

// The version is the first byte in all versions. The node follows in those that were released; else it is empty.
function foreignFrame(version: number, reader: ByteReader): Frame {
  const text = reader.text();
  const node = !reader.isBroken && isNodeId(text) ? text : "";
  return { version, node, incarnation: "", era: 0, first: 0, messages: [] };
}

function readMessages(reader: ByteReader, count: number): ChannelMessage[] {
  const messages: ChannelMessage[] = [];
  while (messages.length < count && !reader.isBroken) {
    const flags = reader.byte();
    const id = reader.text();
    const action = ACTIONS[(flags >> 1) & 7] ?? "unknown";
    const data = (flags & BINARY) === 0 ? reader.text() : reader.bytes();
    if ((flags & EXTENDED) === 0) messages.push({ action, id, data });
    else messages.push({ action, id, data, options: readOptions(reader) });
  }
  return messages;
}

function writeStarts(frame: ByteWriter, starts: ReadonlyMap<string, number>): void {
  frame.number(starts.size);
  for (const [node, start] of starts) {
    frame.text(node);
    frame.number(start);
  }
}

function readStarts(reader: ByteReader): ReadonlyMap<string, number> {
  const starts = new Map<string, number>();
  for (let left = reader.number(); left > 0 && !reader.isBroken; left -= 1)
    starts.set(reader.text(), reader.number());
  return starts;
}

// Fields of a tag and a text, as one block: a version that does not know a tag skips its text.
function writeOptions(body: ByteWriter, { key, slow }: MessageOptions): void {
  const block = new ByteWriter(32);
  if (key !== null) block.byte(KEY);
  if (key !== null) block.text(key);
  if (slow !== null) block.byte(SLOW);
  if (slow !== null) block.text(slow);
  body.bytes(block.taken());
}

function readOptions(reader: ByteReader): MessageOptions {
  const block = new ByteReader(reader.bytes());
  const fields = new Map<number, string>();
  while (!block.isAtEnd && !block.isBroken) fields.set(block.byte(), block.text());
  const [key = null, policy] = [fields.get(KEY), fields.get(SLOW)];
  if (block.isBroken || key === "" || (key ?? "").length > LONGEST_KEY) reader.refuse();
  return { key, slow: SLOW_POLICIES.find((each) => each === policy) ?? null };
}

/** The flags of a message: data is bytes; three bits of its action; a block of fields follows its data. */
const BINARY = 1;
const ACTION_UNIT = 2;
const EXTENDED = 16;

/** The tags of fields. */
const KEY = 1;
const SLOW = 2;

const INCARNATION = /^[\da-f]{1,32}$/;

/** More than a node can send on a channel: a running number beyond it would say that as many were lost. */
const MOST_MESSAGES = 2 ** 40;
