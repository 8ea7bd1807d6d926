import { spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { connect, createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { vi } from "vitest";

/** A real Redis or NATS of a test, on a free port, with an empty folder. */
export interface ClusterServer {
  readonly url: string;
  readonly port: number;
  readonly process: ChildProcess;
  /** Ends it at once, as a crash would, and waits for that. */
  kill(): Promise<void>;
  /** Starts it again, empty, on the same port. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

/** `options` are added to its command line; the later one of two counts. */
export async function startRedis(options: readonly string[] = []): Promise<ClusterServer> {
  return start("redis", (port, dir) => {
    const plain = options.includes("--tls-cert-file") ? ["--port", "0", "--tls-port"] : ["--port"];
    const files = ["--dir", dir, "--save", "", "--appendonly", "no", "--loglevel", "warning"];
    return ["redis-server", ["--bind", "127.0.0.1", ...plain, String(port), ...files, ...options]];
  });
}

export async function startNats(options: readonly string[] = []): Promise<ClusterServer> {
  return start("nats", (port) => ["nats-server", ["-a", "127.0.0.1", "-p", String(port), ...options]]);
}

type CommandOf = (port: number, dir: string) => [string, string[]];

async function start(protocol: string, commandOf: CommandOf): Promise<ClusterServer> {
  const port = await freePort();
  const dir = mkdtempSync(join(tmpdir(), "parlor-cluster-"));
  const launch = async (): Promise<ChildProcess> => {
    const [command, args] = commandOf(port, dir);
    const child = spawn(command, args, { stdio: "ignore" });
    // A run that is stopped in its middle calls no hook.
    process.once("exit", () => child.kill("SIGKILL"));
    await listening(port, child);
    return child;
  };
  const server = {
    url: `${protocol}://127.0.0.1:${port}`,
    port,
    process: await launch(),
    async kill() {
      const ended = new Promise((resolve) => server.process.once("exit", resolve));
      server.process.kill("SIGKILL");
      await ended;
    },
    async restart() {
      server.process = await launch();
    },
    async stop() {
      if (server.process.exitCode === null && server.process.signalCode === null) await server.kill();
      rmSync(dir, { recursive: true, force: true });
    },
  };
  return server;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function listening(port: number, child: ChildProcess): Promise<void> {
  const look = async (): Promise<void> => {
    if (!(await accepts(port)))
      throw new Error(`${child.spawnfile} does not listen (exit ${child.exitCode})`);
  };
  await vi.waitFor(look, { timeout: 10_000, interval: 20 });
}

async function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });
}
