import { createServer as listen, connect, type AddressInfo, type Server, type Socket } from "node:net";
import { onTestFinished, expect, test } from "vitest";
import { serveOn } from "../support/served-app.ts";
import { LineClient } from "../support/line-client.ts";

const CLIENTS = Number(process.env["PARLOR_SOAK_CLIENTS"] ?? 30);
const SECONDS = Number(process.env["PARLOR_SOAK_SECONDS"] ?? 8);
/** It goes on until the clients have sent this many. */
const MESSAGES = Number(process.env["PARLOR_SOAK_MESSAGES"] ?? 0);
/** Many clients on one machine take their time: one that returns too soon costs all that is sent again. */
const MANY = CLIENTS > 50;
/** After this silence a client returns, ms. */
const SILENCE = MANY ? 3000 : 300;
/** How often a client speaks, for each turn of 20 ms. */
const SPEAKS = MANY ? 0.1 : 0.3;
/** For how long both sides may send again what is missing, ms. */
const SETTLES = 20_000 + MESSAGES * 3;
/** Clients of one room: each of them gets what all of them send. */
const ROOM = 10;

/** It crashes and hangs when it is told to; what a client says comes back to its room, with its own number. */
const SCRIPT = `
export const scope = "route";
export const resume = 60;
const roomOf = (session) => session.room(session.getParameter("room"));
export function onOpen(session) { roomOf(session).join(); }
export function onMessage(session, text) {
  if (text === "crash") process.exit(1);
  if (text === "hang") for (;;);
  roomOf(session).broadcast(text);
}
`;

interface Pair {
  readonly client: Socket;
  readonly server: Socket;
  isCut: boolean;
}

/** Stands between clients and the server, and cuts connections in one of four ways after some bytes. */
class Proxy {
  readonly #server: Server;
  readonly #pairs = new Set<Pair>();

  private constructor(server: Server) {
    this.#server = server;
  }

  static async open(to: number): Promise<Proxy> {
    const proxy: Proxy = new Proxy(
      listen((client) => {
        const server = connect(to, "127.0.0.1");
        const pair: Pair = { client, server, isCut: false };
        proxy.#pairs.add(pair);
        for (const [one, other] of [
          [client, server],
          [server, client],
        ] as const) {
          one.on("error", () => undefined);
          one.on("close", () => {
            proxy.#pairs.delete(pair);
            other.destroy();
          });
          one.on("data", (bytes: Buffer) => other.write(bytes));
          one.on("end", () => other.end());
        }
      }),
    );
    await new Promise<void>((resolve) => proxy.#server.listen(0, "127.0.0.1", resolve));
    return proxy;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Cuts connections, after up to 200 further bytes, so that frames are cut, too. */
  cutSome(share: number): void {
    for (const pair of this.#pairs) {
      // Once: bytes that came through after a gap would be a stream that TCP never delivers.
      if (pair.isCut || Math.random() > share) continue;
      pair.isCut = true;
      const way = Math.floor(Math.random() * 4);
      const source = Math.random() < 0.5 ? pair.client : pair.server;
      const target = source === pair.client ? pair.server : pair.client;
      source.removeAllListeners("data");
      let left = Math.floor(Math.random() * 200);
      source.on("data", (bytes: Buffer) => {
        if (left > 0) target.write(bytes.subarray(0, left));
        left = Math.max(0, left - bytes.length);
        if (left === 0) this.#cut(pair, way);
      });
      setTimeout(() => {
        left = 0;
        this.#cut(pair, way);
      }, 100).unref();
    }
  }

  close(): void {
    this.#server.close();
    for (const { client, server } of this.#pairs) {
      client.destroy();
      server.destroy();
    }
  }

  #cut({ client, server }: Pair, way: number): void {
    if (way === 0) {
      client.resetAndDestroy();
      server.resetAndDestroy();
    } else if (way === 1) {
      client.end();
      server.end();
    } else if (way === 2) {
      // Silent: nothing goes on any more, and the client finds out by itself.
      client.removeAllListeners("data");
      server.removeAllListeners("data");
      client.resume();
      server.resume();
    } else {
      // It stalls, and the server's bytes pile up.
      client.pause();
      server.pause();
    }
  }
}

/** A client that comes back whenever it has lost its connection, or has heard nothing for a while. */
class Returning {
  readonly client: LineClient;
  readonly said: string[] = [];
  readonly refusals: string[] = [];
  /** Codes by which the server has ended its sessions. */
  readonly ends: number[] = [];
  returns = 0;
  readonly #name: number;
  #isOver = false;

