// Server: the place of this process among the fronts of one machine, as their parent reports it.
import { randomBytes } from "node:crypto";
import type { Duplex } from "node:stream";
import type { PassedConnection } from "../../front/http/passed-connection.ts";
import type { Neighbours } from "../../front/resume/neighbours.ts";
import { mergedHealth } from "./merged-health.ts";
import type { FrontSamples, SampleLists } from "../monitor/merged-samples.ts";

/** One of several server processes on one port. */
export class FrontPlace implements Neighbours {
  readonly boot = randomBytes(9).toString("base64url");
  /** The private channel to the parent, which passes frames between the fronts. */
  readonly channel: Duplex;
  /** Whether it is the first process that the parent has started: it logs what all of them find in the app's folder. */
  readonly isFirst: boolean;
  /** Whether it notifies systemd: one front is enough. */
  readonly notifies: boolean;
  /** Serves a connection that another front has passed; until the port is made, it is closed. */
  bringIn: (connection: PassedConnection) => void = ({ handle }) => handle.close();
  readonly #ports: Pick<PlacePorts, "askOthers" | "pass">;
  #report: FrontReport | null = null;
  #samples: () => SampleLists = () => ({});
  /** Connections that have not left yet. */
  #leaving = 0;

  constructor(ports: PlacePorts) {
    this.channel = ports.channel;
    this.isFirst = ports.isFirst;
    this.notifies = ports.notifies;
    this.#ports = ports;
  }

  /** The values of this front's metrics, for another front. */
  get samples(): SampleLists {
    return this.#samples();
  }

  /** The server is made: `samples` reads its metrics. */
  sampledBy(samples: () => SampleLists): void {
    this.#samples = samples;
  }

  has(boot: string): boolean {
    return this.#report?.boots.includes(boot) === true;
  }

  mayPass(): boolean {
    return this.#leaving < MOST_LEAVING;
  }

  // If it does not arrive, the client notices a lost connection, and comes back once more.
  pass(boot: string, connection: PassedConnection): void {
    this.#leaving += 1;
    this.#ports.pass(boot, connection, () => {
      this.#leaving -= 1;
      connection.handle.close();
    });
  }

  /** The samples of all fronts; null until the parent has reported. */
  async samplesOfAll(own: () => SampleLists): Promise<readonly FrontSamples[] | null> {
    if (this.#report === null) return null;
    const others = await this.#ports.askOthers();
    return [{ front: this.#report.number, samples: own() }, ...others];
  }

  /** The parent has reported how all fronts are. */
  note(report: FrontReport): void {
    this.#report = report;
  }

  /** The health of all fronts: `degraded` unless all are `ok` or all are `failing`, and the sums of the counts. The others' counts are up to a second old. */
  health<T extends { readonly status: string }>(own: T): T {
    if (this.#report === null) return own;
    const { of, serving, restarts, cuts, others } = this.#report;
    const merged = mergedHealth([own, ...(others as T[])]);
    const status = serving < of && merged.status === "ok" ? { status: "degraded" } : {};
    return { ...merged, ...status, fronts: { of, serving, restarts, cuts } };
  }
}

/** How a front reaches its parent, and through it the others. */
export interface PlacePorts {
  readonly channel: Duplex;
  readonly isFirst: boolean;
  readonly notifies: boolean;
  /** Asks for the samples of the other fronts. */
  askOthers(): Promise<readonly FrontSamples[]>;
  /** Passes a connection to the front of this life; `onLeft` is called when it has left, or cannot. */
  pass(boot: string, connection: PassedConnection, onLeft: () => void): void;
}

/** How the fronts are, as their parent sees them. Plain data. */
export interface FrontReport {
  /** The number of this front, from 1. */
  readonly number: number;
  /** How many fronts there should be, and how many of them serve. */
  readonly of: number;
  readonly serving: number;
  /** Fronts that were started again, and those that were cut off because they did not read, since the start. */
  readonly restarts: number;
  readonly cuts: number;
  /** The health of each other front. */
  readonly others: readonly object[];
  /** The lives of the other fronts. */
  readonly boots: readonly string[];
}

/** Connections may come faster than they can leave; then clients get fresh sessions. */
const MOST_LEAVING = 1000;
