import { spawn, type ChildProcess } from "node:child_process";
import { join, resolve } from "node:path";
import { createServer, type AddressInfo } from "node:net";
import { onTestFinished } from "vitest";
import { clientFrame } from "../../support/raw-socket.ts";
import { Attacker } from "./attacker.ts";
import { plainEcho, type HonestSpeech } from "./honest-client.ts";
import { asked, holdsSoon, replies } from "./moves.ts";
import { reservedPath } from "./reservation.ts";
import { PROBE, type Command, type Target, type Ticking, type TargetOptions } from "./target.ts";

/** What a peer puts around the messages of an application. */
interface Protocol {
  readonly speech: HonestSpeech;
  readonly maxPayload: number;
  /** Messages that it sends before the first one of the application. */
  readonly greetings: number;
  wrap(text: string): Buffer;
}

/** A peer of Parlor in its default configuration, in a process of its own: `bench/abuse/NAME.js`. */
export class PeerTarget implements Target {
  readonly name: PeerName;
  readonly port: number;
  readonly speech: HonestSpeech;
  readonly path: string;
  readonly maxPayload: number;
  readonly #child: ChildProcess;
  readonly #ticking = new Set<string>();

  private constructor(name: PeerName, port: number, child: ChildProcess) {
    this.name = name;
    this.port = port;
    this.#child = child;
    this.speech = PROTOCOLS[name].speech;
    this.path = this.speech.path;
    this.maxPayload = PROTOCOLS[name].maxPayload;
  }

  static async launch(name: PeerName, { deflate = false }: TargetOptions): Promise<PeerTarget> {
    const port = await freePort();
    const env = { ...process.env, PORT: String(port), DEFLATE: deflate ? "1" : "0", NODE_ENV: "production" };
    const child = spawn(process.execPath, [join(PEERS, `${name}.js`)], {
      env,
      stdio: ["ignore", "pipe", "ignore"],
    });
    onTestFinished(() => void child.kill("SIGKILL"));
    let printed = "";
    child.stdout.on("data", (chunk: Buffer) => (printed += chunk.toString()));
    if (!(await holdsSoon(() => printed.includes("listening")))) throw new Error(`${name} does not start`);
    return new PeerTarget(name, port, child);
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  get end(): string | null {
    const { exitCode, signalCode } = this.#child;
    return exitCode === null && signalCode === null ? null : String(exitCode ?? signalCode);
  }

  async open(headers: Readonly<Record<string, string | null>> = {}): Promise<Attacker> {
    const client = await Attacker.upgrade(this, headers, await this.pathOf());
    const { speech, greetings } = PROTOCOLS[this.name];
    if (greetings > 0) await replies(client, 1);
    for (const text of speech.greeting)
      await client.write(clientFrame(speech.isBinary ? 0x82 : 0x81, Buffer.from(text, "latin1")));
    if (greetings > 1) await replies(client, greetings);
    return client;
  }

  async openTicking({ everyMs, bytes = 0 }: Ticking): Promise<Attacker> {
    const client = await this.open();
    const name = bytes === 0 ? "ticks" : "heavy";
    await asked(this, client, { verb: "join", name }, { verb: "join", name: "ticks" }, JOINED);
    const value = `${bytes === 0 ? 10 : bytes} ${everyMs}`;
    if (!this.#ticking.has(name)) await client.write(this.message({ verb: "pulse", name, value }));
    this.#ticking.add(name);
    return client;
  }

  async pathOf(): Promise<string> {
    const { reservation } = this.speech;
    return reservation === undefined ? this.path : reservedPath(this.port, reservation);
  }

  message(command: Command | string): Buffer {
    return PROTOCOLS[this.name].wrap(typeof command === "string" ? command : JSON.stringify(command));
  }

  async sessions(): Promise<null> {
    return null;
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  async audit(): Promise<null> {
    return null;
  }
}

const JOINED: Command = { verb: "echo", value: "joined" };

export type PeerName = "ws" | "socket-io" | "colyseus";

const PEERS = resolve(import.meta.dirname, "../../../bench/abuse");

/** MessagePack's string. */
function packed(text: string): Buffer {
  const body = Buffer.from(text);
  const head = Buffer.alloc(5);
  head[0] = 0xdb;
  head.writeUInt32BE(body.length, 1);
  return Buffer.concat([head, body]);
}

const ROOM_DATA = 13;
const roomData = (text: string): Buffer =>
  Buffer.concat([Buffer.from([ROOM_DATA, 0xa1, 0x6d]), packed(text)]);

const PROTOCOLS: Readonly<Record<PeerName, Protocol>> = {
  ws: {
    speech: { ...plainEcho("/"), probe: PROBE },
    maxPayload: 104_857_600,
    greetings: 0,
    wrap: (text) => clientFrame(0x81, text),
  },
  "socket-io": {
    speech: {
      path: "/socket.io/?EIO=4&transport=websocket",
      greeting: ["40"],
      ready: "40",
      probe: `42${JSON.stringify(["m", PROBE])}`,
      replies: { "2": "3" },
    },
    maxPayload: 1_000_000,
    greetings: 2,
    wrap: (text) => clientFrame(0x81, `42${JSON.stringify(["m", text])}`),
  },
  colyseus: {
    speech: {
      path: "/",
      reservation: "/matchmake/joinOrCreate/target",
      isBinary: true,
      // The confirmation of a join, and what it gets for it.
      greeting: ["\u000a"],
      // A number has always six digits here.
      probe: roomData(PROBE.replace("#", "#000000#")).toString("latin1").replace("#000000#", "#"),
      replies: {},
    },
    maxPayload: 4096,
    greetings: 1,
    wrap: (text) => clientFrame(0x82, roomData(text)),
  },
};

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((done) => server.once("listening", done));
  const { port } = server.address() as AddressInfo;
  await new Promise((done) => server.close(done));
  return port;
}
