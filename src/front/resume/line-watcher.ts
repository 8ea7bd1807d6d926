// Front: what clients of `parlor.v1` send: messages, control frames and envelopes.
import { ABNORMAL_CLOSURE, LINE_ERROR } from "../../boundary/errors/close-codes.ts";
import type { Payload } from "../../boundary/payload.ts";
import type { Session } from "../directory/session.ts";
import type { SessionSocket, SocketWatcher } from "../websocket/session-socket.ts";
import { CONTROL, controlFrame, ENVELOPE, jsonObject, MESSAGE, type Content } from "./control-frames.ts";
import { lineOf, type Line } from "./line.ts";

/** A socket whose session has another one by now is not listened to: its client sends again what did not arrive. */
export function lineWatcher(plain: SocketWatcher, ports: LineWatcherPorts): SocketWatcher {
  return {
    ...plain,
    onMessage: (socket, data, isBinary) => {
      const line = lineOf(socket.session);
      if (line.socket !== socket) return;
      if (isBinary) return takeBytes(line, socket, { data, ports });
      line.count(data.length);
      ports.onMessage(line.session, data.toString());
    },
    onPong: (socket) => {
      if (lineOf(socket.session).socket === socket) plain.onPong(socket);
    },
    onDecided: (socket, code, reason) => {
      const line = lineOf(socket.session);
      if (line.socket !== socket) return;
      if (code !== ABNORMAL_CLOSURE || !ports.onLost(line)) plain.onDecided(socket, code, reason);
    },
  };
}

export interface LineWatcherPorts {
  onMessage(session: Session, data: Payload): void;
  /** A numbered frame that is not a message, and its text. Returns why it is not understood; null if it is. */
  onEnvelope(session: Session, content: Content, text: string): string | null;
  /** The connection is lost. Returns whether the session waits for another. */
  onLost(line: Line): boolean;
  /** Counts control frames; false when there are too many, and the socket is closed. */
  mayBeat(socket: SessionSocket): boolean;
}

interface Input {
  readonly data: Buffer;
  readonly ports: LineWatcherPorts;
}

function takeBytes(line: Line, socket: SessionSocket, input: Input): void {
  const { data, ports } = input;
  if (data[0] === MESSAGE) {
    line.count(data.length);
    return ports.onMessage(line.session, new Uint8Array(data.subarray(1)));
  }
  const problem = takeJson(line, socket, input);
  if (problem !== null) socket.fail(LINE_ERROR, problem);
}

/** Returns why a frame is not understood; null if it is. */
function takeJson(line: Line, socket: SessionSocket, { data, ports }: Input): string | null {
  if (data[0] !== CONTROL && data[0] !== ENVELOPE) return "a binary frame must begin with 0, 1 or 2";
  if (data[0] === CONTROL && !ports.mayBeat(socket)) return null;
  const text = data.toString("utf8", 1);
  const content = jsonObject(text);
  if (content === null) return "behind its first byte, the frame must be a JSON object";
  if (data[0] === CONTROL) return control(line, content);
  line.count(data.length);
  return ports.onEnvelope(line.session, content, text);
}

function control(line: Line, { type, received }: Content): string | null {
  if (type === "ready") return (line.confirm(), null);
  if (type === "ping") return (line.write(PONG), null);
  if (type !== "ack") return "a control frame must be ready, ack or ping";
  if (!Number.isInteger(received)) return "an ack must have a whole number as received";
  if (line.kept === null || line.kept.acknowledge(Number(received))) return null;
  return "an ack must be of frames that were sent";
}

const PONG = controlFrame({ type: "pong" });