  constructor(url: string, name: number) {
    this.client = new LineClient(url);
    this.#name = name;
  }

  async run(): Promise<void> {
    let heard = 0;
    let at = Date.now();
    while (!this.#isOver) {
      await new Promise((resolve) => setTimeout(resolve, 20));
      if (this.client.received !== heard) [heard, at] = [this.client.received, Date.now()];
      if (this.client.socket?.readyState === 1 && Date.now() - at < SILENCE) continue;
      await this.#return();
      at = Date.now();
    }
  }

  say(): void {
    const text = `${this.#name}:${this.said.length}`;
    this.said.push(text);
    this.client.send(text);
  }

  /** Waits until both sides have everything. */
  async finish(total: () => number): Promise<void> {
    const end = Date.now() + SETTLES;
    while (this.client.received !== total() && Date.now() < end)
      await new Promise((resolve) => setTimeout(resolve, 20));
    this.#isOver = true;
    const { refusals, client, ends } = this;
    const { reason = null } = client.welcome ?? {};
    const found = { received: client.received, refusals, ends, reason };
    expect(found).toEqual({ received: total(), refusals: [], ends: [], reason: null });
  }

  async #return(): Promise<void> {
    const before = this.client.token;
    try {
      const connecting = this.client.connect();
      await Promise.race([
        connecting,
        new Promise((_resolve, reject) => setTimeout(() => reject(new Error("slow")), 2000)),
      ]);
      if (before !== null) this.returns += 1;
      const { reason = null } = this.client.welcome ?? {};
      if (reason !== null) this.refusals.push(reason);
      void this.client.closed.then((code) => {
        if (code !== 1006 && code !== 3901) this.ends.push(code);
      });
    } catch {
      // The proxy has cut this one, too.
    }
  }
}

test(
  "sessions lose nothing while connections are cut at random bytes, and their script reloads, crashes and hangs",
  async () => {
    const app = await serveOn(
      "thread",
      { "ws/all.js": SCRIPT },
      {
        resumeMessages: 1_000_000,
        resumeBytes: 1 << 28,
        // On a busy machine, a script that waits for its turn must not count as one that hangs.
        hangLimit: MANY ? 3000 : 300,
        heartbeat: { interval: 500, timeout: 500 },
      },
    );
    const proxy = await Proxy.open(app.server.port);
    onTestFinished(() => proxy.close());
    const urlOf = (room: number): string => `ws://127.0.0.1:${proxy.port}/ws/all?room=${room}`;
    const all = Array.from(
      { length: CLIENTS },
      (_, name) => new Returning(urlOf(Math.floor(name / ROOM)), name),
    );
    const said = (some: readonly Returning[]): number =>
      some.reduce((sum, each) => sum + each.said.length, 0);
    const roomOf = (name: number): Returning[] => {
      const first = name - (name % ROOM);
      return all.slice(first, first + ROOM);
    };
    await Promise.all(all.map(({ client }) => client.connect()));
    const running = all.map((each) => each.run());
    const end = Date.now() + SECONDS * 1000;
    let turn = 0;
    while (Date.now() < end || said(all) < MESSAGES) {
      turn += 1;
      for (const each of all) if (Math.random() < SPEAKS) each.say();
      if (turn % 5 === 0) proxy.cutSome(0.1);
      if (turn % 50 === 20) all[0]?.client.send("crash");
      if (turn % 50 === 40) await app.server.reload("/ws/all");
      // Another one each time: a session whose messages hang the script twice within a minute is closed with 1008.
      if (turn % 150 === 75) all[(turn - 75) / 150 + 1]?.client.send("hang");
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    await Promise.all(all.map((each, name) => each.finish(() => said(roomOf(name)))));
    await Promise.all(running);
    for (const [at, { client, refusals }] of all.entries()) {
      expect(refusals).toEqual([]);
      const got = client.messages.map(String);
      expect(new Set(got).size).toBe(got.length);
      for (const [name, { said: own }] of all.entries()) {
        const heard = got.filter((text) => text.startsWith(`${name}:`));
        expect(heard).toEqual(roomOf(at).includes(all[name]!) ? own : []);
      }
    }
    const returns = all.reduce((sum, each) => sum + each.returns, 0);
    if (MESSAGES > 0) {
      const got = all.reduce((sum, { client }) => sum + client.messages.length, 0);
      process.stdout.write(
        `${CLIENTS} clients sent ${said(all)}, got ${got}, and returned ${returns} times\n`,
      );
    }
    expect(returns).toBeGreaterThan(CLIENTS);
  },
  60_000 + SECONDS * 2000 + MESSAGES * 12,
);
