import { Worker } from "node:worker_threads";
import { expect, onTestFinished, test } from "vitest";
import { threadStack } from "../../../../src/host/kinds/thread/thread-stack.ts";

/** Long enough for a busy machine: a shorter wait is not what is tested here. */
const PATIENCE = 10_000;

async function looping(): Promise<Worker> {
  const code = `require("node:worker_threads").parentPort.on("message", function spin() { for (;;); });`;
  const worker = new Worker(code, { eval: true });
  onTestFinished(() => void worker.terminate());
  await new Promise((resolve) => worker.once("online", resolve));
  worker.postMessage("go");
  return worker;
}

test("the stack of a thread that loops is read again and again, and the server's thread lives on", async () => {
  const { threadId } = await looping();
  for (let count = 0; count < 60; count++) expect(await threadStack(threadId, PATIENCE)).toContain("at ");
});

test("a thread that does not exist has no stack", async () => {
  expect(await threadStack(1_000_000, 20)).toBeNull();
});
