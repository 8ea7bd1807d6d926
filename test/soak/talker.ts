import { connect, type Client } from "../support/client.ts";

/** What was wrong with what somebody heard. */
export interface Wrongs {
  lost: number;
  doubled: number;
  disordered: number;
}

/**
 * A client that sends numbered messages to a room and writes down, for each member, which of its numbers it heard. A
 * number is `sure` when its handler is synchronous: then everybody hears it, once and in order, whatever happens.
 */
export class Talker {
  readonly name: string;
  readonly client: Client;
  /** The numbers that everybody must hear. */
  readonly sure: number[] = [];
  /** By sender: what was heard, in order. */
  readonly heard = new Map<string, number[]>();
  isClosed = false;
  #next = 0;
  #onHeard: (() => void) | null = null;

  constructor(url: string, name: string) {
    this.name = name;
    this.client = connect(`${url}?name=${name}`, { patience: 60_000 });
    this.client.socket.on("message", (data) => this.#hear((data as Buffer).toString()));
    this.client.socket.on("close", () => (this.isClosed = true));
  }

  /** Says something that everybody hears. */
  say(): void {
    this.sure.push(this.#next);
    this.client.send(`say ${this.#next++}`);
  }

  /** Says something after a promise, which a fault may interrupt: heard at most once. */
  wait(): void {
    this.client.send(`wait ${this.#next++}`);
  }

  /** Does something to the script that no script should survive. */
  attack(fault: string): void {
    this.client.send(fault);
  }

  /** Resolves when somebody hears the last that this one was sure of. */
  async heardBy(other: Talker): Promise<void> {
    const last = this.sure.at(-1);
    while (last !== undefined && other.heard.get(this.name)?.includes(last) !== true) {
      await new Promise<void>((resolve) => (other.#onHeard = resolve));
    }
  }

  /** What this one should have heard of another, against what it did. */
  wrongsWith(other: Talker): Wrongs {
    const heard = this.heard.get(other.name) ?? [];
    const unique = new Set(heard);
    const lost = other.sure.filter((number) => !unique.has(number)).length;
    const disordered = heard.filter((number, index) => index > 0 && number < (heard[index - 1] ?? 0)).length;
    return { lost, doubled: heard.length - unique.size, disordered };
  }

  #hear(text: string): void {
    const [name = "", number = ""] = text.split(" ");
    const numbers = this.heard.get(name);
    if (numbers === undefined) this.heard.set(name, [Number(number)]);
    else numbers.push(Number(number));
    this.#onHeard?.();
  }
}
