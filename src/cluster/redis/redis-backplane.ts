// Cluster: a backplane on Redis or Valkey: one connection for commands, one for subscriptions.
import type { createClient } from "@redis/client";
import { messageOf } from "../../boundary/checks.ts";
import { DIRECTORY_CHANNEL, type Backplane, type BackplaneReceiver } from "../backplane/backplane.ts";
import type { NodeIdentity } from "../backplane/node-identity.ts";
import { RedisPartStore } from "./redis-part-store.ts";

export class RedisBackplane implements Backplane {
  readonly frameLimit = 8 * 1024 * 1024;
  readonly #options: RedisOptions;
  readonly #commands: RedisClient;
  readonly #subscriber: RedisClient;
  #receiver: BackplaneReceiver | null = null;
  #store: RedisPartStore | null = null;
  #isConnected = false;
  /** Whether the connections were given up within this lease. */
  #hasQuit = false;
  /** Bytes that Redis has not confirmed yet. */
  #unconfirmed = 0;

  constructor(create: typeof createClient, options: RedisOptions) {
    this.#options = options;
    this.#commands = clientOf(create, options);
    this.#subscriber = clientOf(create, options);
  }

  async connect(identity: NodeIdentity, receiver: BackplaneReceiver): Promise<void> {
    this.#store = new RedisPartStore({
      identity,
      prefix: this.#options.prefix,
      directoryChannel: this.#nameOf(DIRECTORY_CHANNEL),
      lease: this.#options.lease,
      onMalformed: (node) => this.#receiver?.onMalformed(node),
      command: this.#command,
    });
    await connectAll([this.#commands, this.#subscriber], Math.max(this.#options.lease, FIRST_WITHIN));
    this.#isConnected = true;
    this.#receiver = receiver;
    for (const client of [this.#commands, this.#subscriber])
      for (const event of ["ready", "error", "end", "reconnecting"]) client.on(event, this.#noteState);
  }

  publish(channel: string, frame: Uint8Array): boolean {
    if (!this.#isConnected || this.#unconfirmed > UNCONFIRMED_LIMIT) return false;
    this.#unconfirmed += frame.length;
    const bytes = Buffer.from(frame.buffer, frame.byteOffset, frame.length);
    // What fails here has a number: its receivers count it.
    const done = (): void => void (this.#unconfirmed -= frame.length);
    this.#commands.publish(this.#nameOf(channel), bytes).then(done, done);
    return true;
  }

  async subscribe(channels: readonly string[]): Promise<void> {
    await this.#subscriber.subscribe(channels.map(this.#nameOf), this.#onMessage, true);
  }

  unsubscribe(channels: readonly string[]): void {
    // While the connection is lost, the client takes them from the list of what it subscribes again.
    this.#subscriber.unsubscribe(channels.map(this.#nameOf), this.#onMessage, true).catch(() => undefined);
  }

  partStore(): RedisPartStore {
    return this.#store!;
  }

  async close(): Promise<void> {
    this.#isConnected = false;
    this.#receiver = null;
    for (const client of [this.#commands, this.#subscriber]) if (client.isOpen) client.destroy();
    await Promise.resolve();
  }

  readonly #command = async (args: readonly string[]): Promise<unknown> => {
    try {
      return await this.#commands.sendCommand([...args]);
    } catch (error) {
      if (READ_ONLY.test(messageOf(error))) this.#connectAgain();
      throw error;
    }
  };

  // A primary that has become a replica keeps its connections. The address may lead to the new primary by now, or soon.
  #connectAgain(): void {
    if (this.#hasQuit) return;
    this.#hasQuit = true;
    setTimeout(() => (this.#hasQuit = false), this.#options.lease).unref();
    for (const client of [this.#commands, this.#subscriber])
      client.sendCommand(["QUIT"]).catch(() => undefined);
  }

  readonly #noteState = (): void => {
    const isConnected = this.#commands.isReady && this.#subscriber.isReady;
    if (isConnected === this.#isConnected) return;
    this.#isConnected = isConnected;
    this.#receiver?.onState(isConnected);
  };

  readonly #onMessage = (frame: Buffer, channel: Buffer): void => {
    const name = channel.toString("utf8");
    this.#receiver?.onFrame(name.slice(this.#options.prefix.length + 1), frame);
  };

  readonly #nameOf = (channel: string): string => `${this.#options.prefix}:${channel}`;
}

export interface RedisOptions {
  /** `redis://` or `rediss://`, with user and password if the server wants them. */
  readonly url: string;
  /** What the names of all keys and channels begin with. */
  readonly prefix: string;
  /** How long a connection without a sign of life counts as connected, ms. */
  readonly lease: number;
}

type RedisClient = ReturnType<typeof clientOf>;

function clientOf(create: typeof createClient, { url, lease }: RedisOptions) {
  const client = create({
    url,
    RESP: 2,
    // A number: with a time limit the client makes a signal for each command, at seven times the cost.
    commandOptions: { timeout: 0 },
    disableOfflineQueue: true,
    pingInterval: Math.max(100, Math.floor(lease / 3)),
    socket: { connectTimeout: lease, socketTimeout: lease, reconnectStrategy: pauseBefore },
  });
  // Without a listener an error would end the process; the state says the same.
  client.on("error", () => undefined);
  return client;
}

// At first the server is wanted now: a wrong address must not be tried for ever.
async function connectAll(clients: readonly RedisClient[], within: number): Promise<void> {
  let lastError: unknown = null;
  const noteError = (error: unknown): void => void (lastError = error);
  for (const client of clients) client.on("error", noteError);
  const late = new Promise<never>((_, reject) => {
    setTimeout(() => reject(lastError instanceof Error ? lastError : new Error("no reply")), within).unref();
  });
  try {
    await Promise.race([Promise.all(clients.map(async (client) => client.connect())), late]);
  } catch (error) {
    for (const client of clients) if (client.isOpen) client.destroy();
    throw error;
  } finally {
    for (const client of clients) client.off("error", noteError);
  }
}

function pauseBefore(retries: number): number {
  return Math.min(50 * 2 ** Math.min(retries, 4), 500) * (0.75 + Math.random() / 2);
}

/** The reply of a replica. Before Redis 7, that to a script has it in its middle. */
const READ_ONLY = /\bREADONLY\b|^MASTERDOWN /;

/** How long the first connection may take, whatever the lease, ms. */
const FIRST_WITHIN = 3000;

/** The most bytes that wait for Redis: beyond it messages are dropped and counted. */
const UNCONFIRMED_LIMIT = 32 * 1024 * 1024;
