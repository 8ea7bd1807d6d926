// Front: the WebSocket connections of all sessions: opening, receiving, signs of life, closing.
import { WebSocket } from "ws";
import type { Clock } from "../../boundary/clock.ts";
import { MESSAGE_TOO_BIG, POLICY_VIOLATION } from "../../boundary/errors/close-codes.ts";
import { REFUSALS, type HttpRefusal } from "../../boundary/errors/refusals.ts";
import type { Session } from "../directory/session.ts";
import type { CloseFrame } from "../outbox/close-frame.ts";
import type { TurnOutbox } from "../outbox/outbox.ts";
import type { LimitName } from "../limits/limit-counts.ts";
import { FrameLimit } from "./frame-limit.ts";
import { UpgradeHandshake, type Arrival, type Opening } from "./handshake.ts";
import { Heartbeat } from "./heartbeat.ts";
import { PendingUpgrades } from "./pending-upgrades.ts";
import { RateLimiter } from "./rate-limiter.ts";
import { ReceiveBounds } from "./receive-bounds.ts";
import { refuseUpgrade } from "./refuse-upgrade.ts";
import type { SessionSocket, SocketWatcher } from "./session-socket.ts";
import { SocketServers } from "./socket-servers.ts";
import {
  TRANSPORT_DEFAULTS,
  type TransportListener,
  type TransportOptions,
  type TransportPorts,
} from "./transport-options.ts";

/** Turns connections into sessions and reports what happens to them. It knows nothing of scripts. */
export class WebSocketTransport {
  /** Handshakes that wait for `accept` or `refuse`. */
  readonly upgrades: PendingUpgrades;
  readonly #clock: Clock;
  readonly #outbox: TurnOutbox;
  readonly #listener: TransportListener;
  readonly #servers: SocketServers;
  readonly #heartbeat: Heartbeat | null;
  readonly #bounds: ReceiveBounds;
  readonly #sockets = new Map<Session, SessionSocket>();
  /** For plain clients, and for those of `parlor.v1`. */
  readonly #watchers: Readonly<Record<"plain" | "line", SocketWatcher>>;
  #isEnding = false;
  #onEmpty: (() => void) | null = null;

  constructor({ clock, outbox, listener, lines }: TransportPorts, options: Partial<TransportOptions> = {}) {
    this.#clock = clock;
    this.#outbox = outbox;
    this.#listener = listener;
    const all = { ...TRANSPORT_DEFAULTS, ...options };
    const { heartbeat, handshakeTimeout, maxHandshakes } = all;
    this.#servers = new SocketServers(all);
    this.#bounds = new ReceiveBounds(clock, all, this.#sockets, this.#exceeded);
    this.upgrades = new PendingUpgrades({ clock, outbox, handshakeTimeout, maxHandshakes, listener });
    const plain = this.#createWatcher();
    const mayBeat = (socket: SessionSocket): boolean => this.#bounds.beat(socket);
    this.#watchers = { plain, line: lines?.watcher(plain, mayBeat) ?? plain };
    this.#heartbeat = heartbeat && new Heartbeat(clock, heartbeat, this.#sockets);
  }

  /** Connections that are open or closing. */
  get size(): number {
    return this.#sockets.size;
  }

