import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { writeSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { WebSocket as UndiciWebSocket } from "undici";
import { WebSocket as WsWebSocket } from "ws";
import { startBrowser } from "../support/browser.ts";
import { needs } from "../support/require.ts";

const fixtures = join(import.meta.dirname, "fixtures");

/** What a message carries, as it can travel to another process. */
export type Carried = { readonly text: string } | { readonly base64: string };

/** One thing that a client does, or waits for. */
export type Step =
  | ({ readonly do: "send" } & Carried)
  | ({ readonly do: "part"; readonly fin: boolean } & Carried)
  | { readonly do: "parts"; readonly parts: readonly Carried[] }
  | { readonly do: "badText" | "end" }
  | { readonly do: "ping"; readonly text: string }
  | { readonly do: "close"; readonly code?: number; readonly reason?: string }
  | { readonly do: "expect" | "pong"; readonly count: number };

/** A conversation to hold. */
export interface Plan {
  readonly url: string;
  readonly protocols?: readonly string[];
  readonly steps: readonly Step[];
  /** For clients that can choose: whether compression is offered. */
  readonly options?: { readonly perMessageDeflate: boolean };
}

/** What a client has heard in a conversation. */
export interface Heard {
  readonly protocol: string;
  readonly extensions: string;
  readonly received: readonly Carried[];
  readonly pongs: readonly string[];
  readonly closed: { readonly code: number; readonly reason: string };
}

/** A public WebSocket client. */
export interface PublicClient {
  readonly name: string;
  /** What it lets its user do beyond the standard `WebSocket`. */
  readonly can: { readonly fragment: boolean; readonly ping: boolean; readonly anyCode: boolean };
  readonly skip: boolean;
  /** Starts it; `page` is an address of the server, for those that live in a page. */
  start(page: string): Promise<void>;
  converse(plan: Plan): Promise<Heard>;
  stop(): Promise<void>;
}

type Converse = (Socket: unknown, plan: Plan) => Promise<Heard>;

const standard = { fragment: false, ping: false, anyCode: false };
const everything = { fragment: true, ping: true, anyCode: true };

/** All clients that this machine has; those it lacks are marked to be skipped, with one line each. */
export function publicClients(): PublicClient[] {
  return [
    inThisProcess("ws", WsWebSocket, everything),
    inThisProcess("undici", UndiciWebSocket, standard),
    nodesOwn(),
    chromium(),
    python(),
  ];
}

/** What both a text of a plan and the same text received look like. */
export const text = (value: string): Carried => ({ text: value });
export const bytes = (value: Uint8Array): Carried => ({ base64: Buffer.from(value).toString("base64") });

function inThisProcess(name: string, Socket: unknown, can: PublicClient["can"]): PublicClient {
  let converse: Converse;
  return {
    name,
    can,
    skip: false,
    async start() {
      const path = join(fixtures, "app/public/converse.js");
      ({ converse } = (await import(path)) as { converse: Converse });
    },
    converse: (plan) => converse(Socket, plan),
    stop: () => Promise.resolve(),
  };
}

function chromium(): PublicClient {
  const { skip, path } = needs("chromium");
  let browser: Awaited<ReturnType<typeof startBrowser>>;
  let page: Awaited<ReturnType<typeof browser.newPage>>;
  return {
    name: "Chromium",
    can: standard,
    skip,
    async start(address) {
      browser = await startBrowser(path);
      page = await browser.newPage();
      await page.goto(address);
    },
    // As text, because what a test file compiles to may lean on helpers that the page does not have.
    converse: (plan) =>
      page.evaluate(
        `import("/converse.js").then(({ converse }) => converse(WebSocket, ${JSON.stringify(plan)}))`,
      ),
    stop: () => browser.close(),
  };
}

function nodesOwn(): PublicClient {
  const node = nodeWithWebSocket();
  return inAnotherProcess(
    "Node's own",
    standard,
    node === null ? null : [node, join(fixtures, "node-client.js")],
  );
}

function python(): PublicClient {
  const { skip, path } = needs("python-websockets");
  return inAnotherProcess(
    "python3-websockets",
    everything,
    skip ? null : [path, join(fixtures, "client.py")],
  );
}

function inAnotherProcess(name: string, can: PublicClient["can"], command: string[] | null): PublicClient {
  let child: ChildProcess;
  let lines: AsyncIterator<string>;
  return {
    name,
    can,
    skip: command === null,
    async start() {
      const [program = "", ...args] = command ?? [];
      child = spawn(program, args, { stdio: ["pipe", "pipe", "inherit"] });
      lines = createInterface({ input: child.stdout! })[Symbol.asyncIterator]();
      await once(child, "spawn");
    },
    async converse(plan) {
      child.stdin!.write(`${JSON.stringify(plan)}\n`);
      const { value, done } = await lines.next();
      if (done === true) throw new Error(`${name} has ended`);
      return JSON.parse(value) as Heard;
    },
    async stop() {
      const ended = once(child, "exit");
      child.stdin!.end();
      await ended;
    },
  };
}

// This Node, or one that npm fetches: 20 has no WebSocket of its own.
function nodeWithWebSocket(): string | null {
  if (Number(process.versions.node.split(".")[0]) >= 22) return process.execPath;
  const args = ["-y", "-p", "node@24", "node", "-p", "process.execPath"];
  const { status, stdout } = spawnSync("npx", args, { encoding: "utf8", timeout: 60_000 });
  if (status === 0) return stdout.trim();
  const reason = "no Node with a WebSocket of its own: npx could not fetch node@24";
  if (process.env["PARLOR_REQUIRE_ALL"] === "1")
    throw new Error(`${reason}, and PARLOR_REQUIRE_ALL=1 forbids to skip`);
  writeSync(2, `skipped in test/interop: ${reason}\n`);
  return null;
}
