// Dialect: what each frame of a STOMP client does.
import { nearest } from "../../../boundary/text/nearest.ts";
import type { MaybePromise } from "../../../host/api/dialect.ts";
import { sendTarget } from "./destination.ts";
import type { EndpointMessages, StompClient } from "./endpoint-messages.ts";
import { heartBeatPlan } from "./protocol/heart-beat-plan.ts";
import { StompError } from "./protocol/stomp-error.ts";
import type { StompFrame } from "./protocol/stomp-frame.ts";
import { negotiatedVersion } from "./protocol/stomp-version.ts";
import type { StompSender } from "./stomp-sender.ts";
import type { Subscriptions } from "./subscriptions.ts";

/** Transactions and acknowledgements by the client are not served: upstream's broker has neither. */
export class ClientFrames {
  readonly #parts: ClientFramesParts;

  constructor(parts: ClientFramesParts) {
    this.#parts = parts;
  }

  /** Throws a StompError for a frame that cannot be handled. */
  handle(client: StompClient, frame: StompFrame): MaybePromise {
    const { command } = frame;
    if (command === "CONNECT" || command === "STOMP") return this.#connect(client, frame);
    if (client.connection.version === null)
      throw new StompError(`the first frame is ${shown(command)}`, "send CONNECT first");
    if (command === "SEND") return this.#send(client, frame);
    if (command === "SUBSCRIBE") return this.#subscribe(client, frame);
    if (command === "UNSUBSCRIBE") return this.#unsubscribe(client, frame);
    if (command !== "DISCONNECT") throw unknownCommand(command);
  }

  #connect({ session, connection }: StompClient, { headers }: StompFrame): void {
    if (connection.version !== null)
      throw new StompError("the client has connected already", "send CONNECT once in a connection");
    const plan = heartBeatPlan(headers.get("heart-beat"));
    const version = negotiatedVersion(headers.get("accept-version"));
    connection.connect(version, plan);
    this.#parts.sender.connected(session, version);
  }

  #send(client: StompClient, frame: StompFrame): MaybePromise {
    if (frame.headers.has("transaction"))
      throw new StompError("transactions are not supported", "leave the header transaction out");
    const target = sendTarget(required(frame, "destination"));
    if (target.kind === "endpoint") return this.#parts.messages.take(client, target.endpoint, frame.body);
    const headers = Object.fromEntries([...frame.headers].filter(([name]) => !OWN_HEADERS.has(name)));
    this.#parts.sender.toTopic({ destination: target.destination, headers, body: frame.body });
  }

  #subscribe({ session, connection }: StompClient, frame: StompFrame): void {
    const destination = required(frame, "destination");
    const ack = frame.headers.get("ack") ?? "auto";
    if (ack !== "auto")
      throw new StompError(`the acknowledgement ${shown(ack)} is not supported`, "subscribe with ack:auto");
    const id = connection.version === "1.0" ? frame.headers.get("id") : required(frame, "id");
    const subscription = { id: id ?? destination, hasId: id !== undefined, destination };
    this.#parts.subscriptions.add(session, connection, subscription);
    connection.change();
  }

  #unsubscribe({ session, connection }: StompClient, frame: StompFrame): void {
    const isOld = connection.version === "1.0" && !frame.headers.has("id");
    this.#parts.subscriptions.remove(session, connection, required(frame, isOld ? "destination" : "id"));
    connection.change();
  }
}

interface ClientFramesParts {
  readonly messages: EndpointMessages;
  readonly sender: StompSender;
  readonly subscriptions: Subscriptions;
}

/** Headers of a message that are not its sender's, or that concern the sender's frame only. */
const OWN_HEADERS: ReadonlySet<string> = new Set([
  ...["destination", "content-length", "receipt", "subscription", "message-id", "ack"],
]);

const COMMANDS = ["CONNECT", "STOMP", "SEND", "SUBSCRIBE", "UNSUBSCRIBE", "DISCONNECT"];

function required({ command, headers }: StompFrame, name: string): string {
  const value = headers.get(name);
  if (value !== undefined && value !== "") return value;
  throw new StompError(`a frame ${command} has no header ${name}`, `add the header ${name}`);
}

function unknownCommand(command: string): StompError {
  const meant = nearest(command, COMMANDS);
  const hint = meant === null ? `the commands are: ${COMMANDS.join(", ")}` : `did you mean ${meant}?`;
  return new StompError(`the command ${shown(command)} is not supported`, hint);
}

function shown(text: string): string {
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text);
}
