import { writeFrame } from "../../../../src/dialects/dirigible/stomp/protocol/frame-writer.ts";
import type { StompVersion } from "../../../../src/dialects/dirigible/stomp/protocol/stomp-frame.ts";
import { StompReader } from "../../../../src/dialects/dirigible/stomp/protocol/stomp-reader.ts";
import { Stage, type Files } from "../stage.ts";
import type { Visitor } from "../visitor.ts";

/** A frame as tests compare it. */
export interface ReceivedFrame {
  readonly command: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** A STOMP client of a registry without a socket. */
export class StompVisitor {
  readonly visitor: Visitor;
  readonly version: StompVersion;
  readonly #reader = new StompReader();

  private constructor(visitor: Visitor, version: StompVersion) {
    this.visitor = visitor;
    this.version = version;
  }

  /** Opens the WebSocket. */
  static async open(stage: Stage, version: StompVersion = "1.2"): Promise<StompVisitor> {
    return new StompVisitor(await stage.connect("/stomp"), version);
  }

  /** Connects, and takes the frame CONNECTED. */
  static async connect(stage: Stage, version: StompVersion = "1.2"): Promise<StompVisitor> {
    const client = await StompVisitor.open(stage, version);
    await client.send("CONNECT", { "accept-version": version, host: "parlor" });
    client.read();
    return client;
  }

  send(command: string, headers: Readonly<Record<string, string>> = {}, body = ""): Promise<void> {
    const frame = { command, headers: new Map(Object.entries(headers)), body };
    return this.visitor.say(writeFrame(frame, this.version));
  }

  subscribe(destination: string, id = "sub-0"): Promise<void> {
    return this.send("SUBSCRIBE", { destination, id });
  }

  /** Sends to an endpoint's handler. */
  tell(endpoint: string, message: unknown): Promise<void> {
    const body = typeof message === "string" ? message : JSON.stringify(message);
    return this.send("SEND", { destination: `/ws/stomp/${endpoint}` }, body);
  }

  /** The frames that came since the previous call. */
  read(): ReceivedFrame[] {
    for (const text of this.visitor.read()) this.#reader.add(String(text));
    const frames: ReceivedFrame[] = [];
    for (let frame = this.#reader.next(this.version); frame !== null; frame = this.#reader.next(this.version))
      frames.push({ command: frame.command, headers: Object.fromEntries(frame.headers), body: frame.body });
    return frames;
  }

  /** The bodies of those frames. */
  readBodies(): string[] {
    return this.read().map(({ body }) => body);
  }
}

/** A registry whose endpoint `room` has this handler. */
export function withRoom(handler: string, more: Files = {}): Promise<Stage> {
  const websocket = { handler: "room", endpoint: "room" };
  return Stage.begun({ "room.mjs": handler, "room.websocket": websocket, ...more });
}
