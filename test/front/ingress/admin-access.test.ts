// Who sees what below /_parlor/: the status for every client, the rest for this machine and for the token.
import { expect, onTestFinished, test } from "vitest";
import { RunningApp, folderOf } from "../../support/running-app.ts";
import { createServer } from "../../../src/server/serve.ts";
import { silentLog } from "../../../src/log.ts";

const TOKEN = "a-long-and-secret-token";
const files = {
  "ws/echo.js": "export const onOpen = () => undefined;",
  "http/[...all].js": 'export const GET = () => new Response("script");',
};
const ELSEWHERE = { "x-forwarded-for": "203.0.113.7" };

const asked = async (
  app: RunningApp,
  path: string,
  headers: Record<string, string>,
): Promise<[number, string]> => {
  const response = await app.fetch(path, { headers });
  return [response.status, await response.text()];
};

test("health and ready show every client the status alone, and this machine the details", async () => {
  const app = await RunningApp.serve(folderOf(files));
  expect(await asked(app, "/_parlor/health", ELSEWHERE)).toEqual([200, '{"status":"ok"}\n']);
  expect(await asked(app, "/_parlor/ready", ELSEWHERE)).toEqual([200, '{"status":"ready"}\n']);
  expect((await app.health()).sessions).toBe(0);
  const dns = await app.dial(
    "GET /_parlor/health HTTP/1.1\r\nHost: tea.example\r\nConnection: close\r\n\r\n",
  );
  expect(await dns.toEnd()).toMatch(/\{"status":"ok"\}\n$/);
  const page = await asked(app, "/_parlor/health", { origin: "https://evil.example" });
  expect(page[1]).toBe('{"status":"ok"}\n');
});

test("whatever else lies below /_parlor/ is for this machine, and never a script's", async () => {
  const app = await RunningApp.serve(folderOf(files));
  for (const path of ["/_parlor", "/_parlor/", "/_parlor/other", "/_parlor/health/x", "/%5Fparlor/other"]) {
    expect((await asked(app, path, ELSEWHERE))[0], path).toBe(403);
    expect((await asked(app, path, {}))[0], path).toBe(404);
  }
  expect((await asked(app, "/_parlors", ELSEWHERE))[1]).toBe("script");
});

test("the token opens the details from elsewhere, and a wrong one does not", async () => {
  const app = await RunningApp.serve(folderOf(files), { admin: { token: TOKEN } });
  const withToken = (authorization: string) => ({ ...ELSEWHERE, authorization });
  for (const right of [`Bearer ${TOKEN}`, `bearer  ${TOKEN}`])
    expect((await asked(app, "/_parlor/health", withToken(right)))[1]).toContain('"sessions":0');
  for (const wrong of [
    "Bearer x",
    `Bearer ${TOKEN}x`,
    `Basic ${TOKEN}`,
    TOKEN,
    "Bearer",
    `Bearer ${TOKEN.slice(1)}`,
  ]) {
    expect((await asked(app, "/_parlor/health", withToken(wrong)))[1]).toBe('{"status":"ok"}\n');
    const refused = await app.fetch("/_parlor/metrics", { headers: withToken(wrong) });
    expect([refused.status, refused.headers.get("www-authenticate")]).toEqual([401, 'Bearer realm="parlor"']);
  }
  expect((await asked(app, "/_parlor/metrics", withToken(`Bearer ${TOKEN}`)))[0]).toBe(200);
});

test("an admin port has these paths only, and is open to all who reach it unless there is a token", async () => {
  for (const token of [null, TOKEN]) {
    const server = createServer({
      ...{ port: 0, log: silentLog, admin: { port: 0, token } },
      http: { "/hello": { GET: () => new Response("hello") } },
    });
    await server.listen();
    onTestFinished(() => server.close());
    const { adminPort } = server;
    const get = async (path: string, headers = {}): Promise<[number, string]> => {
      const response = await fetch(`http://127.0.0.1:${adminPort}${path}`, { headers });
      return [response.status, await response.text()];
    };
    expect(adminPort).not.toBe(server.port);
    expect((await get("/_parlor/health", ELSEWHERE))[1].includes("sessions")).toBe(token === null);
    expect((await get("/_parlor/health", { ...ELSEWHERE, authorization: `Bearer ${TOKEN}` }))[1]).toContain(
      "sessions",
    );
    expect((await get("/_parlor/metrics", ELSEWHERE))[0]).toBe(token === null ? 200 : 401);
    expect((await get("/hello"))[0]).toBe(404);
    expect((await get("/_parlor/ready"))[1]).toBe('{"status":"ready"}\n');
    expect(await (await fetch(`${server.url}/hello`)).text()).toBe("hello");
  }
});

test("a taken admin port is an error of the start", async () => {
  const first = createServer({ port: 0, log: silentLog, routes: {} });
  await first.listen();
  onTestFinished(() => first.close());
  const second = createServer({ port: 0, log: silentLog, routes: {}, admin: { port: first.port } });
  onTestFinished(() => second.close());
  await expect(second.listen()).rejects.toMatchObject({ code: "PARLOR_PORT_IN_USE" });
});
