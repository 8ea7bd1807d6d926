import { spawn, type ChildProcess } from "node:child_process";

/** Runs a command line to its end, as a newcomer types it, and returns what it prints. Rejects if it fails. */
export function shell(
  command: string,
  options: { readonly cwd: string; readonly env?: NodeJS.ProcessEnv },
): Promise<string> {
  const child = spawnShell(command, options);
  let printed = "";
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding("utf8").on("data", (text) => (printed += text));
  return new Promise((resolve, reject) => {
    child.on("close", (code) => {
      if (code === 0) resolve(printed);
      else reject(new Error(`"${command}" ended with ${String(code)}:\n${printed}`));
    });
  });
}

/** A server that a command line starts, in a process group of its own. */
export interface ShellServer {
  readonly url: string;
  end(): Promise<void>;
}

/** Starts a command line that serves, and waits for the address that it prints. */
export async function shellServer(command: string, cwd: string): Promise<ShellServer> {
  const child = spawnShell(command, { cwd });
  let printed = "";
  const ended = new Promise<void>((resolve) => child.on("close", () => resolve()));
  const url = await new Promise<string>((resolve, reject) => {
    const read = (text: string): void => {
      printed += text;
      const found = /^open (http:\S+)$/m.exec(printed)?.[1];
      if (found !== undefined) resolve(found);
    };
    for (const stream of [child.stdout, child.stderr]) stream?.setEncoding("utf8").on("data", read);
    void ended.then(() => reject(new Error(`"${command}" has ended:\n${printed}`)));
  });
  return {
    url,
    async end() {
      // npm passes no signal on to what it runs, so the whole group gets it.
      process.kill(-(child.pid ?? 0), "SIGTERM");
      await ended;
    },
  };
}

function spawnShell(command: string, { cwd, env }: { cwd: string; env?: NodeJS.ProcessEnv }): ChildProcess {
  return spawn("bash", ["-c", command], { cwd, detached: true, env: { ...quiet, ...env } });
}

// What the tests' own npm has set must not reach an npm of another folder.
const outside = Object.entries(process.env).filter(
  ([name]) => !/^(?:npm_|INIT_CWD|NODE_ENV|VITEST)/i.test(name),
);
const quiet: NodeJS.ProcessEnv = {
  ...Object.fromEntries(outside),
  NO_COLOR: "1",
  npm_config_audit: "false",
  npm_config_fund: "false",
  npm_config_update_notifier: "false",
  npm_config_prefer_offline: "true",
};
