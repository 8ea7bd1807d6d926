import { readFileSync } from "node:fs";
import { join } from "node:path";
import { clientFrame } from "../../support/raw-socket.ts";
import type { ParlorConfig } from "../../../src/config.ts";
import type { Files } from "../../support/running-app.ts";
import { Attacker } from "./attacker.ts";
import { plainEcho, type HonestSpeech } from "./honest-client.ts";
import { ParlorVictim, type Victim } from "./victim.ts";

/** What `bench/abuse/commands.js` does in each server. */
export interface Command {
  readonly verb: string;
  readonly name?: string;
  readonly value?: string;
}

/** A victim that does what `bench/abuse/commands.js` can, in whatever protocol it speaks. */
export interface Target extends Victim {
  /** The largest message that it takes by default, bytes. */
  readonly maxPayload: number;
  /** Opens a WebSocket that the application knows, with these headers. */
  open(headers?: Readonly<Record<string, string | null>>): Promise<Attacker>;
  /** Opens a WebSocket that gets a short message again and again, and one with this many bytes each time. */
  openTicking(tick: Ticking): Promise<Attacker>;
  /** The path of a handshake that would be accepted. */
  pathOf(): Promise<string>;
  /** A command as frames of its protocol; a text as it is, whether or not it is JSON. */
  message(command: Command | string): Buffer;
  /** How many sessions it has; null where it cannot say. */
  sessions(): Promise<number | null>;
  signal(signal: NodeJS.Signals): void;
}

/** What a server sends to a client again and again. */
export interface Ticking {
  readonly everyMs: number;
  /** Of a second message; none without it. */
  readonly bytes?: number;
}

/** What differs from one row to another. */
export interface TargetOptions {
  /** Compression is on. */
  readonly deflate?: boolean;
  /** Parlor's settings, where the row is about a bound that is off by default. */
  readonly config?: ParlorConfig;
  /** Files of Parlor's app, beside its own. */
  readonly files?: Files;
  /** The folder of Parlor's log, where that is not the app's own. */
  readonly logDir?: string | null;
}

/** Parlor with the commands on `/ws/target`. */
export class ParlorTarget extends ParlorVictim implements Target {
  readonly maxPayload = 1_048_576;
  // A text that both the echo and the script under attack send back.
  override readonly speech: HonestSpeech = { ...plainEcho("/ws/honest"), probe: PROBE };

  static async launch({
    deflate = false,
    config = {},
    files = {},
    logDir = null,
  }: TargetOptions = {}): Promise<ParlorTarget> {
    const { app } = await ParlorVictim.start({
      files: { ...files, "ws/target.js": SCRIPT, "shared/commands.js": readFileSync(COMMANDS, "utf8") },
      config: { ...(deflate ? { deflate } : {}), ...config },
      logDir,
    });
    return new ParlorTarget(app);
  }

  open(headers: Readonly<Record<string, string | null>> = {}): Promise<Attacker> {
    return Attacker.upgrade(this, headers);
  }

  // The files of the row have the route, and its period.
  async openTicking({ bytes = 0 }: Ticking): Promise<Attacker> {
    const client = await Attacker.upgrade(this, {}, "/ws/ticking");
    if (bytes > 0) await client.write(this.message("heavy"));
    return client;
  }

  async pathOf(): Promise<string> {
    return this.path;
  }

  message(command: Command | string): Buffer {
    return clientFrame(0x81, typeof command === "string" ? command : JSON.stringify(command));
  }

  async sessions(): Promise<number> {
    return Number((await this.app.health())["sessions"]);
  }

  signal(signal: NodeJS.Signals): void {
    this.app.signal(signal);
  }
}

export const PROBE = JSON.stringify({ verb: "echo", value: "#" } satisfies Command);
const COMMANDS = join(import.meta.dirname, "../../../bench/abuse/commands.js");
const SCRIPT = `
import { handle } from "../shared/commands.js";
export const onMessage = (session, text) => handle(text, {
  send: (value) => session.send(value),
  join: (name) => session.room(name).join(),
  say: (name, value) => session.room(name).broadcast(value),
  keep: (name, value) => session.setAttribute(name, value),
  close: () => session.close(1000),
  id: () => session.id,
  sendTo: (id, value) => diesel.getWebSocketService().getSession(id)?.send(value),
});
export const onClose = (session) => { if (session.getAttribute("throws")) throw new Error("thrown"); };`;
