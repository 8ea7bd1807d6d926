import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { buildSync } from "esbuild";
import { PATIENCE_MS } from "../../support/patience.ts";

/** How an honest client speaks with a server that repeats each message. */
export interface HonestSpeech {
  /** The path of its handshake. */
  readonly path: string;
  /** What it sends when it is open. */
  readonly greeting: readonly string[];
  /** A probe, in which `#` is replaced by a number that must come back. */
  readonly probe: string;
  /** What it replies to messages of the protocol. */
  readonly replies: Readonly<Record<string, string>>;
  /** What the message starts with after which it may send probes; they may be sent at once without it. */
  readonly ready?: string;
  /** Its messages are binary: each character above is a byte. */
  readonly isBinary?: boolean;
  /** Where a reservation is asked for by HTTP before each handshake. */
  readonly reservation?: string;
}

/** A server that repeats what it gets, without a protocol of its own. */
export const plainEcho = (path: string): HonestSpeech => ({ path, greeting: [], probe: "#", replies: {} });

/** What an honest client has measured; times in ms. */
export interface HonestReport {
  readonly probes: number;
  /** Probes that have not come back at all. */
  readonly unanswered: number;
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
  /** How its connection was cut; null while it is open. */
  readonly cut: string | null;
  /** Probes that have come back since it connected. */
  readonly heard: number;
}

/** A client in a thread of its own that probes a server all along. */
export class HonestClient {
  readonly #worker: Worker;
  #settle: ((answer: Answer) => void) | null = null;

  private constructor(port: number, speech: HonestSpeech) {
    const data = { port, speech, everyMs: EVERY_MS, patienceMs: PATIENCE_MS };
    this.#worker = new Worker(workerCode(), { eval: true, workerData: data });
    this.#worker.on("message", (answer: Answer) => this.#settle?.(answer));
    this.#worker.on("error", (error) => this.#settle?.({ problem: String(error) }));
  }

  /** Resolves when it is connected and probes. */
  static async start(port: number, speech: HonestSpeech): Promise<HonestClient> {
    const client = new HonestClient(port, speech);
    await client.#next();
    return client;
  }

  /** What was measured since the start, or since the last report. */
  async report(): Promise<HonestReport> {
    return this.#ask({ kind: "report" });
  }

  /** Another client connects and sends one probe. Rejects when it is refused. `path`: where not the first one's. */
  async newcomer(path?: string): Promise<HonestReport> {
    return this.#ask({ kind: "newcomer", path });
  }

  /** The same as `report`, after its last probe: nothing of it is under way any more. */
  async last(): Promise<HonestReport> {
    return this.#ask({ kind: "last" });
  }

  async stop(): Promise<void> {
    await this.#worker.terminate();
  }

  #ask(question: { readonly kind: string; readonly path?: string | undefined }): Promise<HonestReport> {
    this.#worker.postMessage(question);
    return this.#next();
  }

  async #next(): Promise<HonestReport> {
    const { report, problem } = await new Promise<Answer>((resolve) => (this.#settle = resolve));
    if (problem !== undefined) throw new Error(`the honest client: ${problem}`);
    return report as HonestReport;
  }
}

interface Answer {
  readonly report?: HonestReport | null;
  readonly problem?: string;
}

const EVERY_MS = 10;

// Node 20 runs no TypeScript in a thread.
function workerCode(): string {
  const { outputFiles } = buildSync({
    entryPoints: [join(import.meta.dirname, "honest-worker.ts")],
    ...{ bundle: true, write: false, platform: "node", format: "cjs" },
  });
  return outputFiles[0]?.text ?? "";
}
