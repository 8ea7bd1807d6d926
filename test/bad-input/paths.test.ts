import { spawn, spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { silentLog } from "../../src/log.ts";
import { serve, type ParlorServer } from "../../src/server/serve.ts";
import { RawSocket, upgradeRequest } from "../support/raw-socket.ts";
import { folderOf } from "../support/running-app.ts";

// Many machines lack it; it is not a dependency of the package.
const tracer = "/usr/bin/strace";
const CANARY = "CANARY-7f3a";
const canaryScript = `export function onOpen(session) { session.send("${CANARY}"); }`;

/** Targets that lead to nothing, or out of the app, when they are read carelessly. */
const targets = [
  "/ws/../../etc/passwd",
  "/../../../../../../etc/passwd",
  "/ws/%2e%2e/%2e%2e/etc/passwd",
  "/%2e%2e/%2e%2e/%2e%2e/%2e%2e/etc/passwd",
  "/..%2f..%2f..%2fetc%2fpasswd",
  "/ws/..%5c..%5cetc%5cpasswd",
  "/ws/..\\..\\secret\\canary.txt",
  "/..;/secret/canary.txt",
  "/%252e%252e/secret/canary.txt",
  "/%c0%ae%c0%ae/secret/canary.txt",
  "/%uff0e%uff0e/secret/canary.txt",
  "/../secret/canary.txt",
  "/%2e%2e/secret/canary.txt",
  "/.%2e/secret/canary.txt",
  "/link.txt",
  "/folder/canary.txt",
  "/ws/linked",
  "/ws/up/canary",
  "/ws/echo%00",
  "/ws/%00",
  "/page.txt%00.js",
  "/ws/echo%0d%0aX-Injected:%20yes",
  "//ws/echo",
  "/ws//echo",
  "//etc/passwd",
  "/ws/./echo",
  "/ws/echo/.",
  "/ws/echo/..",
  "/ws/x/../echo",
  "/ws\\echo",
  "/ws/echo#fragment",
  "/ws/%",
  "/ws/%zz",
  "/ws/%ff",
  // The rest of these would go to a script, and from there to whatever it does with them.
  ...["/ws/deep", "/files"].flatMap((any) => [
    `${any}/../../../etc/passwd`,
    `${any}/%2e%2e/%2e%2e/etc/passwd`,
    `${any}/..%2f..%2fetc%2fpasswd`,
    `${any}/a%2f..%2f..%2fetc%2fpasswd`,
    `${any}/%2e%2e%2fetc`,
    `${any}/a%2f.`,
    `${any}/a/%2e/b`,
    `${any}/a%00b`,
    `${any}/a%0d%0ab`,
    `${any}/a\\..\\b`,
    `${any}/a%5c..%5cb`,
    `${any}/a#b`,
    `${any}/caf\u00e9`,
    `${any}/%zz`,
    `${any}/a/..`,
  ]),
  "/ws/__proto__",
  "/__proto__",
  "/ws/constructor",
  "/constructor/prototype",
  "/ws/toString",
  "/ws",
  "/ws/",
  "/ws/echo.js",
  "/ws/echo/more",
  "/ws/_hidden",
  "/ws/.hidden",
  "/.env",
  "/.git/config",
  "/parlor.config.js",
  "/package.json",
  "/public/page.txt",
  "/cron/never",
  "/tasks/never",
  "http://127.0.0.1/../secret/canary.txt",
  "file:///etc/passwd",
  "*",
  `/ws/${"a".repeat(15_000)}`,
  `/${"a/".repeat(7000)}`,
  `/${"%2e%2e/".repeat(2000)}etc/passwd`,
  `/ws/${"../".repeat(4000)}etc/passwd`,
];

/** An app with links out of it, and beside it what must stay unread. */
function appWithSecrets(whenOver?: (remove: () => void) => void): string {
  const top = folderOf({ "secret/canary.txt": CANARY, "secret/canary.js": canaryScript }, whenOver);
  const files = {
    "ws/echo.js": "export function onMessage(session, text) { session.send(text); }",
    "ws/deep/[...rest].js": canaryScript,
    "http/files/[...rest].js": `export function GET() { return new Response("${CANARY}"); }\nexport const POST = GET;`,
    "ws/_hidden.js": canaryScript,
    "ws/.hidden.js": canaryScript,
    "http/fine.js": "export function GET() { return new Response('fine'); }",
    "public/page.txt": "page",
    ".env": `SECRET=${CANARY}`,
    "package.json": `{ "type": "module", "description": "${CANARY}" }`,
  };
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(top, "app", path)), { recursive: true });
    writeFileSync(join(top, "app", path), text);
  }
  symlinkSync("../../secret/canary.txt", join(top, "app/public/link.txt"));
  symlinkSync("../../secret", join(top, "app/public/folder"));
  symlinkSync("../../secret/canary.js", join(top, "app/ws/linked.js"));
  symlinkSync("../../secret", join(top, "app/ws/up"));
  return top;
}

