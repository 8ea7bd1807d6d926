import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { connect as connectTcp } from "node:net";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { Random } from "../../soak/random.ts";
import { folderOf, type Files } from "../../support/running-app.ts";
import { parlor } from "../support/parlor.ts";
import {
  commandOf,
  AT_ONCE,
  END_LIMIT,
  fifoIn,
  kill,
  ServedProcess,
  type ServedProcessOptions,
} from "./served-process.ts";

const GRACE = 400;
const SEED = Number(process.env["PARLOR_SEED"] ?? Date.now() % 1_000_000);
const random = new Random(SEED);
// The short version takes some of the moments, and allows for the tests beside it.
const IS_LONG = process.env["PARLOR_MOMENTS"] === "all";
const [ROUNDS, LIMIT] = IS_LONG ? [2, END_LIMIT] : [1, AT_ONCE];
const FIFO = fifoIn(folderOf({}, () => undefined));

const HANDLER = `
  import { execSync } from "node:child_process";
  import { readFileSync, promises } from "node:fs";
  const stuck = {
    exec: () => execSync("sleep 100"),
    fifo: () => readFileSync("${FIFO}"),
    pool: () => { for (let at = 0; at < 6; at++) void promises.readFile("${FIFO}"); },
    loop: () => { for (;;); },
    log: () => { for (;;) console.log("x".repeat(1000)); },
    throws: () => setInterval(() => { throw new Error("again"); }),
  };
  export function onMessage(session, how) {
    session.send(how);
    setTimeout(stuck[how] ?? (() => undefined), 5);
  }`;

const FILES: Files = {
  "ws/a.js": HANDLER,
  "ws/process.js": `export const isolation = "process";${HANDLER}`,
  "ws/stays.js": "export const onOpen = () => {}; export const onClose = () => new Promise(() => {});",
  "http/slow.js": "export const GET = () => new Promise(() => {});",
  "tasks/loops.js": 'console.log("loops"); for (;;);',
  "public/page.txt": "text ".repeat(1_000_000),
  "parlor.config.js": `export default { shutdownGrace: ${GRACE}, hangLimit: 300 };`,
};

interface Moment {
  readonly name: string;
  readonly options?: ServedProcessOptions;
  readonly files?: Files;
  /** Brings the server into its state. */
  readonly arrange: (served: ServedProcess) => Promise<unknown>;
}

const sends = (path: string, how: string) => async (served: ServedProcess) => {
  const client = await served.open(path);
  client.send(how);
  await client.next();
};

async function dial(served: ServedProcess, count: number, bytes = ""): Promise<void> {
  const port = Number(new URL(await served.url()).port);
  for (let at = 0; at < count; at++)
    connectTcp(port, "127.0.0.1")
      .on("error", () => undefined)
      .write(bytes);
}

function bundlerOf(served: ServedProcess): number {
  return served.children().find((pid) => /esbuild/.test(commandOf(pid))) ?? 0;
}

const MOMENTS: readonly Moment[] = [
  { name: "starting", arrange: () => Promise.resolve() },
  { name: "idle", arrange: (served) => served.url() },
  ...["exec", "fifo", "pool", "loop", "log", "throws"].flatMap((how): Moment[] => [
    { name: `a thread: ${how}`, arrange: sends("/ws/a", how) },
    { name: `a process: ${how}`, arrange: sends("/ws/process", how) },
  ]),
  {
    name: "a thread and a supervisor: fifo",
    options: { args: ["--supervise"] },
    arrange: sends("/ws/a", "fifo"),
  },
  {
    name: "a handler that does not settle",
    arrange: (served) => Promise.all(Array.from({ length: 20 }, () => served.open("/ws/stays"))),
  },
  {
    name: "requests without a response, and downloads that are not read",
    arrange: async (served) => {
      await dial(served, 20, "GET /slow HTTP/1.1\r\nHost: a\r\n\r\n");
      await dial(served, 20, "GET /page.txt HTTP/1.1\r\nHost: a\r\n\r\n");
    },
  },
  {
    name: "no descriptors for more connections",
    options: { shell: 'ulimit -n 256; exec "$@"' },
    arrange: (served) => dial(served, 300),
  },
  {
    name: "a task that runs",
    arrange: async (served) => {
      await served.url();
      await parlor(["run", "loops", "--dir", served.dir], { tmp: served.tmp }).prints(/loops/);
    },
  },
  {
    name: "a reload",
    arrange: async (served) => {
      await served.open("/ws/a");
      writeFileSync(join(served.dir, "ws/a.js"), `${HANDLER}\n// ${random.below(1000)}`);
      served.process.signal("SIGHUP");
    },
  },
  {
    name: "a reload, and a bundler that is suspended",
    arrange: async (served) => {
      await served.url();
      kill(bundlerOf(served), "SIGSTOP");
      served.process.signal("SIGHUP");
    },
  },
  {
    name: "a save in dev",
    options: { command: "dev" },
    arrange: async (served) => {
      await served.open("/ws/a");
      writeFileSync(join(served.dir, "ws/a.js"), `${HANDLER}\n// ${random.below(1000)}`);
    },
  },
  {
    name: "a full disk for the log",
    options: { shell: 'exec "$@" 2>/dev/full' },
    arrange: sends("/ws/a", "throws"),
  },
  {
    name: "a log that no reader takes",
    arrange: async (served) => {
      await served.url();
      served.process.leaveErrUnread();
      await sends("/ws/a", "log")(served);
    },
  },
];

describe(`SIGTERM in a bad moment (PARLOR_SEED=${SEED})`, () => {
  test.each(MOMENTS.filter((_, at) => IS_LONG || at % 4 === 0))(
    "ends the server in time: $name",
    async ({ options, arrange }) => {
      for (let time = 0; time < ROUNDS; time++) {
        const served = new ServedProcess(FILES, options);
        await served.catchesSignals();
        await arrange(served);
        await new Promise((resolve) => setTimeout(resolve, random.below(500)));
        const { ms } = await served.stop();
        expect(ms).toBeLessThan(GRACE + LIMIT);
        expect(() => execFileSync("pgrep", ["-f", served.dir])).toThrow();
      }
    },
  );
});