  /** Takes over a connection that asks for an upgrade. Improper requests are refused without a session. */
  upgrade(arrival: Arrival, opening: Opening): void {
    if (this.#isEnding) return this.#refuse(arrival, REFUSALS.SHUTTING_DOWN);
    if (opening.awaitsDecision && this.upgrades.isFull) return this.#refuseHandshake(arrival);
    const handshake = new UpgradeHandshake(arrival.socket, opening);
    this.#servers.upgrade(arrival, this.#maxPayloadOf(opening), {
      answer: () => handshake.answer,
      onRequest: (proceed) => this.upgrades.start(handshake, proceed),
      onOpen: (socket, inflates) => this.#open(socket, inflates, handshake),
      onImproper: () => this.#listener.onRefused(arrival.request, REFUSALS.BAD_REQUEST),
    });
  }

  /** The client's messages wait in the network until reading resumes. */
  pauseReading(session: Session): void {
    this.#sockets.get(session)?.hold("pressure");
  }

  resumeReading(session: Session): void {
    this.#sockets.get(session)?.release("pressure");
  }

  /** Closes a session for what its client has sent, behind the messages before that. */
  fail(session: Session, code: number, reason: string): void {
    this.#sockets.get(session)?.fail(code, reason);
  }

  /** Closes all sessions and waits until their connections are gone; after `grace` ms the remaining ones are cut. */
  async shutdown(code: number, reason: string, grace: number): Promise<void> {
    this.#isEnding = true;
    this.upgrades.giveUpAll(REFUSALS.SHUTTING_DOWN);
    await this.#closeAll(code, reason);
    const isEmpty = new Promise<void>((resolve) => {
      this.#onEmpty = resolve;
    });
    const timer = this.#clock.after(grace, this.#cutAll);
    if (this.#sockets.size > 0) await isEmpty;
    timer.cancel();
    this.#heartbeat?.stop();
    this.#bounds.stop();
  }

  #maxPayloadOf({ maxPayload = this.#servers.options.maxPayload }: Opening): number {
    return maxPayload;
  }

  #refuseHandshake(arrival: Arrival): void {
    this.#listener.onLimit?.("maxHandshakes", this.upgrades.most, arrival.socket.remoteAddress ?? "");
    this.#refuse(arrival, REFUSALS.TOO_MANY_HANDSHAKES);
  }

  #refuse({ request, socket }: Arrival, refusal: HttpRefusal): void {
    this.#listener.onRefused(request, refusal);
    refuseUpgrade(socket, refusal);
  }

  readonly #exceeded = (name: LimitName, limit: number, { session }: SessionSocket): void =>
    this.#listener.onLimit?.(name, limit, session.handshake.address);

  #createWatcher(): SocketWatcher {
    const listener = this.#listener;
    return {
      onMessage: ({ session }, data, isBinary) =>
        listener.onMessage(session, isBinary ? new Uint8Array(data) : data.toString()),
      onPong: (socket) => {
        if (this.#bounds.beat(socket)) listener.onPong(socket.session);
      },
      onPing: (socket) => {
        if (this.#bounds.beat(socket) && socket.wantsPings) listener.onPing(socket.session);
      },
      onInvalid: (socket, error) => this.#noteInvalid(socket, error),
      onFailed: (socket, failure) => this.#failLater(socket, failure),
      onDecided: ({ session }, code, reason) => listener.onClosed(session, code, reason),
      onGone: (socket) => this.#remove(socket),
    };
  }

  #open(socket: SessionSocket, inflates: boolean, handshake: UpgradeHandshake): void {
    const { session, socket: rawSocket, opening } = handshake;
    if (session === null) return socket.terminate();
    handshake.isOpen = true;
    const watcher = this.#watcherFor(socket, opening);
    const wantsPings = opening.wantsPings === true;
    const maxPayload = this.#maxPayloadOf(opening);
    socket.settle({ session, rawSocket, inflates, watcher, wantsPings, maxPayload });
    this.#sockets.set(session, socket);
    this.#limitFrames(socket, opening.maxFrame);
    this.#heartbeat?.start();
    this.#bounds.start();
    opening.line?.onOpen(socket, session);
    if (session.inbound.isPaused) socket.hold("pressure");
    this.#listener.onOpen(session);
    this.#outbox.attach(session, socket);
  }

  // A client may read the responses to what it sent before. They may still wait for it to read, or to be compressed.
  #failLater(socket: SessionSocket, failure: CloseFrame): void {
    const { session } = socket;
    const { inbound } = session;
    const timer = this.#clock.after(FAILURE_WAIT, () => {
      inbound.onBegun = null;
      this.#outbox.flush();
      socket.failed(failure);
      this.#outbox.flush();
    });
    const close = (): void => {
      this.#outbox.flush();
      this.#outbox.close(session, failure.code, failure.reason);
      this.#outbox.flush();
      if (socket.readyState !== WebSocket.OPEN) timer.cancel();
    };
    if (inbound.waiting === 0) close();
    else inbound.onBegun = close;
  }

  // Sessions without a rate share one watcher, so that nothing is asked per message.
  #watcherFor(socket: SessionSocket, opening: Opening): SocketWatcher {
    const watcher = this.#watchers[opening.line === undefined ? "plain" : "line"];
    const { messageRate: rate = 0, messageBurst: burst = 0 } = opening;
    if (rate === 0) return watcher;
    const deliver = (data: Buffer, isBinary: boolean): void => watcher.onMessage(socket, data, isBinary);
    const exceeded = (): boolean => this.#mayWait(socket, opening);
    const limiter = new RateLimiter(this.#clock, { rate, burst }, { socket, deliver, exceeded });
    return {
      ...watcher,
      onMessage: (_socket, data, isBinary) => {
        if (opening.line?.isControl(data, isBinary) === true) deliver(data, isBinary);
        else limiter.take(data, isBinary);
      },
      onFailed: (_socket, failure) => {
        limiter.drain();
        watcher.onFailed(socket, failure);
      },
      onDecided: (_socket, code, reason) => {
        limiter.drain();
        watcher.onDecided(socket, code, reason);
      },
    };
  }

  #mayWait(socket: SessionSocket, { messageRate = 0, overRate = "delay" }: Opening): boolean {
    if (socket.readyState !== WebSocket.OPEN) return overRate === "delay";
    this.#exceeded("messageRate", messageRate, socket);
    if (overRate === "close") socket.fail(POLICY_VIOLATION, `more than ${messageRate} messages a second`);
    return overRate === "delay";
  }

  #noteInvalid(socket: SessionSocket, error: string): void {
    const { maxFragments } = this.#servers.options;
    // A frame that is too long for a frame and for a message counts once.
    if (error === "WS_ERR_UNSUPPORTED_MESSAGE_LENGTH" && !socket.isTooLong)
      this.#exceeded("maxPayload", socket.maxPayload, socket);
    if (error === "WS_ERR_TOO_MANY_BUFFERED_PARTS") this.#exceeded("maxFragments", maxFragments, socket);
  }

  // Behind the listener of `ws`, so that messages before the long frame are delivered. A read has at most 64 KiB, so a
  // longer frame is never complete in one.
  #limitFrames(socket: SessionSocket, maxFrame: number | undefined): void {
    if (maxFrame === undefined) return;
    const limit = new FrameLimit(maxFrame, () => {
      if (!socket.fail(MESSAGE_TOO_BIG, "")) return;
      socket.isTooLong = true;
      this.#exceeded("maxPayload", maxFrame, socket);
    });
    socket.rawSocket.on("data", limit.take);
  }

  // A session of `parlor.v1` may have another socket by now.
  #remove(socket: SessionSocket): void {
    if (this.#sockets.get(socket.session) === socket) this.#sockets.delete(socket.session);
    if (this.#sockets.size === 0) this.#onEmpty?.();
  }

  async #closeAll(code: number, reason: string): Promise<void> {
    let count = 0;
    for (const session of [...this.#sockets.keys()]) {
      this.#outbox.close(session, code, reason);
      if (++count % CLOSED_AT_ONCE !== 0) continue;
      this.#outbox.flush();
      await new Promise(setImmediate);
    }
    this.#outbox.flush();
  }

  readonly #cutAll = (): void => {
    for (const socket of this.#sockets.values()) socket.terminate();
  };
}

/** For how long a failure waits for the messages before it, ms. */
const FAILURE_WAIT = 1000;

/** How many sessions are closed in one turn of the event loop when the server shuts down. */
const CLOSED_AT_ONCE = 256;
