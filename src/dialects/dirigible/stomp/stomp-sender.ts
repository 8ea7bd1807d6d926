// Dialect: the frames that STOMP clients are sent.
import { PROTOCOL_ERROR, NORMAL_CLOSURE } from "../../../boundary/errors/close-codes.ts";
import { NO_SESSION } from "../../../boundary/refs.ts";
import type { ScriptContext } from "../../../host/api/dialect.ts";
import type { HostSession } from "../../../host/api/host-session.ts";
import { HEART_BEAT, writeFrame } from "./protocol/frame-writer.ts";
import { SERVER_BEAT } from "./protocol/heart-beat-plan.ts";
import type { StompError } from "./protocol/stomp-error.ts";
import type { StompVersion } from "./protocol/stomp-frame.ts";
import type { StompConnection, Subscription } from "./stomp-connection.ts";
import type { Subscriptions } from "./subscriptions.ts";

/** Writes them; nothing is sent to a session that is closed. */
export class StompSender {
  readonly #script: ScriptContext;
  readonly #subscriptions: Subscriptions;
  /** Message ids are unique, also after a restart. */
  readonly #incarnation: string;
  #messages = 0;

  constructor(script: ScriptContext, subscriptions: Subscriptions) {
    this.#script = script;
    this.#subscriptions = subscriptions;
    this.#incarnation = script.randomUUID().slice(0, 8);
  }

  connected(session: HostSession, version: StompVersion): void {
    const beats = `${SERVER_BEAT},${SERVER_BEAT}`;
    const headers = { version, session: session.id, server: "parlor", "heart-beat": beats };
    this.#send(session, version, { command: "CONNECTED", headers });
  }

  receipt(session: HostSession, version: StompVersion, id: string): void {
    this.#send(session, version, { command: "RECEIPT", headers: { "receipt-id": id } });
  }

  beat(session: HostSession): void {
    if (session.isOpen) this.#script.commands.send(session.ref, HEART_BEAT);
  }

  /** To the client's own subscriptions of this destination: none gets it if there is none. */
  toUser(session: HostSession, { version, subscriptions }: StompConnection, message: StompMessage): void {
    const id = this.#nextId();
    for (const subscription of subscriptions.values()) {
      if (subscription.destination !== message.destination) continue;
      this.#send(session, version ?? "1.0", { command: "MESSAGE", ...contentOf(subscription, id, message) });
    }
  }

  /** To all that have subscribed to this destination, the sender among them. */
  toTopic(message: StompMessage): void {
    const id = this.#nextId();
    for (const { name, version, subscription } of this.#subscriptions.roomsOf(message.destination)) {
      const { headers, body } = contentOf(subscription, id, message);
      const frame = { command: "MESSAGE", headers: new Map(Object.entries(headers)), body };
      this.#script.commands.broadcast(name, writeFrame(frame, version), NO_SESSION);
    }
  }

  /** Published: the connection is closed after an ERROR frame. */
  error(session: HostSession, { version }: StompConnection, error: StompError, receipt?: string): void {
    const headers = {
      message: error.message,
      ...(receipt !== undefined && { "receipt-id": receipt }),
      ...(version === null && { version: "1.0,1.1,1.2" }),
      "content-type": "text/plain",
    };
    this.#send(session, version ?? "1.2", {
      command: "ERROR",
      headers,
      body: `${error.message}; ${error.remedy}`,
    });
    this.#script.directory.close(session, PROTOCOL_ERROR, "see the ERROR frame");
  }

  /** The client has disconnected. */
  close(session: HostSession): void {
    this.#script.directory.close(session, NORMAL_CLOSURE, "");
  }

  #nextId(): string {
    this.#messages += 1;
    return `${this.#incarnation}-${this.#messages}`;
  }

  #send(session: HostSession, version: StompVersion, { command, headers, body = "" }: SentFrame): void {
    if (!session.isOpen) return;
    const frame = { command, headers: new Map(Object.entries(headers)), body };
    this.#script.commands.send(session.ref, writeFrame(frame, version));
  }
}

/** A message to subscribers. */
export interface StompMessage {
  readonly destination: string;
  /** Beside those that say where it goes. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

interface SentFrame {
  readonly command: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

function contentOf(
  { id: subscription, hasId }: Subscription,
  id: string,
  { destination, headers, body }: StompMessage,
): Required<Omit<SentFrame, "command">> {
  const own = { destination, ...(hasId && { subscription }), "message-id": id };
  return { headers: { ...own, ...headers, ...own }, body };
}
