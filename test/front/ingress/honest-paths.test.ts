// Paths that look unusual and are honest: each reaches its script with the parameter as it was, and no file.
import { expect, test } from "vitest";
import { RunningApp, folderOf } from "../../support/running-app.ts";

const files = {
  "ws/rooms/[id].js":
    'export const onOpen = (session) => session.send(JSON.stringify([session.getPathParameter("id"), session.getRequestPath()]));',
  "http/notes/[id].js": "export const GET = (_request, { params }) => Response.json(params.id);",
  "http/files/[...rest].js": "export const GET = (_request, { params }) => Response.json(params.rest);",
  "bolt/program.ts": `
    get("/teas/:name", () => $bolt.send($bolt.param("name")));
    ws("/lounge/:name", "", () => { $bolt.wsSendTo($bolt.wsClientId(), $bolt.wsParam("name")); }, "");`,
  "dirigible/tea/room.js": 'exports.onOpen = function () { console.log("opened"); };',
  "dirigible/tea/room.websocket": JSON.stringify({ handler: "tea/room", endpoint: "room", location: "x" }),
  "scripting/own.js": `
    const server = new HttpServer();
    server.registerHandler("/a/b", () => HttpResponse.ok("two segments"));
    server.registerHandler("/r%2Ftea", () => HttpResponse.ok("one segment"));
    server.start({ port: 0 });
    console.log("port", server.port);`,
  "public/a/b.txt": "file",
  "public/100%.txt": "hundred",
  "public/ü b.txt": "umlaut",
};

const HONEST = [
  ["r%2Ftea", "r/tea"],
  ["r%2ftea", "r/tea"],
  ["%2F", "/"],
  ["https%3A%2F%2Ftea.example%2F", "https://tea.example/"],
  ["DOMAIN%5Cada", "DOMAIN\\ada"],
  ["v1%2e2", "v1.2"],
  ["%2e%2e%2e", "..."],
  ["..a", "..a"],
  ["100%25", "100%"],
  ["%252F", "%2F"],
  ["%25", "%"],
  ["a+b%2Bc", "a+b+c"],
  ["two%20words", "two words"],
  ["%C3%BC%E2%98%95", "ü☕"],
  ["u%CC%88", "u\u0308"],
  ["%3F%23%26%3D%3B", "?#&=;"],
  ["__proto__", "__proto__"],
  ["a:b@c,d;e=f!g'h(i)*j~k$l", "a:b@c,d;e=f!g'h(i)*j~k$l"],
  ["x".repeat(12_000), "x".repeat(12_000)],
  ["%2F".repeat(3000), "/".repeat(3000)],
] as const;

test("an honest parameter reaches WebSocket, HTTP and Bolt scripts as it was", async () => {
  const app = await RunningApp.serve(folderOf(files));
  for (const [written, value] of HONEST) {
    const what = written.slice(0, 40);
    const client = await app.open(`/ws/rooms/${written}`);
    expect(JSON.parse(String(await client.next())), what).toEqual([value, `/ws/rooms/${value}`]);
    client.terminate();
    expect(await (await app.fetch(`/notes/${written}`)).json(), what).toBe(value);
    expect(await (await app.fetch(`/files/a/${written}`)).json(), what).toBe(`a/${value}`);
    expect(await app.text(`/teas/${written}`), what).toBe(value);
    const guest = await app.open(`/lounge/${written}`);
    guest.send("?");
    expect(await guest.next(), what).toBe(value);
    guest.terminate();
  }
});

test("empty segments belong to a parameter of several segments", async () => {
  const app = await RunningApp.serve(folderOf(files));
  const raw = await app.dial(
    "GET /files/https://tea.example//a HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n",
  );
  expect(await raw.toEnd()).toMatch(/"https:\/\/tea\.example\/\/a"$/);
  for (const path of ["/notes//a", "//notes/a", "/notes/a//"]) {
    const other = await app.dial(`GET ${path} HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n`);
    expect(await other.toEnd(), path).toMatch(/^HTTP\/1\.1 404 /);
  }
});

test("an encoded slash leads to no file, and other encoded characters do", async () => {
  const app = await RunningApp.serve(folderOf(files));
  const get = async (path: string): Promise<[number, string]> => {
    const response = await app.fetch(path);
    return [response.status, await response.text()];
  };
  expect(await get("/a/b.txt")).toEqual([200, "file"]);
  expect(await get("/a%2Fb.txt")).toEqual([404, "not found\n"]);
  expect(await get("/a/%2Fb.txt")).toEqual([404, "not found\n"]);
  expect(await get("/a%5Cb.txt")).toEqual([404, "not found\n"]);
  expect(await get("/%2Fetc%2Fpasswd")).toEqual([404, "not found\n"]);
  expect(await get("/a//b.txt")).toEqual([404, "not found\n"]);
  expect(await get("/100%25.txt")).toEqual([200, "hundred"]);
  expect(await get("/%C3%BC%20b%2etxt")).toEqual([200, "umlaut"]);
});

test("Dirigible's endpoint and the segments of a program's own server may hold an encoded slash", async () => {
  const app = await RunningApp.serve(folderOf(files));
  // The registry defines no such endpoint, but its program is asked.
  await expect(app.connect("/websockets/v4/service/a%2Fb").opened).rejects.toThrow('endpoint "a/b"');
  const { text } = await app.log.find(/^port \d+/);
  const get = async (path: string) => await (await fetch(`http://127.0.0.1:${text.slice(5)}${path}`)).text();
  expect(await get("/a/b")).toBe("two segments");
  expect(await get("/r%2Ftea")).toBe("one segment");
});
