import { readFileSync } from "node:fs";
import type { ParlorConfig } from "../../../src/config.ts";
import { unaccounted } from "../../soak/conservation.ts";
import { ServedApp } from "../../soak/served-app.ts";
import type { Files } from "../../support/running-app.ts";
import { plainEcho, type HonestSpeech } from "./honest-client.ts";

/** A server in a process of its own that is attacked. */
export interface Victim {
  readonly name: string;
  readonly port: number;
  readonly pid: number;
  /** The path of the WebSocket that is attacked. */
  readonly path: string;
  /** How an honest client speaks with it. */
  readonly speech: HonestSpeech;
  /** How the process has ended; null while it runs. */
  readonly end: string | null;
  /**
   * Checks the counts of a server at the end of a row; null if all is right. `heard`: probes that have come back to
   * honest clients since it started.
   */
  audit(heard: number): Promise<string | null>;
}

/** Parlor in its default configuration, or with these settings. */
export class ParlorVictim implements Victim {
  readonly name = "parlor";
  readonly path: string;
  readonly speech: HonestSpeech = plainEcho("/ws/honest");
  readonly app: ServedApp;

  constructor(app: ServedApp, path = "/ws/target") {
    this.app = app;
    this.path = path;
  }

  static async start({
    files = {},
    config = {},
    env = {},
    path,
    logDir = null,
  }: VictimOptions = {}): Promise<ParlorVictim> {
    return new ParlorVictim(await ServedApp.start({ ...APP, ...files }, config, { env, logDir }), path);
  }

  get port(): number {
    return this.app.port;
  }

  get pid(): number {
    return this.app.pid;
  }

  get end(): string | null {
    return this.app.end;
  }

  /** Health is ok, each message is accounted for, and honest clients have received exactly what was sent to them. */
  async audit(heard: number): Promise<string | null> {
    const { status } = await this.app.health();
    if (status !== "ok") return `health is ${String(status)}`;
    return unaccounted(this.app, { [this.speech.path]: heard });
  }
}

export interface VictimOptions {
  /** Files beside, or in place of, those of the app that every row has. */
  readonly files?: Files;
  readonly config?: ParlorConfig;
  readonly env?: NodeJS.ProcessEnv;
  /** The folder of its log, where that is not the app's own. */
  readonly logDir?: string | null;
  /** What is attacked, where it is not `/ws/target`. */
  readonly path?: string;
}

/** An echo for the honest, and a script that does what its clients ask. */
const APP: Files = {
  "ws/honest.js": `export const onMessage = (session, text) => session.send(text);`,
  "ws/target.js": `
export const onMessage = (session, text) => {
  const [verb, name = "", value = ""] = text.split(" ");
  if (verb === "join") session.room(name).join();
  else if (verb === "say") session.room(name).broadcast(value);
  else if (verb === "keep") session.setAttribute(name, value);
  else session.send(text);
};`,
};

/** Memory of a process and CPU time that it has used. */
export interface ProcessFigures {
  /** MiB. */
  readonly resident: number;
  /** The most since the last `resetPeak`, MiB. */
  readonly peak: number;
  /** ms. */
  readonly cpu: number;
}

export function figuresOf(pid: number): ProcessFigures {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  const mebibytes = (name: string): number =>
    Number(new RegExp(`^${name}:\\s+(\\d+) kB`, "m").exec(status)?.[1] ?? 0) / 1024;
  // The name of the process, in parentheses, may hold anything.
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8")
    .replace(/^.*\) /s, "")
    .split(" ");
  const cpu = (Number(stat[11]) + Number(stat[12])) * TICK_MS;
  return { resident: mebibytes("VmRSS"), peak: mebibytes("VmHWM"), cpu };
}

/** What Linux counts CPU time in, ms. */
const TICK_MS = 10;
