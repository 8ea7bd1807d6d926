import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { ServerHealth } from "../../../src/server/serve.ts";
import { folderOf, RunningApp, type Files } from "../../support/running-app.ts";
import { serveOn } from "../../support/served-app.ts";

const ECHO = `export const onMessage = (session, text) => session.send(text);`;
/** A host that cannot start. */
const FAILING = `export const scope = "route"; export const onStart = () => { throw new Error("no database"); }; ${ECHO}`;

async function healthOf(app: RunningApp): Promise<{ readonly status: number; readonly body: ServerHealth }> {
  const response = await app.fetch("/_parlor/health");
  return { status: response.status, body: (await response.json()) as ServerHealth };
}

async function serveFolder(files: Files): Promise<{ readonly app: RunningApp; readonly dir: string }> {
  const dir = folderOf(files);
  return { app: await RunningApp.serve(dir), dir };
}

test("health is ok with 200 while all that the app has is served", async () => {
  const { app } = await serveFolder({ "ws/a.js": ECHO });
  const { status, body } = await healthOf(app);
  expect(status).toBe(200);
  expect(body).toMatchObject({ status: "ok", problems: [], restarts: 0, reloads: { ok: 0, failed: 0 } });
  expect(body).toMatchObject({ cluster: null, failedRoutes: [], sessions: 0 });
});

test("health is degraded from a reload that does not load until one that does", async () => {
  const { app, dir } = await serveFolder({ "ws/a.js": ECHO, "ws/b.js": ECHO });
  const before = Date.now();
  writeFileSync(join(dir, "ws/a.js"), "export const onMessage = (;");
  await app.server.reload();
  const broken = await healthOf(app);
  expect(broken.status).toBe(200);
  expect(broken.body).toMatchObject({ status: "degraded", reloads: { ok: 0, failed: 1 } });
  const [problem] = broken.body.problems;
  expect(problem).toMatchObject({ route: "/ws/a", at: expect.stringMatching(/^ws\/a\.js:1:\d+$/) });
  expect(problem?.message).not.toBe("");
  expect(Date.parse(problem?.since ?? "")).toBeGreaterThanOrEqual(before);

  await app.server.reload();
  expect((await healthOf(app)).body.problems).toEqual([problem]);

  writeFileSync(join(dir, "ws/a.js"), ECHO);
  await app.server.reload();
  const mended = (await healthOf(app)).body;
  expect(mended).toMatchObject({ status: "ok", problems: [], reloads: { ok: 1, failed: 2 } });
});

test("a reload of one route that is refused makes health degraded, and a good one ends that", async () => {
  const { app, dir } = await serveFolder({ "ws/a.js": ECHO });
  writeFileSync(join(dir, "ws/a.js"), "throw new Error('broken at the top');");
  await expect(app.server.reload("/ws/a")).rejects.toMatchObject({ code: "PARLOR_RELOAD_REFUSED" });
  const { body } = await healthOf(app);
  expect(body).toMatchObject({ status: "degraded", reloads: { ok: 0, failed: 1 } });
  expect(body.problems[0]).toMatchObject({ route: "/ws/a", code: "PARLOR_RELOAD_REFUSED" });
  await expect(app.server.reload("/ws/none")).rejects.toMatchObject({ code: "PARLOR_ROUTE_UNKNOWN" });
  expect(app.server.health.reloads.failed).toBe(1);
  writeFileSync(join(dir, "ws/a.js"), `${ECHO} // mended`);
  await app.server.reload("/ws/a");
  expect((await healthOf(app)).body).toMatchObject({ status: "ok", problems: [] });
});

test("health is failing with 503 while no route of a script serves, static files or not", async () => {
  const app = await serveOn("thread", { "ws/a.js": FAILING, "public/a.txt": "a" });
  const before = Date.now();
  await app.connect("/ws/a").closed.catch(() => undefined);
  await app.healthIs((health) => health["status"] === "failing");
  const { status, body } = await healthOf(app);
  expect(status).toBe(503);
  expect(body.failedRoutes).toEqual(["/ws/a"]);
  const [problem] = body.problems;
  expect(problem).toMatchObject({ route: "/ws/a", at: "ws/a.js", code: "PARLOR_HOST_CRASHED" });
  expect(problem?.message).toContain("no database");
  expect(Date.parse(problem?.since ?? "")).toBeGreaterThanOrEqual(before);
  expect(body.restarts).toBeGreaterThan(0);
  const elsewhere = await app.fetch("/_parlor/health", { headers: { "x-forwarded-for": "203.0.113.7" } });
  expect([elsewhere.status, await elsewhere.json()]).toEqual([503, { status: "failing" }]);
});

test("health is degraded while one of several routes fails", async () => {
  const app = await serveOn("thread", { "ws/a.js": FAILING, "ws/b.js": ECHO });
  await app.connect("/ws/a").closed.catch(() => undefined);
  await app.healthIs((health) => health["status"] !== "ok");
  expect(await healthOf(app)).toMatchObject({
    status: 200,
    body: { status: "degraded", failedRoutes: ["/ws/a"] },
  });
});

test("health counts a restart for memory, and is ok again", async () => {
  const files = {
    "ws/fill.js": `export const onMessage = () => { for (const all = [];;) all.push(new Array(1e5).fill(0)); };`,
  };
  const app = await serveOn("thread", files, { memoryLimit: 67_108_864 });
  const client = await app.open("/ws/fill");
  client.send("now");
  await app.healthIs(({ restarts }) => restarts === 1);
  expect(app.server.health.status).toBe("ok");
  expect(await app.server.metrics()).toContain(
    'parlor_host_restarts_total{host="/ws/fill",reason="memory"} 1',
  );
});

test("clients from elsewhere get the status alone, of health and of readiness", async () => {
  const app = await serveOn("inline", { "ws/a.js": ECHO });
  const headers = { "x-forwarded-for": "203.0.113.7" };
  expect(await (await app.fetch("/_parlor/health", { headers })).json()).toEqual({ status: "ok" });
  const ready = await app.fetch("/_parlor/ready", { headers });
  expect([ready.status, await ready.json()]).toEqual([200, { status: "ready" }]);
  expect(ready.headers.get("cache-control")).toBe("no-store");
});

test("the paths of the server come before any script, respond to HEAD, and take no other method", async () => {
  const app = await serveOn("inline", {
    "http/_parlor/[page].js": `export const GET = () => new Response("own");`,
  });
  for (const path of ["/_parlor/health?x", "/_parlor/ready", "/_parlor/metrics"]) {
    const head = await app.fetch(path, { method: "HEAD" });
    expect([head.status, await head.text()]).toEqual([200, ""]);
    const post = await app.fetch(path, { method: "POST", body: "x" });
    expect([post.status, post.headers.get("allow")]).toEqual([405, "GET, HEAD"]);
  }
});
