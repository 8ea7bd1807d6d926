import { fork } from "node:child_process";
import { paths } from "./paths.js";

const REQUEST_LIMIT_MS = 120_000;

/** The load generator's process, from the side that gives the orders: one request at a time. */
export class GeneratorProcess {
  #child = fork(paths.generator, { stdio: "inherit", execArgv: [] });
  #settle = () => {};

  constructor() {
    this.#child.on("message", (answer) => this.#settle(answer));
    this.#child.on("exit", (code) => this.#settle({ error: `The generator ended with code ${code}` }));
  }

  async request(method, options = {}) {
    const answer = await new Promise((resolve) => {
      const timer = setTimeout(
        () => resolve({ error: `The generator did not answer "${method}"` }),
        REQUEST_LIMIT_MS,
      );
      this.#settle = (message) => {
        clearTimeout(timer);
        resolve(message);
      };
      this.#child.send({ method, options });
    });
    if (answer.error) throw new Error(answer.error);
    return answer.value;
  }

  /** Points the generator at a route of a server and opens `count` connections. */
  async connect(server, route, count) {
    await this.request("target", {
      port: server.port,
      protocol: server.protocol,
      route,
      serverPid: server.pid,
    });
    if (count > 0) await this.request("connect", { count });
  }

  end() {
    this.#child.removeAllListeners("exit");
    this.#child.kill("SIGKILL");
  }
}
