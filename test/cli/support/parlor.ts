import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";

const root = resolve(import.meta.dirname, "../../..");
const binary = join(root, "bin/parlor.js");

/** A command line that runs in its own process. */
export interface ParlorProcess {
  readonly out: string;
  readonly err: string;
  /** Resolves when the text has been printed to either output; rejects when the process ends without it. */
  prints(pattern: RegExp): Promise<RegExpExecArray>;
  readonly pid: number;
  signal(signal: NodeJS.Signals): void;
  /** Stops reading its standard error stream, as a log shipper that is stuck does. */
  leaveErrUnread(): void;
  /** Stops reading its output, as `head` does. */
  hangUp(): void;
  readonly ended: Promise<Ended>;
}

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly out: string;
  readonly err: string;
}

export interface ParlorOptions {
  readonly cwd?: string;
  readonly tmp?: string;
  /** How a shell starts it, where `"$@"` is the command: `ulimit -n 256; exec "$@" 2>/dev/full`. */
  readonly shell?: string;
}

/** Starts the built binary, as a shell does. */
export function parlor(args: readonly string[], options: ParlorOptions = {}): ParlorProcess {
  const env = {
    ...process.env,
    NO_COLOR: "1",
    PARLOR_DEBUG: "",
    ...(options.tmp && { TMPDIR: options.tmp }),
  };
  const command = [process.execPath, binary, ...args];
  const [file = "", ...rest] =
    options.shell === undefined ? command : ["sh", "-c", options.shell, "sh", ...command];
  const child = spawn(file, rest, { cwd: options.cwd, env });
  const printed = { out: "", err: "" };
  const checks = new Set<() => void>();
  const take = (side: "out" | "err") => (text: string) => {
    printed[side] += text;
    for (const check of checks) check();
  };
  child.stdout.setEncoding("utf8").on("data", take("out"));
  child.stderr.setEncoding("utf8").on("data", take("err"));
  const ended = new Promise<Ended>((done) =>
    child.on("close", (code, signal) => done({ code, signal, ...printed })),
  );
  return {
    get out() {
      return printed.out;
    },
    get err() {
      return printed.err;
    },
    prints(pattern) {
      return new Promise((resolve, reject) => {
        const check = (): void => {
          const found = pattern.exec(printed.out) ?? pattern.exec(printed.err);
          if (found === null) return;
          checks.delete(check);
          resolve(found);
        };
        checks.add(check);
        check();
        void ended.then(({ code }) => {
          const output = `${printed.out}\n${printed.err}`;
          reject(new Error(`ended with ${code} before it printed ${String(pattern)}:\n${output}`));
        });
      });
    },
    pid: child.pid ?? 0,
    signal: (signal) => void child.kill(signal),
    leaveErrUnread: () => void child.stderr.pause(),
    hangUp() {
      child.stdout.destroy();
      child.stderr.destroy();
    },
    ended,
  };
}

/** A folder for one test, with files in it. */
export class Folder {
  readonly path = mkdtempSync(join(tmpdir(), "parlor-cli-"));

  write(file: string, text: string): this {
    const path = join(this.path, file);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
    return this;
  }

  link(name: string, target: string): string {
    symlinkSync(target, join(this.path, name));
    return join(this.path, name);
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}
