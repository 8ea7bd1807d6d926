// CLI: `parlor serve --fronts`, which serves an app by several processes on one port.
import type { Duplex } from "node:stream";
import { logEntry } from "../../log.ts";
import { Relay, type FrontSamples } from "../../server/serve.ts";
import { tryOpenControl } from "../control/open-control.ts";
import { controlledFronts } from "../fronts/controlled-fronts.ts";
import { FrontProcess, type PassingConnection } from "../fronts/front-process.ts";
import { keepRunning } from "../lifetime/keep-running.ts";
import type { ServerExit } from "../lifetime/server-process.ts";
import type { SupervisorSignals } from "../lifetime/supervisor-signals.ts";
import type { ServeLog } from "../print/serve-log.ts";

/** Serves by `count` processes until a signal. One that ends is started again. Returns the highest exit code. */
export async function serveFronts(args: readonly string[], parts: FrontsParts): Promise<number> {
  const [dir = "."] = args;
  return new Fronts([...args, "--fronts", String(parts.count)], parts).run(dir);
}

export interface FrontsParts {
  readonly count: number;
  readonly signals: SupervisorSignals;
  readonly log: Pick<ServeLog, "current">;
}

class Fronts {
  readonly #args: readonly string[];
  readonly #parts: FrontsParts;
  readonly #running = new Map<number, FrontProcess>();
  readonly #relay: Relay;
  #starts = 0;
  #restarts = 0;
  #onFirstServes: () => void = () => undefined;

  constructor(args: readonly string[], parts: FrontsParts) {
    this.#args = args;
    this.#parts = parts;
    this.#relay = new Relay({ onCut: this.#cut });
  }

  async run(dir: string): Promise<number> {
    let hasOthers = false;
    const firstServes = new Promise<null>((resolve) => (this.#onFirstServes = (): void => resolve(null)));
    const first = this.#keep(1, () => hasOthers);
    // What keeps the app from being served is printed once.
    const code = await Promise.race([first, firstServes]);
    if (code !== null) return code;
    hasOthers = true;
    const reports = setInterval(this.#report, REPORT_EVERY);
    const others = Array.from({ length: this.#parts.count - 1 }, async (_, at) =>
      this.#keep(at + 2, () => true),
    );
    const app = controlledFronts(() => this.#serving);
    const control = await tryOpenControl(dir, app, this.#parts.log.current);
    const codes = await Promise.all([first, ...others]);
    clearInterval(reports);
    control?.close();
    return Math.max(...codes);
  }

  async #keep(number: number, isOneOfMany: () => boolean): Promise<number> {
    const { signals } = this.#parts;
    const onRestart = ({ signal, code }: ServerExit): void => {
      this.#restarts += 1;
      const how = signal ?? `exit code ${code}`;
      logEntry(
        this.#parts.log.current,
        "PARLOR_SERVER_ENDED/front",
        { front: number, how },
        { front: number },
      );
    };
    return keepRunning({ signals, start: () => this.#start(number), onRestart, isOneOfMany });
  }

  #start(number: number): FrontProcess {
    this.#starts += 1;
    const onServes = (): void => {
      this.#report();
      this.#onFirstServes();
    };
    const onSampleOthers = async (of: FrontProcess): Promise<FrontSamples[]> => {
      const others = this.#serving.filter((each) => each !== of);
      const samples = await Promise.all(others.map(async (each) => each.samples()));
      return samples.filter((each) => each !== null);
    };
    const front = new FrontProcess(this.#args, {
      number,
      isFirst: this.#starts === 1,
      onServes,
      onSampleOthers,
      onPass: this.#pass,
    });
    this.#running.set(number, front);
    this.#relay.attach(front.channel);
    void front.ended.then(() => {
      this.#running.delete(number);
      this.#report();
    });
    return front;
  }

  get #serving(): FrontProcess[] {
    const all = [...this.#running.values()].filter(({ hasServed }) => hasServed);
    return all.toSorted((one, other) => one.number - other.number);
  }

  readonly #report = (): void => {
    const serving = this.#serving;
    const heard = serving.filter(({ isHeard }) => isHeard);
    const common = { of: this.#parts.count, serving: heard.length };
    const counts = { restarts: this.#restarts, cuts: this.#relay.cuts };
    for (const front of serving) {
      const others = serving.filter((each) => each !== front);
      const health = heard.filter((each) => each !== front).map((each) => each.health);
      const boots = others.map(({ boot }) => boot);
      front.report({ ...common, ...counts, number: front.number, others: health, boots });
    }
  };

  readonly #pass = (boot: string, connection: PassingConnection): void => {
    const owner = this.#serving.find((each) => each.boot === boot);
    const close = (): void => connection.handle.close();
    if (owner === undefined) close();
    else owner.pass(connection, close);
  };

  readonly #cut = (channel: Duplex): void => {
    const front = [...this.#running.values()].find((each) => each.channel === channel);
    if (front === undefined) return;
    const { number } = front;
    logEntry(this.#parts.log.current, "PARLOR_FRONT_CUT", { front: number }, { front: number });
    front.kill("SIGKILL");
  };
}

/** How often each front gets to know how the others are, ms. */
const REPORT_EVERY = 1000;
