// What the protocols do not allow: pipelined handshakes, handshakes with a body, old versions of HTTP.
import { expect, onTestFinished, test } from "vitest";
import { Gate } from "../support/gate.ts";
import { RawSocket, upgradeRequest } from "../support/raw-socket.ts";
import { RunningApp, folderOf } from "../support/running-app.ts";

const files = {
  "ws/echo.js": "export const onOpen = (session) => session.send('in');",
  "http/hello.js": 'export const GET = () => new Response("hello"); export const POST = GET;',
  "public/page.txt": "page",
};
const GET = "GET /hello HTTP/1.1\r\nHost: h\r\n\r\n";

test("a handshake behind a request without a response is refused after that response", async () => {
  const gate = await Gate.create();
  const app = await RunningApp.serve(
    folderOf({
      ...files,
      "http/slow.js": `export const GET = async () => { ${gate.wait} return new Response("slow"); };`,
    }),
  );
  const slow = "GET /slow HTTP/1.1\r\nHost: h\r\n\r\n";
  const socket = await app.dial(slow + upgradeRequest("/ws/echo"));
  const offer = await app.dial(slow + upgradeRequest("/hello", { Upgrade: "h2c" }));
  const next = await app.open("/ws/echo");
  expect(await next.next()).toBe("in");
  expect([socket.received, offer.received]).toEqual(["", ""]);
  gate.open();
  for (const one of [socket, offer]) {
    const [first, second] = (await one.toEnd()).split("HTTP/1.1 ").slice(1);
    expect(first).toMatch(/^200 OK[^]*slow/);
    expect(second).toMatch(/^400 [^]*must wait for the responses/);
  }
  expect(await app.text("/hello")).toBe("hello");
});

test("a handshake behind a request is refused on a program's own port too", async () => {
  const app = await RunningApp.serve(
    folderOf({
      "scripting/own.js": `
        const server = new HttpServer();
        let answer;
        server.registerHandler("/slow", () => new Promise((resolve) => (answer = resolve)));
        server.registerHandler("/go", () => { answer(HttpResponse.ok("slow")); return HttpResponse.ok("go"); });
        server.registerWebsocket("/live", {});
        server.start({ port: 0 });
        console.log("port", server.port);`,
    }),
  );
  const port = Number((await app.log.find(/^port \d+/)).text.slice(5));
  const socket = await RawSocket.open(port);
  onTestFinished(() => socket.terminate());
  socket.write("GET /slow HTTP/1.1\r\nHost: h\r\n\r\n" + upgradeRequest("/live"));
  const go = async (): Promise<string> => (await fetch(`http://127.0.0.1:${port}/go`)).text();
  await expect.poll(go).toBe("go");
  expect(await socket.toEnd()).toMatch(/^HTTP\/1\.1 200 [^]*slow[^]*HTTP\/1\.1 400 /);
});

test("a client that leaves with a handshake behind its request costs nothing", async () => {
  const gate = await Gate.create();
  const app = await RunningApp.serve(
    folderOf({
      "http/slow.js": `export const GET = async () => { ${gate.wait} return new Response("slow"); };`,
      ...files,
    }),
  );
  const socket = await app.dial("GET /slow HTTP/1.1\r\nHost: h\r\n\r\n" + upgradeRequest("/ws/echo"));
  socket.reset();
  gate.open();
  expect(await app.text("/hello")).toBe("hello");
  expect(app.server.sessionCount).toBe(0);
});

test("a handshake after a complete response of its connection is served", async () => {
  const app = await RunningApp.serve(folderOf(files));
  for (const first of [GET, "GET /page.txt HTTP/1.1\r\nHost: h\r\n\r\n"]) {
    const socket = await app.dial(first);
    await socket.until(() => /hello$|page$/.test(socket.received), "the response");
    socket.write(upgradeRequest("/ws/echo"));
    await socket.until(() => socket.received.includes("HTTP/1.1 101 "), "the 101");
    socket.terminate();
  }
});

test.each([
  ["a length", { "Content-Length": "2" }],
  ["a length with zeros", { "Content-Length": "00002" }],
  ["chunks", { "Transfer-Encoding": "chunked" }],
])("a handshake that announces a body by %s is refused", async (_how, headers) => {
  const app = await RunningApp.serve(folderOf(files));
  const socket = await app.dial(`${upgradeRequest("/ws/echo", headers)}hi`);
  expect(await socket.toEnd()).toMatch(/^HTTP\/1\.1 400 [^]*no body/);
  const empty = await app.dial(upgradeRequest("/ws/echo", { "Content-Length": "0" }));
  expect(await empty.status()).toBe(101);
});

test.each([
  ["POST /hello HTTP/1.0\r\nContent-Length: 0\r\n\r\n", "505"],
  ["OPTIONS /hello HTTP/1.0\r\n\r\n", "505"],
  [upgradeRequest("/ws/echo", {}, "GET /ws/echo HTTP/1.0"), "505"],
  ["GET /hello HTTP/0.9\r\n\r\n", "505"],
  ["GET /hello\r\n\r\n", "505"],
  ["GET /hello HTTP/1.0\r\n\r\n", "200"],
  ["HEAD /hello HTTP/1.0\r\nHost: h\r\n\r\n", "200"],
  ["GET /page.txt HTTP/1.0\r\n\r\n", "200"],
])("%j gets %s", async (bytes, status) => {
  const app = await RunningApp.serve(folderOf(files));
  const socket = await app.dial(bytes);
  expect((await socket.toEnd()).slice(9, 12)).toBe(status);
});
