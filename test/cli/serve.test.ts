import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { WebSocket } from "ws";
import { Folder, parlor } from "./support/parlor.ts";
import type { ParlorProcess } from "./support/parlor.ts";

const echo = "export const onMessage = (session, message) => session.send(`echo ${message}`);\n";
const url = /http:\/\/127\.0\.0\.1:(\d+)/;

describe("parlor serve", () => {
  let app: Folder;
  let tmp: Folder;
  let running: ParlorProcess[];

  beforeEach(() => {
    app = new Folder();
    tmp = new Folder();
    running = [];
  });
  afterEach(async () => {
    for (const one of running) one.signal("SIGKILL");
    await Promise.all(running.map((one) => one.ended));
    app.remove();
    tmp.remove();
  });

  const start = (...args: string[]): ParlorProcess => {
    const started = parlor(args, { tmp: tmp.path });
    running.push(started);
    return started;
  };
  const serve = async (): Promise<{ server: ParlorProcess; port: string }> => {
    const server = start("serve", app.path, "--port", "0");
    const [, port = ""] = await server.prints(new RegExp(`open ${url.source}`));
    return { server, port };
  };

  test("prints the table of routes and the address, and serves there", async () => {
    app.write("ws/chat.js", echo).write("http/hello.js", 'export const GET = () => new Response("hi");\n');
    const { server, port } = await serve();
    expect(server.out).toMatch(/^KIND +ROUTE +SCRIPT +VERSION +STATE +THREAD/m);
    expect(server.out).toMatch(/^ws +\/ws\/chat +ws\/chat\.js +\w{8} +connection /m);
    expect(server.out).toMatch(/^http +\/hello +http\/hello\.js /m);
    const client = await connected(`ws://127.0.0.1:${port}/ws/chat`);
    client.send("x");
    expect(await message(client)).toBe("echo x");
    expect(await (await fetch(`http://127.0.0.1:${port}/hello`)).text()).toBe("hi");
    client.terminate();
  });

  test.each(["SIGINT", "SIGTERM"] as const)(
    "closes its sessions at %s, runs onClose and exits with 0",
    async (signal) => {
      app.write("ws/chat.js", `${echo}export const onClose = () => console.log("onClose has run");\n`);
      const { server, port } = await serve();
      const client = await connected(`ws://127.0.0.1:${port}/ws/chat`);
      const closed = new Promise<number>((resolve) => client.once("close", resolve));
      server.signal(signal);
      expect(await closed).toBe(1001);
      const { code, out, err } = await server.ended;
      expect(code).toBe(0);
      expect(out + err).toContain("onClose has run");
    },
  );

  test("prints one line for a broken script and serves the others", async () => {
    app.write("ws/good.js", echo).write("ws/bad.js", "export const onOpen = (\n");
    const { server, port } = await serve();
    expect(server.out).toMatch(/^ws +\/ws\/bad +ws\/bad\.js .*failed$/m);
    const problems = entriesIn(server.err).filter(({ level }) => level === 50);
    expect(problems).toEqual([
      expect.objectContaining({ code: "PARLOR_SCRIPT_SYNTAX", file: "ws/bad.js", line: 2 }),
    ]);
    const client = await connected(`ws://127.0.0.1:${port}/ws/good`);
    client.terminate();
  });

  test("exits with 1 and prints a line for each problem when no script can be served", async () => {
    app.write("ws/bad.js", "export const onOpen = (\n").write("ws/worse.js", "export const tickRate = -1;\n");
    const { code, out, err } = await start("serve", app.path, "--port", "0").ended;
    expect(code).toBe(1);
    expect(out + err).toMatch(/bad\.js:\d+.*: /);
    expect(out + err).toMatch(/worse\.js.*tickRate/);
    expect(out + err).not.toMatch(/^ +at /m);
  });

  const refused: [what: string, args: () => string[], line: RegExp][] = [
    ["a folder that does not exist", () => [join(app.path, "nowhere")], /nowhere.*\[PARLOR_APP_MISSING\]$/m],
    ["a file in its place", () => [app.write("file", "").path + "/file"], /file/],
    ["a folder without scripts", () => [app.write("readme.md", "").path], /script.*\[PARLOR_APP_EMPTY\]$/m],
  ];
  test.each(refused)("refuses %s in one line", async (_what, args, line) => {
    const { code, out, err } = await start("serve", ...args(), "--port", "0").ended;
    expect({ code, out }).toEqual({ code: 1, out: "" });
    expect(err.trimEnd().split("\n")).toHaveLength(1);
    // A mistyped command gets a line, as from any command.
    const [entry] = err.startsWith("parlor: ") ? [] : entriesIn(err);
    expect(entry === undefined ? err : `${entry.msg} [${entry.code}]`).toMatch(line);
  });

  test("refuses a port that is in use in one line", async () => {
    app.write("ws/chat.js", echo);
    const other = createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => other.once("listening", resolve));
    const { port } = other.address() as AddressInfo;
    const { code, err } = await start("serve", app.path, "--port", String(port)).ended;
    expect(code).toBe(1);
    expect(err.trimEnd().split("\n")).toHaveLength(1);
    expect(err).toContain(String(port));
    expect(entriesIn(err)).toEqual([expect.objectContaining({ level: 50, code: "PARLOR_PORT_IN_USE" })]);
    other.close();
  });

  test("names a wrong option of the config in one line", async () => {
    app.write("ws/chat.js", echo).write("parlor.config.js", "export default { prot: 1 };\n");
    const { code, err } = await start("serve", app.path, "--port", "0").ended;
    expect(code).toBe(1);
    expect(err.trimEnd().split("\n")).toHaveLength(1);
    expect(entriesIn(err)[0]?.msg).toMatch(/prot.*did you mean "port"/);
  });

  test.each([
    ["has a syntax error", 'export default { allowedOrigins: ["https://example.org"] ;'],
    ["throws", 'throw new Error("not today");'],
  ])("refuses an app whose config %s, in one line, before it listens", async (_why, config) => {
    app.write("ws/chat.js", echo).write("parlor.config.js", config);
    const { code, out, err } = await start("serve", app.path, "--port", "0").ended;
    expect({ code, out }).toEqual({ code: 1, out: "" });
    const entry = { code: "PARLOR_CONFIG", msg: expect.stringMatching(/^parlor\.config\.js:.*$/) as string };
    expect(entriesIn(err)).toEqual([expect.objectContaining(entry)]);
  });

  test("a second server of an app prints that parlor run reaches the first one", async () => {
    app.write("ws/chat.js", echo);
    await serve();
    const { server } = await serve();
    expect(server.err).toContain(
      "another server of this app is already running; parlor run, reload and top will reach that one",
    );
  });

  test("continues to serve when its output is closed", async () => {
    app.write("ws/chat.js", echo);
    const { server, port } = await serve();
    server.hangUp();
    const client = await connected(`ws://127.0.0.1:${port}/ws/chat`);
    client.terminate();
    server.signal("SIGTERM");
    expect((await server.ended).code).toBe(0);
  });
});

interface Entry {
  readonly level: number;
  readonly msg: string;
  readonly code?: string;
}

function entriesIn(log: string): Entry[] {
  const lines = log.trimEnd().split("\n");
  return lines.map((line) => JSON.parse(line) as Entry);
}

function connected(address: string): Promise<WebSocket> {
  return new Promise((resolve, reject) => {
    const client = new WebSocket(address);
    client.once("open", () => resolve(client)).once("error", reject);
  });
}

function message(client: WebSocket): Promise<string> {
  return new Promise((resolve) => client.once("message", (data: Buffer) => resolve(data.toString())));
}
