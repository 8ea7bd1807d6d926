import { spawn } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { Agent, request, type RequestOptions } from "node:https";
import { createServer, type AddressInfo } from "node:net";
import { dirname, join } from "node:path";
import { onTestFinished, vi } from "vitest";
import { serve } from "../../../src/server/serve.ts";
import { appsOf } from "../../docs/page-app.ts";
import { TestCertificate } from "../../support/certificates.ts";
import { connect, type Client, type ConnectOptions } from "../../support/client.ts";
import { LogRecorder } from "../../support/log-recorder.ts";
import { folderOf, RunningApp, type Files } from "../../support/running-app.ts";
import { shell } from "../../support/shell.ts";
import { stickyOf, type Proxy } from "./proxies.ts";

/** The name of the site in the pages. */
const SITE = "tea.example";
/** The address from which clients connect: not that of the proxy. */
export const CLIENT = "127.0.0.2";

/** Apps that are served behind a proxy, with the configuration of its page. */
export class ProxiedApp {
  /** The servers, as they would run on several machines. */
  readonly servers: readonly RunningApp[];
  /** The origin of the site's pages. */
  readonly origin: string;
  readonly #port: number;
  readonly #plainPort: number;
  readonly #ca: string;
  readonly #cert: string;

  private constructor(servers: readonly RunningApp[], { http, https, cert, ca }: Place) {
    this.servers = servers;
    this.origin = `https://${SITE}:${https}`;
    this.#port = https;
    this.#plainPort = http;
    this.#ca = ca;
    this.#cert = cert;
  }

  /**
   * Serves one app for each list of files. `whenOver` is given what ends it all again, as `onTestFinished`. `isSticky`: with
   * the change of the page for clients that resume.
   */
  static async start(
    tools: Tools,
    files: readonly Files[],
    whenOver: WhenOver,
    isSticky = false,
  ): Promise<ProxiedApp> {
    const servers = await Promise.all(files.map((some) => served(tools, some, whenOver)));
    const { key, cert, ca } = new TestCertificate(tools.openssl, { names: [SITE], whenOver });
    const [http, https] = [await freePort(), await freePort()];
    const dir = folderOf({ "both.pem": ca + readFileSync(key, "utf8") }, whenOver);
    const ports = servers.map(({ server }) => server.port);
    const pem = join(dir, "both.pem");
    const config = tools.proxy.configure({ dir, http, https, cert, key, pem, servers: ports });
    run(tools, { dir, config: isSticky ? stickyOf(tools.proxy, config) : config, whenOver });
    const app = new ProxiedApp(servers, { http, https, cert, ca });
    await app.#isUp();
    return app;
  }

  /** A client of a path, from another address than the proxy's. */
  connect(path: string, { headers, ...options }: ConnectOptions = {}): Client {
    const client = connect(`wss://127.0.0.1:${this.#port}${path}`, {
      ...{ ca: this.#ca, servername: SITE, localAddress: CLIENT },
      headers: { host: `${SITE}:${this.#port}`, ...headers },
      ...options,
    });
    onTestFinished(() => client.terminate());
    return client;
  }

  async open(path: string, options?: ConnectOptions): Promise<Client> {
    const client = this.connect(path, options);
    await client.opened;
    return client;
  }

  /** A request by a connection of its own, or by that of an agent. */
  get(path: string, { headers, ...options }: RequestOptions = {}): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const req = request(`https://127.0.0.1:${this.#port}${path}`, {
        ...{ ca: this.#ca, servername: SITE, localAddress: CLIENT, agent: false },
        headers: { host: `${SITE}:${this.#port}`, ...(headers as Record<string, string>) },
        ...options,
      });
      req.on("error", reject).on("response", (response) => {
        let body = "";
        response.setEncoding("utf8").on("data", (part: string) => (body += part));
        response.on("end", () => resolve({ status: response.statusCode ?? 0, body })).on("error", reject);
      });
      req.end();
    });
  }

  /** Clients of one connection to the proxy. */
  keepAlive(): Agent {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    onTestFinished(() => agent.destroy());
    return agent;
  }

  /** The output of a `curl` command that names the site with its usual ports. */
  async curl(curl: string, command: string): Promise<string> {
    const ports = [`443:127.0.0.1:${this.#port}`, `80:127.0.0.1:${this.#plainPort}`];
    const ways = ports.map((port) => `--connect-to ${SITE}:${port}`).join(" ");
    const whole = command.replace(/^curl /, `${curl} --cacert ${this.#cert} ${ways} `);
    // A handshake ends by the time that the command gives it.
    return (await shell(`${whole} || [ $? = 28 ]`, { cwd: "/" })).trimEnd();
  }

  async #isUp(): Promise<void> {
    const isReady = async (): Promise<boolean> => {
      const answer = await this.get("/_parlor/ready").catch(() => null);
      return answer?.status === 200;
    };
    await vi.waitUntil(isReady, { timeout: 20_000, interval: 20 });
  }
}

/** Where the site is, and its certificate: the file and the text. */
interface Place {
  readonly http: number;
  readonly https: number;
  readonly cert: string;
  readonly ca: string;
}

export interface Answer {
  readonly status: number;
  readonly body: string;
}

/** A proxy, its program, and the other one that a test of it needs. */
export interface Tools {
  readonly proxy: Proxy;
  readonly program: string;
  readonly openssl: string;
}

export type WhenOver = (end: () => void | Promise<void>) => void;

// With the `parlor.config.ts` of the page.
async function served({ proxy }: Tools, files: Files, whenOver: WhenOver): Promise<RunningApp> {
  const [own] = appsOf(proxy.page);
  if (own === undefined) throw new Error(`${proxy.page.name} has no parlor.config.ts`);
  whenOver(own.remove);
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(own.dir, name)), { recursive: true });
    writeFileSync(join(own.dir, name), text);
  }
  const log = new LogRecorder();
  const app = new RunningApp(await serve({ dir: own.dir, port: 0, drainTime: 1000, log: log.log }), log);
  whenOver(() => app.close());
  return app;
}

function run({ proxy, program }: Tools, { dir, config, whenOver }: Run): void {
  const file = join(dir, "config");
  writeFileSync(file, config);
  const env = { ...process.env, HOME: dir, XDG_DATA_HOME: dir, XDG_CONFIG_HOME: dir };
  const child = spawn(program, proxy.args(file), { env, stdio: ["ignore", "ignore", "pipe"] });
  let printed = "";
  child.stderr.setEncoding("utf8").on("data", (part: string) => (printed += part));
  let isOver = false;
  const ended = new Promise<void>((resolve) => {
    child.once("exit", (code) => {
      if (!isOver) console.error(`${program} ended with ${code}:\n${printed}`);
      resolve();
    });
  });
  whenOver(async () => {
    isOver = true;
    child.kill("SIGTERM");
    await ended;
  });
}

interface Run {
  readonly dir: string;
  readonly config: string;
  readonly whenOver: WhenOver;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
