import { expect, test } from "vitest";
import { checkConfig } from "../../src/config.ts";
import { loadApp } from "../../src/load/load-app.ts";
import { resumePerNode } from "../../src/load/resume-per-node.ts";
import { folderOf } from "../support/running-app.ts";

const files = {
  "ws/plain.js": "export function onMessage(session) { session.send(1); }",
  "ws/chat.js": "export const resume = 30; export function onMessage() {}",
  "ws/never.js": "export const resume = 0; export function onMessage() {}",
  "http/page.js": 'export const GET = () => new Response("");',
};
const tls = { key: "key.pem", cert: "cert.pem" };

async function warningsOf(config: object): Promise<string[]> {
  const checked = checkConfig(config);
  if ("problems" in checked) throw new Error(checked.problems.join());
  const app = await loadApp(folderOf(files));
  return resumePerNode(app, checked.config).map(({ file, message, code }) => `${code} ${file}: ${message}`);
}

test("a route that resumes is named in a cluster, and with it those that the configuration lets resume", async () => {
  const cluster = "redis://127.0.0.1:1";
  expect(await warningsOf({ cluster })).toEqual([
    "PARLOR_RESUME_PER_NODE ws/chat.js: resumes for 30 s, but a client that returns to another node of the cluster gets a fresh session (other-node); let the proxy keep each client at its node",
  ]);
  const all = await warningsOf({ cluster, resume: 5 });
  expect(all.map((line) => line.split(":")[0])).toEqual([
    "PARLOR_RESUME_PER_NODE ws/chat.js",
    "PARLOR_RESUME_PER_NODE ws/plain.js",
  ]);
});

test("fronts of one machine have no such warning, except with TLS of their own", async () => {
  expect(await warningsOf({})).toEqual([]);
  expect(await warningsOf({ fronts: 3 })).toEqual([]);
  expect(await warningsOf({ tls })).toEqual([]);
  expect((await warningsOf({ fronts: 3, tls }))[0]).toContain("another of the 3 fronts");
});
