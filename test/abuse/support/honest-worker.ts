// The code of the thread of an honest client: an attack in the test's own thread must not delay what it measures.
import { parentPort, workerData } from "node:worker_threads";
import { RawClient } from "../../soak/raw-client.ts";
import { reservedPath } from "./reservation.ts";
import type { HonestReport, HonestSpeech } from "./honest-client.ts";

const { port, speech, everyMs, patienceMs } = workerData as {
  readonly port: number;
  readonly speech: HonestSpeech;
  readonly everyMs: number;
  readonly patienceMs: number;
};

/** A client that sends a numbered probe again and again and notes when each comes back. */
class Prober {
  readonly #client: RawClient;
  readonly #sentAt = new Map<number, number>();
  readonly #times: number[] = [];
  #sent = 0;
  /** Probes that have come back at all. */
  heard = 0;
  #onAnswer: () => void = () => undefined;
  #onReady: () => void = () => undefined;
  readonly #ready = new Promise<void>((resolve) => (this.#onReady = resolve));

  constructor(client: RawClient) {
    this.#client = client;
    client.onText = (text) => this.#receive(text);
    client.onCut = () => {
      this.#onReady();
      this.#onAnswer();
    };
    if (speech.ready === undefined) this.#onReady();
  }

  static async open(path: string): Promise<Prober> {
    const client = await RawClient.open(port, await pathOf(path), Buffer.alloc(65_536));
    if (speech.isBinary) client.speakBinary();
    const prober = new Prober(client);
    for (const text of speech.greeting) client.send(text);
    await prober.#ready;
    return prober;
  }

  /** Sends on a schedule, whether or not the previous probes have come back. */
  readonly probe = (): void => {
    if (this.#client.cut !== null || this.#sentAt.size >= MOST_UNANSWERED) return;
    this.#sent += 1;
    this.#sentAt.set(this.#sent, performance.now());
    const number = speech.isBinary ? String(this.#sent).padStart(6, "0") : this.#sent;
    this.#client.send(speech.probe.replace("#", `#${number}#`));
  };

  /** What was measured since the last report, once all probes so far have come back or the patience is over. */
  async report(): Promise<HonestReport> {
    const end = performance.now() + patienceMs;
    if (this.#times.length === 0) this.probe();
    const last = this.#sent;
    // More are under way all along: on a slow machine the list is never empty.
    while (this.#isAwaiting(last) && this.#client.cut === null && performance.now() < end)
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, 100);
        this.#onAnswer = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    const now = performance.now();
    const unanswered = [...this.#sentAt].flatMap(([number, at]) => (number <= last ? [at] : []));
    const times = [...this.#times.splice(0), ...unanswered.map((at) => now - at)].sort((a, b) => a - b);
    for (const number of this.#sentAt.keys()) if (number <= last) this.#sentAt.delete(number);
    const at = (share: number): number =>
      times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? 0;
    return {
      probes: times.length,
      unanswered: unanswered.length,
      p50: at(0.5),
      p99: at(0.99),
      max: at(1),
      cut: this.#client.cut,
      heard: this.heard,
    };
  }

  destroy(): void {
    this.#client.destroy();
  }

  #isAwaiting(last: number): boolean {
    const oldest = this.#sentAt.keys().next();
    return !oldest.done && oldest.value <= last;
  }

  #receive(text: string): void {
    if (speech.ready !== undefined && text.startsWith(speech.ready)) this.#onReady();
    const reply = speech.replies[text];
    if (reply !== undefined) return this.#client.send(reply);
    const number = Number(/#(\d+)#/.exec(text)?.[1] ?? 0);
    const at = this.#sentAt.get(number);
    if (number > 0) this.heard += 1;
    if (at === undefined) return;
    this.#sentAt.delete(number);
    this.#times.push(performance.now() - at);
    this.#onAnswer();
  }
}

/** The path of a handshake: Colyseus gives each client its own, by HTTP. */
async function pathOf(path: string): Promise<string> {
  return speech.reservation === undefined ? path : reservedPath(port, speech.reservation);
}

/** Probes that may be under way: a server that stands still is not filled with them. */
const MOST_UNANSWERED = 500;

async function newcomer(path: string): Promise<HonestReport> {
  const prober = await Prober.open(path);
  prober.probe();
  const report = await prober.report();
  prober.destroy();
  return report;
}

async function main(): Promise<void> {
  const prober = await Prober.open(speech.path);
  const timer = setInterval(prober.probe, everyMs);
  parentPort?.on(
    "message",
    (asked: { readonly kind: "report" | "newcomer" | "last"; readonly path?: string }) => {
      if (asked.kind === "last") clearInterval(timer);
      const answer = asked.kind === "newcomer" ? newcomer(asked.path ?? speech.path) : prober.report();
      void answer.then(
        (report) => parentPort?.postMessage({ report }),
        (error: unknown) => parentPort?.postMessage({ problem: String(error) }),
      );
    },
  );
  parentPort?.postMessage({ report: null });
}

main().catch((error: unknown) => parentPort?.postMessage({ problem: String(error) }));