const asks: Readonly<Record<string, (target: string) => string>> = {
  "a WebSocket": (target) => upgradeRequest(target),
  "a page": (target) => `GET ${target} HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n`,
  "the head of a page": (target) => `HEAD ${target} HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n`,
  "to post": (target) =>
    `POST ${target} HTTP/1.1\r\nHost: h\r\nConnection: close\r\nContent-Length: 2\r\n\r\nhi`,
};

async function answerTo(port: number, request: string): Promise<string> {
  const raw = await RawSocket.open(port);
  raw.write(request);
  return await raw.toEnd();
}

describe("a path that leads nowhere", () => {
  let server: ParlorServer;
  const top = appWithSecrets(afterAll);

  beforeAll(async () => {
    server = await serve({ dir: join(top, "app"), port: 0, log: silentLog });
  });
  afterAll(() => server.close());

  it.each(Object.keys(asks))("is 404 for a request for %s, and reveals nothing", async (what) => {
    for (const target of targets) {
      const answer = await answerTo(server.port, asks[what]!(target));
      // An invalid target is refused before it is resolved.
      expect(answer, target).toMatch(/^HTTP\/1\.1 (404|400) /);
      if (/^\/[\w%./]*$/.test(target)) expect(answer, target).toMatch(/^HTTP\/1\.1 404 /);
      expect(answer, target).not.toMatch(/CANARY|root:|X-Injected|SECRET/);
    }
    expect(server.sessionCount).toBe(0);
  });

  it("says which links are not followed", () => {
    const lines = server.problems.map(({ file, code }) => `${file} ${code}`).sort();
    expect(lines).toEqual(
      expect.arrayContaining(["ws/linked.js PARLOR_LINK_OUTSIDE", "ws/up PARLOR_LINK_OUTSIDE"]),
    );
  });

  it("while what exists is served", async () => {
    expect(await answerTo(server.port, asks["a page"]!("/page.txt"))).toMatch(/\r\n\r\npage$/);
    expect(await answerTo(server.port, asks["a page"]!("/fine"))).toMatch(/fine/);
    const raw = await RawSocket.open(server.port);
    raw.write(upgradeRequest("/ws/%65cho?x=../../etc/passwd"));
    expect(await raw.status()).toBe(101);
    raw.terminate();
  });
});

// Where the system can be asked what a program opens, it is; elsewhere the canaries above must do.
if (spawnSync(tracer, ["-o", "/dev/null", "true"]).status === 0) {
  describe("a path that leads nowhere, as the system sees it", () => {
    it("opens nothing outside of the app", async () => {
      const top = appWithSecrets();
      const trace = join(top, "trace");
      const program = join(import.meta.dirname, "fixtures/serve-app.js");
      const args = [
        "-f",
        "-qq",
        "-s",
        "300",
        "-e",
        "trace=?open,?access,openat,faccessat,execve",
        "-o",
        trace,
      ];
      const child = spawn(tracer, [...args, process.execPath, program, join(top, "app"), join(top, "MARK")], {
        stdio: ["pipe", "pipe", "inherit"],
      });
      const ended = new Promise((resolve) => child.once("close", resolve));
      const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
      const port = Number((await lines.next()).value);

      // What is read once, such as the time zone, has been read after this.
      await answerTo(port, asks["a page"]!("/nothing"));
      child.stdin.write("begin\n");
      await lines.next();
      for (const request of Object.values(asks)) {
        await Promise.all(targets.map((target) => answerTo(port, request(target))));
      }
      const page = await answerTo(port, asks["a page"]!("/page.txt"));
      child.stdin.end("end\n");
      await ended;

      expect(page).toMatch(/page$/);
      const opened = between(readFileSync(trace, "utf8"), "MARK-begin", "MARK-end");
      expect(opened).toContain(join(top, "app/public/page.txt"));
      const allowed = [join(top, "app"), resolve("dist"), resolve("node_modules")];
      expect(opened.filter((path) => !allowed.some((folder) => path.startsWith(`${folder}/`)))).toEqual([]);
    });
  });
}

/** The paths in a trace between two marks. */
function between(trace: string, begin: string, end: string): string[] {
  const lines = trace.split("\n");
  const [first, last] = [begin, end].map((mark) => lines.findIndex((line) => line.includes(mark)));
  expect(last).toBeGreaterThan(first!);
  return lines.slice(first! + 1, last).flatMap((line) => /"((?:[^"\\]|\\.)*)"/.exec(line)?.[1] ?? []);
}
