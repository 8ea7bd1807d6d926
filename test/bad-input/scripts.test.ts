import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ParlorError } from "../../src/boundary/errors.ts";
import { formatProblem, serve, type ParlorServer } from "../../src/server/serve.ts";
import { silentLog } from "../../src/log.ts";
import { IDLE_LOOP } from "../support/idle-loop.ts";
import { connect, type Refused } from "../support/client.ts";
import { folderOf, RunningApp } from "../support/running-app.ts";

const good = 'export function onMessage(session, text) { session.send("echo " + text); }\n';

/** What is wrong with a script, and the line that people get. */
const wrong: Readonly<Record<string, readonly [source: string, line: RegExp]>> = {
  "syntax.js": [
    "export function onMessage(session) {\n  session.send('x'\n}\n",
    /^ws\/syntax\.js:3:1: syntax error: Expected "\)".*look at this place and at the line above it$/,
  ],
  "type-syntax.ts": ["export function onOpen(session: { {\n}\n", /^ws\/type-syntax\.ts:1:\d+: /],
  "rate-text.js": ['export const tickRate = "x";\n', /^ws\/rate-text\.js:\d+:\d+: .*tickRate.*number/],
  "rate-zero.js": ["export const tickRate = 0;\n", /^ws\/rate-zero\.js:\d+:\d+: .*tickRate.*number/],
  "rate-nan.js": ["export const tickRate = NaN;\n", /^ws\/rate-nan\.js:\d+:\d+: .*tickRate.*number/],
  "no-function.js": ["export const onMessage = 5;\n", /^ws\/no-function\.js:\d+:\d+: .*onMessage.*function/],
  "threads-rate.js": [
    "export const threads = 2;\nexport const tickRate = 10;\nexport function onTick() {}\n",
    /^ws\/threads-rate\.js:\d+:\d+: .*threads/,
  ],
  "threads-route.js": [
    'export const threads = 2;\nexport const scope = "route";\nexport function onOpen() {}\n',
    /^ws\/threads-route\.js:\d+:\d+: .*threads/,
  ],
  "threads-half.js": [
    "export const threads = 1.5;\nexport function onOpen() {}\n",
    /^ws\/threads-half\.js:\d+:\d+: .*threads/,
  ],
  "scope-unknown.js": [
    'export const scope = "rout";\nexport function onOpen() {}\n',
    /^ws\/scope-unknown\.js:\d+:\d+: .*scope/,
  ],
  "scope-rate.js": [
    'export const scope = "connection";\nexport const tickRate = 10;\nexport function onTick() {}\n',
    /^ws\/scope-rate\.js:\d+:\d+: .*(scope|tickRate)/,
  ],
  "typo.js": ["export function onMesage() {}\n", /^ws\/typo\.js:\d+:\d+: .*onMessage/],
  "import-file.js": ['import "./not-there.js";\n', /^ws\/import-file\.js:1:8: .*not-there/],
  "import-package.js": [
    'import thing from "no-such-package-here";\nexport function onOpen() { thing(); }\n',
    /^ws\/import-package\.js:1:\d+: .*npm install no-such-package-here/,
  ],
  "import-name.js": [
    'import { missing } from "./good.js";\nexport function onOpen() { missing(); }\n',
    /^ws\/import-name\.js:1:\d+: .*missing/,
  ],
  "throws.js": [
    "const config = undefined;\n\nexport const name = config.name;\nexport function onOpen() {}\n",
    /^ws\/throws\.js:3:\d+: error while loading: TypeError: .*name/,
  ],
  "throws-null.js": ["throw null;\n", /^ws\/throws-null\.js(:\d+)*: error while loading: .*null/],
  "throws-trap.js": [
    "throw { get message() { throw 1; }, get stack() { throw 2; } };\n",
    /^ws\/throws-trap\.js(:\d+)*: error while loading/,
  ],
  "rejects.js": [
    'await Promise.reject(new Error("top"));\n',
    /^ws\/rejects\.js:1:\d+: error while loading: Error: top/,
  ],
  "exits.js": ["process.exit(0);\n", /^ws\/exits\.js(:\d+)*: .*process\.exit/],
  "waits.js": [
    "await new Promise(() => {});\n",
    /^ws\/waits\.js(:\d+)*: the top level awaits a promise that does not settle/,
  ],
};

