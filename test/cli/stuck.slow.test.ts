import { afterEach, beforeEach, expect, test } from "vitest";
import { Folder, parlor, type ParlorProcess } from "./support/parlor.ts";

// At SIGUSR2 the main thread stands still for this long.
const STAND = (ms: number): string => `
import { isMainThread } from "node:worker_threads";
const stand = () => { for (const end = performance.now() + ${ms}; performance.now() < end;); };
if (isMainThread) process.on("SIGUSR2", stand);
`;

let app: Folder;
let tmp: Folder;
let servers: ParlorProcess[];

beforeEach(() => {
  [app, tmp, servers] = [new Folder(), new Folder(), []];
  app.write("ws/chat.js", "export function onMessage(session, text) { session.send(text); }\n");
});

afterEach(async () => {
  for (const server of servers) server.signal("SIGKILL");
  await Promise.all(servers.map(({ ended }) => ended));
  app.remove();
  tmp.remove();
});

async function serve(standsFor: number): Promise<{ server: ParlorProcess; url: string }> {
  const preload = `data:text/javascript,${encodeURIComponent(STAND(standsFor))}`;
  const shell = `NODE_OPTIONS='--import=${preload.replaceAll("'", "%27")}' exec "$@"`;
  const server = parlor(["serve", app.path, "--port", "0"], { tmp: tmp.path, shell });
  servers.push(server);
  const [, url = ""] = await server.prints(/open (http:\S+)/);
  return { server, url };
}

test("a server whose main thread stands still for 10 s is killed, with one line", async () => {
  const { server } = await serve(60_000);
  const started = performance.now();
  server.signal("SIGUSR2");
  const { code, err } = await server.ended;
  expect(code).not.toBe(0);
  expect(performance.now() - started).toBeGreaterThan(9_000);
  expect(err.trim().split("\n").at(-1)).toMatch(/"code":"PARLOR_SERVER_STUCK".*stood still for 10 s/);
}, 40_000);

test("a server that stands still for less, or that was stopped as a whole, goes on", async () => {
  const { server, url } = await serve(7_000);
  server.signal("SIGUSR2");
  expect((await fetch(`${url}/_parlor/health`)).status).toBe(200);
  server.signal("SIGSTOP");
  await new Promise((resolve) => setTimeout(resolve, 13_000));
  server.signal("SIGCONT");
  expect((await fetch(`${url}/_parlor/health`)).status).toBe(200);
}, 60_000);
