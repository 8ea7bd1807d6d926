// Dialect: serves the STOMP clients of `/stomp`, as version 8 of the platform does.
import type { SessionService } from "../services/session-service.ts";
import { isPromiseLike, messageOf } from "../../../boundary/checks.ts";
import type { Payload } from "../../../boundary/payload.ts";
import type { MaybePromise, ScriptContext } from "../../../host/api/dialect.ts";
import type { HostSession } from "../../../host/api/host-session.ts";
import type { ModuleGlobalsStore } from "../common/module-globals.ts";
import type { HandlerModules } from "../modules/handler-modules.ts";
import type { Endpoints } from "../registry/endpoints.ts";
import { ClientFrames } from "./client-frames.ts";
import { EndpointMessages, type StompClient } from "./endpoint-messages.ts";
import { HeartBeats } from "./heart-beats.ts";
import { StompError } from "./protocol/stomp-error.ts";
import type { StompFrame } from "./protocol/stomp-frame.ts";
import { StompConnection } from "./stomp-connection.ts";
import { StompSender } from "./stomp-sender.ts";
import { Subscriptions } from "./subscriptions.ts";

/** Frames are read from text messages, however they are divided among them. */
export class StompService implements SessionService {
  readonly #script: ScriptContext;
  readonly #subscriptions: Subscriptions;
  readonly #sender: StompSender;
  readonly #frames: ClientFrames;
  readonly #live = new Set<StompConnection>();

  constructor(parts: StompServiceParts) {
    const { script } = parts;
    this.#script = script;
    this.#subscriptions = new Subscriptions(script.directory);
    this.#sender = new StompSender(script, this.#subscriptions);
    const messages = new EndpointMessages({ ...parts, sender: this.#sender });
    this.#frames = new ClientFrames({ messages, sender: this.#sender, subscriptions: this.#subscriptions });
  }

  /** Handles the frames that are whole with this message, one after the other. */
  message(session: HostSession, data: Payload): MaybePromise {
    const client = this.#clientOf(session);
    if (client.connection.isEnded) return;
    client.connection.beats?.received();
    const text =
      typeof data === "string" ? data : this.#script.platform.encodings.decode(data, "utf-8", true);
    if (text === null)
      return this.#fail(client, new StompError("a message is not UTF-8", "send frames as text"));
    client.connection.reader.add(text);
    return this.#run(client);
  }

  /** The client has gone. */
  close(session: HostSession): void {
    if (session.instance instanceof StompConnection) this.#end(session, session.instance);
  }

  /** The subscriptions of a client outlive a restart of the host. */
  takeOver(session: HostSession): void {
    const connection = new StompConnection();
    const isWhole = connection.restore(session.attributes?.get(STATE));
    session.instance = connection;
    this.#live.add(connection);
    this.#subscriptions.restore(connection);
    this.#startBeats({ session, connection });
    if (isWhole) return;
    const error = new StompError("the start of a frame was lost in a restart of the server", "connect again");
    this.#fail({ session, connection }, error);
  }

  /** The host ends. */
  endAll(): void {
    for (const connection of this.#live) connection.end();
  }

  #clientOf(session: HostSession): StompClient {
    if (session.instance instanceof StompConnection) return { session, connection: session.instance };
    const connection = new StompConnection();
    session.instance = connection;
    this.#live.add(connection);
    return { session, connection };
  }

  #run(client: StompClient): MaybePromise {
    try {
      return this.#runAll(client);
    } catch (error) {
      this.#giveUp(client, error);
    }
  }

  #runAll(client: StompClient): MaybePromise {
    for (let frame = this.#next(client); frame !== null; frame = this.#next(client)) {
      const handled = this.#handle(client, frame);
      this.#save(client);
      if (isPromiseLike(handled)) return this.#runAfter(client, handled);
    }
    this.#save(client);
  }

  #runAfter(client: StompClient, handled: PromiseLike<unknown>): MaybePromise {
    return Promise.resolve(handled).then(
      () => this.#run(client),
      (error: unknown) => this.#giveUp(client, error),
    );
  }

  // For example when the frames of one message exceed the turn limit: the rest of them must not be kept. Nothing more
  // can be sent in this turn.
  #giveUp(client: StompClient, error: unknown): void {
    this.#script.fault(error, "onMessage");
    client.connection.end();
    this.#script.platform.clock.after(0, () => {
      const failure = new StompError(
        "the frame could not be handled",
        "send fewer or smaller frames at a time",
      );
      this.#fail(client, failure);
    });
  }

  #next(client: StompClient): StompFrame | null {
    const { connection } = client;
    if (connection.isEnded) return null;
    return this.#guarded(client, undefined, () => connection.reader.next(connection.version)) ?? null;
  }

  #handle(client: StompClient, frame: StompFrame): PromiseLike<unknown> | undefined {
    const receipt = frame.headers.get("receipt");
    return this.#guarded(client, receipt, () => {
      const isFirst = client.connection.version === null;
      const handled = this.#frames.handle(client, frame);
      if (isFirst) this.#startBeats(client);
      if (isPromiseLike(handled)) return handled.then(() => this.#done(client, frame));
      this.#done(client, frame);
      return undefined;
    });
  }

  // Published: CONNECT has no receipt.
  #done({ session, connection }: StompClient, { command, headers }: StompFrame): void {
    const receipt = headers.get("receipt");
    if (receipt !== undefined && connection.version !== null && !/^(?:CONNECT|STOMP)$/.test(command))
      this.#sender.receipt(session, connection.version, receipt);
    if (command !== "DISCONNECT") return;
    this.#end(session, connection);
    this.#sender.close(session);
  }

  #guarded<T>(client: StompClient, receipt: string | undefined, action: () => T): T | undefined {
    try {
      return action();
    } catch (error) {
      if (!(error instanceof StompError)) throw error;
      return void this.#fail(client, error, receipt);
    }
  }

  #fail({ session, connection }: StompClient, error: StompError, receipt?: string): void {
    this.#sender.error(session, connection, error, receipt);
    this.#end(session, connection);
  }

  #startBeats({ session, connection }: StompClient): void {
    const { clock } = this.#script.platform;
    connection.beats = new HeartBeats(clock, connection.plan, {
      beat: () => this.#sender.beat(session),
      silent: () =>
        this.#fail(
          { session, connection },
          new StompError("the client's heart-beats do not come", "connect again"),
        ),
    });
  }

  #save({ session, connection }: StompClient): void {
    if (connection.isEnded || !connection.isChanged) return;
    const saved = connection.save();
    const stored = this.#script.platform.store(saved);
    this.#guarded({ session, connection }, undefined, () => {
      try {
        this.#script.directory.setAttribute(session, STATE, saved, stored);
      } catch (error) {
        throw new StompError("the subscriptions of this client take too much memory", messageOf(error));
      }
    });
  }

  #end(session: HostSession, connection: StompConnection): void {
    this.#subscriptions.removeAll(session, connection);
    connection.end();
    this.#live.delete(connection);
  }
}

/** The route of the published STOMP endpoint. */
export const STOMP_ROUTE = "/stomp";

/** The attribute of a session that holds its state. */
const STATE = "stomp";

interface StompServiceParts {
  readonly script: ScriptContext;
  readonly endpoints: Endpoints;
  readonly handlers: HandlerModules;
  readonly globalsStore: ModuleGlobalsStore;
}
