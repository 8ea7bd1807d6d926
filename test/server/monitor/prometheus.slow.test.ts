import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { dashboardQueries } from "../../support/dashboard.ts";
import { needs } from "../../support/require.ts";
import { folderOf } from "../../support/running-app.ts";
import { serveOn } from "../../support/served-app.ts";

const prometheus = needs("prometheus");

interface Answer {
  readonly status: string;
  readonly error?: string;
  readonly data?: { readonly result: readonly { readonly value: readonly [number, string] }[] };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Starts a Prometheus that scrapes a port; returns a function that asks it. */
async function started(target: number): Promise<(query: string) => Promise<Answer>> {
  const dir = folderOf({});
  const port = await freePort();
  const job = `- job_name: parlor\n  metrics_path: /_parlor/metrics\n  static_configs:\n  - targets: ["127.0.0.1:${target}"]`;
  writeFileSync(join(dir, "config.yml"), `global: { scrape_interval: 1s }\nscrape_configs:\n${job}\n`);
  const flags = [`--config.file=${dir}/config.yml`, `--storage.tsdb.path=${dir}/data`];
  const child = spawn(prometheus.path, [...flags, `--web.listen-address=127.0.0.1:${port}`], {
    stdio: "ignore",
  });
  const ended = new Promise((resolve) => child.once("exit", resolve));
  onTestFinished(async () => {
    child.kill("SIGKILL");
    await ended;
  });
  return async (query) => {
    const url = `http://127.0.0.1:${port}/api/v1/query?query=${encodeURIComponent(query)}`;
    return (await (await fetch(url)).json()) as Answer;
  };
}

describe.skipIf(prometheus.skip)("with a real Prometheus", () => {
  test(
    "a server is scraped, and every query of the dashboard is answered",
    { timeout: 120_000 },
    async () => {
      const app = await serveOn("thread", {
        "ws/echo.js": `export const onMessage = (session, text) => session.send(text);`,
        "http/a.js": `export const GET = () => new Response("a");`,
      });
      const client = await app.open("/ws/echo");
      client.send("hello");
      expect(await app.text("/a")).toBe("a");
      const ask = await started(app.server.port);
      const valueOf = async (query: string): Promise<number> => {
        const answer = await ask(query).catch(() => null);
        return Number(answer?.data?.result[0]?.value[1] ?? 0);
      };
      const becomesOne = (query: string): Promise<boolean> =>
        vi.waitUntil(async () => (await valueOf(query)) === 1, { timeout: 60_000, interval: 200 });
      await becomesOne("up");
      await becomesOne('parlor_messages_received_total{route="/ws/echo"}');
      await becomesOne('parlor_http_request_duration_seconds_count{route="/a"}');
      const values = { $__rate_interval: "1m", $job: "parlor", $instance: ".*" };
      for (const { title, expr } of dashboardQueries()) {
        let query = expr;
        for (const [name, value] of Object.entries(values)) query = query.replaceAll(name, value);
        const answer = await ask(query);
        expect(`${title}: ${answer.status} ${answer.error ?? ""}`.trim()).toBe(`${title}: success`);
      }
      expect(await valueOf('sum(parlor_sessions{job="parlor",instance=~".*"})')).toBe(1);
    },
  );
});
