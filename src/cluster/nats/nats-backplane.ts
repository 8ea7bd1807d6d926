// Cluster: a backplane on NATS core: nothing is kept on the server, nodes send each other their parts.
import type { connect as natsConnect, NatsConnection, Subscription } from "@nats-io/transport-node";
import { createHash } from "node:crypto";
import type { Clock } from "../../boundary/clock.ts";
import { DIRECTORY_CHANNEL, type Backplane, type BackplaneReceiver } from "../backplane/backplane.ts";
import { HEARTBEAT_CHANNEL, PeerStore, requestChannel } from "../backplane/peer-store.ts";
import type { NodeIdentity } from "../backplane/node-identity.ts";

export class NatsBackplane implements Backplane {
  readonly #connect: typeof natsConnect;
  readonly #options: NatsOptions;
  readonly #subscriptions = new Map<string, Subscription>();
  #connection: NatsConnection | null = null;
  #receiver: BackplaneReceiver | null = null;
  #store: PeerStore | null = null;
  #isConnected = false;
  /** Bytes that the server has not confirmed yet, and whether a confirmation is awaited. */
  #unconfirmed = 0;
  #isConfirming = false;

  constructor(connect: typeof natsConnect, options: NatsOptions) {
    this.#connect = connect;
    this.#options = options;
  }

  /** The server refuses what is larger than its `max_payload`. */
  get frameLimit(): number {
    return (this.#connection?.info?.max_payload ?? 1024 * 1024) - HEAD_ROOM;
  }

  async connect(identity: NodeIdentity, receiver: BackplaneReceiver): Promise<void> {
    const { clock, lease } = this.#options;
    const connection = await this.#connect(connectionOptions(this.#options));
    this.#connection = connection;
    this.#isConnected = true;
    this.#receiver = receiver;
    this.#store = new PeerStore({
      ...{ identity, clock, lease },
      publish: (channel, frame) => this.publish(channel, frame),
      frameLimit: () => this.frameLimit,
      confirm: async () => connection.flush(),
      receiver,
    });
    void this.#followState(connection);
    await this.subscribe([DIRECTORY_CHANNEL, HEARTBEAT_CHANNEL, requestChannel(identity.id)]);
  }

  publish(channel: string, frame: Uint8Array): boolean {
    if (!this.#isConnected || this.#unconfirmed > UNCONFIRMED_LIMIT) return false;
    // After a reconnect to another server the limit may be lower.
    if (frame.length > this.frameLimit + HEAD_ROOM) return false;
    this.#unconfirmed += frame.length;
    this.#connection?.publish(this.#subjectOf(channel), frame);
    if (!this.#isConfirming) void this.#confirm();
    return true;
  }

  async subscribe(channels: readonly string[]): Promise<void> {
    for (const channel of channels) {
      if (this.#subscriptions.has(channel)) continue;
      const callback = (error: Error | null, { data }: { data: Uint8Array }): void => {
        if (error === null) this.#arrived(channel, data);
      };
      const subscription = this.#connection!.subscribe(this.#subjectOf(channel), { callback });
      this.#subscriptions.set(channel, subscription);
    }
    // The server answers in order: after this it knows of the subscriptions.
    await this.#connection!.flush();
  }

  unsubscribe(channels: readonly string[]): void {
    for (const channel of channels) {
      this.#subscriptions.get(channel)?.unsubscribe();
      this.#subscriptions.delete(channel);
    }
  }

  partStore(): PeerStore {
    return this.#store!;
  }

  async close(): Promise<void> {
    this.#isConnected = false;
    this.#receiver = null;
    const connection = this.#connection;
    this.#connection = null;
    if (connection === null || connection.isClosed()) return;
    await Promise.race([connection.flush().catch(() => undefined), later(this.#options.clock, 200)]);
    await connection.close();
  }

  async #followState(connection: NatsConnection): Promise<void> {
    for await (const { type } of connection.status()) {
      if (type === "disconnect" || type === "staleConnection") this.#setState(false);
      if (type === "reconnect") this.#setState(true);
    }
    this.#setState(false);
  }

  #setState(isConnected: boolean): void {
    if (this.#isConnected === isConnected) return;
    this.#isConnected = isConnected;
    this.#unconfirmed = 0;
    this.#receiver?.onState(isConnected);
  }

  async #confirm(): Promise<void> {
    this.#isConfirming = true;
    const bytes = this.#unconfirmed;
    try {
      await this.#connection?.flush();
    } catch {
      // The connection is lost, and the state says so.
    } finally {
      this.#isConfirming = false;
      this.#unconfirmed = Math.max(0, this.#unconfirmed - bytes);
    }
  }

  #arrived(channel: string, frame: Uint8Array): void {
    if (channel.startsWith("h:") || channel.startsWith("s:")) this.#store?.onFrame(channel, frame);
    else this.#receiver?.onFrame(channel, frame);
  }

  // A subject may hold no space, no `*` and no `>`, and dots separate its tokens. The server cuts a node off that uses a
  // long one: a digest stands for it, with a sign that no other name has.
  #subjectOf(channel: string): string {
    const bytes = Buffer.from(channel.slice(2));
    const isLong = bytes.length > LONGEST_NAME;
    const name = isLong
      ? `=${createHash("sha256").update(bytes).digest("hex")}`
      : bytes.toString("base64url");
    return `${this.#options.prefix}.${channel.slice(0, 1)}.${name === "" ? "-" : name}`;
  }
}

export interface NatsOptions {
  /** `nats://` or `tls://`, with user and password, or a token, if the server wants them. */
  readonly url: string;
  /** What the names of all subjects begin with. */
  readonly prefix: string;
  /** How long a heartbeat counts, ms. */
  readonly lease: number;
  readonly clock: Clock;
}

function connectionOptions({ url, lease }: NatsOptions): Parameters<typeof natsConnect>[0] {
  const { host, username, password, protocol } = new URL(url);
  const [user, pass] = [decodeURIComponent(username), decodeURIComponent(password)];
  return {
    servers: host,
    ...(user !== "" && pass === "" ? { token: user } : {}),
    ...(pass !== "" ? { user, pass } : {}),
    ...(protocol === "tls:" ? { tls: {} } : {}),
    noEcho: true,
    maxReconnectAttempts: -1,
    reconnectTimeWait: 200,
    pingInterval: Math.max(100, Math.floor(lease / 3)),
    maxPingOut: 2,
    timeout: lease,
  };
}

async function later(clock: Clock, ms: number): Promise<void> {
  return new Promise((resolve) => clock.after(ms, resolve));
}

/** The longest name that is in a subject, bytes: the server takes lines of up to 4 KiB. */
const LONGEST_NAME = 1024;

/** The most bytes that wait for the server: beyond it messages are dropped and counted. */
const UNCONFIRMED_LIMIT = 32 * 1024 * 1024;

/** Of what the server takes, bytes that are left for the head of a frame. */
const HEAD_ROOM = 1024;
