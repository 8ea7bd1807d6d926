import { afterEach, beforeEach, expect, test } from "vitest";
import { connect } from "../support/client.ts";
import { RawSocket, upgradeRequest } from "../support/raw-socket.ts";
import { Folder, parlor, type ParlorProcess } from "../cli/support/parlor.ts";

const ECHO = `
export const isolation = "process";
export function onMessage(session, text) { session.send("echo " + text); }
export function onReload(session, reason) { session.send("reloaded " + reason); }
`;

const THREAD = `
export function onMessage(session, text) {
  if (text === "exit") process.exit(1);
  session.send("echo " + text);
}
`;

// Takes every descriptor that the process has left, and gives them back.
const GREEDY = `
import { closeSync, openSync } from "node:fs";
const taken = [];
export function onMessage(session, text) {
  try {
    if (text === "take") for (;;) taken.push(openSync("/dev/null", "r"));
  } catch {}
  if (text === "give two") for (const file of taken.splice(0, 2)) closeSync(file);
  if (text === "give") for (const file of taken.splice(0)) closeSync(file);
  session.send(text);
}
`;

let app: Folder;
let tmp: Folder;
let server: ParlorProcess;
let port: number;
let url: string;

beforeEach(async () => {
  app = new Folder();
  tmp = new Folder();
  app.write("ws/own.js", ECHO).write("ws/other.js", ECHO).write("ws/greedy.js", GREEDY);
  app.write("ws/thread.js", THREAD);
  server = parlor(["serve", app.path, "--port", "0"], { tmp: tmp.path, shell: 'ulimit -n 128; exec "$@"' });
  port = Number((await server.prints(/open http:\/\/127\.0\.0\.1:(\d+)/))[1]);
  url = `ws://127.0.0.1:${port}`;
});

afterEach(async () => {
  server.signal("SIGKILL");
  await server.ended;
  app.remove();
  tmp.remove();
});

const ask = async (client: ReturnType<typeof connect>, text: string): Promise<unknown> => {
  client.send(text);
  return client.next();
};

test("without descriptors, a client of a process that does not run yet gets 503, and the server lives on", async () => {
  const [greedy, own] = [connect(`${url}/ws/greedy`), connect(`${url}/ws/own`)];
  expect(await ask(own, "a")).toBe("echo a");
  expect(await ask(greedy, "one")).toBe("one");
  const first = await RawSocket.open(port);
  expect(await ask(greedy, "take")).toBe("take");
  first.write(upgradeRequest("/ws/other"));
  expect(await first.status()).toBe(503);
  expect(await ask(own, "b")).toBe("echo b");
  await server.prints(/cannot be started/);
  expect(await ask(greedy, "give")).toBe("give");
  // The start is tried again by itself.
  await expect.poll(() => statusOf("/ws/other"), { timeout: 8000 }).toBe(101);
  const late = connect(`${url}/ws/other`);
  expect(await ask(late, "c")).toBe("echo c");
  for (const client of [greedy, own, late]) client.terminate();
});

test("without descriptors, a thread that cannot start again costs no session, however long the shortage lasts", async () => {
  const [greedy, own] = [connect(`${url}/ws/greedy`), connect(`${url}/ws/thread`)];
  expect(await ask(own, "a")).toBe("echo a");
  expect(await ask(greedy, "take")).toBe("take");
  own.send("exit");
  // Equal lines are counted: by then it has been started more often than a version may crash while it loads.
  await server.prints(/repeated [2-9] times: .*\/ws\/thread crashed while loading .*EMFILE/);
  expect(await ask(greedy, "give")).toBe("give");
  expect(await ask(own, "b")).toBe("echo b");
  for (const client of [greedy, own]) client.terminate();
});

test("without descriptors for a thread that tries scripts out, the line names the shortage and not the script", async () => {
  const [greedy, own] = [connect(`${url}/ws/greedy`), connect(`${url}/ws/thread`)];
  expect(await ask(own, "a")).toBe("echo a");
  expect(await ask(greedy, "take")).toBe("take");
  expect(await ask(greedy, "give two")).toBe("give two");
  app.write("ws/thread.js", THREAD.replace("echo", "new"));
  server.signal("SIGHUP");
  await server.prints(/ws\/thread\.js: not loaded, because the machine starts no thread .*EMFILE/);
  expect(await ask(own, "b")).toBe("echo b");
  expect(await ask(greedy, "give")).toBe("give");
  server.signal("SIGHUP");
  await expect.poll(() => ask(own, "c"), { timeout: 8000 }).toBe("new c");
  for (const client of [greedy, own]) client.terminate();
});

async function statusOf(path: string): Promise<number> {
  const socket = await RawSocket.open(port);
  socket.write(upgradeRequest(path));
  const status = await socket.status();
  socket.terminate();
  return status;
}