describe("a script that cannot be served", () => {
  let server: ParlorServer;
  let address: string;

  const dir = folderOf(
    {
      "ws/good.js": good,
      "http/fine.js": 'export function GET() { return new Response("fine"); }\n',
      "http/broken.js": "export function GET( {\n",
      ...Object.fromEntries(Object.entries(wrong).map(([name, [source]]) => [`ws/${name}`, source])),
    },
    afterAll,
  );

  beforeAll(async () => {
    server = await serve({ dir, port: 0, log: silentLog });
    address = server.url.replace("http", "ws");
  });
  afterAll(() => server.close());

  it.each(Object.keys(wrong))("%s costs its own route only, in one line", async (name) => {
    const [, line] = wrong[name]!;
    const lines = server.problems.filter(({ file }) => file === `ws/${name}`).map(formatProblem);
    expect(lines).toEqual([expect.stringMatching(line)]);
    expect(lines[0]).not.toMatch(/\n/);
    const refused = connect(`${address}/ws/${name.replace(/\.\w+$/, "")}`).opened;
    await expect(refused).rejects.toMatchObject({
      status: 503,
      body: "the script of this route does not load\n",
    });
  });

  it("reports only the wrong files", () => {
    const files = server.problems.map(({ file }) => file).sort();
    expect(files).toEqual([...Object.keys(wrong).map((name) => `ws/${name}`), "http/broken.js"].sort());
  });

  it("leaves the others as they are", async () => {
    const client = connect(`${address}/ws/good`);
    client.send("hi");
    expect(await client.next()).toBe("echo hi");
    client.terminate();
    expect(await (await fetch(`${server.url}/fine`)).text()).toBe("fine");
  });

  it("answers 503 to HTTP requests too, and shows in the health page", async () => {
    expect((await fetch(`${server.url}/broken`)).status).toBe(503);
    expect(server.health["status"]).toBe("degraded");
    expect(server.health["failedRoutes"]).toContain("/ws/syntax");
  });

  it("does not reveal the reason to a client", async () => {
    const refused = await connect(`${address}/ws/throws`).opened.catch((error: Refused) => error);
    expect(String((refused as Refused).body)).not.toMatch(/TypeError|throws\.js|at /);
  });
});

describe("a script that loops while it loads", () => {
  it("is given up after five seconds, and the others are served", async () => {
    const dir = folderOf({ "ws/good.js": good, "ws/loops.js": IDLE_LOOP });
    const app = await RunningApp.serve(dir);
    expect(app.server.problems.map(formatProblem)).toEqual([
      expect.stringMatching(/^ws\/loops\.js: loading did not finish within 5 s; look for an endless loop/),
    ]);
    await expect(app.connect("/ws/loops").opened).rejects.toMatchObject({ status: 503 });
    const client = app.connect("/ws/good");
    client.send("hi");
    expect(await client.next()).toBe("echo hi");
  });
});

describe("an app of which nothing can be served", () => {
  it("is refused, with a line for each file", async () => {
    const dir = folderOf({ "ws/a.js": "export function onOpen( {\n", "ws/b.js": "throw new Error('no');\n" });
    const failure = await serve({ dir, port: 0, log: silentLog }).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(ParlorError);
    const [first, ...lines] = (failure as ParlorError).message.split("\n");
    expect(first).toBe(`${dir}: no script can be served; correct at least one of these:`);
    expect(lines).toEqual([
      expect.stringMatching(/^ws\/a\.js:2: syntax error/),
      expect.stringMatching(/^ws\/b\.js:1: error while loading: .*no/),
    ]);
  });
});
