// Origin and Host: which pages may open a WebSocket, and by which names a server may be called.
import { describe, expect, it, onTestFinished, test } from "vitest";
import { AllowedHosts, hostsToCheck } from "../../../src/front/ingress/allowed-hosts.ts";
import { isOriginAllowed, type OriginRule } from "../../../src/front/ingress/allowed-origins.ts";
import { createServer, type ServeOptions } from "../../../src/server/serve.ts";
import { silentLog } from "../../../src/log.ts";
import { connect } from "../../support/client.ts";
import { RunningApp, folderOf } from "../../support/running-app.ts";

const rule = (rest: Partial<OriginRule> = {}): OriginRule => ({ allowed: [], ...rest });

describe("an origin", () => {
  it.each([
    ["http://tea.example", "tea.example"],
    ["https://tea.example", "tea.example"],
    ["https://tea.example", "tea.example:443"],
    ["http://tea.example", "tea.example:80"],
    ["http://TEA.example:8080", "tea.example:8080"],
    ["http://127.0.0.1:8080", "127.0.0.1:8080"],
    ["http://[::1]:8080", "[::1]:8080"],
  ])("%s is of the same host as %s", (origin, host) => {
    expect(isOriginAllowed(origin, [host], rule())).toBe(true);
    expect(isOriginAllowed(origin, ["other.example", host], rule())).toBe(true);
    expect(isOriginAllowed(origin, ["other.example"], rule())).toBe(false);
  });

  it.each([
    ["http://evil.example", "tea.example"],
    ["http://tea.example.evil.example", "tea.example"],
    ["http://eviltea.example", "tea.example"],
    ["http://sub.tea.example", "tea.example"],
    ["http://tea.example:8081", "tea.example:8080"],
    ["http://tea.example", "tea.example:8080"],
    ["https://tea.example", "tea.example:80"],
    ["http://localhost:5173", "localhost:8080"],
    ["http://localhost:8080", "127.0.0.1:8080"],
    ["null", "tea.example"],
    ["null", "null"],
    ["", ""],
    ["tea.example", "tea.example"],
    ["file://", "tea.example"],
    ["ws://tea.example", "tea.example"],
    ["http://tea.example/path", "tea.example"],
    ["http://tea.example@evil.example", "tea.example"],
    ["http://evil.example@tea.example", "tea.example"],
    ["http://tea.example, http://evil.example", "tea.example"],
    ["http://evil.example, http://tea.example", "tea.example"],
    ["http://", ""],
  ])("%s is foreign to %s", (origin, host) => {
    expect(isOriginAllowed(origin, [host], rule())).toBe(false);
    expect(isOriginAllowed(origin, [host], rule({ allowed: "*" }))).toBe(true);
  });

  it("may be absent: the client is not a browser", () => {
    expect(isOriginAllowed(undefined, ["tea.example"], rule())).toBe(true);
  });

  it("is allowed by a list, beside the same host", () => {
    const listed = rule({ allowed: ["https://shop.example", "http://b.example:8080", "null"] });
    const may = (origin: string) => isOriginAllowed(origin, ["tea.example"], listed);
    for (const origin of ["https://shop.example", "https://SHOP.example:443", "null", "http://tea.example"])
      expect(may(origin), origin).toBe(true);
    for (const origin of ["http://shop.example", "https://shop.example:8443", "http://b.example"])
      expect(may(origin), origin).toBe(false);
  });

  it("may have any port under dev, if it and the request are of this machine", () => {
    const dev = rule({ isDev: true });
    const origin = "http://localhost:5173";
    expect(isOriginAllowed(origin, ["localhost:8080"], dev)).toBe(true);
    expect(isOriginAllowed(origin, ["127.0.0.1:8080"], dev)).toBe(true);
    expect(isOriginAllowed(origin, ["192.168.0.7:8080"], dev)).toBe(false);
    expect(isOriginAllowed("http://evil.example", ["localhost:8080"], dev)).toBe(false);
    expect(isOriginAllowed("http://localhost.evil.example", ["localhost:8080"], dev)).toBe(false);
  });

  it("may have another port than a port that a program opened", () => {
    const own = rule({ ignoresPort: true });
    expect(isOriginAllowed("http://tea.example:8080", ["tea.example:9000"], own)).toBe(true);
    expect(isOriginAllowed("http://evil.example:9000", ["tea.example:9000"], own)).toBe(false);
  });
});

describe("a host", () => {
  const status = (host: string | undefined, allowed: string[] | null): number =>
    new AllowedHosts(allowed).refusalOf({ headers: host === undefined ? {} : { host } })?.status ?? 200;

  it.each([
    "localhost",
    "localhost:8080",
    "LOCALHOST",
    "app.localhost:8080",
    "127.0.0.1",
    "192.168.0.7:8080",
    "[::1]:8080",
    "[2001:db8::1]",
    "tea.example",
    "Tea.Example:443",
    "a.shop.example",
    "shop.example",
    undefined,
  ])("%s is allowed", (host) => {
    expect(status(host, ["tea.example", ".shop.example"])).toBe(200);
  });

  it.each([
    "evil.example",
    "evil.example:8080",
    "tea.example.evil.example",
    "eviltea.example",
    "sub.tea.example",
    "evilshop.example",
    "localhost.evil.example",
    "evillocalhost",
    "127.0.0.1.evil.example",
    "127.0.0.1.nip.io",
    "",
    "localhost:8080:80",
    "[::1].evil.example",
  ])("%s is refused", (host) => {
    expect(status(host, ["tea.example", ".shop.example"])).toBe(403);
    expect(status(host, null)).toBe(200);
  });

  it("is checked under dev, and where there is a list; the configured one is always allowed", () => {
    const at = (allowed: "*" | string[], isDev: boolean) => hostsToCheck(allowed, { host: "box.lan", isDev });
    expect(at([], true)).toEqual(["box.lan"]);
    expect(at([], false)).toBeNull();
    expect(at(["tea.example"], false)).toEqual(["tea.example", "box.lan"]);
    expect(at("*", true)).toBeNull();
  });
});

