import { describe, expect, test, type TestContext } from "vitest";
import { Folder, parlor, type ParlorProcess } from "./support/parlor.ts";

// At SIGUSR2 the main thread stands still for this long, without using the processor.
const STAND = (ms: number): string => `
import { isMainThread } from "node:worker_threads";
const stand = () => { Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ${ms}); };
if (isMainThread) process.on("SIGUSR2", stand);
`;

const FILES = {
  "ws/chat.js": "export function onMessage(session, text) { session.send(text); }\n",
};

/** A server of its own for each test: they run at the same time, as each only waits. */
async function serve(
  standsFor: number,
  { onTestFinished }: TestContext,
): Promise<{ server: ParlorProcess; url: string }> {
  const [app, tmp] = [new Folder(), new Folder()];
  for (const [file, text] of Object.entries(FILES)) app.write(file, text);
  const preload = `data:text/javascript,${encodeURIComponent(STAND(standsFor))}`;
  const shell = `NODE_OPTIONS='--import=${preload.replaceAll("'", "%27")}' exec "$@"`;
  const server = parlor(["serve", app.path, "--port", "0"], { tmp: tmp.path, shell });
  onTestFinished(async () => {
    server.signal("SIGKILL");
    await server.ended;
    app.remove();
    tmp.remove();
  });
  const [, url = ""] = await server.prints(/open (http:\S+)/);
  return { server, url };
}

describe.concurrent("a server whose main thread stands still", () => {
  test("for 10 s is killed, with one line", { timeout: 40_000 }, async (context) => {
    const { server } = await serve(60_000, context);
    const started = performance.now();
    server.signal("SIGUSR2");
    const { code, err } = await server.ended;
    expect(code).not.toBe(0);
    expect(performance.now() - started).toBeGreaterThan(9_000);
    expect(err.trim().split("\n").at(-1)).toMatch(/"code":"PARLOR_SERVER_STUCK".*stood still for 10 s/);
  });

  test("for less than that goes on", { timeout: 40_000 }, async (context) => {
    const { server, url } = await serve(7_000, context);
    server.signal("SIGUSR2");
    expect((await fetch(`${url}/_parlor/health`)).status).toBe(200);
  });

  test("because it was stopped as a whole goes on", { timeout: 40_000 }, async (context) => {
    const { server, url } = await serve(0, context);
    server.signal("SIGSTOP");
    // How long it stands still is what this test tries: longer than the limit.
    await new Promise((resolve) => setTimeout(resolve, 11_000));
    server.signal("SIGCONT");
    expect((await fetch(`${url}/_parlor/health`)).status).toBe(200);
  });
});
