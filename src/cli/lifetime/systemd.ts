// CLI: notifies systemd of the state of the server, by one run of `systemd-notify` for each.
import { spawn } from "node:child_process";

/**
 * The service manager that has started this process; null if it wants no messages. Node cannot write to a datagram
 * socket of unix, so the unit needs `NotifyAccess=all`. `onFailed` is called once, when the first message is lost.
 */
export function connectToSystemd(onFailed: (reason: string) => void): Systemd | null {
  const { NOTIFY_SOCKET = "", ...others } = process.env;
  if (NOTIFY_SOCKET === "") return null;
  // Scripts, and what they start, are not the service.
  delete process.env["NOTIFY_SOCKET"];
  return new Systemd({ ...others, NOTIFY_SOCKET }, onFailed);
}

/** One message after the other: each is a process of its own, and they must not overtake each other. */
export class Systemd {
  readonly #env: NodeJS.ProcessEnv;
  readonly #onFailed: (reason: string) => void;
  #last: Promise<void> = Promise.resolve();
  #hasFailed = false;
  #isStopping = false;

  constructor(env: NodeJS.ProcessEnv, onFailed: (reason: string) => void) {
    this.#env = env;
    this.#onFailed = onFailed;
  }

  /** After the stop has begun, there is nothing to be ready for. */
  ready(): void {
    if (!this.#isStopping) this.#send(() => ["READY=1"]);
  }

  /** Notifies before and after a reload. The time is what `Type=notify-reload` asks for. */
  async during<T>(reload: () => Promise<T>): Promise<T> {
    this.#send(() => ["RELOADING=1", `MONOTONIC_USEC=${process.hrtime.bigint() / 1000n}`]);
    try {
      return await reload();
    } finally {
      this.ready();
    }
  }

  stopping(): void {
    this.#isStopping = true;
    this.#send(() => ["STOPPING=1"]);
  }

  #send(fields: () => string[]): void {
    this.#last = this.#last.then(async () => {
      const problem = await run(fields(), this.#env);
      if (problem === null || this.#hasFailed) return;
      this.#hasFailed = true;
      this.#onFailed(problem);
    });
  }
}

const COMMAND = "systemd-notify";

function run(fields: readonly string[], env: NodeJS.ProcessEnv): Promise<string | null> {
  return new Promise((resolve) => {
    const child = spawn(COMMAND, fields, { env, stdio: "ignore" });
    child.unref();
    child.once("error", ({ message }) => resolve(`${COMMAND} cannot be started (${message})`));
    child.once("exit", (code) => resolve(code === 0 ? null : `${COMMAND} ended with exit code ${code}`));
  });
}
