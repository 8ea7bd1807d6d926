import { serialize } from "node:v8";
import { HostFuzzer } from "../../support/host-fuzzer.ts";
import { sleep } from "../figures.ts";
import type { History } from "../history.ts";
import type { Random } from "../random.ts";
import type { ServedApp } from "../served-app.ts";

const COUNT = 400;
const KINDS = ["thread", "process"] as const;

// By force: the way of the host's own messages is not offered to a script.
const FORGE = {
  thread: `
    const ports = () => process._getActiveHandles().filter(({ constructor }) => constructor.name === "MessagePort");
    const forge = (bytes) => { for (const port of ports()) port.postMessage(deserialize(bytes)); };`,
  process: `
    export const isolation = "process";
    const forge = (bytes) => { for (let at = 0; at < bytes.length;) at += writeSync(3, bytes, at); };`,
};

/** Two routes whose scripts send forged messages to the server, in the name of their hosts. Only others must not notice. */
export class Forger {
  readonly #app: ServedApp;
  readonly #random: Random;
  readonly #history: History;
  count = 0;

  constructor(app: ServedApp, how: { readonly random: Random; readonly history: History }) {
    this.#app = app;
    this.#random = how.random;
    this.#history = how.history;
  }

  /** The routes, and the messages that they choose from. */
  static files(seed: number, names: readonly string[]): Record<string, string> {
    const fuzzer = new HostFuzzer(seed, () => ({
      own: [1, 2, 3],
      others: Array.from({ length: 60 }, (_, index) => index + 1),
      scripts: [...KINDS.map((kind) => `ws /ws/forger-${kind}`), ...names.map((name) => `ws /ws/${name}`)],
      names: [...names, ...names.map((name) => `/ws/${name}`)],
    }));
    const messages = Array.from({ length: COUNT }, () => ({
      thread: base64(serialize(fuzzer.message())),
      process: base64(fuzzer.frame()),
    }));
    const scripts = KINDS.map((kind) => [`ws/forger-${kind}.js`, scriptOf(kind)]);
    return { ...Object.fromEntries(scripts), "messages.json": JSON.stringify(messages) } as Record<
      string,
      string
    >;
  }

  async run(until: number, every: number): Promise<void> {
    while (performance.now() < until) {
      const [kind, number] = [this.#random.pick(KINDS), this.#random.below(COUNT)];
      this.#history.add(`forger-${kind}`, `message ${number}`);
      const client = await this.#app.open(`/ws/forger-${kind}`).catch(() => null);
      client?.send(`${number} ${this.#app.dir}/messages.json`);
      await sleep(this.#random.below(every));
      client?.destroy();
      this.count += 1;
    }
  }
}

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString("base64");

function scriptOf(kind: (typeof KINDS)[number]): string {
  return `
    import { readFileSync, writeSync } from "node:fs";
    import { deserialize } from "node:v8";
    ${FORGE[kind]}
    let messages = null;
    export const scope = "route";
    export function onMessage(session, text) {
      const [number, file] = text.split(" ");
      messages ??= JSON.parse(readFileSync(file, "utf8"));
      forge(Buffer.from(messages[number].${kind}, "base64"));
    }`;
}