const files = {
  "ws/echo.js": "export const onOpen = (session) => session.send('in');",
  "http/hello.js": 'export const GET = () => new Response("hello");',
  "public/page.txt": "page",
  "bolt/program.ts": 'ws("/lounge", "", "", "");',
  "scripting/own.js": `
    const server = new HttpServer();
    server.registerWebsocket("/live", {});
    server.start({ port: 0 });
    console.log("port", server.port);`,
};
const start = (settings: Omit<ServeOptions, "dir"> = {}) => RunningApp.serve(folderOf(files), settings);
const FOREIGN = { headers: { origin: "https://evil.example" } };

test("a page of another origin gets 403 and a line in the log, at every kind of route", async () => {
  const app = await start();
  for (const path of ["/ws/echo", "/lounge"]) {
    await expect(app.connect(path, FOREIGN).opened).rejects.toMatchObject({ status: 403 });
    const own = { headers: { origin: app.server.url } };
    await app.open(path, own);
    await app.open(path);
  }
  const { level, text, fields } = await app.log.find(/evil\.example/);
  expect([level, fields["code"]]).toEqual(["warn", "PARLOR_ORIGIN_REFUSED"]);
  expect(text).toContain('add "https://evil.example" to allowedOrigins');
});

test("a page of another origin comes in if it is listed, or if all are allowed", async () => {
  for (const allowedOrigins of [["https://evil.example"], "*"] as const) {
    const app = await start({ allowedOrigins });
    expect(await (await app.open("/ws/echo", FOREIGN)).next()).toBe("in");
  }
});

test("the same host may be the one that a trusted proxy names, and that of a proxy that is not trusted may not", async () => {
  const headers = { origin: "https://tea.example", "x-forwarded-host": "tea.example" };
  const trusting = await start({ trustProxy: true });
  await trusting.open("/ws/echo", { headers });
  const other = await start();
  await expect(other.connect("/ws/echo", { headers }).opened).rejects.toMatchObject({ status: 403 });
});

test("a page of the same name may connect to a port that a program opened", async () => {
  const app = await start();
  const { text } = await app.log.find(/^port \d+/);
  const live = `ws://127.0.0.1:${text.slice(5)}/live`;
  await app.client(live, { headers: { origin: app.server.url } }).opened;
  await expect(app.client(live, FOREIGN).opened).rejects.toMatchObject({ status: 403 });
});

test("a server in a program has the same rule by default", async () => {
  const server = createServer({
    port: 0,
    log: silentLog,
    routes: { "/ws/echo": { onOpen: () => undefined } },
  });
  await server.listen();
  onTestFinished(() => server.close());
  const url = `${server.url.replace("http", "ws")}/ws/echo`;
  await expect(connect(url, FOREIGN).opened).rejects.toMatchObject({ status: 403 });
  const own = connect(url, { headers: { origin: server.url } });
  await own.opened;
  own.terminate();
});

test("under dev a foreign Host gets 403 for scripts, files and WebSockets; serve takes it", async () => {
  const headers = { host: "evil.example", origin: "http://evil.example" };
  const get = (path: string) => `GET ${path} HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n`;
  const dev = await start({ watch: true });
  for (const path of ["/hello", "/page.txt", "/nothing", "/_parlor/health"]) {
    const response = await (await dev.dial(get(path))).toEnd();
    expect(response, path).toMatch(/^HTTP\/1\.1 403 /);
    expect(response).toContain('the host "evil.example" is not allowed; add it to allowedHosts');
  }
  for (const path of ["/ws/echo", "/lounge"])
    await expect(dev.connect(path, { headers }).opened, path).rejects.toMatchObject({ status: 403 });
  expect(await dev.text("/hello")).toBe("hello");
  const listed = await start({ watch: true, allowedHosts: [".example"] });
  expect(await (await listed.dial(get("/hello"))).toEnd()).toMatch(/hello$/);
  await listed.open("/ws/echo", { headers });
  const serving = await start();
  expect(await (await serving.dial(get("/hello"))).toEnd()).toMatch(/hello$/);
  const strict = await start({ allowedHosts: ["tea.example"] });
  expect(await (await strict.dial(get("/hello"))).toEnd()).toMatch(/^HTTP\/1\.1 403 /);
});

test("under dev a page of another development server on this machine may connect", async () => {
  const headers = { origin: "http://localhost:5173" };
  await (await start({ watch: true })).open("/ws/echo", { headers });
  const serving = await start();
  await expect(serving.connect("/ws/echo", { headers }).opened).rejects.toMatchObject({ status: 403 });
});
