import { connect, type Client, type ClientEvents, type ConnectOptions } from "../../../src/client/connect.ts";
import { VirtualClock } from "../../support/virtual-clock.ts";
import { FakeParlor } from "./fake-parlor.ts";

const NAMES = [
  "connecting",
  "open",
  "away",
  "closed",
  "message",
  "full",
  "presence",
  "history",
  "refused",
] as const;
/** ms. */
const STEP = 250;

/** A page that a test hides, shows, and takes offline. */
export class FakePage {
  isHiddenNow = false;
  readonly watchers = new Set<(event: "online" | "visible") => void>();

  readonly isHidden = (): boolean => this.isHiddenNow;

  readonly watch = (back: (event: "online" | "visible") => void): (() => void) => {
    this.watchers.add(back);
    return () => void this.watchers.delete(back);
  };

  report(event: "online" | "visible"): void {
    for (const back of this.watchers) back(event);
  }
}

/** A client of the fake server, in virtual time, with all that it has reported. */
export class Bench {
  readonly server = new FakeParlor();
  readonly clock = new VirtualClock();
  readonly page = new FakePage();
  readonly client: Client;
  readonly log: [string, unknown][] = [];

  constructor(options: ConnectOptions = {}, url: Parameters<typeof connect>[0] = "ws://server/ws/chat") {
    const { clock, page, server } = this;
    this.client = connect(url, { WebSocket: server.WebSocket, clock, page, random: () => 1, ...options });
    for (const name of NAMES) this.client.on(name, (event) => void this.log.push([name, event]));
  }

  /** Lets promises settle, and the server work, until nothing is left to do. */
  async settle(): Promise<void> {
    for (let round = 0; round < 8; round += 1) {
      await Promise.resolve();
      this.server.run();
    }
  }

  /** Time passes in steps, so that the server can respond in between. */
  async pass(ms: number): Promise<void> {
    await this.settle();
    for (let left = ms; left > 0; left -= STEP) {
      this.clock.advance(Math.min(STEP, left));
      await this.settle();
    }
  }

  /** All events of one name. */
  of<Name extends keyof ClientEvents>(name: Name): ClientEvents[Name][] {
    return this.log.filter(([one]) => one === name).map(([, event]) => event as ClientEvents[Name]);
  }
}

/** A bench whose client is open. */
export async function openBench(options: ConnectOptions = {}): Promise<Bench> {
  const bench = new Bench(options);
  await bench.settle();
  return bench;
}
