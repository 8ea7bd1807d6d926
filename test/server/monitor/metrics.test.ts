import { describe, expect, test } from "vitest";
import { ALL_SERIES } from "../../../src/server/monitor/metrics.ts";
import { MOST_REGISTERED, OTHER_ROUTES, RouteLabels } from "../../../src/server/monitor/route-labels.ts";
import { serveOn, type ServedApp } from "../../support/served-app.ts";
import { readMetrics, valueOf } from "../../support/metrics-text.ts";

const ECHO = `export const onMessage = (session, text) => session.send(text);`;

async function scrape(app: ServedApp): Promise<ReturnType<typeof readMetrics>> {
  return readMetrics(await app.text("/_parlor/metrics"));
}

test("metrics count sessions, messages and bytes by route", async () => {
  const app = await serveOn("thread", { "ws/echo.js": ECHO });
  const client = await app.open("/ws/echo");
  client.send("hello");
  expect(await client.next()).toBe("hello");
  const metrics = await scrape(app);
  expect(valueOf(metrics, "parlor_sessions", { route: "/ws/echo" })).toBe(1);
  expect(valueOf(metrics, "parlor_messages_sent_total", { route: "/ws/echo" })).toBe(1);
  expect(valueOf(metrics, "parlor_bytes_sent_total", { route: "/ws/echo" })).toBe(7);
  expect(valueOf(metrics, "parlor_messages_received_total", { route: "/ws/echo" })).toBe(1);
  expect(valueOf(metrics, "parlor_queue_events", { host: "/ws/echo" })).toBe(0);
  expect(valueOf(metrics, "parlor_health", { status: "ok" })).toBe(1);
});

test("metrics count HTTP responses by the pattern of their route, whatever the path", async () => {
  const app = await serveOn("thread", {
    "http/items/[id].js": `export const GET = (_request, { params }) => new Response(params.id, { status: 201 });`,
  });
  for (const path of ["/missing", "/missing/too", "/items/1", "/items/2"]) await app.text(path);
  // A response counts when it is over on the server's side, too.
  const requests = "parlor_http_requests_total";
  let metrics = await scrape(app);
  while (valueOf(metrics, requests, { route: "/items/:id", status: "201" }) < 2) metrics = await scrape(app);
  expect(valueOf(metrics, requests, { route: "(none)", status: "404" })).toBe(2);
  const duration = "parlor_http_request_duration_seconds";
  expect(valueOf(metrics, `${duration}_count`, { route: "/items/:id" })).toBe(2);
  expect(valueOf(metrics, `${duration}_bucket`, { route: "/items/:id", le: "+Inf" })).toBe(2);
});

test("metrics count refused handshakes by reason", async () => {
  const app = await serveOn("inline", {
    "ws/a.js": ECHO,
    "ws/closed.js": `export const onUpgrade = () => ({ status: 418, body: "no" });`,
  });
  await expect(app.connect("/ws/missing").opened).rejects.toMatchObject({ status: 404 });
  const foreign = app.connect("/ws/a", { headers: { origin: "https://evil.example" } });
  await expect(foreign.opened).rejects.toMatchObject({ status: 403 });
  await expect(app.connect("/ws/closed").opened).rejects.toBeDefined();
  const metrics = await scrape(app);
  for (const reason of ["no_route", "origin_refused", "script"])
    expect(valueOf(metrics, "parlor_handshakes_refused_total", { reason })).toBe(1);
});

test("metrics count restarts of a host by reason, and measure its memory", async () => {
  const app = await serveOn("process", { "ws/exit.js": `export const onMessage = () => process.exit(3);` });
  const client = await app.open("/ws/exit");
  client.send("now");
  await app.healthIs(({ restarts }) => restarts === 1);
  const again = await app.open("/ws/exit");
  while (valueOf(await scrape(app), "parlor_host_memory_bytes", { host: "/ws/exit" }) === 0);
  expect(
    valueOf(await scrape(app), "parlor_host_restarts_total", { host: "/ws/exit", reason: "crash" }),
  ).toBe(1);
  again.terminate();
});

test("metrics are for this machine only", async () => {
  const app = await serveOn("inline", { "ws/a.js": ECHO });
  const headers = { "x-forwarded-for": "203.0.113.7" };
  expect((await app.fetch("/_parlor/metrics", { headers })).status).toBe(403);
  expect((await app.fetch("/_parlor/metrics", { method: "POST" })).status).toBe(405);
  const { headers: own } = await app.fetch("/_parlor/metrics");
  expect(own.get("content-type")).toBe("text/plain; version=0.0.4; charset=utf-8");
  expect(await app.server.metrics()).toContain("# TYPE parlor_sessions gauge");
});

test("each series has the labels that it declares, and one value for each set of them", async () => {
  const app = await serveOn("thread", {
    "ws/tick.js": `export const tickRate = 60; export const tickWhenEmpty = true; export const onTick = () => {};`,
    "http/a.js": `export const GET = () => new Response("a");`,
  });
  await app.text("/a");
  let metrics = await scrape(app);
  while (!metrics.some(({ name }) => name === "parlor_tick_cost_seconds")) metrics = await scrape(app);
  const known = new Map(ALL_SERIES.map((series) => [series.name, series]));
  const seen = new Set<string>();
  for (const { name, labels } of metrics) {
    const series = known.get(name) ?? known.get(name.replace(/_(?:bucket|sum|count)$/, ""));
    expect(series, name).toBeDefined();
    for (const label of Object.keys(labels)) expect(series?.labels).toContain(label);
    const key = `${name}${JSON.stringify(labels)}`;
    expect(seen.has(key), key).toBe(false);
    seen.add(key);
  }
});

describe("the label route", () => {
  test("names WebSocket routes only, after a reload as well", async () => {
    const app = await serveOn("thread", {
      "ws/echo.js": ECHO,
      "http/items.js": `export const GET = () => new Response("none");`,
      "bolt/lounge.js": `ws("/lounge", "", "", "");`,
    });
    await app.server.reload();
    const sessions = (await scrape(app)).filter(({ name }) => name === "parlor_sessions");
    expect(sessions.map(({ labels }) => labels["route"])).toEqual(["/ws/echo"]);
  });

  test("is the pattern of each file's route, and bounded for paths of programs", () => {
    const labels = new RouteLabels(() => [{ route: "/ws/chat" }]);
    const all = Array.from({ length: 5000 }, (_, at) => labels.of(`/p${at}`));
    expect(new Set(all).size).toBe(MOST_REGISTERED + 1);
    expect(all.at(-1)).toBe(OTHER_ROUTES);
    expect(labels.of("/p0")).toBe("/p0");
    expect(labels.of("/ws/chat")).toBe("/ws/chat");
  });
});
