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

  test("prints the table of what it serves and the address, and answers there", async () => {
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
    "closes its sessions at %s, runs onClose and ends with 0",
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

  test("serves the rest when a script is broken, with one line for it", async () => {
    app.write("ws/good.js", echo).write("ws/bad.js", "export const onOpen = (\n");
    const { server, port } = await serve();
    expect(server.out).toMatch(/^ws +\/ws\/bad +ws\/bad\.js .*failed$/m);
    expect(server.out.match(/^error .*bad\.js:\d+:\d+: .+$/gm)).toHaveLength(1);
    const client = await connected(`ws://127.0.0.1:${port}/ws/good`);
    client.terminate();
  });

  test("ends with 1 and a line for each problem when nothing can be served", async () => {
    app.write("ws/bad.js", "export const onOpen = (\n").write("ws/worse.js", "export const tickRate = -1;\n");
    const { code, out, err } = await start("serve", app.path, "--port", "0").ended;
    expect(code).toBe(1);
    expect(out + err).toMatch(/bad\.js:\d+.*: /);
    expect(out + err).toMatch(/worse\.js.*tickRate/);
    expect(out + err).not.toMatch(/^ +at /m);
  });

  const refused: [what: string, args: () => string[], line: RegExp][] = [
    ["a folder that is not there", () => [join(app.path, "nowhere")], /nowhere/],
    ["a file in its place", () => [app.write("file", "").path + "/file"], /file/],
    ["a folder without scripts", () => [app.write("readme.md", "").path], /script/],
  ];
  test.each(refused)("says in one line that it was given %s", async (_what, args, line) => {
    const { code, out, err } = await start("serve", ...args(), "--port", "0").ended;
    expect({ code, out }).toEqual({ code: 1, out: "" });
    expect(err.trimEnd().split("\n")).toHaveLength(1);
    expect(err).toMatch(/^parlor: /);
    expect(err).toMatch(line);
  });

  test("says in one line that the port is in use", async () => {
    app.write("ws/chat.js", echo);
    const other = createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => other.once("listening", resolve));
    const { port } = other.address() as AddressInfo;
    const { code, err } = await start("serve", app.path, "--port", String(port)).ended;
    expect(code).toBe(1);
    expect(err.trimEnd().split("\n")).toHaveLength(1);
    expect(err).toContain(String(port));
    other.close();
  });

  test("says in one line which option of the config is wrong", async () => {
    app.write("ws/chat.js", echo).write("parlor.config.js", "export default { prot: 1 };\n");
    const { code, err } = await start("serve", app.path, "--port", "0").ended;
    expect(code).toBe(1);
    expect(err.trimEnd().split("\n")).toHaveLength(1);
    expect(err).toMatch(/prot.*did you mean "port"/);
  });

  test("of one app runs twice; only the first is reached by parlor run, and the second says so", async () => {
    app.write("ws/chat.js", echo);
    await serve();
    const { server } = await serve();
    expect(server.err).toContain(
      "parlor run, reload and top cannot reach this server: another server of this app is running",
    );
  });

  test("goes on when nobody reads its output any more", async () => {
    app.write("ws/chat.js", echo);
    const { server, port } = await serve();
    server.hangUp();
    const client = await connected(`ws://127.0.0.1:${port}/ws/chat`);
    client.terminate();
    server.signal("SIGTERM");
    expect((await server.ended).code).toBe(0);
  });
});

function connected(address: string): Promise<WebSocket> {
  return new Promise((resolve, reject) => {
    const client = new WebSocket(address);
    client.once("open", () => resolve(client)).once("error", reject);
  });
}

function message(client: WebSocket): Promise<string> {
  return new Promise((resolve) => client.once("message", (data: Buffer) => resolve(data.toString())));
}
